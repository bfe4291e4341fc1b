package io.respite.server.keyspace;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to touch the engine's state. A server's event loop takes it once per batch of requests;
 * an embedded caller takes it for one operation and runs it in its own thread. Whoever holds it
 * runs single-threaded code.
 *
 * <p>Taking it again while holding it is allowed, so that a batch may be made of single operations.
 */
public final class Baton {
  private final ReentrantLock lock = new ReentrantLock();
  private final Keyspace keyspace;

  Baton(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /** Waits for the baton and takes it; time as commands see it moves on. */
  public void take() {
    lock.lock();
    if (lock.getHoldCount() == 1) {
      keyspace.turnBaton();
    }
  }

  /** Gives it back. */
  public void pass() {
    lock.unlock();
  }

  /** Whether the calling thread holds it. */
  public boolean held() {
    return lock.isHeldByCurrentThread();
  }

  /** Whether somebody waits for it: long work in slices passes it on then. */
  public boolean wanted() {
    return lock.hasQueuedThreads();
  }
}
