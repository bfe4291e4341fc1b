package io.respite.jcache.integration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;

/**
 * Writes at once, in the thread that changes the cache.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public final class WriteThrough<K, V> implements Writing<K, V> {
  private final CacheWriter<? super K, ? super V> writer;

  public WriteThrough(CacheWriter<? super K, ? super V> writer) {
    this.writer = writer;
  }

  @Override
  public void write(K key, V value) {
    try {
      writer.write(new WrittenEntry<>(key, value));
    } catch (CacheWriterException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new CacheWriterException("The writer failed to write key " + key, e);
    }
  }

  @Override
  public void delete(K key) {
    try {
      writer.delete(key);
    } catch (CacheWriterException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new CacheWriterException("The writer failed to delete key " + key, e);
    }
  }

  @Override
  public Batch<K> writeAll(Map<? extends K, ? extends V> entries) {
    // The writer removes from the collection what it has written; what is left when it throws has
    // failed.
    Collection<Cache.Entry<? extends K, ? extends V>> pending = new ArrayList<>(entries.size());
    entries.forEach((key, value) -> pending.add(new WrittenEntry<>(key, value)));
    CacheWriterException failure = null;
    try {
      writeAllUnchecked(pending);
    } catch (CacheWriterException e) {
      failure = e;
    } catch (RuntimeException e) {
      failure =
          new CacheWriterException("The writer failed to write " + entries.size() + " entries", e);
    }
    Set<K> done = new HashSet<>(entries.keySet());
    if (failure != null) {
      pending.forEach(entry -> done.remove(entry.getKey()));
    }
    return new Batch<>(done, failure);
  }

  /**
   * The interface's wildcards ask for a collection of entries of the writer's own type, which these
   * entries are.
   */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private void writeAllUnchecked(Collection<Cache.Entry<? extends K, ? extends V>> pending) {
    ((CacheWriter) writer).writeAll(pending);
  }

  @Override
  public Batch<K> deleteAll(Collection<? extends K> keys) {
    List<K> pending = new ArrayList<>(keys);
    CacheWriterException failure = null;
    try {
      writer.deleteAll(pending);
    } catch (CacheWriterException e) {
      failure = e;
    } catch (RuntimeException e) {
      failure =
          new CacheWriterException("The writer failed to delete " + keys.size() + " entries", e);
    }
    Set<K> done = new HashSet<>(keys);
    if (failure != null) {
      pending.forEach(done::remove);
    }
    return new Batch<>(done, failure);
  }

  /** The application's object. */
  public CacheWriter<? super K, ? super V> writer() {
    return writer;
  }

  /** An entry as the writer sees it. */
  private record WrittenEntry<K, V>(K key, V value) implements Cache.Entry<K, V> {
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
      if (type.isInstance(this)) {
        return type.cast(this);
      }
      throw new IllegalArgumentException("This entry is not a " + type.getName());
    }
  }
}
