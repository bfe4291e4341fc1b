package io.respite.jcache.store;

/** A cache manager's connection to a datastore. */
public interface StoreConnection extends AutoCloseable {

  /**
   * The entries of a cache. They are created with the first write and stay in the datastore when
   * the cache is closed.
   *
   * @param cache the cache's name, not empty
   * @param limit how large it may grow
   * @param listener hears of entries that expire or are evicted, until {@link Store#detach}
   */
  Store open(String cache, SizeLimit limit, StoreListener listener);

  /**
   * Leaves the datastore; an embedded one ends with its last connection, and its entries with it.
   */
  @Override
  void close();
}
