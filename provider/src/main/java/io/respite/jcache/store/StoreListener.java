package io.respite.jcache.store;

/**
 * Hears of entries that the store removes by itself. It is called while the store is busy: it must
 * return at once, must not call the store and must not throw.
 */
public interface StoreListener {
  /** An entry's time was over. */
  void expired(byte[] record);

  /** An entry had to make room. */
  void evicted(byte[] record);
}
