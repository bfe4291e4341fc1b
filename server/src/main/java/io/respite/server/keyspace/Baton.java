package io.respite.server.keyspace;

import io.respite.server.encoding.Owner;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to touch the engine's state. A server's event loop takes it once per batch of requests;
 * an embedded caller takes it for one operation and runs it in its own thread. Whoever holds it
 * runs single-threaded code.
 *
 * <p>Taking it again while holding it is allowed, so that a batch may be made of single operations.
 *
 * <p>A script that takes too long keeps the engine <em>occupied</em>: it passes the baton every few
 * milliseconds, but only to those who can do without the data ({@link #takeOccupied}), such as a
 * server that tells its clients so. Everybody else waits until the script has ended, and time
 * stands still, so that what the script does is one moment to all of them.
 */
public final class Baton implements Owner {
  /** Longest time that those who wait get to take the baton before it is taken again. */
  private static final long COURTESY_NANOS = 1_000_000;

  private static final long COURTESY_STEP_NANOS = 20_000;

  /**
   * How often a thread looks whether the baton is free before it goes to sleep. A holder needs some
   * hundred nanoseconds most often, and falling asleep and being woken some ten thousand.
   */
  private static final int LOOKS = Runtime.getRuntime().availableProcessors() > 1 ? 100 : 0;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition free = lock.newCondition();
  private final Keyspace keyspace;
  private boolean occupied;
  private volatile Runnable committer = () -> {};

  Baton(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /** Waits for the baton and takes it; time as commands see it moves on. */
  @Override
  public void take() {
    if (!lock.tryLock()) {
      takeContended();
    }
    if (lock.getHoldCount() == 1) {
      while (occupied) {
        free.awaitUninterruptibly();
      }
      keyspace.turnBaton();
    }
  }

  private void takeContended() {
    for (int i = 0; i < LOOKS; i++) {
      Thread.onSpinWait();
      if (!lock.isLocked() && lock.tryLock()) {
        return;
      }
    }
    lock.lock();
  }

  /** The same, even while the engine is occupied: the data must not be touched then. */
  public void takeOccupied() {
    lock.lock();
    if (lock.getHoldCount() == 1) {
      keyspace.turnBaton();
    }
  }

  /** Gives it back. */
  @Override
  public void pass() {
    lock.unlock();
  }

  /** Sets what {@link #passAndCommit} does besides. */
  public void committer(Runnable action) {
    committer = action;
  }

  /**
   * Gives it back, and then sees to it that what has been changed is as durable as the engine
   * promises: for callers that nobody else does that for, as an event loop does for its clients.
   *
   * @throws IllegalStateException when that cannot be done
   */
  public void passAndCommit() {
    boolean last = lock.getHoldCount() == 1;
    lock.unlock();
    if (last) {
      committer.run();
    }
  }

  /** Whether the calling thread holds it. */
  public boolean held() {
    return lock.isHeldByCurrentThread();
  }

  /** Whether somebody waits for it: long work in slices passes it on then. */
  public boolean wanted() {
    return lock.hasQueuedThreads();
  }

  /** Whether a script keeps the engine occupied. */
  public boolean occupied() {
    return occupied;
  }

  /** Begins or ends the engine's occupation; by who holds the baton. */
  public void occupied(boolean yes) {
    occupied = yes;
    keyspace.holdTime(yes);
    if (!yes) {
      free.signalAll();
    }
  }

  /** Lets those take the baton in between who wait for it; by who occupies the engine. */
  public void rest() {
    int holds = lock.getHoldCount();
    for (int i = 0; i < holds; i++) {
      lock.unlock();
    }
    letOthers();
    for (int i = 0; i < holds; i++) {
      lock.lock();
    }
    keyspace.turnBaton();
  }

  /**
   * Lets those take the baton who wait for it; by who has just passed it and will take it again.
   */
  public void letOthers() {
    // The lock is not fair, because that would cost every batch a change of threads.
    long begin = keyspace.environment().clock().nanos();
    while (lock.hasQueuedThreads()
        && keyspace.environment().clock().nanos() - begin < COURTESY_NANOS) {
      LockSupport.parkNanos(COURTESY_STEP_NANOS);
    }
  }
}
