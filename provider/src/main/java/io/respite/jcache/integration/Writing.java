package io.respite.jcache.integration;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import javax.cache.integration.CacheWriterException;

/**
 * How changes come to a cache's writer. Whatever it throws arrives as a {@link
 * CacheWriterException}.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public sealed interface Writing<K, V> permits WriteThrough, WriteBehind {
  /** Writes one entry. */
  void write(K key, V value);

  /** Deletes one entry. */
  void delete(K key);

  /** Writes entries; says which keys were written, also when some were not. */
  Batch<K> writeAll(Map<? extends K, ? extends V> entries);

  /** Deletes entries; says which keys were deleted, also when some were not. */
  Batch<K> deleteAll(Collection<? extends K> keys);

  /**
   * What became of a batch.
   *
   * @param done the keys the writer has dealt with
   * @param failure why it did not deal with the others, or null when it did
   * @param <K> the cache's keys
   */
  public record Batch<K>(Set<K> done, CacheWriterException failure) {
    /** Throws the failure if there is one. */
    public void rethrow() {
      if (failure != null) {
        throw failure;
      }
    }
  }
}
