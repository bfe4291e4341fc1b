package io.respite.jcache.store;

/** A cache manager's connection to a datastore. */
public interface StoreConnection extends AutoCloseable {

  /**
   * The entries of a cache. They are created with the first write and stay in the datastore when
   * the cache is closed.
   *
   * @param cache the cache's name, not empty
   * @param form how it is to be stored
   * @param listener hears of entries that expire or are evicted, until {@link Store#detach}
   * @throws IllegalArgumentException when this datastore cannot store a cache in that form, or has
   *     the cache in another one
   */
  Store open(String cache, StoredForm form, StoreListener listener);

  /** Removes a cache: its entries, and all else that the datastore has of it. */
  void destroy(String cache);

  /**
   * Leaves the datastore; an embedded one ends with its last connection, and its entries with it.
   */
  @Override
  void close();
}
