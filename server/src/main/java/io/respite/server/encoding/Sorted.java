package io.respite.server.encoding;

/**
 * Items in the order of their keys, for readers. What is handed out while the items are iterated
 * may be replaced by another of the same key, but none may be added or removed.
 *
 * @param <K> what the items are ordered by
 * @param <E> what the items are, never null
 */
public interface Sorted<K, E> extends Iterable<E> {
  /** Number of items. */
  int size();

  /** Whether there are none. */
  boolean isEmpty();

  /** The item with a key, or null. */
  E get(K key);

  /** The item with the smallest key, or null. */
  E first();

  /** The item with the largest key, or null. */
  E last();

  /**
   * The items from a key on, ascending.
   *
   * @param inclusive whether the item with this very key is one of them
   */
  Iterable<E> from(K key, boolean inclusive);

  /** The items from a key down, that one included, descending. */
  Iterable<E> downFrom(K key);
}
