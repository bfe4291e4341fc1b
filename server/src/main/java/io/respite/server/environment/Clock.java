package io.respite.server.environment;

/** Source of time: what the wall shows, and what a stopwatch shows. */
public interface Clock {
  /**
   * Milliseconds since 1970-01-01T00:00Z. May jump, in both directions, when somebody sets the
   * machine's clock.
   */
  long millis();

  /** Microseconds since 1970-01-01T00:00Z; the same clock as {@link #millis()}. */
  long micros();

  /**
   * Nanoseconds since an arbitrary moment; never runs backwards. For durations and budgets only.
   */
  long nanos();

  /**
   * How long the calling thread has been ready to run, in its life, and waited for a processor that
   * others had; nanoseconds. Always 0 where the system does not tell.
   */
  default long queuedNanos() {
    return 0;
  }

  /** The machine's clock. */
  static Clock system() {
    return SystemClock.INSTANCE;
  }
}
