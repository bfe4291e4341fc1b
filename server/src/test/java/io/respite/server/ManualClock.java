package io.respite.server;

import io.respite.server.environment.Clock;
import io.respite.server.environment.Environment;
import io.respite.server.environment.RandomSource;
import io.respite.server.environment.Storage;

/** A clock that moves when it is told to. */
public final class ManualClock implements Clock {
  private volatile long nanos = 1_700_000_000_000_000_000L;

  @Override
  public long millis() {
    return nanos / 1_000_000;
  }

  @Override
  public long micros() {
    return nanos / 1_000;
  }

  @Override
  public long nanos() {
    return nanos;
  }

  /** Lets time pass. */
  public synchronized void advanceMillis(long millis) {
    nanos += millis * 1_000_000;
  }

  /** The machine's files, this clock, and chance from a seed. */
  public Environment environment(long seed) {
    return new Environment(this, Storage.system(), RandomSource.seeded(seed));
  }
}
