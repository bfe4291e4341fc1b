package io.respite.jcache.event;

import javax.cache.Cache;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.EventType;

/**
 * What one listener is told about one change.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
final class Event<K, V> extends CacheEntryEvent<K, V> {
  private static final long serialVersionUID = 1L;

  private final transient K key;
  private final transient V value;
  private final transient V oldValue;

  /**
   * @param value the new value; for an entry that is gone, the value it had, if the listener asked
   *     for old values
   * @param oldValue the value before, if there was one and the listener asked for it; otherwise
   *     null
   */
  Event(Cache<K, V> source, EventType type, K key, V value, V oldValue) {
    super(source, type);
    this.key = key;
    this.value = value;
    this.oldValue = oldValue;
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
  public V getOldValue() {
    return oldValue;
  }

  @Override
  public boolean isOldValueAvailable() {
    return oldValue != null;
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw new IllegalArgumentException("This event is not a " + type.getName());
  }

  @Override
  public String toString() {
    return "%s of key %s in cache %s".formatted(getEventType(), key, getSource().getName());
  }
}
