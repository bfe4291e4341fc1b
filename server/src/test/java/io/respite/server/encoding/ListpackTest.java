package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ListpackTest {
  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Listpack of(String... entries) {
    Listpack list = new Listpack();
    for (String entry : entries) {
      append(list, entry);
    }
    return list;
  }

  private static void append(Listpack list, String entry) {
    byte[] bytes = latin(entry);
    list.append(bytes, 0, bytes.length);
  }

  private static List<String> contents(Listpack list) {
    List<String> result = new ArrayList<>();
    for (int p = list.first(); p != Listpack.NONE; p = list.next(p)) {
      result.add(new String(list.bytesAt(p), StandardCharsets.ISO_8859_1));
    }
    return result;
  }

  /** Bytes of hashes dumped by the real server: the value's listpack, without compression. */
  @Nested
  class The_bytes_equal_the_real_servers {
    @Test
    void for_integers_of_every_width() {
      String[] integers = {
        "0",
        "1",
        "127",
        "128",
        "-1",
        "4095",
        "4096",
        "-4096",
        "-4097",
        "32767",
        "32768",
        "-32768",
        "-32769",
        "8388607",
        "8388608",
        "-8388608",
        "-8388609",
        "2147483647",
        "2147483648",
        "-2147483648",
        "-2147483649",
        "9223372036854775807",
        "-9223372036854775808"
      };
      Listpack list = new Listpack();
      for (int i = 0; i < integers.length; i++) {
        append(list, "f" + i);
        append(list, integers[i]);
      }
      assertThat(HexFormat.of().formatHex(list.toByteArray()))
          .isEqualTo(
              "e60000002e00826630030001826631030101826632037f0182663303c0800282663403"
                  + "dfff0282663503cfff0282663603f100100382663703d0000282663803f1ffef038266"
                  + "3903f1ff7f038366313004f2008000048366313104f10080038366313204f2ff7fff04"
                  + "8366313304f2ffff7f048366313404f300008000058366313504f20000800483663136"
                  + "04f3ffff7fff058366313704f3ffffff7f058366313804f40000008000000000098366"
                  + "313904f300000080058366323004f4ffffff7fffffffff098366323104f4ffffffffff"
                  + "ffff7f098366323204f4000000000000008009ff");
    }

    @Test
    void for_strings_that_look_like_integers_and_are_none() {
      Listpack list = new Listpack();
      for (String s :
          List.of(
              "",
              "a",
              "007",
              "+1",
              "-0",
              "9223372036854775808",
              "-9223372036854775809",
              "1.5",
              " 1",
              "x".repeat(63),
              "x".repeat(64))) {
        append(list, s);
        append(list, s);
      }
      assertThat(HexFormat.of().formatHex(list.toByteArray()))
          .isEqualTo(
              "9b01000016008001800181610281610283303037048330303704822b3103822b310382"
                  + "2d3003822d300393393232333337323033363835343737353830381493393232333337"
                  + "3230333638353437373538303814942d39323233333732303336383534373735383039"
                  + "15942d393232333337323033363835343737353830391583312e350483312e35048220"
                  + "310382203103bf78787878787878787878787878787878787878787878787878787878"
                  + "7878787878787878787878787878787878787878787878787878787878787878787878"
                  + "40bf787878787878787878787878787878787878787878787878787878787878787878"
                  + "78787878787878787878787878787878787878787878787878787878787840e0407878"
                  + "7878787878787878787878787878787878787878787878787878787878787878787878"
                  + "78787878787878787878787878787878787878787878787878787842e0407878787878"
                  + "7878787878787878787878787878787878787878787878787878787878787878787878"
                  + "78787878787878787878787878787878787878787878787842ff");
    }

    @ParameterizedTest
    @CsvSource({
      "122, 135, abed6850ca04122ac1c009d7087b0c55",
      "123, 136, 1d5a6b82d440a6a794139b58a59d6639",
      "124, 137, 837eae8bbcb4a59b79f397df259fa2cd",
      "125, 138, edd9d3a1ed0641279e066ee392e9f3b4",
      "126, 140, c6b9d10c8bcc41a2c6371dab297a5698",
      "127, 141, 8c5c93336a4366132b29a713930415ab",
      "128, 142, c6145bd1e08db15412f4f33d4a0f67e7",
      "4095, 4109, ed2483cc173efa64c221229b89c464da",
      "4096, 4113, a85f10ae972194f6610ef911f8b1e21c",
      "16377, 16394, 398b0af96905477d199c636a791dc1c0",
      "16378, 16396, aa71f79ffbb95d7cf48d9fe2d0a55699",
      "16379, 16397, 72829629f8de9080a830cba624f7b6eb",
      "16380, 16398, f312248360f5e80163eabcac61eec224",
      "16381, 16399, af1606db39b7acf3f1c05f307d02e5ed",
      "16382, 16400, d295c1b82d840e904b085939d8e8e196",
      "16383, 16401, e1e445563292272094059c297cb3e9c1",
      "2097140, 2097158, ca07e3a426f10bc44022d5e63c703c84",
      "2097144, 2097162, eea8027219cdbc6714b3c653f92cec1f",
      "2097145, 2097163, 09a404c94b8b5534730ee59153bb6f63",
      "2097146, 2097165, b6cb172e57a6f315d936b8c40827f7e1",
      "2097147, 2097166, ac2f0164959641477678df3b518d56f0",
      "2097148, 2097167, f6fc2cb9b1d7dc70b08dd4ae2b9d7327"
    })
    void for_strings_at_the_limits_of_encodings_and_back_lengths(
        int length, int total, String digest) throws NoSuchAlgorithmException {
      Listpack list = of("k", "y".repeat(length));
      assertThat(list.byteSize()).isEqualTo(total);
      assertThat(digest(list)).isEqualTo(digest);
    }

    @Test
    void when_there_are_more_entries_than_the_header_counts() throws NoSuchAlgorithmException {
      Listpack list = new Listpack();
      for (int i = 0; i < 40_000; i++) {
        append(list, Integer.toString(i));
        append(list, "v");
      }
      assertThat(list.byteSize()).isEqualTo(283015);
      assertThat(digest(list)).isEqualTo("043095f2fd3edef46f201911c0904e3e");
      assertThat(list.count()).isEqualTo(80_000);
      list.delete(list.at(10), 2);
      assertThat(list.byteSize()).isEqualTo(283010);
      assertThat(list.count()).isEqualTo(79_998);
      assertThat(Listpack.isValid(list.toByteArray(), 0, 283010)).isTrue();
    }

    private String digest(Listpack list) throws NoSuchAlgorithmException {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(list.toByteArray());
      return HexFormat.of().formatHex(digest, 0, 16);
    }
  }

  @Nested
  class Edits {
    @Test
    void agree_with_a_list_of_strings() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int round = 0; round < 60; round++) {
        Listpack list = new Listpack();
        List<String> model = new ArrayList<>();
        for (int step = 0; step < 150; step++) {
          edit(random, list, model);
          check(list, model, "seed " + seed + " round " + round + " step " + step);
        }
      }
    }

    private void edit(Random random, Listpack list, List<String> model) {
      int index = model.isEmpty() ? 0 : random.nextInt(model.size());
      String value = value(random);
      byte[] padded = latin("<" + value + ">");
      int length = padded.length - 2;
      switch (random.nextInt(13)) {
        case 0, 1 -> {
          list.append(padded, 1, length);
          model.add(value);
        }
        case 2 -> {
          int at = list.insert(list.at(index), padded, 1, length);
          model.add(index, value);
          assertThat(list.bytesAt(at)).isEqualTo(latin(value));
        }
        case 3 -> {
          if (!model.isEmpty()) {
            list.replace(list.at(index), padded, 1, length);
            model.set(index, value);
          }
        }
        case 4 -> {
          if (!model.isEmpty()) {
            int entries = 1 + random.nextInt(3);
            int next = list.delete(list.at(index - model.size()), entries);
            model.subList(index, Math.min(model.size(), index + entries)).clear();
            assertThat(next).isEqualTo(list.at(index));
          }
        }
        case 5 -> {
          long number = random.nextLong() >> random.nextInt(64);
          list.append(number);
          model.add(Long.toString(number));
        }
        case 8, 9 -> {
          list.prepend(padded, 1, length);
          model.add(0, value);
        }
        case 11 -> {
          if (!model.isEmpty()) {
            int before = list.deleteGoingBack(list.at(index));
            model.remove(index);
            assertThat(before).isEqualTo(index == 0 ? Listpack.NONE : list.at(index - 1));
          }
        }
        case 10 -> {
          if (!model.isEmpty()) {
            list.deleteFirst();
            model.remove(0);
          }
        }
        case 6 -> {
          byte[] before = list.share();
          byte[] kept = before.clone();
          list.append(7);
          model.add("7");
          assertThat(before).isEqualTo(kept);
        }
        default -> {
          if (!model.isEmpty()) {
            long number = random.nextInt();
            list.replace(list.at(index), number);
            model.set(index, Long.toString(number));
          }
        }
      }
    }

    @Test
    void at_the_first_entry_move_no_other_where_there_is_room() {
      Listpack list = of("a", "b", "c");
      byte[] element = latin("element");
      list.prepend(element, 0, element.length);
      int last = list.last();
      while (list.capacity() < 4096) {
        list.prepend(element, 0, element.length);
        last = list.last();
      }
      byte[] array = list.buffer();
      int moved = 0;
      for (int i = 0; i < 20; i++) {
        list.prepend(element, 0, element.length);
        moved += list.buffer() == array && list.last() == last ? 0 : 1;
      }
      list.deleteFirst();
      assertThat(moved).isZero();
      assertThat(list.last()).isEqualTo(last);
      assertThat(list.bytesAt(last)).isEqualTo(latin("c"));
    }

    @Test
    void at_both_ends_in_turn_take_no_more_room_than_a_list_needs() {
      Listpack list = new Listpack();
      List<String> model = new ArrayList<>();
      for (int i = 0; i < 20_000; i++) {
        byte[] element = latin("element " + i);
        switch (i < 200 ? 0 : i % 8) {
          case 0, 1 -> {
            list.append(element, 0, element.length);
            model.add("element " + i);
          }
          case 2, 3 -> {
            list.prepend(element, 0, element.length);
            model.add(0, "element " + i);
          }
          case 4, 5 -> {
            list.deleteFirst();
            model.remove(0);
          }
          default -> {
            list.delete(list.last(), 1);
            model.remove(model.size() - 1);
          }
        }
        assertThat(list.capacity()).isLessThanOrEqualTo(64 + 2 * list.byteSize());
      }
      check(list, model, "at the end");
    }

    private String value(Random random) {
      return switch (random.nextInt(6)) {
        case 0 -> Long.toString(random.nextLong() >> random.nextInt(64));
        case 1 -> "x".repeat(random.nextInt(300));
        case 2 -> "y".repeat(random.nextInt(20_000));
        case 3 -> "0" + random.nextInt(10);
        default -> "v" + random.nextInt(50);
      };
    }

    private void check(Listpack list, List<String> model, String when) {
      assertThat(contents(list)).as(when).isEqualTo(model);
      assertThat(list.count()).as(when).isEqualTo(model.size());
      byte[] bytes = list.toByteArray();
      assertThat(Listpack.isValid(bytes, 0, bytes.length)).as(when).isTrue();
      int i = model.size();
      for (int p = list.last(); p != Listpack.NONE; p = list.previous(p)) {
        byte[] expected = latin(model.get(--i));
        assertThat(list.lengthAt(p)).as(when).isEqualTo(expected.length);
        assertThat(list.equalsAt(p, expected, 0, expected.length)).as(when).isTrue();
        byte[] copied = new byte[expected.length];
        assertThat(list.copyTo(p, copied, 0)).isEqualTo(expected.length);
        assertThat(copied).isEqualTo(expected);
      }
      assertThat(i).as(when).isZero();
      if (!model.isEmpty()) {
        String wanted = model.get(model.size() / 2);
        int found = list.find(list.first(), latin(wanted), 0, wanted.length(), 1);
        assertThat(found).as(when).isEqualTo(list.at(model.indexOf(wanted)));
      }
      assertThat(Listpack.copyOf(bytes, 0, bytes.length).toByteArray()).isEqualTo(bytes);
    }

    @Test
    void leave_room_behind_only_in_proportion() {
      Listpack list = new Listpack();
      for (int i = 0; i < 10_000; i++) {
        list.append(i);
      }
      assertThat(list.capacity()).isLessThan(list.byteSize() * 9 / 8 + 64);
      list.delete(list.first(), 9_900);
      assertThat(list.capacity()).isLessThan(1000);
    }
  }

  @Nested
  class Find {
    @Test
    void looks_at_every_nth_entry_only() {
      Listpack list = of("a", "b", "b", "12", "12", "c");
      assertThat(list.find(list.first(), latin("b"), 0, 1, 2)).isEqualTo(list.at(2));
      assertThat(list.find(list.first(), latin("12"), 0, 2, 2)).isEqualTo(list.at(4));
      assertThat(list.find(list.first(), latin("c"), 0, 1, 2)).isEqualTo(Listpack.NONE);
      assertThat(list.find(Listpack.NONE, latin("c"), 0, 1, 2)).isEqualTo(Listpack.NONE);
      assertThat(list.find(list.first(), latin("012"), 0, 3, 1)).isEqualTo(Listpack.NONE);
    }
  }

  @Nested
  class Untrusted_bytes {
    @Test
    void are_accepted_or_refused_but_never_read_out_of_bounds() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      byte[] good = of("a", "127", "300", "-70000", "x".repeat(70), "y".repeat(5000)).toByteArray();
      int accepted = 0;
      for (int i = 0; i < 50_000; i++) {
        byte[] bad = good.clone();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
          bad[random.nextInt(120)] = (byte) random.nextInt();
        }
        if (random.nextInt(4) == 0) {
          bad = Arrays.copyOf(bad, random.nextInt(bad.length));
        }
        if (Listpack.isValid(bad, 0, bad.length)) {
          accepted++;
          assertThat(contents(Listpack.copyOf(bad, 0, bad.length)))
              .as("seed %d", seed)
              .hasSize(Listpack.copyOf(bad, 0, bad.length).count());
        }
      }
      assertThat(accepted).isLessThan(50_000);
    }

    @Test
    void are_refused_with_a_word_about_it() {
      byte[] cut = Arrays.copyOf(of("a", "b").toByteArray(), 8);
      assertThatThrownBy(() -> Listpack.copyOf(cut, 0, cut.length))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("listpack");
      assertThat(Listpack.isValid(new byte[0], 0, 0)).isFalse();
      assertThat(Listpack.isValid(HexFormat.of().parseHex("07000000ffffff"), 0, 7)).isTrue();
      assertThat(Listpack.isValid(HexFormat.of().parseHex("0d0000000100f0ffffffff05ff"), 0, 13))
          .isFalse();
    }
  }

  @Nested
  class Room_to_grow {
    @Test
    void is_taken_at_once_and_given_back() {
      Listpack list = of("a", "b");
      byte[] before = list.toByteArray();
      list.reserve(1000);
      assertThat(list.capacity()).isGreaterThanOrEqualTo(before.length + 1000);
      assertThat(list.toByteArray()).isEqualTo(before);
      list.trim();
      assertThat(list.capacity()).isEqualTo(before.length);
      assertThat(list.toByteArray()).isEqualTo(before);
    }

    @Test
    void is_taken_elsewhere_when_the_bytes_are_shared() {
      Listpack list = of("5", "b");
      byte[] shared = list.share();
      byte[] before = shared.clone();
      list.reserve(1);
      list.replace(list.first(), 6);
      assertThat(shared).isEqualTo(before);
      assertThat(contents(list)).containsExactly("6", "b");
    }

    @Test
    void an_entry_of_the_same_size_replaces_another_in_place_unless_shared() {
      Listpack list = of("5", "b");
      list.replace(list.first(), 7);
      assertThat(contents(list)).containsExactly("7", "b");
      byte[] shared = list.share();
      byte[] before = shared.clone();
      list.replace(list.first(), 8);
      assertThat(shared).isEqualTo(before);
      assertThat(contents(list)).containsExactly("8", "b");
    }
  }

  @Nested
  class Images {
    @Test
    void keep_what_was_there_through_every_kind_of_edit() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int round = 0; round < 2000; round++) {
        Listpack list = of("5", "b", "a longer one", "70000");
        for (int i = random.nextInt(40); i > 0; i--) {
          edit(list, random);
        }
        byte[] atCut = list.toByteArray();
        Listpack image = list.frozen();
        List<String> model = contents(list);
        assertThat(image.buffer()).isSameAs(list.buffer());
        for (int i = 1 + random.nextInt(10); i > 0; i--) {
          edit(list, random);
        }
        assertThat(image.toByteArray()).as("seed %d round %d", seed, round).isEqualTo(atCut);
        assertThat(contents(image)).isEqualTo(model);
        byte[] live = list.toByteArray();
        assertThat(Listpack.isValid(live, 0, live.length)).isTrue();
      }
    }

    private void edit(Listpack list, Random random) {
      int count = list.count();
      int position = count == 0 ? Listpack.NONE : list.at(random.nextInt(count));
      byte[] bytes = latin("v".repeat(random.nextInt(100)));
      switch (random.nextInt(count == 0 ? 5 : 11)) {
        case 0 -> list.append(bytes, 0, bytes.length);
        case 1 -> list.append(random.nextLong());
        case 2 -> list.appendAll(of("x", "y"));
        case 3 -> list.reserve(random.nextInt(200));
        case 4 -> list.prepend(bytes, 0, bytes.length);
        case 8 -> list.insert(position, bytes, 0, bytes.length);
        case 9 -> list.deleteFirst();
        case 5 -> list.delete(position, 1 + random.nextInt(3));
        case 6 -> list.replace(position, random.nextInt(200));
        case 7 -> list.replace(position, bytes, 0, bytes.length);
        default -> {
          int behind = 0;
          for (int p = position; p != Listpack.NONE; p = list.next(p)) {
            behind++;
          }
          Listpack moved = list.cut(position, behind);
          list.trim();
          list.appendAll(moved);
        }
      }
    }

    @Test
    void are_taken_again_and_again() {
      Listpack list = of("a");
      List<Listpack> images = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        images.add(list.frozen());
        images.add(list.frozen());
        list.append(i);
      }
      for (int i = 0; i < 10; i++) {
        assertThat(images.get(i).count()).isEqualTo(1 + i / 2);
      }
    }

    @Test
    void copy_themselves_before_anybody_edits_them() {
      Listpack list = of("a", "b");
      Listpack image = list.frozen();
      image.replace(image.first(), 1);
      assertThat(contents(list)).containsExactly("a", "b");
      assertThat(contents(image)).containsExactly("1", "b");
    }
  }
}
