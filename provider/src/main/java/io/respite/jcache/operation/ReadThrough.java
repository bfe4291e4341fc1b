package io.respite.jcache.operation;

import io.respite.jcache.expiry.Expiry;
import io.respite.jcache.integration.Loading;
import io.respite.jcache.store.LoadLease;
import io.respite.jcache.store.Store;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.cache.integration.CacheLoaderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads single entries that are missing, or that will be soon.
 *
 * <p>Of the threads of this JVM one loads a key at a time, and the others take what it has loaded.
 * With <i>leases</i> this is so for all JVMs that share the store: who gets the lease loads; the
 * others ask again, at first often and then less, until there is an entry, the source is known to
 * have nothing, or the lease is free because its holder has failed. The source is the cache's
 * loader or what a call brings along.
 *
 * <p>With <i>refreshing ahead</i> a read of an entry that will expire soon lets a thread of the
 * manager load it anew, and answers what there is. So nobody waits for the source as long as an
 * entry is read often enough, and with leases one JVM alone refreshes.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
final class ReadThrough<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(ReadThrough.class);
  private static final long FIRST_PAUSE_MILLIS = 2;
  private static final long LONGEST_PAUSE_MILLIS = 100;

  /** How many leases are asked for at once. */
  private static final int BATCH = 500;

  private final EntryOperations<K, V> entries;
  private final Store store;
  private final Marshalling<K, V> marshalling;

  /** Null where the cache does not read through. */
  private final Loading<K, V> loading;

  private final Expiry expiry;
  private final long leaseMillis;
  private final long aheadMillis;
  private final Executor threads;
  private final Set<K> refreshing = ConcurrentHashMap.newKeySet();

  ReadThrough(CacheParts<K, V> parts, EntryOperations<K, V> entries) {
    this.entries = entries;
    this.store = parts.store();
    this.marshalling = parts.marshalling();
    this.loading = parts.readThrough();
    this.expiry = parts.expiry();
    this.leaseMillis = parts.loadLeaseMillis();
    this.aheadMillis = loading == null ? 0 : parts.refreshAheadMillis();
    this.threads = parts.threads();
  }

  /** Whether reads have to tell when entries expire. */
  boolean refreshesAhead() {
    return aheadMillis > 0;
  }

  /** Whether a miss is answered by the cache's loader. */
  boolean hasLoader() {
    return loading != null;
  }

  /** Loads a missing entry by the cache's loader. */
  V load(K key, byte[] encoded) {
    KeyLocks.Hold hold = entries.locks().acquire(encoded);
    try {
      if (leaseMillis > 0 && !hold.isReentrant()) {
        return loadAlone(hold, key, encoded, () -> loading.load(key), Operation.LOAD_ABSENT);
      }
      byte[] entry = store.get(encoded);
      return entry == null
          ? loadAndPut(key, () -> loading.load(key), Operation.LOAD_ABSENT)
          : marshalling.valueOf(entry);
    } finally {
      entries.locks().release(hold);
    }
  }

  /**
   * Puts a missing entry that the source computes; with leases one caller of all does, without
   * leases each does for itself.
   *
   * @throws E when the source throws it; then one of those who wait tries its own source
   */
  <E extends Exception> V compute(K key, byte[] encoded, Source<? extends V, E> source) throws E {
    if (leaseMillis == 0) {
      return loadAndPut(key, source, Operation.PUT);
    }
    KeyLocks.Hold hold = entries.locks().acquire(encoded);
    try {
      // A source that asks for its own key again must not wait for itself.
      return hold.isReentrant()
          ? loadAndPut(key, source, Operation.PUT)
          : loadAlone(hold, key, encoded, source, Operation.PUT);
    } finally {
      entries.locks().release(hold);
    }
  }

  private <E extends Exception> V loadAndPut(
      K key, Source<? extends V, E> source, Operation operation) throws E {
    V value = source.load();
    if (value != null) {
      entries.change(operation, key, value, null, expiry);
    }
    return value;
  }

  private <E extends Exception> V loadAlone(
      KeyLocks.Hold hold, K key, byte[] encoded, Source<? extends V, E> source, Operation operation)
      throws E {
    if (hold.foundNothing()) {
      return null;
    }
    long pause = FIRST_PAUSE_MILLIS;
    for (boolean waited = false; ; waited = true) {
      LoadLease lease = store.lease(encoded, leaseMillis, waited);
      switch (lease.state()) {
        case GRANTED -> {
          V value = loadUnder(lease, key, source, operation);
          if (value == null) {
            hold.findNothing();
          }
          return value;
        }
        case PRESENT -> {
          byte[] entry = store.get(encoded);
          if (entry != null) {
            return marshalling.valueOf(entry);
          }
        }
        case NOTHING -> {
          hold.findNothing();
          return null;
        }
        case BUSY -> {
          pause(key, pause);
          pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
        }
      }
    }
  }

  private <E extends Exception> V loadUnder(
      LoadLease lease, K key, Source<? extends V, E> source, Operation operation) throws E {
    boolean nothing = false;
    try {
      V value = loadAndPut(key, source, operation);
      nothing = value == null;
      return value;
    } finally {
      lease.end(nothing);
    }
  }

  /** Whether there is one loader per key among all JVMs. */
  boolean leases() {
    return leaseMillis > 0;
  }

  /**
   * Loads missing entries of which each is loaded by one caller of all; waits in the end for those
   * that others load.
   *
   * @param put puts what has been loaded
   */
  Map<K, V> loadAll(List<K> keys, byte[][] encoded, Consumer<Map<K, V>> put) {
    Map<K, V> values = new HashMap<>();
    for (int from = 0; from < keys.size(); from += BATCH) {
      int to = Math.min(keys.size(), from + BATCH);
      loadSome(keys.subList(from, to), Arrays.copyOfRange(encoded, from, to), put, values);
    }
    return values;
  }

  private void loadSome(List<K> keys, byte[][] encoded, Consumer<Map<K, V>> put, Map<K, V> values) {
    List<K> granted = new ArrayList<>();
    List<LoadLease> leases = new ArrayList<>();
    List<Integer> others = new ArrayList<>();
    KeyLocks.Hold[] holds = entries.locks().acquireAll(encoded);
    try {
      LoadLease[] answers = store.leaseAll(encoded, leaseMillis);
      for (int i = 0; i < answers.length; i++) {
        if (answers[i].state() == LoadLease.State.GRANTED) {
          granted.add(keys.get(i));
          leases.add(answers[i]);
        } else {
          others.add(i);
        }
      }
      Map<K, V> loaded = Map.of();
      boolean done = false;
      try {
        if (!granted.isEmpty()) {
          loaded = loading.loadAll(granted);
          loaded.keySet().retainAll(new HashSet<>(granted));
          put.accept(loaded);
          values.putAll(loaded);
        }
        done = true;
      } finally {
        for (int i = 0; i < leases.size(); i++) {
          leases.get(i).end(done && !loaded.containsKey(granted.get(i)));
        }
      }
    } finally {
      entries.locks().releaseAll(holds);
    }
    // Nothing is held here any more, so that nobody waits for who waits for him.
    for (int i : others) {
      V value = load(keys.get(i), encoded[i]);
      if (value != null) {
        values.put(keys.get(i), value);
      }
    }
  }

  /** A load for an entry processor, whose lease lasts until what it has loaded is put. */
  final class ProcessorLoad implements AutoCloseable {
    private final K key;
    private final byte[] encoded;
    private final boolean leased;
    private final boolean waits;
    private LoadLease lease;
    private boolean nothing;

    /**
     * Prepares a load.
     *
     * @param hold the key, which is held
     * @param waits whether to wait while others load; not for who has the key's claim, because whom
     *     he waits for may want that
     */
    ProcessorLoad(KeyLocks.Hold hold, K key, byte[] encoded, boolean waits) {
      this.key = key;
      this.encoded = encoded;
      this.leased = leaseMillis > 0 && !hold.isReentrant();
      this.waits = waits;
    }

    /** The value, or null when the source has none. */
    V load() {
      if (!leased) {
        return loading.load(key);
      }
      long pause = FIRST_PAUSE_MILLIS;
      for (boolean waited = false; ; waited = true) {
        LoadLease asked = store.lease(encoded, leaseMillis, waited);
        switch (asked.state()) {
          case GRANTED -> {
            lease = asked;
            V value = loading.load(key);
            nothing = value == null;
            return value;
          }
          case PRESENT -> {
            // Comparing fails then, and the processor runs again on the entry.
            byte[] entry = store.get(encoded);
            if (entry != null) {
              return marshalling.valueOf(entry);
            }
          }
          case NOTHING -> {
            return null;
          }
          case BUSY -> {
            if (!waits) {
              return loading.load(key);
            }
            pause(key, pause);
            pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
          }
        }
      }
    }

    @Override
    public void close() {
      if (lease != null) {
        lease.end(nothing);
      }
    }
  }

  private static void pause(Object key, long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheLoaderException(
          "The thread was interrupted while another JVM loaded key " + key, e);
    }
  }

  /** Loads an entry that was read anew if it will expire soon; does not wait for that. */
  void refreshAhead(K key, byte[] encoded, byte[] entry) {
    long deadline = store.expireAt(entry);
    if (deadline == 0
        || deadline - store.currentTimeMillis() > aheadMillis
        || !refreshing.add(key)) {
      return;
    }
    try {
      threads.execute(() -> refresh(key, encoded));
    } catch (RejectedExecutionException e) {
      refreshing.remove(key);
      LOG.debug("Key {} is not refreshed: too much is being loaded already", key, e);
    }
  }

  private void refresh(K key, byte[] encoded) {
    LoadLease lease = LoadLease.ALWAYS;
    try {
      if (leaseMillis > 0) {
        lease = store.leaseRefresh(encoded, leaseMillis);
      }
      if (lease.state() != LoadLease.State.GRANTED) {
        return;
      }
      try {
        V value = loading.load(key);
        if (value != null) {
          // As if it were created now: an update might leave it its old time.
          entries.change(Operation.LOAD, key, value, null, Expiry.fixed(expiry.creation()));
        }
      } finally {
        lease.end(false);
      }
    } catch (RuntimeException e) {
      // Whoever reads it after it has expired hears of what is wrong with the source.
      LOG.warn("Key {} could not be refreshed", key, e);
    } finally {
      refreshing.remove(key);
    }
  }
}
