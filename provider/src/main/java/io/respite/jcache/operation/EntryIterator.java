package io.respite.jcache.operation;

import io.respite.jcache.store.Store;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;

/**
 * Walks over the live entries of a cache, a page at a time, in no order.
 *
 * <p>Like every walk by cursor it is weakly consistent: an entry that is there all the time is met;
 * one that comes or goes meanwhile may be; and if the cache grows or shrinks a lot meanwhile, one
 * may be met twice.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 * @param <E> the entries it makes of them
 */
public final class EntryIterator<K, V, E> implements Iterator<E> {
  private static final int PAGE = 512;

  private final Store store;
  private final Marshalling<K, V> marshalling;
  private final EntryOperations<K, V> entries;
  private final BiFunction<K, V, E> maker;
  private final Deque<byte[]> page = new ArrayDeque<>();
  private long cursor;
  private boolean complete;

  /** The entry delivered last, until it is removed. */
  private byte[] current;

  /** Begins a walk; {@code maker} makes what {@link #next} returns. */
  public EntryIterator(
      CacheParts<K, V> parts, EntryOperations<K, V> entries, BiFunction<K, V, E> maker) {
    this.store = parts.store();
    this.marshalling = parts.marshalling();
    this.entries = entries;
    this.maker = maker;
  }

  @Override
  public boolean hasNext() {
    while (true) {
      while (!page.isEmpty()) {
        long deadline = store.expireAt(page.peek());
        if (deadline == 0 || deadline > store.currentTimeMillis()) {
          return true;
        }
        page.remove();
      }
      if (complete) {
        return false;
      }
      cursor = store.scan(cursor, PAGE, page::add);
      complete = cursor == 0;
    }
  }

  @Override
  public E next() {
    if (!hasNext()) {
      throw new NoSuchElementException("The cache has no more entries");
    }
    long begin = entries.begin();
    current = page.remove();
    K key = marshalling.keyOf(current);
    V value = marshalling.valueOf(current);
    entries.accessed(key, marshalling.keyBytesOf(current), current);
    entries.countLookup(true, begin);
    return maker.apply(key, value);
  }

  @Override
  public void remove() {
    if (current == null) {
      throw new IllegalStateException(
          "next() has not been called, or the entry has been removed already");
    }
    entries.removeEncoded(marshalling.keyOf(current), marshalling.keyBytesOf(current));
    current = null;
  }
}
