package io.respite.server.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.environment.RandomSource;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AccessClockTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final long MINUTE = 60_000;

  private final AccessClock clock = new AccessClock(RandomSource.seeded(1));

  @Test
  void tells_seconds_since_the_last_use() {
    int bits = clock.fresh(NOW);
    assertThat(clock.idleSeconds(bits, NOW + 5_000)).isEqualTo(5);
    assertThat(clock.idleSeconds(clock.used(bits, NOW + 5_000), NOW + 5_000)).isZero();
  }

  @Test
  void counts_uses_ever_more_slowly() {
    clock.countFrequency(true);
    int bits = clock.fresh(NOW);
    assertThat(clock.count(bits, NOW)).isEqualTo(AccessClock.INITIAL_COUNT);
    int after100 = 0;
    for (int i = 0; i < 100_000; i++) {
      bits = clock.used(bits, NOW);
      if (i == 100) {
        after100 = clock.count(bits, NOW);
      }
    }
    assertThat(after100).isBetween(6, 16);
    assertThat(clock.count(bits, NOW)).isBetween(100, 200);
  }

  @Test
  void lets_counts_decay_by_the_minute() {
    clock.countFrequency(true);
    int bits = clock.fresh(NOW);
    assertThat(clock.count(bits, NOW + 3 * MINUTE)).isEqualTo(AccessClock.INITIAL_COUNT - 3);
    assertThat(clock.count(bits, NOW + 60 * MINUTE)).isZero();
    clock.decayMinutes(0);
    assertThat(clock.count(bits, NOW + 60 * MINUTE)).isEqualTo(AccessClock.INITIAL_COUNT);
  }
}
