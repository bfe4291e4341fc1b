package io.respite.server.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** The machine's clock. */
enum SystemClock implements Clock {
  INSTANCE;

  private static final Path SCHEDULER = Path.of("/proc/thread-self/schedstat");

  @Override
  public long millis() {
    return System.currentTimeMillis();
  }

  @Override
  public long micros() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long queuedNanos() {
    // Linux: time on a processor, time in the queue, and how often it got one.
    try {
      String line = Files.readString(SCHEDULER);
      int from = line.indexOf(' ') + 1;
      return Long.parseLong(line.substring(from, line.indexOf(' ', from)));
    } catch (IOException | RuntimeException notTold) {
      return 0;
    }
  }
}
