package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ChangeCountsTest {
  private static final long HASH = 0x1234_5678_9ABC_DEF0L;
  private static final int GROUP = ChangeCounts.group(HASH);

  private final ChangeCounts counts = new ChangeCounts(1000);

  private static boolean change(ChangeCounts counts, long hash) {
    counts.begin(hash);
    return counts.end(hash);
  }

  @Nested
  class What_was_remembered {
    @Test
    void holds_until_an_entry_of_the_group_changes() {
      int count = counts.of(GROUP);
      assertThat(counts.isStill(GROUP, count)).isTrue();
      change(counts, ~HASH);
      assertThat(counts.isStill(GROUP, count)).as("another group's change").isTrue();
      change(counts, HASH);
      assertThat(counts.isStill(GROUP, count)).isFalse();
      assertThat(counts.isStill(GROUP, counts.of(GROUP))).isTrue();
    }

    @Test
    void holds_no_more_as_soon_as_a_change_begins() {
      int count = counts.of(GROUP);
      counts.begin(HASH);
      assertThat(counts.isStill(GROUP, count)).isFalse();
    }

    @Test
    void never_holds_when_it_was_remembered_during_a_change() {
      counts.begin(HASH);
      int during = counts.of(GROUP);
      assertThat(during).isEqualTo(ChangeCounts.UNKNOWN);
      assertThat(counts.isStill(GROUP, during)).isFalse();
      counts.end(HASH);
      assertThat(counts.isStill(GROUP, during)).isFalse();
    }

    @Test
    void goes_on_to_hold_or_not_when_the_table_grows() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      ChangeCounts growing = new ChangeCounts(0);
      Map<Integer, Integer> remembered = new HashMap<>();
      for (int entries = 1; entries < 200_000; entries += 1 + entries / 50) {
        growing.expect(entries);
        int group = random.nextInt(1 << 16);
        remembered.put(group, growing.of(group));
        long changed = random.nextLong();
        change(growing, changed);
        assertThat(
                remembered.containsKey(ChangeCounts.group(changed))
                    && growing.isStill(
                        ChangeCounts.group(changed), remembered.get(ChangeCounts.group(changed))))
            .as("seed %d", seed)
            .isFalse();
      }
      long holding =
          remembered.entrySet().stream()
              .filter(e -> growing.isStill(e.getKey(), e.getValue()))
              .count();
      assertThat(holding).as("seed %d: not all is forgotten", seed).isPositive();
    }
  }

  @Test
  void say_when_they_would_come_round_to_a_number_they_have_had() {
    ChangeCounts late = new ChangeCounts(16, -4);
    assertThat(change(late, HASH)).isFalse();
    assertThat(change(late, HASH)).as("the last one").isTrue();
  }

  @Test
  void take_four_bytes_for_an_entry_and_no_more_than_a_quarter_of_a_megabyte() {
    assertThat(new ChangeCounts(0).heapBytes()).isEqualTo(32 + 16 * 4);
    assertThat(new ChangeCounts(1000).heapBytes()).isEqualTo(32 + 1024 * 4);
    ChangeCounts large = new ChangeCounts(10_000_000);
    assertThat(large.heapBytes()).isEqualTo(32 + 65_536 * 4);
    large.expect(20_000_000);
    assertThat(large.heapBytes()).isEqualTo(32 + 65_536 * 4);
  }
}
