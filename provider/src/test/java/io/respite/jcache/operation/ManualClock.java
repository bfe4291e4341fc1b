package io.respite.jcache.operation;

import io.respite.server.environment.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is moved. */
final class ManualClock implements Clock {
  private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);

  void advanceSeconds(long seconds) {
    millis.addAndGet(TimeUnit.SECONDS.toMillis(seconds));
  }

  @Override
  public long millis() {
    return millis.get();
  }

  @Override
  public long micros() {
    return TimeUnit.MILLISECONDS.toMicros(millis.get());
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }
}
