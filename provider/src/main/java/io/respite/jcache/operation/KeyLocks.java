package io.respite.jcache.operation;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;

/**
 * One lock per key, while somebody holds it.
 *
 * <p>Code of the application (loaders, writers, processors, synchronous listeners) runs under the
 * lock of the key it is about. Striped locks would be cheaper to build, but two keys that happen to
 * share a stripe could deadlock through such code; here only the application itself can build a
 * cycle, by calling back into the cache for other keys in opposite orders.
 *
 * <p>A lock is reentrant: code under it may use the same key. It guards against other threads of
 * this JVM only; against other writers of the store an operation compares and sets.
 *
 * <p>Invariants: (1) a lock is in the map from the moment it is acquired until it is released for
 * the last time; (2) it is never used again after that, so a thread that waits on one tries to put
 * its own next.
 */
final class KeyLocks {
  private final ConcurrentMap<Hold, Hold> held = new ConcurrentHashMap<>();

  /** Waits for the key and holds it. */
  Hold acquire(byte[] key) {
    var mine = new Hold(key);
    long since = 0;
    while (true) {
      Hold other = held.putIfAbsent(mine, mine);
      if (other == null) {
        return mine;
      }
      if (other.owner == mine.owner) {
        other.depth++;
        return other;
      }
      since = since == 0 ? System.nanoTime() : since;
      other.acquireShared(0);
      mine.inherit(other, since);
    }
  }

  /**
   * Holds several keys; always in the order of their bytes, so that two who do this never wait for
   * each other.
   */
  Hold[] acquireAll(byte[][] keys) {
    byte[][] sorted = keys.clone();
    Arrays.sort(sorted, Arrays::compareUnsigned);
    var holds = new Hold[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      holds[i] = acquire(sorted[i]);
    }
    return holds;
  }

  void release(Hold hold) {
    if (--hold.depth == 0) {
      held.remove(hold, hold);
      hold.releaseShared(0);
    }
  }

  void releaseAll(Hold[] holds) {
    for (Hold hold : holds) {
      release(hold);
    }
  }

  /**
   * A key held by a thread, and the gate where others wait until it is released; state 1 is open.
   */
  @SuppressWarnings("serial") // Never serialized; the superclass is Serializable.
  static final class Hold extends AbstractQueuedSynchronizer {
    private final transient byte[] key;
    private final int hash;
    private final transient Thread owner = Thread.currentThread();

    /** Only the owner reads and writes it. */
    private int depth = 1;

    /** Whether the thread that holds the key has its claim in the store. */
    private boolean claimed;

    /**
     * Whether this thread, or one before it that this one has waited for, has found that there is
     * no value, and when. Written before the key is released, read by those who waited for that.
     */
    private boolean foundNothing;

    private long foundNothingNanos;

    private Hold(byte[] key) {
      this.key = key;
      this.hash = Arrays.hashCode(key);
    }

    /** Learns from who held the key before what he found out since this thread waits. */
    private void inherit(Hold before, long sinceNanos) {
      foundNothing = before.foundNothing && before.foundNothingNanos - sinceNanos >= 0;
      foundNothingNanos = before.foundNothingNanos;
    }

    boolean isClaimed() {
      return claimed;
    }

    void claim(boolean now) {
      claimed = now;
    }

    /** Whether the thread held the key already when it acquired it. */
    boolean isReentrant() {
      return depth > 1;
    }

    /** Whether the source turned out to have nothing for this key while this thread waited. */
    boolean foundNothing() {
      return foundNothing;
    }

    /** Lets those who wait for the key know that the source has nothing. */
    void findNothing() {
      foundNothing = true;
      foundNothingNanos = System.nanoTime();
    }

    @Override
    protected int tryAcquireShared(int ignored) {
      return getState() == 1 ? 1 : -1;
    }

    @Override
    protected boolean tryReleaseShared(int ignored) {
      setState(1);
      return true;
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Hold hold && hash == hold.hash && Arrays.equals(key, hold.key);
    }
  }
}
