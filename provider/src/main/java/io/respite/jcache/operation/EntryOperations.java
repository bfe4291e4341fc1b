package io.respite.jcache.operation;

import io.respite.jcache.event.Listeners;
import io.respite.jcache.expiry.Expiry;
import io.respite.jcache.integration.Writing;
import io.respite.jcache.management.Statistics;
import io.respite.jcache.operation.Operation.Action;
import io.respite.jcache.operation.Operation.Condition;
import io.respite.jcache.store.Claim;
import io.respite.jcache.store.Store;
import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.TimeToLive;
import java.util.function.Supplier;
import javax.cache.event.EventType;

/**
 * Carries out the operations on single entries.
 *
 * <p>There are two ways through a change ({@link #change}):
 *
 * <pre>
 *   direct    no code of the application is asked beforehand: one call of the store does it, without any
 *             lock; if a listener must hear of it, hold the key; change; count; notify; release the key.
 *
 *   guarded   a writer or an expiry policy of the application's own must be asked:
 *             hold the key; read, and if there is a writer, claim the key; check the condition; ask the policy;
 *             write through; compare-and-set, which ends the claim, and if somebody else was faster, read again;
 *             count; notify; release the key.
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

  /** Outcome: there was an entry, and nobody wants to know which. */
  private static final byte[] PRESENT = new byte[0];

  /** Stands for the beginning of an operation that is not counted. */
  private static final long NOT_COUNTED = Long.MIN_VALUE;

  private final Store store;
  private final Marshalling<K, V> marshalling;
  private final Expiry expiry;

  private final ReadThrough<K, V> readThrough;

  private final boolean refreshesAhead;

  /** Null where reads fail when the store does. */
  private final StoreAway<K, V> away;

  private final Healing healing;
  private final Writing<K, V> writing;
  private final Listeners<K, V> listeners;
  private final Statistics statistics;
  private final StoreEvents<K, V> events;
  private final KeyLocks locks = new KeyLocks();

  /** Null where values may be changed, or where reading one changes its entry. */
  private final LiveValues<K, V> live;

  /** Null where what is put is not kept as an object. */
  private final KeptPuts<K, V> kept;

  public EntryOperations(CacheParts<K, V> parts) {
    this.store = parts.store();
    this.marshalling = parts.marshalling();
    this.expiry = parts.expiry();
    this.readThrough = new ReadThrough<>(parts, this);
    this.away =
        parts.loadsWhenAway() ? new StoreAway<>(parts.readThrough(), parts.statistics()) : null;
    this.healing = new Healing(store, parts.threads());
    this.refreshesAhead = readThrough.refreshesAhead();
    this.writing = parts.writing();
    this.listeners = parts.listeners();
    this.statistics = parts.statistics();
    this.events = parts.events();
    this.live =
        parts.liveBytes() > 0
                && marshalling.makesImmutables()
                && expiry.isUntouchedByAccess()
                && !refreshesAhead
            ? new LiveValues<>(store, parts.liveBytes())
            : null;
    this.kept = KeptPuts.of(parts, live);
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
    if (away == null || !readThrough.hasLoader()) {
      return getFromStore(key, begin);
    }
    if (away.isAway()) {
      return away.load(key);
    }
    try {
      V value = getFromStore(key, begin);
      away.reached();
      return value;
    } catch (StoreException e) {
      away.lost(e);
      return away.load(key);
    }
  }

  /**
   * The value of an entry, or else what a source computes, which is put unless it is null. The
   * source takes the place of the cache's loader. Counts as a get, and a put if it comes to that.
   */
  public <E extends Exception> V getOrLoad(K key, Source<? extends V, E> source) throws E {
    long begin = begin();
    V known = live(key);
    if (known != null) {
      countLookup(true, begin);
      return known;
    }
    byte[] encoded = marshalling.key(key);
    if (away != null && away.isAway()) {
      return away.load(source);
    }
    V value;
    try {
      value = getThere(key, encoded, begin);
      if (away != null) {
        away.reached();
      }
    } catch (StoreException e) {
      if (away == null) {
        throw e;
      }
      away.lost(e);
      return away.load(source);
    }
    if (value != null) {
      return value;
    }
    return away == null
        ? readThrough.compute(key, encoded, source)
        : computeThoughAway(key, encoded, source);
  }

  /** Computes a missing entry, and gives its value also if it cannot be put. */
  private <E extends Exception> V computeThoughAway(
      K key, byte[] encoded, Source<? extends V, E> source) throws E {
    var once = new OnceSource<V, E>(source);
    try {
      return readThrough.compute(key, encoded, once);
    } catch (StoreException e) {
      if (once.hasFailed()) {
        throw e;
      }
      away.lost(e);
      return away.load(once);
    }
  }

  private V getFromStore(K key, long begin) {
    byte[] encoded = marshalling.key(key);
    V value = getThere(key, encoded, begin);
    return value == null && readThrough.hasLoader() ? readThrough.load(key, encoded) : value;
  }

  /** The value of an entry that is there. */
  private V getThere(K key, byte[] encoded, long begin) {
    Object incarnation = incarnation();
    byte[] entry = read(key, encoded);
    countLookup(entry != null, begin);
    if (entry == null) {
      return null;
    }
    V value = marshalling.valueOf(entry);
    keepLive(key, value, entry, incarnation);
    if (refreshesAhead) {
      readThrough.refreshAhead(key, encoded, entry);
    }
    return value;
  }

  /**
   * The value of an entry that is kept as an object, or null when it is not. A use of the entry.
   */
  V live(K key) {
    return live == null ? null : live.get(key);
  }

  /**
   * The same for many keys, with null for each value that is not kept; null when none is ever kept.
   */
  V[] liveAll(Object[] keys) {
    return live == null ? null : live.getAll(keys);
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
    return store.contains(marshalling.key(key));
  }

  /** See {@link javax.cache.Cache#put}. */
  public void put(K key, V value) {
    if (kept == null || listeners.any()) {
      change(Operation.PUT, key, value, null, expiry);
      return;
    }
    long begin = begin();
    kept.put(key, value);
    countChange(Action.PUT, 1, begin);
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
    if (kept == null || listeners.any()) {
      return isDone(Operation.REPLACE, change(Operation.REPLACE, key, value, null, expiry));
    }
    long begin = begin();
    boolean done = kept.replace(key, value);
    countLookup(done, begin);
    countChange(Action.PUT, done ? 1 : 0, begin);
    return done;
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
    return store.timeToLive(marshalling.key(key));
  }

  /** Gives an entry another time to live; returns whether there was an entry. */
  public boolean expire(K key, long ttl) {
    byte[] encoded = marshalling.key(key);
    if (!listeners.any()) {
      return store.getAndTouch(encoded, ttl) != null;
    }
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
      return refreshesAhead ? store.getTimed(encoded) : store.get(encoded);
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
    OwnChange own = events.begin(encoded);
    try {
      boolean touched = store.touch(encoded, entry, ttl);
      if (touched) {
        events.deliverPending(encoded);
        publish(EventType.EXPIRED, key, null, entry);
      }
      return touched;
    } finally {
      events.end(encoded, own);
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
    if (isDirect(op, lives) && !listeners.any()) {
      byte[] outcome = changeDirectly(op, encoded, newValue, expected, oldValue, lives, false);
      count(op, outcome, begin);
      return outcome;
    }
    KeyLocks.Hold hold = locks.acquire(encoded);
    OwnChange own = events.begin(encoded);
    try {
      if (!isDirect(op, lives)) {
        return changeGuarded(
            op, hold, key, encoded, value, newValue, expected, oldValue, lives, begin);
      }
      byte[] outcome = changeDirectly(op, encoded, newValue, expected, oldValue, lives, true);
      count(op, outcome, begin);
      if (isDone(op, outcome)) {
        long ttl = op.puts() ? outcome == null ? lives.creation() : lives.update() : TimeToLive.NOW;
        notifyOf(op.action, key, encoded, value, outcome, ttl);
      }
      return outcome;
    } finally {
      events.end(encoded, own);
      locks.release(hold);
    }
  }

  /** Whether one call of the store does it: no code of the application is asked beforehand. */
  boolean isDirect(Operation op, Expiry lives) {
    return lives.isConstant()
        && (writing == null || !op.writesThrough)
        // A comparison that fails may end an entry's life, of which somebody wants to hear.
        && (op.condition != Condition.EQUAL
            || lives.access() != TimeToLive.NOW
            || !listeners.any());
  }

  /** The same for many entries, of which nobody wants to hear. */
  boolean isDirectAndUnheard(Operation op, Expiry lives) {
    return isDirect(op, lives) && !listeners.any();
  }

  private byte[] changeDirectly(
      Operation op,
      byte[] encoded,
      byte[] newValue,
      V expected,
      byte[] oldValue,
      Expiry lives,
      boolean heard) {
    return switch (op.condition) {
      case ALWAYS -> changeAlways(op, encoded, newValue, lives, heard);
      case ABSENT -> {
        byte[] before = store.putIfAbsent(encoded, newValue, lives.creation());
        yield before == null && lives.creation() == TimeToLive.NOW ? STILLBORN : before;
      }
      case PRESENT -> store.replace(encoded, newValue, lives.update());
      case EQUAL -> changeEqual(op, encoded, newValue, expected, oldValue, lives);
    };
  }

  private byte[] changeAlways(
      Operation op, byte[] encoded, byte[] newValue, Expiry lives, boolean heard) {
    boolean wanted = heard || op.countsLookup || lives.creation() == TimeToLive.NOW;
    if (wanted) {
      return op.puts() ? putDirectly(encoded, newValue, lives) : store.remove(encoded);
    }
    if (op.puts()) {
      store.set(encoded, newValue, lives.creation(), lives.update());
      return null;
    }
    return store.delete(encoded) ? PRESENT : null;
  }

  private byte[] changeEqual(
      Operation op, byte[] encoded, byte[] newValue, V expected, byte[] oldValue, Expiry lives) {
    byte[] before =
        op.puts()
            ? store.replaceEqual(encoded, oldValue, newValue, lives.update(), lives.access())
            : store.removeEqual(encoded, oldValue, lives.access());
    // Equal objects may have other bytes.
    while (before != null && !store.hasValue(before, oldValue)) {
      if (!marshalling.holds(before, oldValue, expected)) {
        return MISMATCH;
      }
      boolean done =
          op.puts()
              ? store.compareAndPut(encoded, before, newValue, lives.update())
              : store.compareAndRemove(encoded, before);
      if (done) {
        return before;
      }
      before = store.get(encoded);
    }
    return before;
  }

  private byte[] putDirectly(byte[] encoded, byte[] newValue, Expiry lives) {
    byte[] before = store.put(encoded, newValue, lives.creation(), lives.update());
    return before == null && lives.creation() == TimeToLive.NOW ? STILLBORN : before;
  }

  /**
   * An entry to be changed; if the writer is to be told, nobody else who tells his writer comes in
   * between, in all JVMs. Code of the writer that uses the same key has the claim already.
   */
  Claim claim(KeyLocks.Hold hold, byte[] encoded, boolean forWriter) {
    if (!forWriter || hold.isClaimed()) {
      return Claim.none(store, encoded);
    }
    Claim claim = store.claim(encoded);
    hold.claim(true);
    return claim;
  }

  /** The same of an entry that may be known already. */
  Claim claim(KeyLocks.Hold hold, K key, byte[] encoded, boolean forWriter) {
    byte[] entry = kept == null ? null : kept.known(key);
    return entry == null ? claim(hold, encoded, forWriter) : Claim.none(store, encoded, entry);
  }

  /** Puts a value into an entry that was claimed; see {@link Claim#put}. */
  boolean put(Claim claim, K key, V value, byte[] newValue, long ttl) {
    return kept == null ? claim.put(newValue, ttl) : kept.put(claim, key, value, newValue, ttl);
  }

  /** Ends what {@link #claim} has begun. */
  static void unclaim(KeyLocks.Hold hold, Claim claim, boolean wasClaimed) {
    hold.claim(wasClaimed);
    claim.end();
  }

  /** The writer has been told of a change, and it is not known whether the store has made it. */
  void suspect(byte[] encoded) {
    healing.suspect(encoded);
  }

  private byte[] changeGuarded(
      Operation op,
      KeyLocks.Hold hold,
      K key,
      byte[] encoded,
      V value,
      byte[] newValue,
      V expected,
      byte[] oldValue,
      Expiry lives,
      long begin) {
    boolean tellsWriter = writing != null && op.writesThrough;
    boolean written = !tellsWriter;
    boolean wasClaimed = hold.isClaimed();
    while (true) {
      Claim claim = claim(hold, encoded, tellsWriter);
      byte[] before = claim.entry();
      long ttl;
      try {
        if (!isMet(op.condition, before, oldValue, expected)) {
          byte[] outcome = before;
          if (op.condition == Condition.EQUAL && before != null) {
            accessed(key, encoded, before);
            outcome = MISMATCH;
          }
          count(op, outcome, begin);
          return outcome;
        }
        ttl = op.puts() ? (before == null ? lives.creation() : lives.update()) : TimeToLive.NOW;
        if (!written) {
          writeThrough(op.action, key, value);
          written = true;
        }
        if (!carryOut(op, claim, encoded, newValue, ttl)) {
          continue;
        }
      } finally {
        unclaim(hold, claim, wasClaimed);
      }
      byte[] outcome = op.puts() && before == null && ttl == TimeToLive.NOW ? STILLBORN : before;
      count(op, outcome, begin);
      notifyOf(op.action, key, encoded, value, before, ttl);
      return outcome;
    }
  }

  /** Changes an entry if it is still what it was; returns whether that was so. */
  private boolean carryOut(Operation op, Claim claim, byte[] encoded, byte[] newValue, long ttl) {
    try {
      return op.puts() ? claim.put(newValue, ttl) : claim.entry() == null || claim.remove();
    } catch (StoreException e) {
      if (writing != null && op.countsChange) {
        suspect(encoded);
      }
      throw e;
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
  void notifyOf(Action action, K key, byte[] encoded, V value, byte[] before, long ttl) {
    if (!listeners.any() || (before == null && ttl == TimeToLive.NOW)) {
      return;
    }
    events.deliverPending(encoded);
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

  ReadThrough<K, V> readThrough() {
    return readThrough;
  }

  KeyLocks locks() {
    return locks;
  }

  StoreEvents<K, V> events() {
    return events;
  }
}
