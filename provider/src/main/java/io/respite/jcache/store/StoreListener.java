package io.respite.jcache.store;

/**
 * Hears of entries that the store removes by itself, and of what others do to them. It is called
 * while the store is busy: it must return at once, must not call the store and must not throw.
 */
public interface StoreListener {
  /** An entry's time was over. */
  void expired(byte[] record);

  /** An entry had to make room. */
  void evicted(byte[] record);

  /**
   * Somebody else, in another JVM, has changed an entry. Only what {@link Store#hear} asked for is
   * told.
   *
   * @param who tells those who change something from each other
   * @param record the entry as it is now; of one that is gone, its key alone
   * @param oldRecord the entry as it was, or null where that was not asked for
   */
  default void changed(long who, ChangeKind kind, byte[] record, byte[] oldRecord) {}

  /**
   * This JVM has changed an entry: what was told of that key came before, what will be told comes
   * after. Only where the store {@link Store#echoes}.
   */
  default void echoed(byte[] key) {}

  /**
   * Runs a task, in another thread, when all that has been told so far of somebody's changes of a
   * key has reached listeners.
   *
   * @param key null for all keys
   */
  default void afterwards(long who, byte[] key, Runnable task) {}

  /**
   * Whether the thread that asks is just telling listeners what has been told here; what they
   * change must not wait for other JVMs' listeners, which may be waiting for this one.
   */
  default boolean isTelling() {
    return false;
  }

  /** Synchronous listeners elsewhere were waited for in vain. */
  default void unanswered() {}
}
