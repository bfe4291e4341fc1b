package io.respite.jcache.operation;

import io.respite.jcache.event.Listeners;
import io.respite.jcache.expiry.Expiry;
import io.respite.jcache.integration.Loading;
import io.respite.jcache.integration.Writing;
import io.respite.jcache.management.Statistics;
import io.respite.jcache.operation.Operation.Action;
import io.respite.jcache.operation.Operation.Condition;
import io.respite.jcache.store.Store;
import io.respite.jcache.store.TimeToLive;
import java.util.function.Supplier;
import javax.cache.event.EventType;

/**
 * Carries out the operations on single entries.
 *
 * <p>There are two ways through a change ({@link #change}):
 *
 * <pre>
 *   direct    no code of the application is involved: one call of the store does it, without any lock.
 *
 *   guarded   a writer, a listener or an expiry policy of the application's own must hear of it:
 *             hold the key; read; check the condition; ask the policy; write through; compare-and-set, and if
 *             somebody else was faster, read again; count; notify; release the key.
 * </pre>
 *
 * Invariants: (1) application code never runs while the store is held, and runs at most once per
 * operation except that a policy may be asked again when another JVM or a Redis client changed the
 * entry meanwhile; (2) the writer hears first: if it throws, the cache is unchanged; (3) nobody
 * else's change is lost, because every guarded change is compare-and-set; (4) events of one key are
 * published in the order of its changes, before the key is released.
 *
 * <p>A change answers its <i>outcome</i>: the entry there was before, {@code null} if there was
 * none, or one of two markers.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public final class EntryOperations<K, V> {
  /** Outcome: there was an entry, but with another value. */
  private static final byte[] MISMATCH = new byte[0];

  /** Outcome: there was no entry, and the new one expires at once, so it never came to be. */
  private static final byte[] STILLBORN = new byte[0];

  /** Stands for the beginning of an operation that is not counted. */
  private static final long NOT_COUNTED = Long.MIN_VALUE;

  private final Store store;
  private final Marshalling<K, V> marshalling;
  private final Expiry expiry;
  private final Loading<K, V> loading;
  private final Writing<K, V> writing;
  private final Listeners<K, V> listeners;
  private final Statistics statistics;
  private final StoreEvents<K, V> events;
  private final KeyLocks locks = new KeyLocks();

  /** Null where values may be changed, or where reading one changes its entry. */
  private final LiveValues<K, V> live;

  public EntryOperations(CacheParts<K, V> parts) {
    this.store = parts.store();
    this.marshalling = parts.marshalling();
    this.expiry = parts.expiry();
    this.loading = parts.readThrough();
    this.writing = parts.writing();
    this.listeners = parts.listeners();
    this.statistics = parts.statistics();
    this.events = parts.events();
    this.live =
        parts.liveBytes() > 0 && marshalling.makesImmutables() && expiry.isUntouchedByAccess()
            ? new LiveValues<>(store, parts.liveBytes())
            : null;
  }

  // ---- the operations

  /** See {@link javax.cache.Cache#get}. */
  public V get(K key) {
    long begin = begin();
    V known = live(key);
    if (known != null) {
      countLookup(true, begin);
      return known;
    }
    Object incarnation = incarnation();
    byte[] encoded = marshalling.key(key);
    byte[] entry = read(key, encoded);
    countLookup(entry != null, begin);
    if (entry != null) {
      V value = marshalling.valueOf(entry);
      keepLive(key, value, entry, incarnation);
      return value;
    }
    return loading == null ? null : load(key, encoded);
  }

  /**
   * The value of an entry that is kept as an object, or null when it is not. A use of the entry.
   */
  V live(K key) {
    return live == null ? null : live.get(key);
  }

  /** What {@link #keepLive} wants to know, asked before an entry is read. */
  Object incarnation() {
    return live == null ? null : store.incarnation();
  }

  /** Keeps the value of an entry that was read, where values may be kept. */
  void keepLive(K key, V value, byte[] entry, Object incarnation) {
    if (live != null) {
      live.keep(key, value, entry, incarnation);
    }
  }

  /** The value of an entry that was read. */
  V valueOf(K key, byte[] entry) {
    V value = live == null ? null : live.of(key, entry);
    return value == null ? marshalling.valueOf(entry) : value;
  }

  /** See {@link javax.cache.Cache#containsKey}: no statistics, no expiry, no loader. */
  public boolean containsKey(K key) {
    return store.get(marshalling.key(key)) != null;
  }

  /** See {@link javax.cache.Cache#put}. */
  public void put(K key, V value) {
    change(Operation.PUT, key, value, null, expiry);
  }

  /** A put with a time to live of its own. */
  public void put(K key, V value, long ttl) {
    change(Operation.PUT, key, value, null, Expiry.fixed(ttl));
  }

  /** See {@link javax.cache.Cache#getAndPut}. */
  public V getAndPut(K key, V value) {
    return valueBefore(change(Operation.GET_AND_PUT, key, value, null, expiry));
  }

  /** See {@link javax.cache.Cache#putIfAbsent}. */
  public boolean putIfAbsent(K key, V value) {
    return isDone(
        Operation.PUT_IF_ABSENT, change(Operation.PUT_IF_ABSENT, key, value, null, expiry));
  }

  /** A put of a new entry with a time to live of its own; returns whether it was put. */
  public boolean putIfAbsent(K key, V value, long ttl) {
    return isDone(
        Operation.PUT_IF_ABSENT,
        change(Operation.PUT_IF_ABSENT, key, value, null, Expiry.fixed(ttl)));
  }

  /** See {@link javax.cache.Cache#replace(Object, Object)}. */
  public boolean replace(K key, V value) {
    return isDone(Operation.REPLACE, change(Operation.REPLACE, key, value, null, expiry));
  }

  /** See {@link javax.cache.Cache#getAndReplace}. */
  public V getAndReplace(K key, V value) {
    return valueBefore(change(Operation.REPLACE, key, value, null, expiry));
  }

  /** See {@link javax.cache.Cache#replace(Object, Object, Object)}. */
  public boolean replace(K key, V oldValue, V value) {
    return isDone(
        Operation.REPLACE_EQUAL, change(Operation.REPLACE_EQUAL, key, value, oldValue, expiry));
  }

  /** See {@link javax.cache.Cache#remove(Object)}. */
  public boolean remove(K key) {
    return isDone(Operation.REMOVE, change(Operation.REMOVE, key, null, null, expiry));
  }

  /** The same for a key whose bytes are known, as a walk over the entries knows them. */
  boolean removeEncoded(K key, byte[] encoded) {
    return isDone(Operation.REMOVE, change(Operation.REMOVE, key, encoded, null, null, expiry));
  }

  /** See {@link javax.cache.Cache#remove(Object, Object)}. */
  public boolean remove(K key, V oldValue) {
    return isDone(
        Operation.REMOVE_EQUAL, change(Operation.REMOVE_EQUAL, key, null, oldValue, expiry));
  }

  /** See {@link javax.cache.Cache#getAndRemove}. */
  public V getAndRemove(K key) {
    return valueBefore(change(Operation.GET_AND_REMOVE, key, null, null, expiry));
  }

  /**
   * The rest of an entry's life in milliseconds; {@link TimeToLive#ETERNAL} if it has no end,
   * {@link TimeToLive#NOW} if there is no entry.
   */
  public long timeToLive(K key) {
    byte[] entry = store.get(marshalling.key(key));
    if (entry == null) {
      return TimeToLive.NOW;
    }
    long deadline = store.expireAt(entry);
    return deadline == 0
        ? TimeToLive.ETERNAL
        : Math.max(TimeToLive.NOW, deadline - store.currentTimeMillis());
  }

  /** Gives an entry another time to live; returns whether there was an entry. */
  public boolean expire(K key, long ttl) {
    byte[] encoded = marshalling.key(key);
    while (true) {
      byte[] entry = store.get(encoded);
      if (entry == null) {
        return false;
      }
      if (touch(key, encoded, entry, ttl)) {
        return true;
      }
    }
  }

  // ---- reading

  /** Reads an entry, which renews its life as the policy says. */
  byte[] read(K key, byte[] encoded) {
    if (expiry.isUntouchedByAccess()) {
      return store.get(encoded);
    }
    if (touchesDirectly()) {
      return store.getAndTouch(encoded, expiry.access());
    }
    byte[] entry = store.get(encoded);
    if (entry != null) {
      accessed(key, encoded, entry);
    }
    return entry;
  }

  /**
   * Renews the life of an entry that has been read. If it has changed since, its life is another's
   * to decide.
   */
  void accessed(K key, byte[] encoded, byte[] entry) {
    long ttl = expiry.access();
    if (ttl != TimeToLive.KEEP) {
      touch(key, encoded, entry, ttl);
    }
  }

  /**
   * Whether the store alone can renew the life of what it reads; not if reading ends it and
   * somebody wants to hear of that.
   */
  boolean touchesDirectly() {
    return expiry.isConstant() && (expiry.access() != TimeToLive.NOW || !listeners.any());
  }

  private boolean touch(K key, byte[] encoded, byte[] entry, long ttl) {
    if (ttl != TimeToLive.NOW || !listeners.any()) {
      return store.touch(encoded, entry, ttl);
    }
    KeyLocks.Hold hold = locks.acquire(encoded);
    try {
      boolean touched = store.touch(encoded, entry, ttl);
      if (touched) {
        publish(EventType.EXPIRED, key, null, entry);
      }
      return touched;
    } finally {
      locks.release(hold);
    }
  }

  /**
   * Loads a missing entry; one thread at a time for a key, and those who waited take what it has
   * loaded.
   */
  private V load(K key, byte[] encoded) {
    KeyLocks.Hold hold = locks.acquire(encoded);
    try {
      byte[] entry = store.get(encoded);
      if (entry != null) {
        return marshalling.valueOf(entry);
      }
      V value = loading.load(key);
      if (value != null) {
        change(Operation.LOAD_ABSENT, key, value, null, expiry);
      }
      return value;
    } finally {
      locks.release(hold);
    }
  }

  // ---- changing

  /** Carries out an operation; see the class for the two ways and the outcome. */
  byte[] change(Operation op, K key, V value, V expected, Expiry lives) {
    return change(op, key, marshalling.key(key), value, expected, lives);
  }

  byte[] change(Operation op, K key, byte[] encoded, V value, V expected, Expiry lives) {
    long begin = begin();
    byte[] newValue = op.puts() ? marshalling.value(value) : null;
    byte[] oldValue = op.condition == Condition.EQUAL ? marshalling.value(expected) : null;
    if (isDirect(op, lives)) {
      byte[] outcome = changeDirectly(op, key, encoded, newValue, expected, oldValue, lives);
      count(op, outcome, begin);
      return outcome;
    }
    KeyLocks.Hold hold = locks.acquire(encoded);
    try {
      return changeGuarded(op, key, encoded, value, newValue, expected, oldValue, lives, begin);
    } finally {
      locks.release(hold);
    }
  }

  /** Whether an operation involves no code of the application. */
  boolean isDirect(Operation op, Expiry lives) {
    return lives.isConstant() && !listeners.any() && (writing == null || !op.writesThrough);
  }

  private byte[] changeDirectly(
      Operation op,
      K key,
      byte[] encoded,
      byte[] newValue,
      V expected,
      byte[] oldValue,
      Expiry lives) {
    return switch (op.condition) {
      case ALWAYS -> op.puts() ? putDirectly(encoded, newValue, lives) : store.remove(encoded);
      case ABSENT -> {
        byte[] before = store.putIfAbsent(encoded, newValue, lives.creation());
        yield before == null && lives.creation() == TimeToLive.NOW ? STILLBORN : before;
      }
      case PRESENT -> store.replace(encoded, newValue, lives.update());
      case EQUAL -> {
        while (true) {
          byte[] before = store.get(encoded);
          if (before == null) {
            yield null;
          }
          if (!marshalling.holds(before, oldValue, expected)) {
            accessed(key, encoded, before);
            yield MISMATCH;
          }
          boolean done =
              op.puts()
                  ? store.compareAndPut(encoded, before, newValue, lives.update())
                  : store.compareAndRemove(encoded, before);
          if (done) {
            yield before;
          }
        }
      }
    };
  }

  private byte[] putDirectly(byte[] encoded, byte[] newValue, Expiry lives) {
    byte[] before = store.put(encoded, newValue, lives.creation(), lives.update());
    return before == null && lives.creation() == TimeToLive.NOW ? STILLBORN : before;
  }

  private byte[] changeGuarded(
      Operation op,
      K key,
      byte[] encoded,
      V value,
      byte[] newValue,
      V expected,
      byte[] oldValue,
      Expiry lives,
      long begin) {
    boolean written = writing == null || !op.writesThrough;
    while (true) {
      byte[] before = store.get(encoded);
      if (!isMet(op.condition, before, oldValue, expected)) {
        byte[] outcome = before;
        if (op.condition == Condition.EQUAL && before != null) {
          accessed(key, encoded, before);
          outcome = MISMATCH;
        }
        count(op, outcome, begin);
        return outcome;
      }
      long ttl = op.puts() ? (before == null ? lives.creation() : lives.update()) : TimeToLive.NOW;
      if (!written) {
        writeThrough(op.action, key, value);
        written = true;
      }
      boolean done =
          op.puts()
              ? store.compareAndPut(encoded, before, newValue, ttl)
              : before == null || store.compareAndRemove(encoded, before);
      if (done) {
        byte[] outcome = op.puts() && before == null && ttl == TimeToLive.NOW ? STILLBORN : before;
        count(op, outcome, begin);
        notifyOf(op.action, key, value, before, ttl);
        return outcome;
      }
    }
  }

  private boolean isMet(Condition condition, byte[] before, byte[] oldValue, V expected) {
    return switch (condition) {
      case ALWAYS -> true;
      case ABSENT -> before == null;
      case PRESENT -> before != null;
      case EQUAL -> before != null && marshalling.holds(before, oldValue, expected);
    };
  }

  /** Tells the writer. A removal is told even when the cache has no such entry: the source may. */
  void writeThrough(Action action, K key, V value) {
    if (action == Action.PUT) {
      writing.write(key, value);
    } else {
      writing.delete(key);
    }
  }

  /** Tells the listeners what has become of an entry, whose key is held. */
  void notifyOf(Action action, K key, V value, byte[] before, long ttl) {
    if (!listeners.any() || (before == null && ttl == TimeToLive.NOW)) {
      return;
    }
    events.deliverPending();
    if (action == Action.REMOVE) {
      publish(EventType.REMOVED, key, null, before);
      return;
    }
    publish(before == null ? EventType.CREATED : EventType.UPDATED, key, value, before);
    if (ttl == TimeToLive.NOW) {
      listeners.publish(EventType.EXPIRED, key, null, () -> value);
    }
  }

  private void publish(EventType type, K key, V value, byte[] before) {
    Supplier<V> old = () -> before == null ? null : marshalling.valueOf(before);
    listeners.publish(type, key, value, old);
  }

  // ---- counting

  /** When an operation began, or that it is not counted. */
  long begin() {
    return statistics.isEnabled() ? Statistics.begin() : NOT_COUNTED;
  }

  void countLookup(boolean hit, long begin) {
    countLookups(hit ? 1 : 0, hit ? 0 : 1, begin);
  }

  void countLookups(long hits, long misses, long begin) {
    if (begin != NOT_COUNTED) {
      statistics.gets(hits, misses, begin);
    }
  }

  void countChange(Action action, long changes, long begin) {
    if (begin == NOT_COUNTED || changes == 0) {
      return;
    }
    if (action == Action.PUT) {
      statistics.puts(changes, begin);
    } else {
      statistics.removals(changes, begin);
    }
  }

  private void count(Operation op, byte[] outcome, long begin) {
    if (begin == NOT_COUNTED) {
      return;
    }
    if (op.countsLookup) {
      countLookup(outcome != null && outcome != STILLBORN, begin);
    }
    if (op.countsChange && isDone(op, outcome)) {
      countChange(op.action, 1, begin);
    }
  }

  // ---- reading outcomes

  private static boolean isDone(Operation op, byte[] outcome) {
    if (outcome == MISMATCH || outcome == STILLBORN) {
      return false;
    }
    return switch (op.condition) {
      case ALWAYS -> op.puts() || outcome != null;
      case ABSENT -> outcome == null;
      case PRESENT, EQUAL -> outcome != null;
    };
  }

  private V valueBefore(byte[] outcome) {
    return outcome == null || outcome == STILLBORN ? null : marshalling.valueOf(outcome);
  }

  KeyLocks locks() {
    return locks;
  }
}
