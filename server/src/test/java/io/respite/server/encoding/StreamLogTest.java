package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StreamLogTest {
  /** Words in one array. */
  private static final class Words implements Pieces {
    private final byte[] bytes;
    private final int[] offsets;
    private final int[] lengths;

    Words(List<String> words) {
      bytes = String.join("", words).getBytes(StandardCharsets.ISO_8859_1);
      offsets = new int[words.size()];
      lengths = new int[words.size()];
      int at = 0;
      for (int i = 0; i < words.size(); i++) {
        offsets[i] = at;
        lengths[i] = words.get(i).length();
        at += lengths[i];
      }
    }

    @Override
    public int count() {
      return offsets.length;
    }

    @Override
    public byte[] buffer() {
      return bytes;
    }

    @Override
    public int offset(int i) {
      return offsets[i];
    }

    @Override
    public int length(int i) {
      return lengths[i];
    }
  }

  private static StreamId id(long millis, long sequence) {
    return new StreamId(millis, sequence);
  }

  private static void add(StreamLog log, StreamId id, List<String> words) {
    log.append(id, new Words(words), 0, words.size() / 2, 4096, 100);
  }

  private static List<String> entry(StreamCursor cursor) {
    List<String> words = new ArrayList<>();
    for (long i = 0; i < cursor.fields(); i++) {
      cursor.nextField();
      words.add(text(cursor.pack(), cursor.field()));
      words.add(text(cursor.pack(), cursor.value()));
    }
    return words;
  }

  private static String text(Listpack pack, int position) {
    return new String(pack.bytesAt(position), StandardCharsets.ISO_8859_1);
  }

  @Test
  void a_node_has_the_real_servers_bytes() {
    StreamLog log = new StreamLog();
    add(log, id(5, 1), List.of("name", "ann", "age", "31"));
    add(log, id(5, 2), List.of("name", "bo", "age", "-7"));
    add(log, id(6, 0), List.of("x", ""));
    assertThat(log.remove(id(5, 2))).isTrue();
    assertThat(log.nodes()).isEqualTo(1);
    assertThat(log.directory().first().master()).isEqualTo(id(5, 1));
    assertThat(HexFormat.of().formatHex(log.directory().first().pack().toByteArray()))
        .isEqualTo(
            "480000001900020101010201846e616d65058361676504000102010001000183616e6e041f0105010301"
                + "0001010182626f03dff902050100010101dfff02010181780280010601ff");
  }

  /** The same requests gave these bytes on the real server: keys and nodes, one after the other. */
  @Test
  void a_thousand_entries_in_many_forms_have_the_real_servers_bytes()
      throws NoSuchAlgorithmException {
    StreamLog log = new StreamLog();
    for (int i = 0; i < 1000; i++) {
      List<String> words = new ArrayList<>();
      String second = i % 7 == 0 ? "x" + i % 2 : "b";
      for (String field : List.of("a", second)) {
        words.add(field);
        BigInteger large = BigInteger.valueOf(i).pow(3).multiply(BigInteger.valueOf(7919));
        words.add(
            i % 5 == 0 ? "v".repeat(i % 90) : large.mod(BigInteger.TEN.pow(i % 17 + 1)).toString());
      }
      add(log, id(1000 + i / 3, i % 3), words);
    }
    for (int i = 0; i < 1000; i += 11) {
      log.remove(id(1000 + i / 3, i % 3));
    }
    log.trim(777, null, false, 0);
    MessageDigest sha = MessageDigest.getInstance("SHA-1");
    log.forEachNode(
        node -> {
          sha.update(
              BigInteger.valueOf(node.master().millis())
                  .or(BigInteger.ONE.shiftLeft(64))
                  .toByteArray(),
              1,
              8);
          sha.update(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) node.master().sequence()});
          sha.update(node.pack().toByteArray());
        });
    assertThat(HexFormat.of().formatHex(sha.digest()))
        .isEqualTo("0ca4e115071889c7f4621523e7a75bea7fb00008");
    assertThat(log.nodes()).isEqualTo(10);
    assertThat(log.radixNodes()).isEqualTo(24);
    assertThat(log.first()).isEqualTo(id(1048, 2));
    log.forEachNode(node -> assertThat(StreamNode.isValid(node.master(), node.pack())).isTrue());
  }

  @Test
  void agrees_with_a_sorted_map_on_random_operations() {
    long seed = new Random().nextLong();
    for (long nodeEntries : new long[] {1, 3, 100}) {
      Random random = new Random(seed);
      StreamLog log = new StreamLog();
      NavigableMap<StreamId, List<String>> model = new TreeMap<>();
      StreamId last = StreamId.MIN;
      for (int i = 0; i < 3000; i++) {
        StreamId some = id(random.nextInt((int) last.millis() + 2), random.nextInt(3));
        switch (random.nextInt(8)) {
          case 0, 1, 2, 3, 4 -> {
            last = random.nextInt(3) == 0 ? last.next() : id(last.millis() + 1, 0);
            List<String> words =
                random.nextBoolean()
                    ? List.of("a", "" + random.nextLong())
                    : List.of("a", "x".repeat(random.nextInt(80)), "b", "" + random.nextInt(9));
            log.append(last, new Words(words), 0, words.size() / 2, 500, nodeEntries);
            model.put(last, words);
          }
          case 5, 6 ->
              assertThat(log.remove(some))
                  .as("seed %d", seed)
                  .isEqualTo(model.remove(some) != null);
          default -> {
            if (random.nextInt(20) == 0) {
              boolean byLength = random.nextBoolean();
              long keep = byLength ? random.nextInt(100) : 0;
              StreamId below = byLength ? null : some;
              long removed = 0;
              while (model.size() > keep && (byLength || model.firstKey().compareTo(some) < 0)) {
                model.pollFirstEntry();
                removed++;
              }
              assertThat(log.trim(keep, below, false, 0)).as("seed %d", seed).isEqualTo(removed);
            }
          }
        }
        assertThat(log.length()).as("seed %d", seed).isEqualTo(model.size());
        assertThat(log.first())
            .as("seed %d", seed)
            .isEqualTo(model.isEmpty() ? StreamId.MIN : model.firstKey());
        if (i % 50 == 0) {
          StreamId from = id(random.nextInt((int) last.millis() + 2), random.nextInt(3));
          checkRange(log, model, min(from, some), max(from, some), seed);
          checkRange(log, model, StreamId.MIN, StreamId.MAX, seed);
          assertThat(log.contains(some)).as("seed %d", seed).isEqualTo(model.containsKey(some));
        }
      }
      checkRange(log.fork(() -> {}), model, StreamId.MIN, StreamId.MAX, seed);
    }
  }

  private static StreamId min(StreamId a, StreamId b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static StreamId max(StreamId a, StreamId b) {
    return a.compareTo(b) < 0 ? b : a;
  }

  private static void checkRange(
      StreamLog log,
      NavigableMap<StreamId, List<String>> model,
      StreamId from,
      StreamId to,
      long seed) {
    for (boolean backwards : new boolean[] {false, true}) {
      StreamCursor cursor = new StreamCursor(log, from, to, backwards);
      NavigableMap<StreamId, List<String>> expected = model.subMap(from, true, to, true);
      if (backwards) {
        expected = expected.descendingMap();
      }
      expected.forEach(
          (id, words) -> {
            assertThat(cursor.next()).as("seed %d", seed).isTrue();
            assertThat(cursor.id()).as("seed %d", seed).isEqualTo(id);
            assertThat(entry(cursor)).as("seed %d", seed).isEqualTo(words);
          });
      assertThat(cursor.next()).as("seed %d", seed).isFalse();
    }
  }

  @Test
  void a_trim_of_whole_nodes_stops_at_the_limit_and_before_the_last_that_is_needed() {
    StreamLog log = new StreamLog();
    for (int i = 1; i <= 1000; i++) {
      add(log, id(i, 0), List.of("a", "b"));
    }
    assertThat(log.trim(350, null, true, 250)).isEqualTo(200);
    assertThat(log.trim(350, null, true, 0)).isEqualTo(400);
    assertThat(log.trim(0, id(701, 0), true, 0)).isEqualTo(100);
    assertThat(log.trim(0, id(701, 0), true, 0)).isZero();
    assertThat(log.first()).isEqualTo(id(701, 0));
  }

  @Test
  void nodes_are_loaded_as_they_are_and_broken_ones_are_refused() {
    StreamLog log = new StreamLog();
    for (int i = 1; i <= 250; i++) {
      add(log, id(i, 0), List.of("a", "" + i));
    }
    log.remove(id(7, 0));
    StreamLog other = new StreamLog();
    log.forEachNode(node -> other.load(node.master(), node.pack().copy()));
    assertThat(other.length()).isEqualTo(249);
    assertThat(other.last()).isEqualTo(id(250, 0));
    StreamNode first = log.directory().first();
    assertThatThrownBy(() -> other.load(first.master(), first.pack().copy()))
        .hasMessageContaining("out of order");
    Listpack wrongCount = first.pack().copy();
    wrongCount.replace(wrongCount.first(), 98);
    assertThatThrownBy(() -> new StreamLog().load(first.master(), wrongCount))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1-0");
  }

  @Test
  void the_check_of_a_node_never_leaves_its_bounds() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    StreamLog log = new StreamLog();
    for (int i = 1; i <= 20; i++) {
      add(log, id(i, 0), i % 3 == 0 ? List.of("a", "" + i, "b", "c") : List.of("a", "b"));
    }
    byte[] good = log.directory().first().pack().toByteArray();
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = good.clone();
      for (int flips = 1 + random.nextInt(2); flips > 0; flips--) {
        bytes[6 + random.nextInt(bytes.length - 7)] = (byte) random.nextInt();
      }
      if (!Listpack.isValid(bytes, 0, bytes.length)) {
        continue;
      }
      Listpack pack = Listpack.copyOf(bytes, 0, bytes.length);
      if (StreamNode.isValid(id(1, 0), pack)) {
        StreamLog loaded = new StreamLog();
        loaded.load(id(1, 0), pack);
        StreamCursor cursor = new StreamCursor(loaded, StreamId.MIN, StreamId.MAX, false);
        long seen = 0;
        while (cursor.next()) {
          assertThat(entry(cursor)).as("seed %d", seed).isNotEmpty();
          seen++;
        }
        assertThat(seen).as("seed %d", seed).isEqualTo(loaded.length());
      } else {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", seed).isPositive();
  }

  @Test
  void ids_are_read_written_and_compared_as_unsigned_numbers() {
    for (String text :
        List.of(
            "0-0",
            "1-18446744073709551615",
            "9223372036854775808-7",
            "18446744073709551615-10000000000000000000")) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      assertThat(StreamId.parse(bytes, 0, bytes.length, 0)).hasToString(text);
    }
    for (String text :
        List.of(
            "",
            "-",
            "-1",
            "1-",
            "a",
            "1-a",
            "1-2-3",
            "18446744073709551616",
            " 1",
            "99999999999999999999",
            "1".repeat(100))) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      assertThat(StreamId.parse(bytes, 0, bytes.length, 0)).as(text).isNull();
    }
    assertThat(StreamId.MAX).isGreaterThan(id(5, 5));
    assertThat(StreamId.MAX.next()).isNull();
    assertThat(StreamId.MIN.previous()).isNull();
    assertThat(id(5, -1).next()).isEqualTo(id(6, 0));
    assertThat(id(6, 0).previous()).isEqualTo(id(5, -1));
  }

  @Test
  void nodes_without_live_entries_are_loaded_in_order_or_refused() {
    StreamLog log = new StreamLog();
    add(log, id(50, 0), List.of("a", "1"));
    add(log, id(51, 0), List.of("a", "1"));
    log.remove(id(51, 0));
    log.trim(0, id(51, 0), false, 0);
    assertThat(log.length()).isZero();
    StreamNode empty = log.directory().first();
    StreamLog loaded = new StreamLog();
    loaded.load(empty.master(), empty.pack());
    assertThat(loaded.length()).isZero();
    assertThat(loaded.last()).isEqualTo(StreamId.MIN);
    assertThatThrownBy(() -> loaded.load(empty.master(), empty.pack()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("out of order");
  }

  @Test
  void a_node_whose_entries_lie_before_itself_is_refused() {
    StreamLog log = new StreamLog();
    add(log, id(50, 0), List.of("a", "1"));
    Listpack pack = log.directory().first().pack();
    int entry = log.directory().first().firstEntry();
    pack.replace(pack.next(entry), -1);
    assertThat(StreamNode.isValid(id(50, 0), pack)).isFalse();
  }

  @Test
  void a_fork_of_a_million_entries_copies_nothing_and_an_edit_one_node() {
    StreamLog log = new StreamLog();
    Words words = new Words(List.of("a", "1"));
    for (int i = 1; i <= 1_000_050; i++) {
      log.append(id(i, 0), words, 0, 1, 4096, 100);
    }
    StreamLog image =
        log.fork(
            () -> {
              throw new IllegalStateException("not to be changed");
            });
    assertThat(log.copiedNodes() + log.copiedBlocks()).isZero();
    assertThat(log.remove(id(500_010, 0))).isTrue();
    assertThat(log.remove(id(500_011, 0))).isTrue();
    assertThat(log.copiedNodes()).isEqualTo(1);
    assertThat(log.copiedBlocks()).isEqualTo(1);
    log.append(id(2_000_000, 0), words, 0, 1, 4096, 100);
    assertThat(log.trim(1_000_000, null, false, 0)).isEqualTo(49);
    assertThat(log.copiedNodes()).isEqualTo(3);
    assertThat(log.copiedBlocks()).isEqualTo(3);
    assertThat(image.length()).isEqualTo(1_000_050);
    assertThat(image.contains(id(500_010, 0))).isTrue();
    assertThat(image.first()).isEqualTo(id(1, 0));
    assertThat(image.last()).isEqualTo(id(1_000_050, 0));
    assertThatThrownBy(() -> image.remove(id(1, 0))).isInstanceOf(IllegalStateException.class);
    assertThat(image.contains(id(1, 0))).isTrue();
  }
}
