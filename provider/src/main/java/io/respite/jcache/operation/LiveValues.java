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
 * nothing has to be invalidated, whoever changes the cache. Mostly {@link Store#isStill} says so
 * already, from a small array of counts, and the record is not read.
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
  private static final int OVERHEAD_BYTES = 136;

  /** Sizes are counted in steps, so that most values take the place of one of the same size. */
  private static final int STEP_BYTES = 64;

  private static final int SAMPLE = 16;
  private static final int EARNED_BY_READ = 4;
  private static final int MOST_CREDIT = 64;

  /** The mark of an object that was put and has not been read since. */
  private static final int UNREAD = 1;

  private static final int HASH_MARK = 0xFFFE;
  private static final int HASH_SHIFT = 16;
  private static final int GROUP_SHIFT = 16;

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

  /**
   * A value and what it was decoded from.
   *
   * <pre>
   *   marks   [ group of the store: 16 | leading bits of the key's hash: 15 | unread: 1 ]
   * </pre>
   */
  private static final class Live {
    private int marks;

    /** The number of changes of the group at which the record was seen to be the entry's. Racy. */
    private int changes;

    final Object key;
    final Object value;
    final byte[] record;
    final Object incarnation;

    /** The entry's deadline, milliseconds since 1970; 0 for none. */
    final long expireAt;

    Live(
        int marks,
        int changes,
        Object key,
        Object value,
        byte[] record,
        Object incarnation,
        long expireAt) {
      this.marks = marks;
      this.changes = changes;
      this.key = key;
      this.value = value;
      this.record = record;
      this.incarnation = incarnation;
      this.expireAt = expireAt;
    }

    /** The part of a key's hash by which an object of another key is told apart most often. */
    static int mark(int hash) {
      return (hash >>> HASH_SHIFT) & HASH_MARK;
    }

    boolean is(int hash, Object other) {
      return (marks & HASH_MARK) == mark(hash) && (key == other || key.equals(other));
    }

    int group() {
      return marks >>> GROUP_SHIFT;
    }

    int bytes() {
      return (record.length + OVERHEAD_BYTES + STEP_BYTES - 1) & -STEP_BYTES;
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

  private static int place(Live[] table, int hash) {
    return hash & (table.length - 1);
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

  /** Whether the store's count of changes says that the entry is what it was; no record is read. */
  private boolean isStill(Live live) {
    return store.isStill(live.incarnation, live.group(), live.changes)
        && (live.expireAt == 0 || live.expireAt > store.currentTimeMillis());
  }

  private boolean isCurrent(Live live) {
    if (isStill(live)) {
      return true;
    }
    int changes = store.changes(live.incarnation, live.group());
    boolean current = store.isCurrent(live.record, live.incarnation);
    if (current) {
      live.changes = changes; // others of its group have changed
    }
    return current;
  }

  @SuppressWarnings("unchecked") // Only this cache's own keys and values are kept.
  private V read(Live live) {
    if ((live.marks & UNREAD) != 0) {
      live.marks &= ~UNREAD;
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
    keep(0, key, value, record, incarnation);
  }

  /**
   * Keeps a value that was put.
   *
   * @param incarnation what {@link Store#incarnation} answered before it was put; may be null
   */
  void keepPut(K key, V value, byte[] record, Object incarnation) {
    keep(UNREAD, key, value, record, incarnation);
  }

  private void keep(int mark, K key, V value, byte[] record, Object incarnation) {
    if (incarnation == null || store.incarnation() != incarnation) {
      return;
    }
    int hash = hash(key);
    int marks = store.groupOf(record) << GROUP_SHIFT | Live.mark(hash) | mark;
    Live live =
        new Live(
            marks,
            Store.CHANGES_UNKNOWN, // until it is asked for, and its record found to be current
            key,
            value,
            record,
            incarnation,
            store.expireAt(record));
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
        int place = placeFor(larger, hash(live.key), live.key);
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
