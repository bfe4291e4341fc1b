package io.respite.benchmarks.remote;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.MutableEntry;

/** The JCache provider that is alone on the class path. */
final class JCacheContender implements Contender {
  private static final EntryProcessor<String, String, Boolean> ADVANCE = new Advance();

  private final CacheManager manager;
  private final Cache<String, String> cache;

  /**
   * Opens a cache.
   *
   * @param uri of the cache manager
   * @param lifetime of entries from their creation, or null for ever
   */
  JCacheContender(URI uri, String cacheName, Duration lifetime) {
    manager =
        Caching.getCachingProvider().getCacheManager(uri, JCacheContender.class.getClassLoader());
    MutableConfiguration<String, String> configuration =
        new MutableConfiguration<String, String>()
            .setTypes(String.class, String.class)
            .setStoreByValue(true);
    if (lifetime != null) {
      configuration.setExpiryPolicyFactory(
          CreatedExpiryPolicy.factoryOf(
              new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, lifetime.toMillis())));
    }
    cache = manager.createCache(cacheName, configuration);
  }

  @Override
  public String get(String key) {
    return cache.get(key);
  }

  @Override
  public void put(String key, String value) {
    cache.put(key, value);
  }

  @Override
  public Map<String, String> getAll(Set<String> keys) {
    return cache.getAll(keys);
  }

  @Override
  public void putAll(Map<String, String> entries) {
    cache.putAll(entries);
  }

  @Override
  public void advance(String key) {
    cache.invoke(key, ADVANCE);
  }

  @Override
  public long iterate(BooleanSupplier stop) {
    long seen = 0;
    for (Cache.Entry<String, String> entry : cache) {
      if (entry.getValue() == null) {
        throw new IllegalStateException(entry.getKey() + " has no value");
      }
      seen++;
      if (stop.getAsBoolean()) {
        break;
      }
    }
    return seen;
  }

  @Override
  public void close() {
    cache.close();
  }

  private static final class Advance
      implements EntryProcessor<String, String, Boolean>, java.io.Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean process(MutableEntry<String, String> entry, Object... arguments) {
      entry.setValue(Texts.next(entry.getValue()));
      return true;
    }
  }
}
