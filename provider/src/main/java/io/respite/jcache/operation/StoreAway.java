package io.respite.jcache.operation;

import io.respite.jcache.integration.Loading;
import io.respite.jcache.management.Statistics;
import io.respite.jcache.store.StoreException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from the source while the store cannot be reached. After a failure the store is left alone
 * for a second, so that not every read waits for its time-out; then a read tries it again.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
final class StoreAway<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(StoreAway.class);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Loading<K, V> loading;
  private final Statistics statistics;
  private volatile boolean away;
  private volatile long tryAgainNanos;

  StoreAway(Loading<K, V> loading, Statistics statistics) {
    this.loading = loading;
    this.statistics = statistics;
  }

  /** Whether the store should be left alone now. */
  boolean isAway() {
    return away && System.nanoTime() - tryAgainNanos < 0;
  }

  /** The store has answered. */
  void reached() {
    if (away) {
      away = false;
      LOG.info("The store answers again");
    }
  }

  /** The store has failed. */
  void lost(StoreException why) {
    tryAgainNanos = System.nanoTime() + PAUSE_NANOS;
    if (!away) {
      away = true;
      LOG.warn("Entries come from their source, because the store fails: {}", why.getMessage());
    }
  }

  /** The value from the cache's loader, which is not put into the store. */
  V load(K key) {
    return load(() -> loading.load(key));
  }

  /** The value from a source, which is not put into the store. */
  <E extends Exception> V load(Source<? extends V, E> source) throws E {
    statistics.loadWhileAway();
    return source.load();
  }
}
