package io.respite.server.persistence;

import io.respite.server.environment.Clock;
import io.respite.server.environment.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets whoever writes a file beside the clients give way where processors are scarce.
 *
 * <p>After each millisecond of work it looks how much of that the thread has waited for a processor
 * (see {@link Clock#queuedNanos}). Where there is one to spare that is next to nothing, and it goes
 * on at full speed. Where it is not, the thread is taking somebody's time, most likely the event
 * loop's, and rests eleven times as long as it has worked, now and after each of the next bursts: a
 * twelfth of a processor is what a save may cost the clients. Redis's child takes half of a
 * processor that it has to share.
 */
final class PacedOutput implements Storage.Output {
  private static final long BURST_NANOS = 1_000_000;

  /** The share of a burst that may be spent in the queue before the thread gives way. */
  private static final double MOST_QUEUED = 0.1;

  private static final int RESTS = 11;

  /**
   * For so many bursts it goes on resting without having waited: who has rested is let in first, so
   * that a burst that did not wait tells little.
   */
  private static final int BURSTS_OF_SCARCITY = 16;

  private static final long LONGEST_REST_NANOS = 50_000_000;

  private final Storage.Output output;
  private final Clock clock;
  private long burstNanos;
  private long queuedNanos;

  /** How many bursts from now on are followed by a rest. */
  private int scarce;

  PacedOutput(Storage.Output output, Clock clock) {
    this.output = output;
    this.clock = clock;
    begin();
  }

  private void begin() {
    burstNanos = clock.nanos();
    queuedNanos = clock.queuedNanos();
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    output.write(bytes);
    long worked = clock.nanos() - burstNanos;
    if (worked < BURST_NANOS) {
      return;
    }
    if (clock.queuedNanos() - queuedNanos > worked * MOST_QUEUED) {
      scarce = BURSTS_OF_SCARCITY;
    }
    if (scarce > 0) {
      scarce--;
      LockSupport.parkNanos(Math.min(worked * RESTS, LONGEST_REST_NANOS));
    }
    begin();
  }

  @Override
  public void force() throws IOException {
    output.force();
  }

  @Override
  public long size() throws IOException {
    return output.size();
  }

  @Override
  public void close() throws IOException {
    output.close();
  }
}
