package io.respite.jcache;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import javax.cache.Cache;

/**
 * A key and the value it had when the entry was read. It does not follow later changes of the
 * cache.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public final class RespiteEntry<K, V> implements Cache.Entry<K, V> {
  private final K key;
  private final V value;

  RespiteEntry(K key, V value) {
    this.key = requireNonNull(key, "key");
    this.value = requireNonNull(value, "value");
  }

  @Override
  public K getKey() {
    return key;
  }

  @Override
  public V getValue() {
    return value;
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    return Unwrapping.unwrap(this, type);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RespiteEntry<?, ?> entry
        && key.equals(entry.key)
        && value.equals(entry.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, value);
  }

  @Override
  public String toString() {
    return key + "=" + value;
  }
}
