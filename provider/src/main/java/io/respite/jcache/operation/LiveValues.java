package io.respite.jcache.operation;

import io.respite.jcache.store.Store;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Values as objects, kept beside their bytes for the entries read of late, so that reading one
 * again neither searches the store nor decodes.
 *
 * <p>Only for keys and values that cannot be changed (strings, numbers, and what else the plain
 * codecs make): such a value may be handed to everybody although the cache stores by value. The
 * store stays the only place that knows what an entry is: an object here is worth something only as
 * long as {@link Store#isCurrent} says that the record it was decoded from is still the entry's, so
 * nothing has to be invalidated, whoever changes the cache.
 *
 * <pre>
 *   slots    [ · | A | · | · | C | B | · | · ]     a key's place is given by its hash; when that is taken,
 *              0   1   2   3   4   5   6   7       its neighbour (place xor 1); when both are, the first gives way
 * </pre>
 *
 * The table doubles while it is being filled, up to a number of slots, and holds at most a number
 * of bytes; beyond that, new objects only take the places of old ones of their size or larger.
 * Slots are read and written without a lock; an object published by a race has final fields only.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
final class LiveValues<K, V> {
  private static final int SMALLEST = 1 << 8;
  private static final int LARGEST = 1 << 19;

  /** What key, value and this object's own take beside their bytes. */
  private static final int OVERHEAD_BYTES = 120;

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Live[].class);

  private final Store store;
  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();
  private volatile Live[] slots = new Live[SMALLEST];

  /**
   * How many objects were kept since the table last grew; racy, a few more or less do not matter.
   */
  private int kept;

  private static final class Live {
    final int hash;
    final Object key;
    final Object value;
    final byte[] record;
    final Object incarnation;

    Live(int hash, Object key, Object value, byte[] record, Object incarnation) {
      this.hash = hash;
      this.key = key;
      this.value = value;
      this.record = record;
      this.incarnation = incarnation;
    }

    int bytes() {
      return record.length + OVERHEAD_BYTES;
    }
  }

  LiveValues(Store store, long maxBytes) {
    this.store = store;
    this.maxBytes = maxBytes;
  }

  private static int hash(Object key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return hash ^ hash >>> 15;
  }

  private static Live find(Live[] table, int hash, Object key) {
    int place = hash & (table.length - 1);
    Live live = table[place];
    if (live != null && live.hash == hash && live.key.equals(key)) {
      return live;
    }
    live = table[place ^ 1];
    return live != null && live.hash == hash && live.key.equals(key) ? live : null;
  }

  /** The value of the entry with this key, or null when it is not known here. */
  @SuppressWarnings("unchecked") // Only this cache's own keys and values are kept.
  V get(K key) {
    Live live = find(slots, hash(key), key);
    return live != null && store.isCurrent(live.record, live.incarnation) ? (V) live.value : null;
  }

  /** The value that was decoded from this very record, or null when it is not known here. */
  @SuppressWarnings("unchecked") // Only this cache's own keys and values are kept.
  V of(K key, byte[] record) {
    Live live = find(slots, hash(key), key);
    return live != null && live.record == record ? (V) live.value : null;
  }

  /**
   * Keeps a value.
   *
   * @param incarnation what {@link Store#incarnation} answered before the record was read; may be
   *     null
   */
  void keep(K key, V value, byte[] record, Object incarnation) {
    if (incarnation == null || store.incarnation() != incarnation) {
      return;
    }
    int hash = hash(key);
    Live live = new Live(hash, key, value, record, incarnation);
    Live[] table = slots;
    int place = hash & (table.length - 1);
    Live first = table[place];
    if (first != null && !(first.hash == hash && first.key.equals(key))) {
      Live second = table[place ^ 1];
      if (second == null || (second.hash == hash && second.key.equals(key))) {
        place ^= 1;
        first = second;
      }
    }
    int more = live.bytes() - (first == null ? 0 : first.bytes());
    if (more > 0 && bytes.get() + more > maxBytes) {
      return;
    }
    Live old = (Live) SLOT.getAndSet(table, place, live);
    bytes.addAndGet(live.bytes() - (old == null ? 0 : old.bytes()));
    if (++kept > table.length && table.length < LARGEST) {
      grow(table);
    }
  }

  private synchronized void grow(Live[] table) {
    if (slots != table) {
      return;
    }
    kept = 0;
    Live[] larger = new Live[table.length * 2];
    long total = 0;
    for (Live live : table) {
      // What is no longer current would only take room.
      if (live != null && store.isCurrent(live.record, live.incarnation)) {
        int place = live.hash & (larger.length - 1);
        place = larger[place] == null ? place : place ^ 1;
        if (larger[place] == null) {
          larger[place] = live;
          total += live.bytes();
        }
      }
    }
    // Objects that others keep in the old table meanwhile are forgotten with it.
    bytes.set(total);
    slots = larger;
  }
}
