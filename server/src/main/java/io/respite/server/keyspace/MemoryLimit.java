package io.respite.server.keyspace;

import io.respite.server.encoding.PackedEntry;
import io.respite.server.encoding.RecordTable;
import io.respite.server.encoding.TableSampler;
import io.respite.server.environment.Clock;
import io.respite.server.keyspace.EvictionPool.Candidate;
import io.respite.server.type.FieldChooser;
import io.respite.server.type.FieldView;
import io.respite.server.type.HashValue;
import java.util.Arrays;

/**
 * Keeps the data below {@code maxmemory} ("Key eviction", redis.io/docs).
 *
 * <p><b>What counts</b> is the data: tables, keys and what they hold, in bytes of heap. Tables
 * count their records as they come and go; an object (a hash, a list) is asked again for its size
 * at every {@link Database#modified}. So the sum is always there, and nothing is measured on
 * request.
 *
 * <p><b>Who goes.</b> Each turn looks at some neighbours in each database's table and keeps the
 * best candidates of all turns in a pool of sixteen; the best four of these go. A candidate that
 * has been used since it was met, or is no more, is passed over. An order by last use of ten
 * samples a turn is hard to tell from an exact one.
 *
 * <pre>
 *   tables ──sample──▶ pool (16, best first) ──best──▶ still there, not used since? ──▶ evicted
 * </pre>
 *
 * <p><b>Single fields.</b> Where {@code maxmemory-hash-fields} says so, a hash does not go as a
 * whole: its fields are candidates beside the keys, unless it is compact and none of them has a
 * deadline. Which hash is looked into is drawn by their sizes.
 *
 * <p><b>How long.</b> One go stops after a time that follows from {@code
 * maxmemory-eviction-tenacity}; the rest is left to housekeeping, and commands are served
 * meanwhile. That a key is large does not matter: what it holds is left to the garbage collector.
 *
 * <p>By whoever holds the baton.
 */
public final class MemoryLimit {
  /** How a go ended. */
  public enum Outcome {
    /** The data fits. */
    FITS,
    /** Its time was over before the data fitted; the rest follows. */
    RUNNING,
    /** The data does not fit, and nothing may go. */
    FULL
  }

  /** What clients hear whose commands need memory when there is none. */
  public static final String REFUSAL = "OOM command not allowed when used memory > 'maxmemory'.";

  private static final int DEFAULT_SAMPLES = 5;
  private static final int DEFAULT_TENACITY = 10;

  /** More samples would cost more than they tell. */
  private static final int MOST_SAMPLES = 1024;

  /** Keys that are looked at to draw a hash. */
  private static final int HASH_SAMPLES = 64;

  /**
   * How many evictions one turn serves, with so many times the samples: what is read of twenty
   * entries that lie anywhere is waited for once, and of four times five entries four times.
   */
  private static final int EVICTIONS_OF_TURN = 4;

  /** Evictions between two looks at the clock. */
  private static final int STEP = 16;

  private static final long MICRO = 1_000;

  private final Keyspace keyspace;
  private final Clock clock;
  private final EvictionPool pool = new EvictionPool();
  private Object[] sample = new Object[HASH_SAMPLES];
  private int[] accesses = new int[HASH_SAMPLES];
  private Object[] fieldSample = new Object[DEFAULT_SAMPLES];
  private long limit;
  private EvictionPolicy policy = EvictionPolicy.NOEVICTION;
  private int samples = DEFAULT_SAMPLES;
  private long budgetNanos = budget(DEFAULT_TENACITY);
  private boolean unlinks;
  private boolean fields;
  private boolean fullAtStart;
  private boolean running;
  private Runnable onRunning = () -> {};
  private int nextDatabase;

  /** How many evictions the last turn still serves. */
  private int served;

  /** When the data last began to exceed the limit; counts only while {@link #exceeded}. */
  private long exceededSince;

  private boolean exceeded;

  MemoryLimit(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.clock = keyspace.environment().clock();
  }

  // ---- settings

  /** {@code maxmemory}: bytes that the data may take, 0 for no limit. */
  public void limit(long bytes) {
    limit = bytes;
    followFields();
    if (bytes == 0) {
      fullAtStart = false;
      stopped();
    } else if (keyspace.heapBytes() > bytes) {
      begin();
    }
  }

  /** {@code maxmemory}, 0 for no limit. */
  public long limit() {
    return limit;
  }

  /** {@code maxmemory-policy}. */
  public void policy(EvictionPolicy which) {
    policy = which;
    forget();
    keyspace.accessClock().countFrequency(which.countsUses());
  }

  private void forget() {
    pool.clear();
    served = 0;
  }

  /** {@code maxmemory-samples}: entries looked at for each eviction. */
  public void samples(long count) {
    samples = (int) Math.min(count, MOST_SAMPLES);
    sample = new Object[Math.max(HASH_SAMPLES, EVICTIONS_OF_TURN * samples)];
    accesses = new int[sample.length];
    fieldSample = new Object[samples];
  }

  /** {@code maxmemory-eviction-tenacity}: how long one go may take, from 0 to 100. */
  public void tenacity(long level) {
    budgetNanos = budget((int) level);
  }

  /** As Redis does: up to 10 a twentieth of a millisecond a step, then 15 % more each. */
  private static long budget(int level) {
    if (level >= 100) {
      return Long.MAX_VALUE;
    }
    return level <= DEFAULT_TENACITY
        ? 50 * MICRO * level
        : (long) (500 * MICRO * Math.pow(1.15, level - (double) DEFAULT_TENACITY));
  }

  /** {@code lazyfree-lazy-eviction}: whether the journal is told UNLINK instead of DEL. */
  public void unlinks(boolean yes) {
    unlinks = yes;
  }

  /** {@code maxmemory-hash-fields}: whether hashes lose single fields instead of going whole. */
  public void fields(boolean yes) {
    fields = yes;
    forget();
    followFields();
  }

  private void followFields() {
    boolean wanted = fields && limit > 0;
    if (wanted != (keyspace.limits().fieldUse() != null)) {
      keyspace.limits().fieldUse(wanted ? new FieldUse(keyspace) : null);
    }
  }

  /** Sets who is told that a go has left something to do; see {@link #slice}. */
  public void onRunning(Runnable action) {
    onRunning = action;
  }

  // ---- figures

  /** Whether there is a limit. */
  public boolean isLimited() {
    return limit != 0;
  }

  /** Bytes that count. */
  public long used() {
    return keyspace.heapBytes();
  }

  /** How long the data has exceeded the limit, 0 if it does not, nanoseconds. */
  public long exceededNanos() {
    return exceeded ? clock.nanos() - exceededSince : 0;
  }

  /** Whether the last command of a client began while the data did not fit. */
  public boolean fullAtStart() {
    return fullAtStart;
  }

  // ---- making room

  /** Before a command of a client: makes room, and remembers whether there is any. */
  public boolean isFullBefore() {
    fullAtStart = makeRoom() == Outcome.FULL;
    return fullAtStart;
  }

  /**
   * Makes room for as long as one go may take. Nothing is evicted where it would be seen half done,
   * or is not this engine's to decide: within a transaction or script, while a journal is replayed,
   * while keys must not expire.
   */
  public Outcome makeRoom() {
    if (limit == 0 || keyspace.inAtomic() || !keyspace.expires()) {
      return Outcome.FITS;
    }
    if (keyspace.heapBytes() <= limit) {
      stopped();
      return Outcome.FITS;
    }
    if (!exceeded) {
      exceeded = true;
      exceededSince = clock.nanos();
    }
    Outcome outcome = go();
    if (outcome == Outcome.RUNNING) {
      begin();
    } else {
      running = false;
      if (outcome == Outcome.FITS) {
        stopped();
      }
    }
    return outcome;
  }

  private void begin() {
    if (!running) {
      running = true;
      onRunning.run();
    }
  }

  private void stopped() {
    running = false;
    if (exceeded) {
      keyspace.statistics().evictionExceededNanos += clock.nanos() - exceededSince;
      exceeded = false;
    }
  }

  /** Goes on with what the last go has left; whether something is left even then. */
  public boolean slice() {
    return running && makeRoom() == Outcome.RUNNING;
  }

  private Outcome go() {
    if (policy == EvictionPolicy.NOEVICTION) {
      return Outcome.FULL;
    }
    // Most goes are short, and need no clock.
    long start = 0;
    int evicted = 0;
    do {
      if (!evictOne()) {
        return Outcome.FULL;
      }
      evicted++;
      if (evicted == STEP) {
        start = clock.nanos();
      } else if (evicted % STEP == 0 && clock.nanos() - start > budgetNanos) {
        return keyspace.heapBytes() <= limit ? Outcome.FITS : Outcome.RUNNING;
      }
    } while (keyspace.heapBytes() > limit);
    return Outcome.FITS;
  }

  /** Lets one key or field go; false when there is none that may. */
  private boolean evictOne() {
    if (policy.order() == EvictionPolicy.Order.RANDOM) {
      pool.clear();
      while (meetNext()) {
        if (evictBest()) {
          return true;
        }
      }
      return false;
    }
    while (served == 0 || !evictBest()) {
      // Fields of one hash are met in a turn, and another one is drawn in the next.
      int evictions = fields ? 1 : EVICTIONS_OF_TURN;
      boolean met = false;
      for (int i = 0; i < keyspace.size(); i++) {
        met |= meet(keyspace.database(i), evictions * samples);
      }
      if (!met) {
        return false;
      }
      served = evictions;
    }
    served--;
    return true;
  }

  /** Lets the best candidate go that may still go; false when there is none. */
  private boolean evictBest() {
    for (Candidate best = pool.poll(); best != null; best = pool.poll()) {
      if (evict(best)) {
        return true;
      }
    }
    return false;
  }

  private boolean evict(Candidate candidate) {
    Database database = candidate.database();
    byte[] key = candidate.key();
    Object entry = database.find(key);
    if (entry == null) {
      return false;
    }
    if (candidate.field() != null) {
      return entry instanceof KeyEntry holder
          && isStillField(candidate, holder)
          && database.evictField(key, candidate.field());
    }
    if (!isStill(candidate, Database.access(entry), Database.expireAt(entry))) {
      return false;
    }
    database.evictFound(key, unlinks);
    return true;
  }

  private boolean isStillField(Candidate candidate, KeyEntry entry) {
    HashValue hash = hash(entry);
    if (hash == null || hash.tableOrNull() == null || candidate.rank() == Long.MIN_VALUE) {
      return hash != null;
    }
    byte[] field = candidate.field();
    byte[] record = (byte[]) hash.tableOrNull().get(field, 0, field.length);
    return record != null && fieldRank(record, entry) <= candidate.rank();
  }

  private long fieldRank(byte[] record, KeyEntry entry) {
    long due = PackedEntry.expireAt(record);
    return rank(PackedEntry.access(record), due == 0 ? entry.expireAt() : due);
  }

  /** Whether a key is as good a candidate as when it was met. */
  private boolean isStill(Candidate candidate, int access, long deadline) {
    return (deadline != 0 || !policy.volatileOnly()) && rank(access, deadline) <= candidate.rank();
  }

  /** Who has the least goes first, and whose time has come before all. Grows by use alone. */
  private long rank(int access, long deadline) {
    long now = keyspace.now();
    if (deadline != 0 && deadline <= now) {
      return Long.MIN_VALUE;
    }
    return switch (policy.order()) {
      case LEAST_RECENTLY_USED -> now / 1000 - keyspace.accessClock().idleSeconds(access, now);
      case LEAST_FREQUENTLY_USED -> keyspace.accessClock().count(access, now);
      case FIRST_DUE -> deadline;
      case RANDOM, NONE -> 0;
    };
  }

  /** Meets one entry of the next database that has any: databases take turns. */
  private boolean meetNext() {
    for (int i = 0; i < keyspace.size(); i++) {
      nextDatabase = (nextDatabase + 1) % keyspace.size();
      if (meet(keyspace.database(nextDatabase), 1)) {
        return true;
      }
    }
    return false;
  }

  /** Looks at some entries of a database; whether there was any that may go. */
  private boolean meet(Database database, int count) {
    if (database.size() == 0) {
      return false;
    }
    boolean volatileOnly = policy.volatileOnly();
    boolean intoHashes = fields && database.objects() > 0;
    if (volatileOnly && !intoHashes && database.withDeadline() == 0) {
      return false;
    }
    int found =
        database.sample(
            sample,
            intoHashes ? HASH_SAMPLES : count,
            entry -> !volatileOnly || isVolatile(entry, intoHashes),
            volatileOnly);
    meetKeys(database, intoHashes ? draw(database, found, count) : found);
    Arrays.fill(sample, 0, found, null);
    return found > 0;
  }

  private static boolean isVolatile(Object entry, boolean intoHashes) {
    return Database.expireAt(entry) != 0
        || (intoHashes && cache(entry) != null && cache(entry).withDeadline() > 0);
  }

  private static HashValue hash(Object entry) {
    return entry instanceof KeyEntry key && key.value() instanceof HashValue hash ? hash : null;
  }

  /**
   * The hash that would lose single fields, or null. A compact one whose fields have no deadlines
   * is rather one thing with its properties than a cache.
   */
  private static HashValue cache(Object entry) {
    HashValue hash = hash(entry);
    return hash != null && (hash.tableOrNull() != null || hash.withDeadline() > 0) ? hash : null;
  }

  private void meetKeys(Database database, int count) {
    // Nothing waits for what is read here, so that the processor reads of many entries at once.
    for (int i = 0; i < count; i++) {
      accesses[i] = Database.access(sample[i]);
    }
    for (int i = 0; i < count; i++) {
      long rank = rank(accesses[i], Database.expireAt(sample[i]));
      if (pool.wants(rank)) {
        pool.add(new Candidate(database, Database.keyOf(sample[i]), null, rank));
      }
    }
  }

  // ---- fields

  /**
   * Draws between the hashes and all other keys of the sample by their numbers of entries, and
   * meets fields of the hash that is drawn.
   *
   * @return how many other keys there are to meet, from the sample's start
   */
  private int draw(Database database, int found, int count) {
    long weight = 0;
    for (int i = 0; i < found; i++) {
      HashValue hash = cache(sample[i]);
      weight += hash == null ? 1 : hash.size();
    }
    if (weight == 0) {
      return 0;
    }
    long left = keyspace.random().nextLong(weight);
    for (int i = 0; i < found; i++) {
      HashValue hash = cache(sample[i]);
      if (hash != null) {
        left -= hash.size();
        if (left < 0) {
          meetFields(database, (KeyEntry) sample[i], hash);
          return 0;
        }
      }
    }
    int others = 0;
    for (int i = 0; i < found && others < count; i++) {
      if (cache(sample[i]) == null) {
        sample[others++] = sample[i];
      }
    }
    return others;
  }

  private void meetFields(Database database, KeyEntry entry, HashValue hash) {
    RecordTable table = hash.tableOrNull();
    if (table == null) {
      meetCompact(database, entry, hash);
      return;
    }
    boolean dueAlone = policy.volatileOnly() && entry.expireAt() == 0;
    FieldChooser chooser = hash.chooser();
    if (chooser != null && !dueAlone) {
      // Who keeps account in his own way cannot be compared with others: his worst goes.
      byte[] victim = chooser.victim(table);
      if (victim != null) {
        addField(database, entry, PackedEntry.key(victim), Long.MIN_VALUE);
      }
      return;
    }
    int found =
        TableSampler.sample(
            table,
            keyspace.random(),
            fieldSample,
            policy.order() == EvictionPolicy.Order.RANDOM ? 1 : samples,
            field -> !dueAlone || PackedEntry.hasDeadline((byte[]) field),
            dueAlone);
    for (int i = 0; i < found; i++) {
      byte[] record = (byte[]) fieldSample[i];
      long rank = fieldRank(record, entry);
      if (pool.wants(rank)) {
        addField(database, entry, PackedEntry.key(record), rank);
      }
      fieldSample[i] = null;
    }
  }

  /** Fields of a compact hash remember no use of their own: any of them stands for the key. */
  private void meetCompact(Database database, KeyEntry entry, HashValue hash) {
    FieldView field = hash.random(keyspace.random());
    if (field == null
        || (policy.volatileOnly() && entry.expireAt() == 0 && field.expireAt() == 0)) {
      return;
    }
    long due = field.expireAt() == 0 ? entry.expireAt() : field.expireAt();
    long rank = rank(entry.access(), due);
    if (pool.wants(rank)) {
      addField(database, entry, field.name(), rank);
    }
  }

  private void addField(Database database, KeyEntry entry, byte[] field, long rank) {
    pool.add(new Candidate(database, entry.key(), field, rank));
  }
}
