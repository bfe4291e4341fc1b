package io.respite.server.metrics;

/** What INFO commandstats shows of one command. Plain fields: they belong to the baton's holder. */
public final class CommandStatistics {
  /** Times it was executed. */
  public long calls;

  /** Time spent in it, nanoseconds. */
  public long nanos;

  /** Times it was refused before it was executed. */
  public long rejected;

  /** Times it was executed and answered with an error. */
  public long failed;

  /** One execution more. */
  public void executed(long durationNanos) {
    calls++;
    nanos += durationNanos;
  }

  /** Back to zero, as CONFIG RESETSTAT does. */
  public void reset() {
    calls = 0;
    nanos = 0;
    rejected = 0;
    failed = 0;
  }
}
