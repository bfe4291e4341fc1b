package io.respite.server.encoding;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A map from keys to items that know their keys, in ascending order, of which images can be taken
 * without a pause: {@link Blocks}, searched by halving, first among the blocks, then in one.
 *
 * <p>An item takes one reference, that is four bytes and a share of a block. Items are mostly added
 * at the end and removed at the beginning; both ends are reached without a search among blocks.
 *
 * @param <K> what the items are ordered by
 * @param <E> what the items are, never null
 */
public final class SortedBlocks<K, E> extends Blocks<E> implements Sorted<K, E> {
  /** Compares an item's key with a key. */
  @FunctionalInterface
  public interface Order<K, E> {
    /** Below 0, 0 or above 0 as the item's key is below, equal to or above {@code key}. */
    int compare(E item, K key);
  }

  /** The place of no item. */
  static final long NOWHERE = -1;

  private final Order<? super K, ? super E> order;

  /** No items. */
  public SortedBlocks(Order<? super K, ? super E> order) {
    this.order = order;
  }

  private SortedBlocks(SortedBlocks<K, E> other) {
    super(other);
    this.order = other.order;
  }

  /**
   * A map of its own with the same items; the items themselves are shared. Takes no time, however
   * many there are. If it is not changed, it may be read by another thread while this one is.
   */
  public SortedBlocks<K, E> fork() {
    return new SortedBlocks<>(this);
  }

  @Override
  long weightOf(E item) {
    return 1;
  }

  /** A place in one number, which ascends with the places. */
  private static long place(int block, int index) {
    return (long) block << 32 | index;
  }

  static int blockOf(long place) {
    return (int) (place >> 32);
  }

  static int indexOf(long place) {
    return (int) place;
  }

  /** The place of the last item whose key is not above a key, or {@link #NOWHERE}. */
  long floor(K key) {
    int low = 0;
    int high = blocks() - 1;
    if (high < 0 || order.compare(item(0, 0), key) > 0) {
      return NOWHERE;
    }
    if (order.compare(item(high, 0), key) <= 0) {
      low = high;
    }
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (order.compare(item(middle, 0), key) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    int block = low;
    low = 0;
    high = count(block) - 1;
    if (order.compare(item(block, high), key) <= 0) {
      low = high;
    }
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (order.compare(item(block, middle), key) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return place(block, low);
  }

  private boolean isAt(long place, K key) {
    return place != NOWHERE && order.compare(item(blockOf(place), indexOf(place)), key) == 0;
  }

  @Override
  public int size() {
    return (int) Math.min(items(), Integer.MAX_VALUE);
  }

  @Override
  public boolean isEmpty() {
    return blocks() == 0;
  }

  @Override
  public E get(K key) {
    long place = floor(key);
    return isAt(place, key) ? item(blockOf(place), indexOf(place)) : null;
  }

  @Override
  public E first() {
    return isEmpty() ? null : item(0, 0);
  }

  @Override
  public E last() {
    int block = blocks() - 1;
    return block < 0 ? null : item(block, count(block) - 1);
  }

  /**
   * Adds an item, in the place of the one with the same key if there is one.
   *
   * @param key the item's
   * @return the item that was there, or null
   */
  public E put(K key, E item) {
    long place = floor(key);
    if (isAt(place, key)) {
      E before = item(blockOf(place), indexOf(place));
      set(blockOf(place), indexOf(place), item);
      return before;
    }
    if (place == NOWHERE) {
      insert(0, 0, item);
    } else {
      insert(blockOf(place), indexOf(place) + 1, item);
    }
    return null;
  }

  /**
   * Puts an item in the place of the one with the same key.
   *
   * @throws IllegalStateException when there is none
   */
  public void replace(K key, E item) {
    long place = floor(key);
    if (!isAt(place, key)) {
      throw new IllegalStateException("what is to be replaced is not there");
    }
    set(blockOf(place), indexOf(place), item);
  }

  /** Removes the item with a key; that item, or null. */
  public E remove(K key) {
    long place = floor(key);
    if (!isAt(place, key)) {
      return null;
    }
    E item = item(blockOf(place), indexOf(place));
    remove(blockOf(place), indexOf(place));
    return item;
  }

  /** Bytes of heap, without the items. */
  public long heapBytes() {
    return frameBytes();
  }

  @Override
  public Iterator<E> iterator() {
    return new Ascending(place(0, 0));
  }

  @Override
  public Iterable<E> from(K key, boolean inclusive) {
    return () -> {
      long place = floor(key);
      if (place == NOWHERE) {
        return iterator();
      }
      boolean here = inclusive && isAt(place, key);
      return new Ascending(place(blockOf(place), indexOf(place) + (here ? 0 : 1)));
    };
  }

  @Override
  public Iterable<E> downFrom(K key) {
    return () -> new Descending(floor(key));
  }

  /** From a place on, which may be behind the last of a block. */
  private final class Ascending implements Iterator<E> {
    private int block;
    private int index;

    Ascending(long place) {
      block = blockOf(place);
      index = indexOf(place);
    }

    @Override
    public boolean hasNext() {
      if (block < blocks() && index >= count(block)) {
        block++;
        index = 0;
      }
      return block < blocks();
    }

    @Override
    public E next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return item(block, index++);
    }
  }

  /** From a place down. */
  private final class Descending implements Iterator<E> {
    private int block;
    private int index;

    Descending(long place) {
      block = place == NOWHERE ? -1 : blockOf(place);
      index = place == NOWHERE ? 0 : indexOf(place);
    }

    @Override
    public boolean hasNext() {
      return block >= 0;
    }

    @Override
    public E next() {
      if (block < 0) {
        throw new NoSuchElementException();
      }
      E item = item(block, index);
      if (index > 0) {
        index--;
      } else if (--block >= 0) {
        index = count(block) - 1;
      }
      return item;
    }
  }
}
