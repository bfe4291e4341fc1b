package io.respite.jcache;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The loads of one cache that run in threads of their own: before a cache closes the application's
 * loader it lets them come to their end, and after that none begins.
 */
final class RunningLoads {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Set<Thread> running = new HashSet<>();
  private boolean closed;

  /** Begins a load in this thread; false when it is too late for that. */
  synchronized boolean begin() {
    return !closed && running.add(Thread.currentThread());
  }

  synchronized void end() {
    running.remove(Thread.currentThread());
    notifyAll();
  }

  /**
   * Lets no more begin, and waits for those that run, for ten seconds at most; for a load that
   * closes its own cache not at all.
   */
  synchronized void close() {
    closed = true;
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    try {
      while (running.stream().anyMatch(thread -> thread != Thread.currentThread())) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
