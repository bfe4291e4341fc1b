package io.respite.jcache.operation;

import io.respite.jcache.event.Listeners;
import io.respite.jcache.expiry.Expiry;
import io.respite.jcache.integration.Loading;
import io.respite.jcache.integration.Writing;
import io.respite.jcache.management.Statistics;
import io.respite.jcache.store.Store;
import java.util.concurrent.Executor;

/**
 * What the operations of one cache work with.
 *
 * @param loader the loader, or null; {@code loadAll} uses it even when the cache does not read
 *     through
 * @param readsThrough whether other operations use the loader too
 * @param writing the writer of a cache that writes through, otherwise null
 * @param liveBytes how many bytes {@link LiveValues} may take, 0 for none
 * @param loadLeaseMillis how long one of all JVMs may load an entry that the others wait for; 0
 *     when each loads for itself
 * @param refreshAheadMillis how long before its end an entry that is read is loaded anew, 0 for
 *     never
 * @param loadsWhenAway whether a read that the store fails is answered by the loader
 * @param threads runs what nobody waits for
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public record CacheParts<K, V>(
    Store store,
    Marshalling<K, V> marshalling,
    Expiry expiry,
    Loading<K, V> loader,
    boolean readsThrough,
    Writing<K, V> writing,
    Listeners<K, V> listeners,
    Statistics statistics,
    StoreEvents<K, V> events,
    long liveBytes,
    long loadLeaseMillis,
    long refreshAheadMillis,
    boolean loadsWhenAway,
    Executor threads) {

  /** The loader that a miss calls, or null. */
  Loading<K, V> readThrough() {
    return readsThrough ? loader : null;
  }
}
