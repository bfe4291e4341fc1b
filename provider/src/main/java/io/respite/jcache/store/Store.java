package io.respite.jcache.store;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The entries of one cache: a hash whose fields carry a time to live.
 *
 * <p><b>Records.</b> An entry comes back as a <i>record</i>: an opaque array that holds key, value
 * and deadline, in a layout that only the store knows; {@link #keyOffset} and its like find the
 * parts. A record never changes, so it may be kept and shared, and must not be written to. It is
 * also the version of its entry: {@link #compareAndPut} and its like succeed if the entry is still
 * the one that this very record was read from. An expired entry is never returned; {@code null}
 * means there is no live entry.
 *
 * <p><b>Time to live</b> is given in the codes of {@link TimeToLive}. For one entry every method is
 * atomic.
 *
 * <p>Arrays handed in belong to the store from then on. A failure of the store itself is a {@link
 * StoreException}.
 */
public interface Store {

  /** The entry's record, or null. */
  byte[] get(byte[] key);

  /** {@link #get} with the end of the entry's time to live in the record. */
  default byte[] getTimed(byte[] key) {
    return get(key);
  }

  /** Whether there is an entry. */
  default boolean contains(byte[] key) {
    return get(key) != null;
  }

  /**
   * How long an entry still lives, in milliseconds; {@link TimeToLive#ETERNAL} when for ever,
   * {@link TimeToLive#NOW} when there is none.
   */
  default long timeToLive(byte[] key) {
    byte[] record = get(key);
    if (record == null) {
      return TimeToLive.NOW;
    }
    long deadline = expireAt(record);
    return deadline == 0
        ? TimeToLive.ETERNAL
        : Math.max(TimeToLive.NOW, deadline - currentTimeMillis());
  }

  /** The entry's record as it was, after setting its time to live anew; or null. */
  byte[] getAndTouch(byte[] key, long ttl);

  /**
   * Sets the time to live of an entry that has not changed since it was read; returns whether that
   * was so.
   */
  boolean touch(byte[] key, byte[] expected, long ttl);

  /** Creates or replaces an entry; returns the record it had, or null when it was created. */
  byte[] put(byte[] key, byte[] value, long creationTtl, long updateTtl);

  /** {@link #put} by who does not want to know what was there. */
  default void set(byte[] key, byte[] value, long creationTtl, long updateTtl) {
    put(key, value, creationTtl, updateTtl);
  }

  /**
   * Creates an entry unless there is one; returns the record there is, or null when it was created.
   */
  byte[] putIfAbsent(byte[] key, byte[] value, long creationTtl);

  /** Replaces an entry if there is one; returns the record it had, or null when there was none. */
  byte[] replace(byte[] key, byte[] value, long updateTtl);

  /** Removes an entry; returns the record it had, or null. */
  byte[] remove(byte[] key);

  /** {@link #remove} by who only wants to know whether there was an entry. */
  default boolean delete(byte[] key) {
    return remove(key) != null;
  }

  /**
   * Replaces an entry that has exactly these bytes as its value; gives one that has others another
   * time to live.
   *
   * @param mismatchTtl the time to live of an entry with another value
   * @return the record that there was, or null; it tells by its value what has been done
   */
  default byte[] replaceEqual(
      byte[] key, byte[] expectedValue, byte[] value, long updateTtl, long mismatchTtl) {
    while (true) {
      byte[] before = get(key);
      if (before == null) {
        return null;
      }
      boolean done =
          hasValue(before, expectedValue)
              ? compareAndPut(key, before, value, updateTtl)
              : mismatchTtl == TimeToLive.KEEP || touch(key, before, mismatchTtl);
      if (done) {
        return before;
      }
    }
  }

  /** The same for removing an entry that has exactly these bytes as its value. */
  default byte[] removeEqual(byte[] key, byte[] expectedValue, long mismatchTtl) {
    while (true) {
      byte[] before = get(key);
      if (before == null) {
        return null;
      }
      boolean done =
          hasValue(before, expectedValue)
              ? compareAndRemove(key, before)
              : mismatchTtl == TimeToLive.KEEP || touch(key, before, mismatchTtl);
      if (done) {
        return before;
      }
    }
  }

  /** Whether a record's value is exactly these bytes. */
  default boolean hasValue(byte[] record, byte[] value) {
    int offset = valueOffset(record);
    return Arrays.equals(record, offset, offset + valueLength(record), value, 0, value.length);
  }

  /**
   * Puts a value if the entry has not changed since it was read.
   *
   * @param expected the record that was read, or null to demand that there is no entry
   * @return whether it was put; also true when {@code ttl} is {@link TimeToLive#NOW} and so nothing
   *     stays
   */
  boolean compareAndPut(byte[] key, byte[] expected, byte[] value, long ttl);

  /** Removes an entry that has not changed since it was read; returns whether that was so. */
  boolean compareAndRemove(byte[] key, byte[] expected);

  /**
   * {@link #get} of several keys, or {@link #getAndTouch} unless {@code ttl} is {@link
   * TimeToLive#KEEP}; null where missing.
   */
  byte[][] getAll(byte[][] keys, long ttl);

  /**
   * {@link #put} of several entries; each is atomic, all together are not.
   *
   * @param then is given what the call answers, before the call waits for whoever else has to hear
   *     of the change; what it throws the call throws in the end
   */
  byte[][] putAll(
      byte[][] keys, byte[][] values, long creationTtl, long updateTtl, Consumer<byte[][]> then);

  /** The same without anything in between. */
  default byte[][] putAll(byte[][] keys, byte[][] values, long creationTtl, long updateTtl) {
    return putAll(keys, values, creationTtl, updateTtl, before -> {});
  }

  /** {@link #putIfAbsent} of several entries; each is atomic, all together are not. */
  default byte[][] putAllIfAbsent(byte[][] keys, byte[][] values, long creationTtl) {
    var there = new byte[keys.length][];
    for (int i = 0; i < keys.length; i++) {
      there[i] = putIfAbsent(keys[i], values[i], creationTtl);
    }
    return there;
  }

  /** {@link #set} of several entries; each is atomic, all together are not. */
  default void setAll(byte[][] keys, byte[][] values, long creationTtl, long updateTtl) {
    putAll(keys, values, creationTtl, updateTtl);
  }

  /**
   * {@link #remove} of several keys; each is atomic, all together are not.
   *
   * @param then as with {@link #putAll(byte[][], byte[][], long, long, Consumer)}
   */
  byte[][] removeAll(byte[][] keys, Consumer<byte[][]> then);

  /** The same without anything in between. */
  default byte[][] removeAll(byte[][] keys) {
    return removeAll(keys, before -> {});
  }

  /** {@link #delete} of several keys; returns how many there were. */
  default long deleteAll(byte[][] keys) {
    long count = 0;
    for (byte[] record : removeAll(keys)) {
      count += record == null ? 0 : 1;
    }
    return count;
  }

  /**
   * Asks for the right to load a missing entry.
   *
   * @param millis how long it is granted without being renewed
   * @param waited whether this caller has been told before that somebody else was loading
   */
  default LoadLease lease(byte[] key, long millis, boolean waited) {
    return contains(key) ? LoadLease.NOT_NEEDED : LoadLease.ALWAYS;
  }

  /** {@link #lease} for several keys, for who has not waited yet. */
  default LoadLease[] leaseAll(byte[][] keys, long millis) {
    var leases = new LoadLease[keys.length];
    for (int i = 0; i < keys.length; i++) {
      leases[i] = lease(keys[i], millis, false);
    }
    return leases;
  }

  /** Reads an entry and waits for the right to change it; see {@link Claim}. */
  default Claim claim(byte[] key) {
    return Claim.none(this, key);
  }

  /** Asks for the right to load an entry anew, whether it is there or not. */
  default LoadLease leaseRefresh(byte[] key, long millis) {
    return LoadLease.ALWAYS;
  }

  /**
   * One step of a walk over all live entries. An entry that exists from the first step to the last
   * is delivered, possibly more than once; others may or may not be.
   *
   * @param cursor 0 to begin, later what the previous step returned
   * @param count about how many entries to deliver
   * @return the cursor of the next step, or 0 when the walk is complete
   */
  long scan(long cursor, int count, Consumer<byte[]> records);

  /** The number of entries; some of them may have expired and not yet been removed. */
  long size();

  /** Removes all entries, without telling the listener. */
  void clear();

  /**
   * Says what the listener wants to hear of others' changes, from now on. A store that no other JVM
   * can change has nothing to tell.
   */
  default void hear(Heard what) {}

  /** Ends the listener's registration. The entries stay. */
  void detach();

  /**
   * Stands for the cache's content as the object it is now, compared by identity; null when the
   * store cannot tell without asking elsewhere, as one that is not in this JVM cannot. For {@link
   * #isCurrent}.
   */
  Object incarnation();

  /**
   * Whether an entry that was read is still there, alive and unchanged. Takes no time and no lock;
   * may answer false although it is. A true answer counts as a use of the entry.
   *
   * @param incarnation what {@link #incarnation} answered both before and after the entry was read,
   *     not null
   */
  boolean isCurrent(byte[] record, Object incarnation);

  /** A number that {@link #isStill} never confirms. */
  int CHANGES_UNKNOWN = 1;

  /**
   * One of at most 65,536 groups of entries, by their keys: the one of the entry with this record.
   */
  default int groupOf(byte[] record) {
    return 0;
  }

  /**
   * A number that changes whenever an entry of the group does. A record that {@link #isCurrent},
   * asked after this, belongs to this number; {@link #CHANGES_UNKNOWN} where changes are not
   * counted.
   *
   * @param incarnation what {@link #incarnation} answered, not null
   */
  default int changes(Object incarnation, int group) {
    return CHANGES_UNKNOWN;
  }

  /**
   * Whether no entry of the group has changed since {@link #changes} answered this number: {@link
   * #isCurrent} without reading a record, but for its deadline. May answer false although it is so.
   */
  default boolean isStill(Object incarnation, int group, int changes) {
    return false;
  }

  /**
   * Whether the listener of this store is told, as {@link StoreListener#echoed}, of what this JVM
   * does to a key; for the moment, and as far as can be known.
   */
  default boolean echoes(byte[] key) {
    return false;
  }

  /** Where in a record its key begins. */
  int keyOffset(byte[] record);

  /** How long a record's key is. */
  int keyLength(byte[] record);

  /** Where in a record its value begins. */
  int valueOffset(byte[] record);

  /** How long a record's value is. */
  int valueLength(byte[] record);

  /**
   * When a record's entry expires, in milliseconds since 1970 by the store's clock; 0 when never,
   * or when that has not been asked because it would have cost something.
   */
  long expireAt(byte[] record);

  /** The store's clock, in milliseconds since 1970. */
  long currentTimeMillis();
}
