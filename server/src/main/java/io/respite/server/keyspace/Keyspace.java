package io.respite.server.keyspace;

import io.respite.server.encoding.Cuts;
import io.respite.server.encoding.SeededHash;
import io.respite.server.environment.Environment;
import io.respite.server.environment.RandomSource;
import io.respite.server.type.EncodingLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All databases of one engine, and what they share: time, chance, counters, listeners and the
 * stream of effects.
 */
public final class Keyspace {
  /** What one array can hold, and a quarter of the heap: growing takes the old and the new one. */
  private static final long LONGEST_STRING =
      Math.min(Integer.MAX_VALUE - 64L, Runtime.getRuntime().maxMemory() / 4);

  private final Environment environment;
  private final RandomSource random;
  private final SeededHash hasher;
  private final AccessClock accessClock;
  private final Baton baton;
  private final EncodingLimits limits;
  private final MemoryLimit memory;
  private final KeyspaceStatistics statistics = new KeyspaceStatistics();
  private final Database[] databases;
  private final List<KeyListener> registered = new ArrayList<>();
  private KeyListener[] listeners = {};
  private FieldListener[] fieldListeners = {};
  private Effects effects = Effects.NONE;
  private boolean expires = true;
  private boolean replaying;
  private boolean touches = true;
  private boolean namesFields;
  private boolean tellsMisses;
  private boolean tellsNewKeys;
  private long maxStringBytes = Math.min(512L << 20, LONGEST_STRING);
  private long now;
  private boolean nowIsPast;
  private boolean timeHeld;
  private int atomic;
  private volatile boolean readWithoutBaton;
  private long turns;
  private Snapshot snapshot;

  /**
   * Empty databases.
   *
   * @param count how many, at least 1
   */
  public Keyspace(Environment environment, int count) {
    this.environment = environment;
    this.random = environment.random().split();
    this.hasher =
        new SeededHash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    this.accessClock = new AccessClock(random.split());
    this.baton = new Baton(this);
    this.limits = new EncodingLimits(new Cuts(baton));
    this.databases = new Database[count];
    for (int i = 0; i < count; i++) {
      databases[i] = new Database(this, i);
    }
    refreshNow();
    this.memory = new MemoryLimit(this);
  }

  /** How much memory the data may take, and who makes room. */
  public MemoryLimit memory() {
    return memory;
  }

  /** Who may touch any of this. */
  public Baton baton() {
    return baton;
  }

  /** The world outside. */
  public Environment environment() {
    return environment;
  }

  /** Chance, for whoever holds the baton. */
  public RandomSource random() {
    return random;
  }

  /** The hash function of all tables. */
  public SeededHash hasher() {
    return hasher;
  }

  /** What entries remember of their use. */
  public AccessClock accessClock() {
    return accessClock;
  }

  /** Up to which size values keep their compact form. */
  public EncodingLimits limits() {
    return limits;
  }

  /** Most bytes a string may have, as {@code proto-max-bulk-len} says. */
  public long maxStringBytes() {
    return maxStringBytes;
  }

  /** Most bytes that a string may have when it comes from a file, whatever clients may send. */
  public static long longestString() {
    return LONGEST_STRING;
  }

  /** Sets the most bytes a string may have; never more than the heap bears. */
  public void maxStringBytes(long bytes) {
    maxStringBytes = Math.min(bytes, LONGEST_STRING);
  }

  /** The counters. */
  public KeyspaceStatistics statistics() {
    return statistics;
  }

  /** How many databases there are. */
  public int size() {
    return databases.length;
  }

  /** The database of this number, from 0. */
  public Database database(int number) {
    return databases[number];
  }

  /**
   * Time as commands see it, milliseconds since 1970: it stands still while the baton is held,
   * unless refreshed. The clock is asked when somebody wants to know, because most work on entries
   * without a deadline does not.
   */
  public long now() {
    if (nowIsPast) {
      refreshNow();
    }
    return now;
  }

  /** Lets time as commands see it catch up with the clock. */
  public void refreshNow() {
    if (!timeHeld) {
      now = environment.clock().millis();
      nowIsPast = false;
    }
  }

  /** Says that from now on somebody reads database 0 without the baton. */
  public void readWithoutBaton() {
    readWithoutBaton = true;
  }

  /**
   * Begins changes that are to look like one to everybody, also to who reads without the baton; may
   * be nested. By who holds the baton.
   */
  public void beginAtomic() {
    if (atomic++ == 0 && readWithoutBaton) {
      databases[0].hidden(true);
    }
  }

  /** Whether such changes are under way: what there is now is half done. */
  public boolean inAtomic() {
    return atomic > 0;
  }

  /** Ends them. */
  public void endAtomic() {
    if (--atomic == 0) {
      databases[0].hidden(false);
    }
  }

  /** Lets time as commands see it stand still, or move again. */
  void holdTime(boolean hold) {
    timeHeld = hold;
    nowIsPast = !hold;
  }

  /**
   * How often the baton has been taken: work done under the same number was done without a break.
   */
  public long turns() {
    return turns;
  }

  /** The baton has been taken: what the clock showed before is past. */
  void turnBaton() {
    nowIsPast = !timeHeld;
    turns++;
  }

  /**
   * Whether keys and fields past their deadline are removed; where they are not, on a replica, they
   * are hidden until the removal is told.
   */
  public boolean expires() {
    return expires && !replaying;
  }

  /** Switches expiry. */
  public void expires(boolean on) {
    expires = on;
  }

  /** Whether look-ups count as uses of keys; off while a client asks that says they are none. */
  public boolean touches() {
    return touches;
  }

  /** Sets whether look-ups count as uses of keys. */
  public void touches(boolean on) {
    touches = on;
  }

  /**
   * Whether effects are being executed that took place elsewhere or before: from a journal, or from
   * a primary. Nothing is past its deadline then, however late it is, because whatever was has been
   * told as a removal.
   */
  public boolean replaying() {
    return replaying;
  }

  /** Begins or ends the execution of effects; see {@link #replaying()}. */
  public void replaying(boolean on) {
    replaying = on;
  }

  /** What deadlines are compared with: {@link #now}, or the beginning of time while replaying. */
  public long expiryNow() {
    return replaying ? Long.MIN_VALUE : now();
  }

  /** Where changes go that must happen again elsewhere. */
  public Effects effects() {
    return effects;
  }

  /** Sets where changes go. */
  public void effects(Effects sink) {
    effects = sink;
  }

  /** Adds a listener; it is told of every change from now on. */
  public void addListener(KeyListener listener) {
    registered.add(listener);
    listeners = registered.toArray(KeyListener[]::new);
  }

  /** Removes a listener. */
  public void removeListener(KeyListener listener) {
    registered.remove(listener);
    listeners = registered.toArray(KeyListener[]::new);
  }

  /** Adds a listener; it is told of every change of a field from now on. */
  public void addFieldListener(FieldListener listener) {
    FieldListener[] more = Arrays.copyOf(fieldListeners, fieldListeners.length + 1);
    more[fieldListeners.length] = listener;
    fieldListeners = more;
  }

  FieldListener[] fieldListeners() {
    return fieldListeners;
  }

  KeyListener[] listeners() {
    return listeners;
  }

  /** Whether listeners are told which fields of a hash a change is about. */
  public boolean namesFields() {
    return namesFields;
  }

  /** Sets whether listeners are told which fields a change is about. */
  public void namesFields(boolean yes) {
    namesFields = yes;
  }

  /** Whether listeners are told of look-ups that find nothing. */
  public boolean tellsMisses() {
    return tellsMisses;
  }

  /** Sets whether listeners are told of look-ups that find nothing. */
  public void tellsMisses(boolean yes) {
    tellsMisses = yes;
  }

  /** Whether listeners are told of keys that are made. */
  public boolean tellsNewKeys() {
    return tellsNewKeys;
  }

  /** Sets whether listeners are told of keys that are made. */
  public void tellsNewKeys(boolean yes) {
    tellsNewKeys = yes;
  }

  /**
   * Makes a cut and answers what shows everything as it is now. By who holds the baton, between two
   * commands.
   *
   * @throws IllegalStateException when there is a snapshot that has not been read to its end
   */
  public Snapshot snapshot() {
    if (snapshot != null || atomic > 0) {
      throw new IllegalStateException(
          "a snapshot " + (atomic > 0 ? "of what is half done" : "beside another one"));
    }
    snapshot = new Snapshot(this);
    return snapshot;
  }

  /** Whether a snapshot is being read. */
  public boolean hasSnapshot() {
    return snapshot != null;
  }

  void ended(Snapshot read) {
    if (snapshot == read) {
      snapshot = null;
    }
  }

  /** Empty databases beside these, into which a data set is loaded before anybody sees it. */
  public Staging stage() {
    return new Staging(this);
  }

  /** Lets two databases change places, as SWAPDB does. */
  public void swap(int first, int second) {
    databases[first].swap(databases[second]);
    for (KeyListener listener : listeners) {
      listener.swapped(first, second);
    }
    statistics.changes++;
  }

  /** Bytes of heap that all keys take with what they hold, and the tables they are in. */
  public long heapBytes() {
    long bytes = 0;
    for (Database database : databases) {
      bytes += database.heapBytes();
    }
    return bytes;
  }

  /** Number of keys in all databases, dead ones included. */
  public long keys() {
    long keys = 0;
    for (Database database : databases) {
      keys += database.size();
    }
    return keys;
  }
}
