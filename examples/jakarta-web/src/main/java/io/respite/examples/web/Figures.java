package io.respite.examples.web;

import io.respite.jcache.RespiteCache;
import io.respite.jcache.cdi.CacheName;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.atomic.DoubleAdder;
import javax.cache.Cache;
import javax.cache.CacheManager;

/** What the cache has been good for since the application started. */
@ApplicationScoped
public class Figures {
  @Inject
  @CacheName("journeys")
  private Cache<String, Journey> cache;

  @Inject @CacheName private CacheManager manager;

  private final DoubleAdder savedMillis = new DoubleAdder();

  /**
   * The figures at one moment.
   *
   * @param hits how often the cache had the answer
   * @param misses how often the database was asked
   * @param savedMillis how long the database would have taken for the hits, less what they took
   * @param store where the cache is
   */
  public record Snapshot(long hits, long misses, double savedMillis, String store) {}

  /** Counts an answer that took {@code millis}. */
  void answered(Journey journey, double millis, boolean hit) {
    if (hit) {
      savedMillis.add(Math.max(0, journey.queryMillis() - millis));
    }
  }

  /** The figures now. */
  Snapshot now() {
    var statistics = RespiteCache.of(cache).statistics();
    return new Snapshot(
        statistics.hits(), statistics.misses(), savedMillis.sum(), manager.getURI().toString());
  }
}
