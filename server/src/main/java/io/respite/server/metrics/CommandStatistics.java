package io.respite.server.metrics;

import java.util.Arrays;

/** What INFO commandstats shows of one command. Plain fields: they belong to the baton's holder. */
public final class CommandStatistics {
  private static final int STEPS = 16;

  /** Durations up to 2^10 nanoseconds, a microsecond, are not told apart in {@link #cumulated}. */
  private static final int SMALLEST_POWER = 10;

  /** Enough for 2^40 nanoseconds, a quarter of an hour. */
  private static final int BUCKETS = 38 * STEPS;

  /** Times it was executed. */
  public long calls;

  /** Time spent in it, nanoseconds. */
  public long nanos;

  /** Times it was refused before it was executed. */
  public long rejected;

  /** Times it was executed and answered with an error. */
  public long failed;

  /**
   * Executions by duration: 16 buckets to a power of two, so that a bucket's ends are 6 % apart.
   */
  private int[] durations;

  /** One execution more. */
  public void executed(long durationNanos) {
    calls++;
    nanos += durationNanos;
    if (durations == null) {
      durations = new int[BUCKETS];
    }
    durations[bucket(durationNanos)]++;
  }

  private static int bucket(long nanos) {
    if (nanos < STEPS) {
      return (int) Math.max(0, nanos);
    }
    int power = 63 - Long.numberOfLeadingZeros(nanos);
    return Math.min(
        BUCKETS - 1, (power - 3) * STEPS + (int) ((nanos >> (power - 4)) & (STEPS - 1)));
  }

  /** The longest duration that falls into a bucket. */
  private static long highest(int bucket) {
    if (bucket < STEPS) {
      return bucket;
    }
    int power = bucket / STEPS + 3;
    return ((long) (STEPS + bucket % STEPS + 1) << (power - 4)) - 1;
  }

  /** The duration that this share of all executions, 0 to 100, did not exceed; nanoseconds. */
  public long latencyNanos(double percentile) {
    if (durations == null) {
      return 0;
    }
    long total = 0;
    for (int count : durations) {
      total += count;
    }
    double wanted = Math.max(1, Math.ceil(total * percentile / 100));
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += durations[i];
      if (seen >= wanted) {
        return highest(i);
      }
    }
    return 0;
  }

  /**
   * How many executions took no longer than 2^(10 + i) nanoseconds, for each place i; as many
   * places as it takes to count all of them, none when there are none.
   */
  public long[] cumulated() {
    if (durations == null) {
      return new long[0];
    }
    long[] upTo = new long[BUCKETS / STEPS];
    int places = 0;
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += durations[i];
      int place = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(highest(i)) - SMALLEST_POWER);
      upTo[place] = seen;
      places = durations[i] > 0 ? place + 1 : places;
    }
    return Arrays.copyOf(upTo, places);
  }

  /** Back to zero, as CONFIG RESETSTAT does. */
  public void reset() {
    calls = 0;
    nanos = 0;
    rejected = 0;
    failed = 0;
    durations = null;
  }
}
