package io.respite.jcache.operation;

import io.respite.jcache.store.Store;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Values as objects, kept beside their bytes for the entries read or put of late, so that reading
 * one again neither searches the store nor decodes.
 *
 * <p>Only for keys and values that cannot be changed (strings, numbers, and what else the plain
 * codecs make): such a value may be handed to everybody although the cache stores by value. The
 * store stays the only place that knows what an entry is: an object here is worth something only as
 * long as {@link Store#isCurrent} says that the record it was decoded from is still the entry's, so
 * nothing has to be invalidated, whoever changes the cache.
 *
 * <pre>
 *   slots    [ · A · · ][ C B · · ]     a key's place is given by its hash; when that is taken,
 *                                       any other of its four; when all are, the first gives way
 * </pre>
 *
 * Looking beside the place meets hardly ever another line of the processor's cache. The table
 * doubles while it is being filled, and when objects that are in use push each other out, up to a
 * number of slots, and holds at most a number of bytes; beyond that, new objects only take the
 * places of old ones of their size or larger. Slots are read and written without a lock; what an
 * object published by a race must be right about is final.
 *
 * <p><b>Values that are put</b> are kept while that pays: {@link #paysToKeepPut} spends credit, and
 * the first read of a value that was put earns some. A cache that is written more than read keeps
 * one in {@value #SAMPLE} of what it puts, to notice when that changes.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
final class LiveValues<K, V> {
  private static final int SMALLEST = 1 << 8;
  private static final int LARGEST = 1 << 19;
  private static final int GROUP = 4;

  /** A table in which more than this part of its slots was fought for is too small. */
  private static final int FULL_SHARE = 16;

  /** What key, value and this object's own take beside their bytes. */
  private static final int OVERHEAD_BYTES = 120;

  /** Sizes are counted in steps, so that most values take the place of one of the same size. */
  private static final int STEP_BYTES = 64;

  private static final int SAMPLE = 16;
  private static final int EARNED_BY_READ = 4;
  private static final int MOST_CREDIT = 64;

  /** The bit of a hash that says of an object that it was put and has not been read since. */
  private static final int UNREAD = 1;

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Live[].class);

  private final Store store;
  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();
  private final Worth worth = new Worth();
  private volatile Live[] slots = new Live[SMALLEST];

  /**
   * How many objects were kept since the table last grew; racy, a few more or less do not matter.
   */
  private int kept;

  /** How many of them took the place of one that was still worth something; racy, too. */
  private int displaced;

  /** What every put writes, away from what every read reads. Racy: it is a guess. */
  private static final class Worth {
    int credit = MOST_CREDIT;
    int puts;
  }

  private static final class Live {
    /** The key's, and in its lowest bit {@link #UNREAD}. */
    int hash;

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

    boolean is(int wanted, Object other) {
      return (hash & ~UNREAD) == wanted && (key == other || key.equals(other));
    }

    int bytes() {
      return (record.length + OVERHEAD_BYTES + STEP_BYTES - 1) & -STEP_BYTES;
    }
  }

  LiveValues(Store store, long maxBytes) {
    this.store = store;
    this.maxBytes = maxBytes;
  }

  /** A key's hash without the lowest bit. */
  private static int hash(Object key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return (hash ^ hash >>> 15) & ~UNREAD;
  }

  private static int place(Live[] table, int hash) {
    return (hash >>> 1) & (table.length - 1);
  }

  private static Live find(Live[] table, int hash, Object key) {
    int place = place(table, hash);
    Live live = table[place];
    return live != null && live.is(hash, key) ? live : findBeside(table, place, hash, key);
  }

  private static Live findBeside(Live[] table, int place, int hash, Object key) {
    for (int i = 1; i < GROUP; i++) {
      Live live = table[place ^ i];
      if (live != null && live.is(hash, key)) {
        return live;
      }
    }
    return null;
  }

  private boolean isCurrent(Live live) {
    return store.isCurrent(live.record, live.incarnation);
  }

  @SuppressWarnings("unchecked") // Only this cache's own keys and values are kept.
  private V read(Live live) {
    if ((live.hash & UNREAD) != 0) {
      live.hash &= ~UNREAD;
      if (worth.credit < MOST_CREDIT) {
        worth.credit += EARNED_BY_READ;
      }
    }
    return (V) live.value;
  }

  /** The value of the entry with this key, or null when it is not known here. */
  V get(K key) {
    Live live = find(slots, hash(key), key);
    return live != null && isCurrent(live) ? read(live) : null;
  }

  /**
   * The values of the entries with these keys, null where one is not known here. All keys are taken
   * one step further before the next step, so that the processor waits for many at a time.
   */
  @SuppressWarnings("unchecked") // Only this cache's own keys and values are kept.
  V[] getAll(Object[] keys) {
    Live[] table = slots;
    var hashes = new int[keys.length];
    var found = new Live[keys.length];
    for (int i = 0; i < keys.length; i++) {
      hashes[i] = hash(keys[i]);
    }
    for (int i = 0; i < keys.length; i++) {
      found[i] = table[place(table, hashes[i])];
    }
    for (int i = 0; i < keys.length; i++) {
      Live live = found[i];
      if (live == null || !live.is(hashes[i], keys[i])) {
        found[i] = findBeside(table, place(table, hashes[i]), hashes[i], keys[i]);
      }
    }
    var values = (V[]) new Object[keys.length];
    for (int i = 0; i < keys.length; i++) {
      Live live = found[i];
      values[i] = live != null && isCurrent(live) ? read(live) : null;
    }
    return values;
  }

  /**
   * The value of this very record, or null when it is not known here. Not a read that earns credit:
   * who asks has the record already.
   */
  @SuppressWarnings("unchecked") // Only this cache's own keys and values are kept.
  V of(K key, byte[] record) {
    Live live = find(slots, hash(key), key);
    return live != null && live.record == record ? (V) live.value : null;
  }

  /** A record that the entry with this key had, maybe still has, or null when none is known. */
  byte[] record(K key) {
    Live live = find(slots, hash(key), key);
    return live == null ? null : live.record;
  }

  /** The record of the entry with this key, or null when it is not known here. */
  byte[] currentRecord(K key) {
    Live live = find(slots, hash(key), key);
    return live != null && isCurrent(live) ? live.record : null;
  }

  /** Whether what was put of late has been read. */
  boolean hasPaid() {
    return worth.credit > 0;
  }

  /** Whether what is put now should be kept, as far as the past tells. */
  boolean paysToKeepPut() {
    Worth w = worth;
    int credit = w.credit;
    if (credit > 0) {
      w.credit = credit - 1;
      return true;
    }
    return ++w.puts % SAMPLE == 0;
  }

  /**
   * Keeps a value that was read.
   *
   * @param incarnation what {@link Store#incarnation} answered before the record was read; may be
   *     null
   */
  void keep(K key, V value, byte[] record, Object incarnation) {
    keep(hash(key), key, value, record, incarnation);
  }

  /**
   * Keeps a value that was put.
   *
   * @param incarnation what {@link Store#incarnation} answered before it was put; may be null
   */
  void keepPut(K key, V value, byte[] record, Object incarnation) {
    keep(hash(key) | UNREAD, key, value, record, incarnation);
  }

  private void keep(int mark, K key, V value, byte[] record, Object incarnation) {
    if (incarnation == null || store.incarnation() != incarnation) {
      return;
    }
    int hash = mark & ~UNREAD;
    Live live = new Live(mark, key, value, record, incarnation);
    Live[] table = slots;
    int place = placeFor(table, hash, key);
    Live first = table[place];
    int more = live.bytes() - (first == null ? 0 : first.bytes());
    if (more > 0 && bytes.get() + more > maxBytes) {
      return;
    }
    Live old = (Live) SLOT.getAndSet(table, place, live);
    more = live.bytes() - (old == null ? 0 : old.bytes());
    if (more != 0) {
      bytes.addAndGet(more);
    }
    if (old != null && old.is(hash, key)) {
      return;
    }
    if (old != null && isCurrent(old)) {
      displaced++;
    }
    if ((++kept > table.length || displaced > table.length / FULL_SHARE)
        && table.length < LARGEST) {
      grow(table);
    }
  }

  /** Where the key is, else the first free place of its group, else its own. */
  private static int placeFor(Live[] table, int hash, Object key) {
    int place = place(table, hash);
    int free = -1;
    for (int i = 0; i < GROUP; i++) {
      Live live = table[place ^ i];
      if (live == null) {
        free = free < 0 ? place ^ i : free;
      } else if (live.is(hash, key)) {
        return place ^ i;
      }
    }
    return free < 0 ? place : free;
  }

  private synchronized void grow(Live[] table) {
    if (slots != table) {
      return;
    }
    kept = 0;
    displaced = 0;
    Live[] larger = new Live[table.length * 2];
    long total = 0;
    for (Live live : table) {
      // What is no longer current would only take room.
      if (live != null && isCurrent(live)) {
        int hash = live.hash & ~UNREAD;
        int place = placeFor(larger, hash, live.key);
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
