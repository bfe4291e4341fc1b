package io.respite.jcache.store;

/**
 * An entry as it was read, and the right to change it there and in its source: of all who ask for
 * the claim of a key, in all JVMs that share a store, one has it at a time. Who changes the entry
 * without asking is not kept from it; so changing compares, too.
 */
public interface Claim {
  /** The record there is, or null. */
  byte[] entry();

  /**
   * Puts a value if the entry is still the one that was read, and ends the claim.
   *
   * @return whether it was put; see {@link Store#compareAndPut}
   */
  boolean put(byte[] value, long ttl);

  /**
   * Removes the entry, which was there, if it is still the one that was read; ends the claim.
   *
   * @return whether it was removed
   */
  boolean remove();

  /** Ends the claim if it has not ended; never fails, because it would end by itself. */
  void end();

  /** An entry that nobody claims. */
  static Claim none(Store store, byte[] key) {
    return none(store, key, store.get(key));
  }

  /** The same for an entry that was read already. */
  static Claim none(Store store, byte[] key, byte[] entry) {
    return new Claim() {
      @Override
      public byte[] entry() {
        return entry;
      }

      @Override
      public boolean put(byte[] value, long ttl) {
        return store.compareAndPut(key, entry, value, ttl);
      }

      @Override
      public boolean remove() {
        return store.compareAndRemove(key, entry);
      }

      @Override
      public void end() {
        // It keeps nobody away.
      }
    };
  }
}
