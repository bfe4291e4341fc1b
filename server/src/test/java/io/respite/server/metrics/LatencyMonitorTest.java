package io.respite.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.metrics.LatencyMonitor.Event;
import io.respite.server.metrics.LatencyMonitor.Sample;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What is remembered of what took long, and how executions are counted by duration. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LatencyMonitorTest {
  private static final long MILLI = 1_000_000;
  private final LatencyMonitor monitor = new LatencyMonitor();

  @Test
  void keeps_the_longest_of_each_second() {
    monitor.threshold(10);
    monitor.took(Event.COMMAND, 9 * MILLI, 500);
    assertThat(monitor.history("command")).isNull();
    monitor.took(Event.COMMAND, 12 * MILLI, 1_000);
    monitor.took(Event.COMMAND, 30 * MILLI, 1_500);
    monitor.took(Event.COMMAND, 20 * MILLI, 1_999);
    monitor.took(Event.COMMAND, 11 * MILLI, 2_000);
    assertThat(monitor.history("command").samples())
        .containsExactly(new Sample(1, 30), new Sample(2, 11));
    assertThat(monitor.history("command").longestMillis()).isEqualTo(30);
  }

  @Test
  void keeps_the_newest_and_knows_the_longest_of_all() {
    monitor.threshold(1);
    for (int second = 0; second < 1_000; second++) {
      monitor.took(Event.EXPIRE_CYCLE, (second == 3 ? 99 : 2) * MILLI, second * 1000L);
    }
    List<Sample> samples = monitor.history("expire-cycle").samples();
    assertThat(samples).hasSize(160).endsWith(new Sample(999, 2));
    assertThat(monitor.history("expire-cycle").longestMillis()).isEqualTo(99);
  }

  @Test
  void a_threshold_of_zero_or_beyond_all_time_watches_nothing() {
    for (long threshold : new long[] {0, Long.MAX_VALUE}) {
      monitor.threshold(threshold);
      monitor.took(Event.COMMAND, Long.MAX_VALUE - 1, 0);
    }
    assertThat(monitor.all()).isEmpty();
  }

  @Test
  void executions_are_counted_up_to_powers_of_two() {
    CommandStatistics statistics = new CommandStatistics();
    assertThat(statistics.cumulated()).isEmpty();
    statistics.executed(0);
    statistics.executed(1_000);
    statistics.executed(1_500);
    statistics.executed(9_000);
    assertThat(statistics.cumulated()).containsExactly(2, 3, 3, 3, 4);
    statistics.executed(Long.MAX_VALUE);
    assertThat(statistics.cumulated()).endsWith(4, 5);
  }
}
