package io.respite.server.keyspace;

import io.respite.server.encoding.Cuts;
import io.respite.server.encoding.FrozenTable;
import io.respite.server.encoding.Keyed;
import io.respite.server.encoding.Numbers;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.encoding.RecordTable;
import io.respite.server.encoding.TableFiller;
import io.respite.server.encoding.TableSampler;
import io.respite.server.type.FieldView;
import io.respite.server.type.HashValue;
import io.respite.server.type.StringValue;
import io.respite.server.type.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One numbered database: keys with what they hold.
 *
 * <p>A small string is one {@code byte[]} record; everything else is a {@link KeyEntry}. Keys are
 * given as byte ranges, so that a request's buffer can be searched for without a copy. Every
 * look-up hides and removes a key whose time has come: to callers, expiry happens at the deadline.
 *
 * <p>Whoever changes what a key holds ends with {@link #modified}, by which the database also knows
 * how much memory is taken; this class itself tells of what it does on its own, which is to let
 * keys and fields go that expire or are evicted.
 */
public final class Database {
  private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UNLINK = "UNLINK".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HDEL = "HDEL".getBytes(StandardCharsets.US_ASCII);

  private final Keyspace keyspace;
  private final int id;
  private final StringView view = new StringView();
  private RecordTable table;

  /**
   * Moves on whenever an object of its own takes or leaves a key: what is remembered of one is then
   * looked up again.
   */
  private volatile long generation;

  /** What stands for generation 0 in a hidden database, negated; -1 is nobody's. */
  private static final int FIRST_HIDDEN = 2;

  Database(Keyspace keyspace, int id) {
    this.keyspace = keyspace;
    this.id = id;
    this.table = new RecordTable(keyspace.hasher());
  }

  /** The database's number, from 0. */
  public int id() {
    return id;
  }

  /** Number of keys, dead ones included that nobody has met since. */
  public long size() {
    return table.size();
  }

  /** Number of keys with a deadline of their own. */
  public long withDeadline() {
    return table.withDeadline();
  }

  /** Bytes of heap that the keys take with what they hold, and the table. */
  public long heapBytes() {
    return table.recordBytes() + table.overheadBytes() + table.keyedBytes();
  }

  /** Bytes of heap that the table takes beside its entries. */
  public long overheadBytes() {
    return table.overheadBytes();
  }

  void swap(Database other) {
    RecordTable mine = table;
    table = other.table;
    other.table = mine;
    turn();
    other.turn();
  }

  /**
   * A number that is another one after any key began or ceased to hold an object of its own.
   * Readable without the baton: who read it before and finds it unchanged knows that the {@link
   * KeyEntry} found then is still the key's.
   */
  public long generation() {
    return generation;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the baton's holder writes
  private void turn() {
    // Hidden from readers it counts downwards.
    generation += generation < 0 ? -1 : 1;
  }

  /**
   * Hides the database from those who read without the baton, or shows it again: between two
   * changes that are to look like one, they take the baton and wait. A hidden database has a
   * generation that nobody has seen.
   */
  void hidden(boolean yes) {
    long g = generation;
    if (g < 0 != yes) {
      generation = -g - FIRST_HIDDEN;
    }
  }

  private void turnIfObject(Object entry) {
    if (entry instanceof KeyEntry) {
      turn();
    }
  }

  // ---- looking up

  /**
   * The entry at a key, alive or dead and not yet removed; nothing is counted, touched or removed.
   */
  public Object raw(byte[] bytes, int offset, int length) {
    return table.get(bytes, offset, length);
  }

  /**
   * The live entry at a key, or null. Not a use of the entry, and not counted as a hit or a miss.
   */
  public Object peek(byte[] bytes, int offset, int length) {
    return locate(bytes, offset, length) ? table.located() : null;
  }

  /**
   * Brings what a look-up of this key will read into the processor's cache; see {@link
   * RecordTable#fetch}.
   */
  public int fetch(byte[] bytes, int offset, int length) {
    return table.fetch(bytes, offset, length);
  }

  /** The live entry at a key, or null. Counted as a hit or a miss, and as a use of the entry. */
  public Object lookup(byte[] bytes, int offset, int length) {
    if (!locate(bytes, offset, length)) {
      missed(bytes, offset, length);
      return null;
    }
    keyspace.statistics().hits++;
    Object entry = table.located();
    touch(entry);
    return entry;
  }

  /** Counts a look-up by a reader that found nothing. */
  public void missed(byte[] bytes, int offset, int length) {
    keyspace.statistics().misses++;
    if (keyspace.tellsMisses()) {
      for (KeyListener listener : keyspace.listeners()) {
        listener.missed(id, bytes, offset, length);
      }
    }
  }

  private void added(byte[] bytes, int offset, int length) {
    if (keyspace.tellsNewKeys()) {
      for (KeyListener listener : keyspace.listeners()) {
        listener.added(id, bytes, offset, length);
      }
    }
  }

  /** Finds the key in the table; removes it and answers false when its time has come. */
  private boolean locate(byte[] bytes, int offset, int length) {
    if (!table.locate(bytes, offset, length)) {
      return false;
    }
    Object entry = table.located();
    long deadline = expireAt(entry);
    if (deadline == 0 || deadline > keyspace.expiryNow()) {
      return true;
    }
    if (!keyspace.expires()) {
      return false;
    }
    table.remove();
    turnIfObject(entry);
    expired(entry);
    // The event's listeners change no key, but the place is gone: look again so that insert() knows
    // where.
    table.locate(bytes, offset, length);
    return false;
  }

  /**
   * Finds the key's place for a new entry: a dead one that is only hidden is in it still and must
   * be replaced.
   */
  private boolean locatePlace(byte[] bytes, int offset, int length) {
    return locate(bytes, offset, length)
        || (!keyspace.expires() && table.locate(bytes, offset, length));
  }

  private void touch(Object entry) {
    if (!keyspace.touches()) {
      return;
    }
    AccessClock clock = keyspace.accessClock();
    if (entry instanceof byte[] record) {
      int bits = PackedEntry.access(record);
      int used = clock.used(bits, keyspace.now());
      if (used != bits) {
        PackedEntry.setAccess(record, used);
      }
    } else {
      Keyed keyed = (Keyed) entry;
      keyed.access(clock.used(keyed.access(), keyspace.now()));
    }
  }

  /** The live string at a key, or null; a use of it. The view is shared: see {@link StringView}. */
  public StringView string(byte[] bytes, int offset, int length) {
    Object entry = lookup(bytes, offset, length);
    return entry == null ? null : view(entry);
  }

  /**
   * The live string at a key, or null; for writers, so not counted as hit or miss. The view is
   * shared.
   */
  public StringView stringForWrite(byte[] bytes, int offset, int length) {
    Object entry = peek(bytes, offset, length);
    return entry == null ? null : view(entry);
  }

  private StringView view(Object entry) {
    StringView v = view;
    v.entry = entry;
    if (entry instanceof byte[] record) {
      v.bytes = record;
      v.offset = PackedEntry.valueOffset(record);
      v.length = record.length - v.offset;
      v.expireAt = PackedEntry.expireAt(record);
      v.form = PackedEntry.form(record);
      v.growable = false;
      return v;
    }
    KeyEntry keyed = (KeyEntry) entry;
    if (keyed.value() instanceof StringValue string) {
      v.bytes = string.bytes();
      v.offset = 0;
      v.length = string.length();
      v.expireAt = keyed.expireAt();
      v.form = PackedEntry.FORM_RAW;
      v.growable = true;
      return v;
    }
    throw WrongTypeException.INSTANCE;
  }

  /**
   * The live value of a type at a key, or null; a use of it.
   *
   * @throws WrongTypeException when the key holds something else
   */
  public <V extends Value> V value(byte[] bytes, int offset, int length, Class<V> type) {
    Object entry = lookup(bytes, offset, length);
    return entry == null ? null : as(entry, type);
  }

  /**
   * The live value of a type at a key, or null; for writers, so not counted as hit or miss.
   *
   * @throws WrongTypeException when the key holds something else
   */
  public <V extends Value> V valueForWrite(byte[] bytes, int offset, int length, Class<V> type) {
    Object entry = peek(bytes, offset, length);
    return entry == null ? null : as(entry, type);
  }

  private static <V extends Value> V as(Object entry, Class<V> type) {
    if (entry instanceof KeyEntry keyed && type.isInstance(keyed.value())) {
      return type.cast(keyed.value());
    }
    throw WrongTypeException.INSTANCE;
  }

  /** The live hash at a key; a new and empty one when there is none. */
  public HashValue hashOrNew(byte[] bytes, int offset, int length) {
    HashValue hash = valueForWrite(bytes, offset, length, HashValue.class);
    if (hash == null) {
      hash = new HashValue(keyspace.hasher(), keyspace.limits());
      put(Arrays.copyOfRange(bytes, offset, offset + length), hash, 0);
    }
    return hash;
  }

  // ---- changing

  /**
   * Sets a key to a string, whatever it held.
   *
   * @param expireAt its deadline from now on, milliseconds since 1970, 0 for none
   * @param form one of the FORM constants of {@link PackedEntry}
   */
  public void putString(
      byte[] key,
      int keyOffset,
      int keyLength,
      byte[] value,
      int valueOffset,
      int valueLength,
      long expireAt,
      int form) {
    int access = keyspace.accessClock().fresh(keyspace.now());
    boolean fresh = !locatePlace(key, keyOffset, keyLength);
    if (!fresh && table.rewrite(value, valueOffset, valueLength, expireAt, form, access)) {
      return;
    }
    byte[] record =
        PackedEntry.of(
            key, keyOffset, keyLength, value, valueOffset, valueLength, expireAt, form, access);
    if (fresh) {
      table.insert(record);
      added(key, keyOffset, keyLength);
    } else {
      turnIfObject(table.located());
      table.replace(record);
    }
  }

  /**
   * Replaces the string that {@link #stringForWrite} has just found by an integer's digits. The
   * deadline stays; the key is not searched for again.
   *
   * <p><b>Invariant:</b> between the look-up and this call nothing else is looked up or changed in
   * this database, so the table still stands at the entry that the view was made of; that is
   * checked by the entry's identity.
   *
   * @param found what the look-up answered, not null
   * @throws IllegalStateException if the table has moved on since
   */
  public void replaceByInteger(StringView found, long value) {
    if (found != view || !table.isLocated(found.entry)) {
      throw new IllegalStateException("the string to replace is not the last one looked up");
    }
    int access = keyspace.accessClock().fresh(keyspace.now());
    if (found.entry instanceof byte[] record) {
      if (!table.rewrite(value, access)) {
        table.replace(PackedEntry.withInteger(record, value, access));
      }
      return;
    }
    byte[] key = ((Keyed) found.entry).key();
    byte[] digits = Numbers.longBytes(value);
    table.replace(
        PackedEntry.of(
            key,
            0,
            key.length,
            digits,
            0,
            digits.length,
            found.expireAt,
            PackedEntry.FORM_PLAIN,
            access));
    turn();
  }

  /**
   * The string at a key as one that can be edited in place; it is turned into one when it was not,
   * and made when there was none.
   */
  public StringValue editableString(byte[] key, int offset, int length) {
    StringView string = stringForWrite(key, offset, length);
    if (string != null && string.growable) {
      return (StringValue) ((KeyEntry) table.located()).value();
    }
    Cuts cuts = keyspace.limits().cuts();
    StringValue value =
        string == null
            ? new StringValue(cuts, key, offset, 0)
            : new StringValue(cuts, string.bytes, string.offset, string.length);
    put(
        Arrays.copyOfRange(key, offset, offset + length),
        value,
        string == null ? 0 : string.expireAt);
    return value;
  }

  /** Sets a key to a value, whatever it held. The key's array is taken over. */
  public void put(byte[] key, Value value, long expireAt) {
    KeyEntry entry = counted(new KeyEntry(key, value, expireAt));
    entry.access(keyspace.accessClock().fresh(keyspace.now()));
    boolean fresh = !locatePlace(key, 0, key.length);
    if (fresh) {
      table.insert(entry);
    } else {
      table.replace(entry);
    }
    turn();
    if (fresh) {
      added(key, 0, key.length);
    }
  }

  private static KeyEntry counted(KeyEntry entry) {
    entry.countedBytes(entry.heapBytes());
    return entry;
  }

  /** Says how many keys are about to be loaded; see {@link RecordTable#expect}. */
  void expect(long keys) {
    table.expect(keys);
  }

  /** To add strings that are being loaded, which nobody is told of. */
  TableFiller filler() {
    return new TableFiller(table);
  }

  /**
   * Adds a key that is being loaded, which nobody is told of. The key's array is taken over.
   *
   * @param access what eviction remembers of its use
   * @return false when there is such a key already, dead or alive; nothing has changed then
   */
  boolean load(byte[] key, Value value, long expireAt, int access) {
    if (table.locate(key, 0, key.length)) {
      return false;
    }
    KeyEntry entry = counted(new KeyEntry(key, value, expireAt));
    entry.access(access);
    table.insert(entry);
    return true;
  }

  /** Removes a live key; whether there was one. */
  public boolean remove(byte[] bytes, int offset, int length) {
    return take(bytes, offset, length) != null;
  }

  /** Removes a live key and answers its entry, for {@link #place}; null when there was none. */
  public Object take(byte[] bytes, int offset, int length) {
    if (!locate(bytes, offset, length)) {
      return null;
    }
    Object entry = table.located();
    table.remove();
    turnIfObject(entry);
    return entry;
  }

  /**
   * Puts an entry {@link #take taken} elsewhere under a key, with its deadline and access bits,
   * whatever the key held.
   */
  public void place(byte[] key, Object entry) {
    // What was there goes first: the key that comes is a new one to whoever listens.
    take(key, 0, key.length);
    if (entry instanceof byte[] record) {
      placeRecord(key, record);
    } else {
      KeyEntry old = (KeyEntry) entry;
      place(key, old, old.value());
    }
  }

  /** Like {@link #place}, but with a copy of the value, so that both live on. */
  public void placeCopy(byte[] key, Object entry) {
    take(key, 0, key.length);
    if (entry instanceof byte[] record) {
      placeRecord(key, record);
    } else {
      KeyEntry old = (KeyEntry) entry;
      place(key, old, old.value().copy());
    }
  }

  private void placeRecord(byte[] key, byte[] record) {
    int value = PackedEntry.valueOffset(record);
    byte[] renamed =
        PackedEntry.of(
            key,
            0,
            key.length,
            record,
            value,
            record.length - value,
            PackedEntry.expireAt(record),
            PackedEntry.form(record),
            PackedEntry.access(record));
    if (locatePlace(key, 0, key.length)) {
      turnIfObject(table.located());
      table.replace(renamed);
    } else {
      table.insert(renamed);
      added(key, 0, key.length);
    }
  }

  private void place(byte[] key, KeyEntry old, Value value) {
    put(key, value, old.expireAt());
    ((KeyEntry) table.located()).access(old.access());
  }

  /**
   * Gives a live key another deadline, milliseconds since 1970, 0 for none; false when there is no
   * such key.
   */
  public boolean expireAt(byte[] bytes, int offset, int length, long deadline) {
    if (!locate(bytes, offset, length)) {
      return false;
    }
    turnIfObject(table.located());
    table.expireAt(deadline);
    return true;
  }

  /**
   * Must follow when a field of the hash at this key got a deadline, so that active expiry finds it
   * in time.
   */
  public void fieldDeadlineChanged(byte[] bytes, int offset, int length) {
    if (table.locate(bytes, offset, length) && table.located() instanceof Keyed) {
      table.innerDeadlineChanged();
    }
  }

  /** Removes all keys at once; the garbage collector takes them at its leisure. */
  public void clear() {
    table = new RecordTable(keyspace.hasher());
    turn();
    keyspace.statistics().changes++;
    for (KeyListener listener : keyspace.listeners()) {
      listener.flushed(id);
    }
  }

  /**
   * The one call that says "this key changed": it feeds transactions that watch, subscribers and
   * client-side caches.
   */
  public void modified(byte[] bytes, int offset, int length, KeyEvent event) {
    recount(bytes, offset, length);
    tell(bytes, offset, length, event);
  }

  /** Counts anew what a key holds that changed in a way that nobody is told of. */
  public void recount(byte[] bytes, int offset, int length) {
    if (table.keyed() > 0 && table.recent(bytes, offset, length) instanceof KeyEntry entry) {
      table.recount(entry, entry.heapBytes());
    }
  }

  /** The same for an entry that is known to be in this database, and not found again for it. */
  public void modified(KeyEntry entry, KeyEvent event) {
    table.recount(entry, entry.heapBytes());
    tell(entry.key(), 0, entry.key().length, event);
  }

  private void tell(byte[] bytes, int offset, int length, KeyEvent event) {
    keyspace.statistics().changes++;
    for (KeyListener listener : keyspace.listeners()) {
      listener.modified(id, bytes, offset, length, event);
    }
  }

  /**
   * Names a field that the next {@link #modified} is about; callers do so only while {@link
   * Keyspace#namesFields()}.
   */
  public void named(byte[] bytes, int offset, int length) {
    for (KeyListener listener : keyspace.listeners()) {
      listener.named(bytes, offset, length);
    }
  }

  private void named(FieldView field) {
    if (keyspace.namesFields()) {
      named(field.nameBytes(), field.nameOffset(), field.nameLength());
    }
  }

  /** Beside {@link #modified}, for a field: names which one. */
  public void fieldModified(byte[] key, KeyEvent event, FieldView field) {
    for (FieldListener listener : keyspace.fieldListeners()) {
      listener.fieldModified(id, key, event, field);
    }
  }

  // ---- expiring

  private void expired(Object entry) {
    byte[] key = keyOf(entry);
    keyspace.statistics().expiredKeys++;
    if (keyspace.effects().active()) {
      keyspace.effects().append(id, DEL, key);
    }
    modified(key, 0, key.length, KeyEvent.EXPIRED);
  }

  /**
   * Removes keys and fields that are due, a few segments of the table at a time.
   *
   * @param segments how many segments to look at, at most
   * @return how many keys had something due
   */
  public int sweep(int segments) {
    return table.sweep(
        keyspace.now(),
        segments,
        (entry, removed) -> {
          if (removed) {
            turnIfObject(entry);
            expired(entry);
          } else {
            sweepFields((KeyEntry) entry);
          }
        });
  }

  /** How many calls of {@link #sweep} with one segment go round once. */
  public int sweepRound() {
    return table.directoryLength();
  }

  /** Segments of a hash that one step looks at; some 200 µs if every field in them is due. */
  private static final int FIELD_SEGMENTS = 8;

  private void sweepFields(KeyEntry entry) {
    if (!(entry.value() instanceof HashValue hash)) {
      return;
    }
    byte[] key = entry.key();
    int[] count = {0};
    hash.sweep(
        keyspace.now(),
        FIELD_SEGMENTS,
        field -> {
          count[0]++;
          keyspace.statistics().expiredFields++;
          if (keyspace.effects().active()) {
            keyspace.effects().append(id, HDEL, key, field.name());
          }
          named(field);
          fieldModified(key, KeyEvent.HEXPIRED, field);
        });
    if (count[0] > 0) {
      modified(key, 0, key.length, KeyEvent.HEXPIRED);
      if (hash.size() == 0 && table.remove(key, 0, key.length) != null) {
        turn();
        modified(key, 0, key.length, KeyEvent.DEL);
      }
    }
  }

  /**
   * Removes a field of the hash at this key when its time has come, with all that others must be
   * told. The hash may be left without fields; the caller adds some or removes the key.
   *
   * <p>A hash whose last field dies has ended, and its key's deadline with it: what the caller then
   * adds makes a hash without one. Active expiry, had it been here first, would have left the same,
   * and so does whoever executes the HDEL that is told.
   *
   * @return whether the field was dead and has been removed
   */
  public boolean expireField(byte[] key, HashValue hash, byte[] field, int offset, int length) {
    FieldView found = hash.find(field, offset, length);
    if (found == null || !found.expired(keyspace.expiryNow()) || !keyspace.expires()) {
      return false;
    }
    keyspace.statistics().expiredFields++;
    if (keyspace.effects().active()) {
      keyspace.effects().append(id, HDEL, key, found.name());
    }
    named(found);
    fieldModified(key, KeyEvent.HEXPIRED, found);
    hash.remove(field, offset, length);
    if (hash.size() == 0 && table.locate(key, 0, key.length) && expireAt(table.located()) != 0) {
      table.expireAt(0);
      turn();
    }
    modified(key, 0, key.length, KeyEvent.HEXPIRED);
    return true;
  }

  // ---- evicting

  /** Finds an entry, alive or dead, for {@link #evictFound}; null when there is none. */
  Object find(byte[] key) {
    return table.locate(key, 0, key.length) ? table.located() : null;
  }

  /**
   * Lets the key go that {@link #find} has just found, to make room, with all that others must be
   * told; a dead one goes because it has expired. Nothing was looked up in between.
   *
   * @param unlink whether the journal says UNLINK instead of DEL
   */
  void evictFound(byte[] key, boolean unlink) {
    Object entry = table.located();
    boolean dead = dead(entry);
    table.remove();
    turnIfObject(entry);
    if (dead) {
      expired(entry);
      return;
    }
    keyspace.statistics().evictedKeys++;
    if (keyspace.effects().active()) {
      keyspace.effects().append(id, unlink ? UNLINK : DEL, key);
    }
    tell(key, 0, key.length, KeyEvent.EVICTED);
  }

  /**
   * Lets a field of the hash at this key go to make room, with all that others must be told; a dead
   * one goes because it has expired.
   *
   * @return whether the field was there
   */
  boolean evictField(byte[] key, byte[] field) {
    if (!(table.get(key, 0, key.length) instanceof KeyEntry entry)
        || !(entry.value() instanceof HashValue hash)) {
      return false;
    }
    FieldView found = hash.find(field, 0, field.length);
    if (found == null) {
      return false;
    }
    boolean dead = found.expired(keyspace.expiryNow());
    KeyspaceStatistics statistics = keyspace.statistics();
    if (dead) {
      statistics.expiredFields++;
    } else {
      statistics.evictedFields++;
    }
    if (keyspace.effects().active()) {
      keyspace.effects().append(id, HDEL, key, field);
    }
    named(found);
    fieldModified(key, dead ? KeyEvent.HEXPIRED : KeyEvent.EVICTED, found);
    hash.remove(field, 0, field.length);
    modified(entry, dead ? KeyEvent.HEXPIRED : KeyEvent.HDEL);
    if (hash.size() == 0 && table.remove(key, 0, key.length) != null) {
      turn();
      modified(key, 0, key.length, KeyEvent.DEL);
    }
    return true;
  }

  /** Fills {@code sample} with entries, dead ones included; see {@link TableSampler}. */
  int sample(Object[] sample, int count, Predicate<Object> wanted, boolean withDeadline) {
    return TableSampler.sample(table, keyspace.random(), sample, count, wanted, withDeadline);
  }

  /** Number of keys that hold an object of its own. */
  long objects() {
    return table.keyed();
  }

  /** The name of the entry's encoding as OBJECT ENCODING shows it. */
  public static String encoding(Object entry) {
    if (!(entry instanceof byte[] record)) {
      return ((KeyEntry) entry).value().encoding();
    }
    int offset = PackedEntry.valueOffset(record);
    int length = record.length - offset;
    int form = PackedEntry.form(record);
    if (form == PackedEntry.FORM_RAW || length > MAX_EMBEDDED) {
      return "raw";
    }
    return form == PackedEntry.FORM_PLAIN && Numbers.isLong(record, offset, length)
        ? "int"
        : "embstr";
  }

  /** Longest string that Redis keeps in one piece with its header. */
  private static final int MAX_EMBEDDED = 44;

  // ---- all keys

  /** One step of a scan over live and dead entries; see {@link RecordTable#scan}. */
  public long scan(long cursor, long count, Consumer<Object> visitor) {
    return table.scan(cursor, count, visitor);
  }

  /** Visits every entry, dead ones included. The visitor must not change the database. */
  public void forEach(Consumer<Object> visitor) {
    table.forEach(visitor);
  }

  /** Visits entries, dead ones included, until the visitor answers false. */
  void forEachWhile(Predicate<Object> visitor) {
    table.forEachWhile(visitor);
  }

  /** Freezes the keys; what they hold freezes by itself. */
  FrozenTable freeze() {
    return table.freeze(keyspace.limits().cuts());
  }

  /** Drops all keys of a database that nobody knows. */
  void forget() {
    table = new RecordTable(keyspace.hasher());
  }

  /** Whether the entry's time has come. */
  public boolean dead(Object entry) {
    long deadline = expireAt(entry);
    return deadline != 0 && deadline <= keyspace.expiryNow();
  }

  /** A random entry, dead ones included; null when the database is empty. */
  public Object random() {
    return table.random(keyspace.random());
  }

  // ---- what an entry is

  /** The entry's key; a copy for records. */
  public static byte[] keyOf(Object entry) {
    return entry instanceof byte[] record ? PackedEntry.key(record) : ((Keyed) entry).key();
  }

  /** The entry's deadline, milliseconds since 1970, 0 for none. */
  public static long expireAt(Object entry) {
    return entry instanceof byte[] record
        ? PackedEntry.expireAt(record)
        : ((Keyed) entry).expireAt();
  }

  /** What eviction remembers of the entry's use. */
  public static int access(Object entry) {
    return entry instanceof byte[] record ? PackedEntry.access(record) : ((Keyed) entry).access();
  }

  /** The name of the entry's type as TYPE shows it. */
  public static String typeName(Object entry) {
    return entry instanceof byte[] ? "string" : ((KeyEntry) entry).value().typeName();
  }
}
