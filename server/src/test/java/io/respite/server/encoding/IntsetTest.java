package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class IntsetTest {
  private static Intset of(long... members) {
    Intset set = new Intset();
    for (long member : members) {
      set.add(member);
    }
    return set;
  }

  private static String hex(Intset set) {
    return HexFormat.of().formatHex(set.toByteArray());
  }

  private static List<Long> content(Intset set) {
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < set.count(); i++) {
      all.add(set.at(i));
    }
    return all;
  }

  @Test
  void has_the_bytes_that_a_real_server_dumps() {
    assertThat(hex(of(3, -1, 2, 300))).isEqualTo("0200000004000000ffff020003002c01");
    assertThat(hex(of(3, -1, 70000))).isEqualTo("0400000003000000ffffffff0300000070110100");
    Intset wide = of(3, -5_000_000_000L, 7);
    wide.remove(7);
    assertThat(hex(wide)).isEqualTo("0800000002000000000efad5feffffff0300000000000000");
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 15, 17, 31, 33, 63, 64})
  void agrees_with_a_sorted_set_of_the_JDK_on_random_operations(int bits) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    TreeSet<Long> model = new TreeSet<>();
    Intset set = new Intset();
    for (int i = 0; i < 20_000; i++) {
      int width = random.nextInt(20) == 0 ? bits : Math.min(bits, 8);
      long member = random.nextLong() >> (64 - width);
      switch (random.nextInt(3)) {
        case 0 -> assertThat(set.add(member)).as("seed %d", seed).isEqualTo(model.add(member));
        case 1 ->
            assertThat(set.contains(member)).as("seed %d", seed).isEqualTo(model.contains(member));
        default ->
            assertThat(set.remove(member)).as("seed %d", seed).isEqualTo(model.remove(member));
      }
      assertThat(set.count()).as("seed %d", seed).isEqualTo(model.size());
      if (i % 500 == 0) {
        assertThat(content(set)).as("seed %d", seed).containsExactlyElementsOf(model);
        byte[] bytes = set.toByteArray();
        assertThat(Intset.isValid(bytes, 0, bytes.length)).as("seed %d", seed).isTrue();
        assertThat(content(Intset.copyOf(bytes, 0, bytes.length)))
            .as("seed %d", seed)
            .isEqualTo(content(set));
      }
    }
  }

  @Test
  void finds_the_least_and_the_largest_number() {
    Intset set = of(Long.MAX_VALUE, Long.MIN_VALUE, 0);
    assertThat(content(set)).containsExactly(Long.MIN_VALUE, 0L, Long.MAX_VALUE);
    assertThat(set.contains(Long.MIN_VALUE)).isTrue();
    assertThat(set.contains(Long.MAX_VALUE - 1)).isFalse();
  }

  @Test
  void shares_its_bytes_until_the_next_edit() {
    Intset set = of(1, 2, 3);
    byte[] shared = set.share();
    byte[] before = shared.clone();
    set.add(4);
    set.remove(1);
    assertThat(shared).isEqualTo(before);
    Intset copy = set.copy();
    copy.add(9);
    assertThat(content(set)).containsExactly(2L, 3L, 4L);
  }

  @Test
  void refuses_bytes_that_do_not_add_up() {
    for (String malformed :
        new String[] {
          "",
          "02000000",
          "0300000000000000", // no such width
          "0200000002000000ffff", // one member missing
          "0200000001000000ffff0000", // one too many
          "020000000200000001000100", // twice the same
          "0200000002000000020001 00".replace(" ", ""), // descending
          "02000000ffffffff", // a negative count
          "0800000000000020", // more than memory
        }) {
      byte[] bytes = HexFormat.of().parseHex(malformed);
      assertThat(Intset.isValid(bytes, 0, bytes.length)).as(malformed).isFalse();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Intset.copyOf(bytes, 0, bytes.length))
          .withMessageContaining("not an intset");
    }
  }

  @Test
  void images_keep_what_was_there_through_every_edit() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      Intset set = new Intset();
      for (int i = random.nextInt(60); i > 0; i--) {
        set.add(random.nextInt(100));
      }
      byte[] atCut = set.toByteArray();
      Intset image = set.frozen();
      assertThat(image.share()).isSameAs(set.share());
      for (int i = 1 + random.nextInt(10); i > 0; i--) {
        if (random.nextBoolean()) {
          set.remove(random.nextInt(100));
        } else {
          set.add(random.nextLong() >> random.nextInt(64));
        }
      }
      assertThat(image.toByteArray()).as("seed %d round %d", seed, round).isEqualTo(atCut);
      byte[] live = set.toByteArray();
      assertThat(Intset.isValid(live, 0, live.length)).isTrue();
    }
  }

  @Test
  void images_copy_themselves_before_anybody_edits_them() {
    Intset set = of(1, 2, 3);
    Intset image = set.frozen();
    image.remove(2);
    assertThat(content(set)).containsExactly(1L, 2L, 3L);
    assertThat(content(image)).containsExactly(1L, 3L);
  }
}
