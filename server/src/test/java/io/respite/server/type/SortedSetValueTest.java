package io.respite.server.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.encoding.SeededHash;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SortedSetValueTest {
  /** What DUMP of redis-server 7.0.15 holds for the members below: part of files and replicas. */
  private static final String LISTPACK =
      "770000001c00816302842d696e6605816502d0600282626203842d322e35058166020001"
          + "8167020001800185302e313235062a010101816102010181620283322e3504816402c12c"
          + "02816802f270110104816902f4005ed0b200000000098362696704f40000000000000040"
          + "09f139300383696e6604ff";

  private final EncodingLimits limits = new EncodingLimits();
  private final SortedSetValue set = new SortedSetValue(new SeededHash(1, 2, 3, 4), limits);

  private void put(double score, String member) {
    byte[] bytes = member.getBytes(StandardCharsets.ISO_8859_1);
    set.put(bytes, 0, bytes.length, score);
  }

  private double score(SortedSetValue of, String member) {
    byte[] bytes = member.getBytes(StandardCharsets.ISO_8859_1);
    return of.scoreOf(bytes, 0, bytes.length);
  }

  @Test
  void lays_a_small_set_out_as_the_real_server() {
    put(1, "a");
    put(2.5, "b");
    put(Double.POSITIVE_INFINITY, "12345");
    put(Double.NEGATIVE_INFINITY, "c");
    put(300, "d");
    put(-4000, "e");
    put(0, "f");
    put(-0.0, "g");
    put(70000, "h");
    put(3000000000L, "i");
    put(1, "42");
    put(0.125, "");
    put(-2.5, "bb");
    put(0x1p62, "big");
    assertThat(HexFormat.of().formatHex(set.listpack().toByteArray())).isEqualTo(LISTPACK);
  }

  @Test
  void takes_less_than_a_hundred_bytes_a_member_when_large() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      put(random.nextDouble(), "member:%06d".formatted(i));
    }
    assertThat(set.heapBytes() / 100_000).isLessThan(100);
  }

  @Test
  void takes_little_heap_when_small() {
    put(1, "a");
    assertThat(set.heapBytes()).isLessThan(300);
  }

  @Test
  void changes_apart_from_its_copy_in_both_forms() {
    for (int round = 0; round < 2; round++) {
      put(1, "a");
      put(2, "b");
      SortedSetValue copy = set.copy();
      put(7, "a");
      assertThat(score(copy, "a")).isEqualTo(1);
      assertThat(score(set, "a")).isEqualTo(7);
      assertThat(copy.encoding()).isEqualTo(set.encoding());
      limits.sortedSetEntries(0);
      put(0, "c");
    }
    assertThat(set.isCompact()).isFalse();
  }

  @Test
  void adds_up_and_takes_infinities_of_different_sign_for_zero() {
    ScoreSums.Aggregate sum = ScoreSums.Aggregate.SUM;
    assertThat(sum.of(1, 2)).isEqualTo(3);
    assertThat(sum.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)).isZero();
    assertThat(ScoreSums.Aggregate.MIN.of(1, 2)).isEqualTo(1);
    assertThat(ScoreSums.Aggregate.MAX.of(1, 2)).isEqualTo(2);
  }
}
