package io.respite.jcache.integration;

import java.util.HashMap;
import java.util.Map;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;

/**
 * A cache's loader. Whatever it throws arrives as a {@link CacheLoaderException}.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public final class Loading<K, V> {
  private final CacheLoader<K, V> loader;

  public Loading(CacheLoader<K, V> loader) {
    this.loader = loader;
  }

  /** The value of a key, or null when the source has none. */
  public V load(K key) {
    try {
      return loader.load(key);
    } catch (CacheLoaderException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new CacheLoaderException("The loader failed for key " + key, e);
    }
  }

  /**
   * The values of those keys for which the source has one; never null, and without null keys or
   * values.
   */
  public Map<K, V> loadAll(Iterable<? extends K> keys) {
    Map<K, V> loaded;
    try {
      loaded = loader.loadAll(keys);
    } catch (CacheLoaderException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new CacheLoaderException("The loader failed for several keys", e);
    }
    var known = new HashMap<K, V>();
    if (loaded != null) {
      loaded.forEach(
          (key, value) -> {
            if (key != null && value != null) {
              known.put(key, value);
            }
          });
    }
    return known;
  }

  /** The application's object. */
  public CacheLoader<K, V> loader() {
    return loader;
  }
}
