package io.respite.server;

import io.respite.server.encoding.ChangeCounts;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.encoding.RecordTable;
import io.respite.server.environment.Clock;
import io.respite.server.keyspace.Baton;
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.keyspace.MemoryLimit;
import io.respite.server.type.EntryUse;
import io.respite.server.type.FieldView;
import io.respite.server.type.HashValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The hash at one key of an {@link Engine}, for callers in the same process: every field with a
 * time to live of its own.
 *
 * <p>Every method is atomic and safe from any thread. Fields are given and answered as <em>packed
 * entries</em> ({@link PackedEntry}): immutable arrays that hold field, value and deadline, and
 * whose identity serves as a version for compare-and-set. Arrays given as arguments may be reused
 * afterwards; arrays answered are shared and not to be changed.
 *
 * <p>Times to live are milliseconds from now, or one of {@link #NOW}, {@link #ETERNAL} and {@link
 * #KEEP}.
 *
 * <p>The hash comes into being with its first field and ends with its last, as in Redis; other
 * clients of the engine see it under its key and may change it at any time. <b>Reads take no
 * lock</b> while the hash stays the same object: the database's generation, read before and
 * unchanged since the hash was looked up, says so.
 */
public final class EmbeddedHash {
  /** Time to live: over at once. A new field is not stored, an old one is removed. */
  public static final long NOW = 0;

  /** Time to live: without end. */
  public static final long ETERNAL = -1;

  /** Time to live: what the field has already; without end for a new one. */
  public static final long KEEP = -2;

  private static final byte[] HSET = "HSET".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HDEL = "HDEL".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UNLINK = "UNLINK".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HPEXPIREAT = "HPEXPIREAT".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HPERSIST = "HPERSIST".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FIELDS = "FIELDS".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ONE = {'1'};

  private final Keyspace keyspace;
  private final Database database;
  private final Baton baton;
  private final Clock clock;
  private final byte[] key;
  private volatile Found found = new Found(-1, null, null, null);

  /**
   * Whether the table's located place is that of the field last asked for; only the baton's holder
   * looks.
   */
  private boolean placed;

  private volatile EntryLimit limit;
  private volatile HashListener listener;

  /**
   * What was at the key at some generation of the database; entry, hash and table are null when
   * nothing was.
   */
  private record Found(long generation, KeyEntry entry, HashValue hash, RecordTable table) {}

  EmbeddedHash(Keyspace keyspace, byte[] key) {
    this.keyspace = keyspace;
    this.database = keyspace.database(0);
    this.baton = keyspace.baton();
    this.clock = keyspace.environment().clock();
    this.key = key.clone();
    keyspace.readWithoutBaton();
  }

  /** The key. */
  public byte[] key() {
    return key.clone();
  }

  // ---- reading

  /** The live field as a packed entry, or null. */
  public byte[] get(byte[] field) {
    Found f = found;
    if (f.generation == database.generation()) {
      if (f.table == null) {
        return null;
      }
      if (f.entry.expireAt() == 0) {
        Object entry = f.table.read(field, 0, field.length);
        if (f.generation != database.generation()) {
          // A transaction or a script has begun meanwhile: half of it is not to be seen.
          return getHolding(field);
        }
        if (entry == null) {
          return null;
        }
        if (entry != RecordTable.CONTENDED) {
          byte[] packed = (byte[]) entry;
          long deadline = PackedEntry.expireAt(packed);
          if (deadline == 0 || deadline > clock.millis()) {
            used(packed);
            return packed;
          }
        }
      }
    }
    return getHolding(field);
  }

  private byte[] getHolding(byte[] field) {
    baton.take();
    try {
      byte[] packed = locateLive(field);
      if (packed != null) {
        used(packed);
      }
      return packed;
    } finally {
      baton.passAndCommit();
    }
  }

  private void used(byte[] packed) {
    EntryLimit l = limit;
    EntryUse use = l == null ? keyspace.limits().fieldUse() : null;
    if (l == null && use == null) {
      return;
    }
    int bits = PackedEntry.access(packed);
    int now = l == null ? use.used(bits) : l.used(bits);
    if (now != bits) {
      PackedEntry.setAccess(packed, now);
    }
  }

  /**
   * Stands for the hash as the object it is now, compared by identity; null when there is none, or
   * when that cannot be told without taking the engine. For {@link #isCurrent}.
   */
  public Object incarnation() {
    Found f = found;
    return f.generation == database.generation() && f.entry != null && f.entry.expireAt() == 0
        ? f.table.changes()
        : null;
  }

  /**
   * Whether a field that an earlier call answered is still there, alive and unchanged; counts as a
   * use of it. Takes no lock. May answer false although it is.
   *
   * @param incarnation what {@link #incarnation} answered both before and after that call, not null
   */
  public boolean isCurrent(byte[] packed, Object incarnation) {
    if (!isNow(incarnation)
        || PackedEntry.isGone(packed)
        || (PackedEntry.hasDeadline(packed) && PackedEntry.expired(packed, clock.millis()))) {
      return false;
    }
    used(packed);
    return true;
  }

  private boolean isNow(Object incarnation) {
    Found f = found;
    return f.table != null
        && f.table.changes() == incarnation
        && f.generation == database.generation()
        && f.entry.expireAt() == 0;
  }

  /**
   * One of 65,536 groups of fields, by the hash of their names: the one of a field that an earlier
   * call answered. For {@link #isStill}.
   */
  public int groupOf(byte[] packed) {
    RecordTable table = found.table;
    return table == null ? 0 : table.groupOf(packed);
  }

  /**
   * A number that changes with each change of a field of the group, or removal, for {@link
   * #isStill}; who asks whether a field {@link #isCurrent} after this, and hears that it is, knows
   * that it belongs to this number.
   *
   * @param incarnation what {@link #incarnation} answered, not null
   */
  public int changes(Object incarnation, int group) {
    return ((ChangeCounts) incarnation).of(group);
  }

  /**
   * Whether no field of the group has changed since {@link #changes} answered a number, so that the
   * fields are still there and unchanged, if they have not expired. Neither the fields nor the
   * table are read. Takes no lock. May answer false although it is so, and always does where uses
   * of fields are counted.
   */
  public boolean isStill(Object incarnation, int group, int changes) {
    return isNow(incarnation)
        && ((ChangeCounts) incarnation).isStill(group, changes)
        && limit == null
        && keyspace.limits().fieldUse() == null;
  }

  /** Number of fields, those past their deadline included that nobody has met since. */
  public long size() {
    baton.take();
    try {
      HashValue hash = look().hash;
      return hash == null ? 0 : hash.size();
    } finally {
      baton.passAndCommit();
    }
  }

  /** Bytes of heap that the fields take, the table's share included. */
  public long heapBytes() {
    baton.take();
    try {
      HashValue hash = look().hash;
      return hash == null ? 0 : hash.heapBytes();
    } finally {
      baton.passAndCommit();
    }
  }

  /**
   * One step over the live fields, with the guarantees of the SCAN command: a field that is there
   * during the whole scan is visited at least once. The visitor is called without holding the
   * engine.
   *
   * @param cursor 0 to begin, else what the last step returned
   * @param count roughly how many fields to visit
   * @return where to go on, 0 at the end
   */
  public long scan(long cursor, int count, Consumer<byte[]> visitor) {
    List<byte[]> live = new ArrayList<>();
    long next;
    baton.take();
    try {
      RecordTable table = look().table;
      if (table == null) {
        return 0;
      }
      long now = keyspace.now();
      next =
          table.scan(
              cursor,
              count,
              entry -> {
                byte[] packed = (byte[]) entry;
                if (!PackedEntry.expired(packed, now)) {
                  live.add(packed);
                }
              });
    } finally {
      baton.passAndCommit();
    }
    live.forEach(visitor);
    return next;
  }

  // ---- changing; each method's core runs with the baton held

  /**
   * Sets a field.
   *
   * @param createTtl its time to live if it is new
   * @param updateTtl its time to live if it was there
   * @return the live field as it was before, or null
   */
  public byte[] put(byte[] field, byte[] value, long createTtl, long updateTtl) {
    baton.take();
    try {
      makeRoom();
      byte[] old = locateLive(field);
      write(field, 0, field.length, value, old, old == null ? createTtl : updateTtl);
      return old;
    } finally {
      baton.passAndCommit();
    }
  }

  /**
   * {@link #put} by who wants to know the new field instead of the old one.
   *
   * @return the field as it is now, or null when its time to live is {@link #NOW}
   */
  public byte[] set(byte[] field, byte[] value, long createTtl, long updateTtl) {
    baton.take();
    try {
      makeRoom();
      byte[] old = locateLive(field);
      return write(field, 0, field.length, value, old, old == null ? createTtl : updateTtl);
    } finally {
      baton.passAndCommit();
    }
  }

  /**
   * Sets a field if it is there.
   *
   * @param updateTtl its time to live; not {@link #NOW}
   * @return the field as it is now, or null when it is not there and nothing was done
   */
  public byte[] setPresent(byte[] field, byte[] value, long updateTtl) {
    requireLife(updateTtl);
    baton.take();
    try {
      makeRoom();
      byte[] old = locateLive(field);
      return old == null ? null : write(field, 0, field.length, value, old, updateTtl);
    } finally {
      baton.passAndCommit();
    }
  }

  /**
   * Sets the field that an earlier call answered if it is still the same, compared by identity. The
   * field's name is in that answer, and no other is compared with it.
   *
   * @param ttl its time to live; not {@link #NOW}
   * @return the field as it is now, or null when it has changed or is over, and nothing was done
   */
  public byte[] setUnchanged(byte[] expected, byte[] value, long ttl) {
    requireLife(ttl);
    baton.take();
    try {
      makeRoom();
      Found f = look();
      placed = f.table != null && f.table.locateThis(expected);
      if (!placed
          || (PackedEntry.hasDeadline(expected) && PackedEntry.expired(expected, keyspace.now()))) {
        return null;
      }
      return write(
          expected,
          PackedEntry.keyOffset(expected),
          PackedEntry.keyLength(expected),
          value,
          expected,
          ttl);
    } finally {
      baton.passAndCommit();
    }
  }

  private static void requireLife(long ttl) {
    if (ttl == NOW) {
      throw new IllegalArgumentException("a time to live that is over at once");
    }
  }

  /** Sets a field unless it is there; the live field that was in the way, or null. */
  public byte[] putIfAbsent(byte[] field, byte[] value, long createTtl) {
    baton.take();
    try {
      makeRoom();
      byte[] old = locateLive(field);
      if (old == null) {
        write(field, 0, field.length, value, null, createTtl);
      } else {
        used(old);
      }
      return old;
    } finally {
      baton.passAndCommit();
    }
  }

  /**
   * Sets a field if it is there; the live field as it was before, or null when nothing was done.
   */
  public byte[] replace(byte[] field, byte[] value, long updateTtl) {
    baton.take();
    try {
      makeRoom();
      byte[] old = locateLive(field);
      if (old != null) {
        write(field, 0, field.length, value, old, updateTtl);
      }
      return old;
    } finally {
      baton.passAndCommit();
    }
  }

  /**
   * Sets a field if it is still the expected one.
   *
   * @param expected what an earlier call answered, compared by identity; null if the field must be
   *     absent
   * @return whether it was, and the field is set
   */
  public boolean compareAndPut(byte[] field, byte[] expected, byte[] value, long ttl) {
    baton.take();
    try {
      makeRoom();
      byte[] old = locateLive(field);
      if (old != expected) {
        return false;
      }
      write(field, 0, field.length, value, old, ttl);
      return true;
    } finally {
      baton.passAndCommit();
    }
  }

  /** Removes a field; the live field as it was, or null. */
  public byte[] remove(byte[] field) {
    baton.take();
    try {
      byte[] old = locateLive(field);
      if (old != null) {
        removeLocated(field, KeyEvent.HDEL);
      }
      return old;
    } finally {
      baton.passAndCommit();
    }
  }

  /** Removes a field if it is still the expected one, compared by identity; whether it was. */
  public boolean compareAndRemove(byte[] field, byte[] expected) {
    baton.take();
    try {
      byte[] old = locateLive(field);
      if (old == null || old != expected) {
        return false;
      }
      removeLocated(field, KeyEvent.HDEL);
      return true;
    } finally {
      baton.passAndCommit();
    }
  }

  /** The live field, or null; one that is there has the given time to live from now on. */
  public byte[] getAndTouch(byte[] field, long ttl) {
    if (ttl == KEEP) {
      return get(field);
    }
    baton.take();
    try {
      byte[] old = locateLive(field);
      if (old != null) {
        used(old);
        touchLocated(field, old, ttl);
      }
      return old;
    } finally {
      baton.passAndCommit();
    }
  }

  /**
   * Gives a field another time to live if it is still the expected one, compared by identity;
   * whether it was.
   */
  public boolean touch(byte[] field, byte[] expected, long ttl) {
    baton.take();
    try {
      byte[] old = locateLive(field);
      if (old == null || old != expected) {
        return false;
      }
      touchLocated(field, old, ttl);
      return true;
    } finally {
      baton.passAndCommit();
    }
  }

  /** Removes the hash with all its fields, in constant time; whether there was one. */
  public boolean delete() {
    baton.take();
    try {
      if (!database.remove(key, 0, key.length)) {
        return false;
      }
      if (keyspace.effects().active()) {
        keyspace.effects().append(0, UNLINK, key);
      }
      database.modified(key, 0, key.length, KeyEvent.DEL);
      return true;
    } finally {
      baton.passAndCommit();
    }
  }

  /**
   * Runs several calls as one: nobody sees a state between them. Keep it short, everybody else
   * waits.
   */
  public void exclusively(Runnable batch) {
    baton.take();
    try {
      batch.run();
    } finally {
      baton.passAndCommit();
    }
  }

  // ---- limits and listeners

  /**
   * Bounds the hash; entries leave by their own use as soon as it is exceeded.
   *
   * @param maxEntries most fields, 0 for no limit
   * @param maxBytes most bytes of heap, 0 for no limit
   */
  public void limit(long maxEntries, long maxBytes, Eviction policy) {
    if (maxEntries < 0 || maxBytes < 0) {
      throw new IllegalArgumentException(
          "a limit of " + Math.min(maxEntries, maxBytes) + "; 0 means none");
    }
    baton.take();
    try {
      limit =
          maxEntries == 0 && maxBytes == 0
              ? null
              : new EntryLimit(maxEntries, maxBytes, policy, keyspace.random().split());
      // Without looking: where there is no hash yet, whoever looks first is told what is there.
      Found f = found;
      if (f.hash != null) {
        chooseIn(f.hash);
      }
      evict(null);
    } finally {
      baton.passAndCommit();
    }
  }

  /**
   * Says who knows which of the hash's fields is used least, where the whole engine has a limit.
   */
  private void chooseIn(HashValue hash) {
    EntryLimit l = limit;
    hash.chooser(l == null ? null : table -> l.victim(table, null));
  }

  /** Sets who is told of entries that expire or are evicted; null for nobody. */
  public void listener(HashListener newListener) {
    listener = newListener;
  }

  /** For the engine: fields that active expiry removed. */
  void fieldExpired(FieldView field) {
    HashListener l = listener;
    if (l != null) {
      l.expired(field.packed());
    }
  }

  /** For the engine: a field that had to make room for others than the hash's own. */
  void fieldEvicted(FieldView field) {
    HashListener l = listener;
    if (l != null) {
      l.evicted(field.packed());
    }
  }

  /** For the engine's housekeeping: other clients' writes count too. The baton is held. */
  void enforceLimit() {
    evict(null);
  }

  // ---- with the baton held

  private Found look() {
    Found f = found;
    // A deadline of the whole key is the database's to watch, so such a key is looked up each time.
    if (f.generation == database.generation() && (f.entry == null || f.entry.expireAt() == 0)) {
      return f;
    }
    return lookAgain();
  }

  private Found lookAgain() {
    HashValue hash = database.valueForWrite(key, 0, key.length, HashValue.class);
    if (hash != null) {
      chooseIn(hash);
    }
    long generation = database.generation();
    Found f;
    if (hash == null) {
      f = new Found(generation, null, null, null);
    } else {
      RecordTable table = hash.table();
      table.keepRecords(); // callers have them for as long as they like
      f = new Found(generation, (KeyEntry) database.raw(key, 0, key.length), hash, table);
    }
    found = f;
    return f;
  }

  /** The live field, located in the table, or null; a dead one is removed and told of. */
  private byte[] locateLive(byte[] field) {
    Found f = look();
    if (f.table == null) {
      placed = false;
      return null;
    }
    placed = true;
    if (!f.table.locate(field, 0, field.length)) {
      return null;
    }
    byte[] packed = (byte[]) f.table.located();
    if (!PackedEntry.hasDeadline(packed) || !PackedEntry.expired(packed, keyspace.now())) {
      return packed;
    }
    if (keyspace.expires()) {
      removeLocated(field, KeyEvent.HEXPIRED);
      keyspace.statistics().expiredFields++;
      HashListener l = listener;
      if (l != null) {
        l.expired(packed);
      }
    }
    return null;
  }

  private void removeLocated(byte[] field, KeyEvent event) {
    Found f = found;
    f.hash.edit();
    f.table.remove();
    placed = false;
    if (keyspace.effects().active()) {
      keyspace.effects().append(0, HDEL, key, field);
    }
    modified(field, event);
    if (f.table.size() == 0) {
      database.remove(key, 0, key.length);
      database.modified(key, 0, key.length, KeyEvent.DEL);
    }
  }

  /** Before a field is looked up that may be written: what is evicted may be the hash itself. */
  private void makeRoom() {
    MemoryLimit memory = keyspace.memory();
    if (memory.isLimited() && memory.makeRoom() == MemoryLimit.Outcome.FULL) {
      throw new MemoryFullException(
          "The engine holds "
              + memory.used()
              + " bytes of data, its maxmemory is "
              + memory.limit()
              + ", and its maxmemory-policy lets nothing go");
    }
  }

  /**
   * Writes the field that was looked for last, whose name is {@code bytes[offset .. offset +
   * length)}; what it is now, or null when its time to live is over at once.
   */
  private byte[] write(byte[] bytes, int offset, int length, byte[] value, byte[] old, long ttl) {
    if (ttl == NOW) {
      if (old != null) {
        removeLocated(Arrays.copyOfRange(bytes, offset, offset + length), KeyEvent.HDEL);
      }
      return null;
    }
    Found f = look();
    if (f.table == null) {
      database.hashOrNew(key, 0, key.length);
      f = lookAgain();
    }
    if (!placed) {
      // There was no hash to look in, or a dead field has just been removed.
      f.table.locate(bytes, offset, length);
    }
    long deadline = deadline(old, ttl);
    EntryLimit l = limit;
    EntryUse use = keyspace.limits().fieldUse();
    int access =
        l == null
            ? (use == null ? 0 : use.fresh())
            : l.written(old == null ? 0 : PackedEntry.access(old), old == null, f.table.size());
    byte[] packed =
        PackedEntry.of(
            bytes,
            offset,
            length,
            value,
            0,
            value.length,
            deadline,
            PackedEntry.FORM_PLAIN,
            access);
    f.hash.edit();
    if (old == null) {
      f.table.insert(packed);
    } else {
      f.table.replace(packed);
    }
    noteDeadline(f, deadline);
    if (keyspace.effects().active()) {
      byte[] field = Arrays.copyOfRange(bytes, offset, offset + length);
      keyspace.effects().append(0, HSET, key, field, value.clone());
      if (deadline != 0) {
        journalDeadline(field, deadline);
      }
    }
    modified(bytes, offset, length, KeyEvent.HSET);
    if (l != null && l.exceeded(f.table)) {
      evict(packed);
    }
    return packed;
  }

  private long deadline(byte[] old, long ttl) {
    if (ttl > 0) {
      long deadline = keyspace.now() + ttl;
      return deadline < 0 ? Long.MAX_VALUE : deadline;
    }
    if (ttl == ETERNAL) {
      return 0;
    }
    if (ttl == KEEP) {
      return old == null ? 0 : PackedEntry.expireAt(old);
    }
    throw new IllegalArgumentException("a time to live of " + ttl + " ms");
  }

  private void noteDeadline(Found f, long deadline) {
    boolean earlier = deadline != 0 && deadline < f.hash.innerDeadline();
    f.hash.noteDeadline(deadline);
    if (earlier) {
      database.fieldDeadlineChanged(key, 0, key.length);
    }
  }

  private void touchLocated(byte[] field, byte[] old, long ttl) {
    if (ttl == NOW) {
      removeLocated(field, KeyEvent.HDEL);
      return;
    }
    long deadline = deadline(old, ttl);
    if (deadline == PackedEntry.expireAt(old)) {
      return;
    }
    Found f = found;
    f.hash.edit();
    f.table.replace(PackedEntry.withExpireAt(old, deadline));
    noteDeadline(f, deadline);
    if (keyspace.effects().active()) {
      if (deadline == 0) {
        keyspace.effects().append(0, HPERSIST, key, FIELDS, ONE, field);
      } else {
        journalDeadline(field, deadline);
      }
    }
    modified(field, deadline == 0 ? KeyEvent.HPERSIST : KeyEvent.HEXPIRE);
  }

  private void modified(byte[] field, KeyEvent event) {
    modified(field, 0, field.length, event);
  }

  private void modified(byte[] bytes, int offset, int length, KeyEvent event) {
    if (keyspace.namesFields()) {
      database.named(bytes, offset, length);
    }
    database.modified(found.entry, event);
  }

  private void journalDeadline(byte[] field, long deadline) {
    byte[] millis = Long.toString(deadline).getBytes(StandardCharsets.US_ASCII);
    keyspace.effects().append(0, HPEXPIREAT, key, millis, FIELDS, ONE, field);
  }

  private void evict(byte[] justWritten) {
    EntryLimit l = limit;
    if (l == null) {
      return;
    }
    RecordTable table = look().table;
    while (table != null && table.size() > 0 && l.exceeded(table)) {
      byte[] victim = l.victim(table, justWritten);
      byte[] field = PackedEntry.key(victim);
      table.locate(field, 0, field.length);
      boolean dead = PackedEntry.expired(victim, keyspace.now());
      removeLocated(field, dead ? KeyEvent.HEXPIRED : KeyEvent.HDEL);
      HashListener told = listener;
      if (dead) {
        keyspace.statistics().expiredFields++;
        if (told != null) {
          told.expired(victim);
        }
      } else {
        keyspace.statistics().evictedFields++;
        if (told != null) {
          told.evicted(victim);
        }
      }
      table = look().table;
    }
  }
}
