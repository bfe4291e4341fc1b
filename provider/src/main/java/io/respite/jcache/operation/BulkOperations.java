package io.respite.jcache.operation;

import static java.util.Objects.requireNonNull;

import io.respite.jcache.expiry.Expiry;
import io.respite.jcache.integration.Loading;
import io.respite.jcache.integration.Writing;
import io.respite.jcache.integration.Writing.Batch;
import io.respite.jcache.operation.Operation.Action;
import io.respite.jcache.store.Store;
import io.respite.jcache.store.TimeToLive;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.cache.CacheException;
import javax.cache.event.CacheEntryListenerException;

/**
 * Operations on many entries. Each entry by itself is atomic, all together are not.
 *
 * <p>Without code of the application one call of the store does it. Otherwise each entry goes
 * through {@link EntryOperations}; a writer gets all entries in one batch first, while all their
 * keys are held, and what it could not write is not changed in the cache either.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public final class BulkOperations<K, V> {
  /** How many entries an operation on the whole cache takes at a time. */
  private static final int PAGE = 500;

  private final EntryOperations<K, V> entries;
  private static final byte[][] NOTHING = {};

  private final Store store;
  private final Marshalling<K, V> marshalling;
  private final Expiry expiry;
  private final Loading<K, V> loader;
  private final Loading<K, V> readThrough;
  private final Writing<K, V> writing;

  public BulkOperations(CacheParts<K, V> parts, EntryOperations<K, V> entries) {
    this.entries = entries;
    this.store = parts.store();
    this.marshalling = parts.marshalling();
    this.expiry = parts.expiry();
    this.loader = parts.loader();
    this.readThrough = parts.readThrough();
    this.writing = parts.writing();
  }

  /** See {@link javax.cache.Cache#getAll}. */
  public Map<K, V> getAll(Collection<? extends K> keys) {
    long begin = entries.begin();
    Map<K, V> values = new HashMap<>(keys.size() * 2);
    List<K> asked = withoutLive(keys, values);
    Object incarnation = entries.incarnation();
    byte[][] found = asked.isEmpty() ? NOTHING : readAll(asked, encode(asked));
    List<K> missing = new ArrayList<>();
    for (int i = 0; i < found.length; i++) {
      if (found[i] == null) {
        missing.add(asked.get(i));
      } else {
        V value = marshalling.valueOf(found[i]);
        values.put(asked.get(i), value);
        entries.keepLive(asked.get(i), value, found[i], incarnation);
      }
    }
    entries.countLookups(keys.size() - missing.size(), missing.size(), begin);
    if (readThrough != null && !missing.isEmpty()) {
      values.putAll(load(missing));
    }
    return values;
  }

  /** Takes the values that are kept as objects; the keys of the others. */
  @SuppressWarnings("unchecked") // What is in a collection of keys is a key.
  private List<K> withoutLive(Collection<? extends K> keys, Map<K, V> values) {
    Object[] all = keys.toArray();
    for (Object key : all) {
      requireNonNull(key, "a key");
    }
    V[] known = entries.liveAll(all);
    if (known == null) {
      return (List<K>) Arrays.asList(all);
    }
    List<K> asked = new ArrayList<>();
    for (int i = 0; i < all.length; i++) {
      K key = (K) all[i];
      if (known[i] == null) {
        asked.add(key);
      } else {
        values.put(key, known[i]);
      }
    }
    return asked;
  }

  private Map<K, V> load(List<K> missing) {
    if (entries.readThrough().leases()) {
      return entries
          .readThrough()
          .loadAll(missing, encode(missing), loaded -> putLoaded(loaded, Operation.LOAD_ABSENT));
    }
    Map<K, V> loaded = readThrough.loadAll(missing);
    loaded.keySet().retainAll(new HashSet<>(missing));
    putLoaded(loaded, Operation.LOAD_ABSENT);
    return loaded;
  }

  private byte[][] readAll(List<K> keys, byte[][] encoded) {
    if (expiry.isUntouchedByAccess()) {
      return store.getAll(encoded, TimeToLive.KEEP);
    }
    if (entries.touchesDirectly()) {
      return store.getAll(encoded, expiry.access());
    }
    var found = new byte[encoded.length][];
    for (int i = 0; i < encoded.length; i++) {
      found[i] = entries.read(keys.get(i), encoded[i]);
    }
    return found;
  }

  private byte[][] encode(Collection<? extends K> keys) {
    var encoded = new byte[keys.size()][];
    int i = 0;
    for (K key : keys) {
      encoded[i++] = marshalling.key(key);
    }
    return encoded;
  }

  /** See {@link javax.cache.Cache#putAll}. */
  public void putAll(Map<? extends K, ? extends V> map) {
    if (entries.isDirectAndUnheard(Operation.PUT, expiry)) {
      putAllDirectly(map);
    } else if (entries.isDirect(Operation.PUT, expiry)) {
      putAllHeard(map);
    } else if (writing == null) {
      forEach(map.keySet(), key -> entries.change(Operation.PUT, key, map.get(key), null, expiry));
    } else {
      inBatch(
          map.keySet(),
          () -> writing.writeAll(map),
          key -> entries.change(Operation.PUT_WRITTEN, key, map.get(key), null, expiry));
    }
  }

  private void putAllDirectly(Map<? extends K, ? extends V> map) {
    long begin = entries.begin();
    var keys = new byte[map.size()][];
    var values = new byte[map.size()][];
    int i = 0;
    for (Map.Entry<? extends K, ? extends V> entry : map.entrySet()) {
      keys[i] = marshalling.key(entry.getKey());
      values[i++] = marshalling.value(entry.getValue());
    }
    long puts = keys.length;
    if (expiry.creation() == TimeToLive.NOW) {
      puts = present(store.putAll(keys, values, expiry.creation(), expiry.update()));
    } else {
      store.setAll(keys, values, expiry.creation(), expiry.update());
    }
    entries.countChange(Action.PUT, puts, begin);
  }

  /** The same while somebody listens: the keys are held until he has heard. */
  private void putAllHeard(Map<? extends K, ? extends V> map) {
    long begin = entries.begin();
    List<K> order = new ArrayList<>(map.keySet());
    byte[][] keys = encode(order);
    var values = new byte[keys.length][];
    for (int i = 0; i < values.length; i++) {
      values[i] = marshalling.value(map.get(order.get(i)));
    }
    whileHeld(
        keys,
        own ->
            store.putAll(
                keys,
                values,
                expiry.creation(),
                expiry.update(),
                before -> {
                  boolean stillborn = expiry.creation() == TimeToLive.NOW;
                  entries.countChange(
                      Action.PUT, stillborn ? present(before) : before.length, begin);
                  own.tell(
                      i -> {
                        K key = order.get(i);
                        long ttl = before[i] == null ? expiry.creation() : expiry.update();
                        entries.notifyOf(Action.PUT, key, keys[i], map.get(key), before[i], ttl);
                      });
                }));
  }

  /** One change of many keys, among those that others make to each of them. */
  private final class OwnChanges {
    private final byte[][] keys;
    private final OwnChange[] own;

    OwnChanges(byte[][] keys) {
      this.keys = keys;
      this.own = new OwnChange[keys.length];
      for (int i = 0; i < keys.length; i++) {
        own[i] = entries.events().begin(keys[i]);
      }
    }

    /** Tells of each key by its place, and lets everything that has to come behind that come. */
    void tell(Step<Integer> step) {
      try {
        forEach(IntStream.range(0, keys.length).boxed().toList(), step);
      } finally {
        end();
      }
    }

    void end() {
      for (int i = 0; i < keys.length; i++) {
        entries.events().end(keys[i], own[i]);
      }
    }
  }

  private void whileHeld(byte[][] keys, Consumer<OwnChanges> change) {
    KeyLocks.Hold[] holds = entries.locks().acquireAll(keys);
    try {
      var own = new OwnChanges(keys);
      try {
        change.accept(own);
      } finally {
        own.end();
      }
    } finally {
      entries.locks().releaseAll(holds);
    }
  }

  private static long present(byte[][] found) {
    long count = 0;
    for (byte[] entry : found) {
      count += entry == null ? 0 : 1;
    }
    return count;
  }

  /** See {@link javax.cache.Cache#removeAll(Set)}. */
  public void removeAll(Set<? extends K> keys) {
    if (entries.isDirectAndUnheard(Operation.REMOVE, expiry)) {
      removeDirectly(encode(keys));
    } else if (entries.isDirect(Operation.REMOVE, expiry)) {
      removeHeard(keys);
    } else if (writing == null) {
      forEach(keys, key -> entries.change(Operation.REMOVE, key, null, null, expiry));
    } else {
      inBatch(
          keys,
          () -> writing.deleteAll(keys),
          key -> entries.change(Operation.REMOVE_DELETED, key, null, null, expiry));
    }
  }

  private void removeHeard(Set<? extends K> keys) {
    long begin = entries.begin();
    List<K> order = new ArrayList<>(keys);
    byte[][] encoded = encode(order);
    whileHeld(
        encoded,
        own ->
            store.removeAll(
                encoded,
                before -> {
                  entries.countChange(Action.REMOVE, present(before), begin);
                  own.tell(
                      i ->
                          entries.notifyOf(
                              Action.REMOVE,
                              order.get(i),
                              encoded[i],
                              null,
                              before[i],
                              TimeToLive.NOW));
                }));
  }

  private void removeDirectly(byte[][] encoded) {
    long begin = entries.begin();
    entries.countChange(Action.REMOVE, store.deleteAll(encoded), begin);
  }

  /**
   * See {@link javax.cache.Cache#removeAll()}: entry by entry, for the sake of writer, listeners
   * and statistics.
   */
  public void removeAll() {
    long cursor = 0;
    do {
      List<byte[]> page = new ArrayList<>(PAGE);
      cursor = store.scan(cursor, PAGE, page::add);
      if (page.isEmpty()) {
        continue;
      }
      if (entries.isDirectAndUnheard(Operation.REMOVE, expiry)) {
        removeDirectly(page.stream().map(marshalling::keyBytesOf).toArray(byte[][]::new));
      } else {
        Set<K> keys = new HashSet<>();
        page.forEach(entry -> keys.add(marshalling.keyOf(entry)));
        removeAll(keys);
      }
    } while (cursor != 0);
  }

  /**
   * See {@link javax.cache.Cache#clear}: neither writer nor listeners nor statistics hear of it.
   */
  public void clear() {
    store.clear();
  }

  /**
   * See {@link javax.cache.Cache#loadAll}: loads and stores, in the thread that calls.
   *
   * @throws javax.cache.integration.CacheLoaderException when the loader fails; then nothing is
   *     stored
   */
  public void loadAll(Set<? extends K> keys, boolean replace) {
    if (loader == null) {
      return;
    }
    List<K> wanted = new ArrayList<>();
    byte[][] there = replace ? null : store.getAll(encode(keys), TimeToLive.KEEP);
    int i = 0;
    for (K key : keys) {
      if (there == null || there[i++] == null) {
        wanted.add(key);
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    Map<K, V> loaded = loader.loadAll(wanted);
    putLoaded(loaded, replace ? Operation.LOAD : Operation.LOAD_ABSENT);
  }

  /** Puts what the loader has found, where it is not there or anyway. */
  private void putLoaded(Map<K, V> loaded, Operation op) {
    if (loaded.isEmpty()) {
      return;
    }
    if (!entries.isDirectAndUnheard(op, expiry)) {
      forEach(loaded.keySet(), key -> entries.change(op, key, loaded.get(key), null, expiry));
      return;
    }
    var keys = new byte[loaded.size()][];
    var values = new byte[loaded.size()][];
    int i = 0;
    for (Map.Entry<K, V> entry : loaded.entrySet()) {
      keys[i] = marshalling.key(entry.getKey());
      values[i++] = marshalling.value(entry.getValue());
    }
    if (op == Operation.LOAD) {
      store.setAll(keys, values, expiry.creation(), expiry.update());
    } else {
      store.putAllIfAbsent(keys, values, expiry.creation());
    }
  }

  // ---- the shape of a batch

  private interface Step<T> {
    void with(T each);
  }

  private interface WriterCall<K> {
    Batch<K> batch();
  }

  /** Lets the writer do its batch while all keys are held, then changes what it has written. */
  private void inBatch(Set<? extends K> keys, WriterCall<K> writer, Step<K> change) {
    KeyLocks.Hold[] holds = entries.locks().acquireAll(encode(keys));
    try {
      Batch<K> batch = writer.batch();
      try {
        forEach(batch.done(), change);
      } catch (CacheException e) {
        if (batch.failure() != null) {
          e.addSuppressed(batch.failure());
        }
        throw e;
      }
      batch.rethrow();
    } finally {
      entries.locks().releaseAll(holds);
    }
  }

  /**
   * Takes every step, even when a listener fails in between; the first failure is thrown in the
   * end.
   */
  private static <T> void forEach(Collection<? extends T> all, Step<T> step) {
    CacheEntryListenerException failure = null;
    for (T each : all) {
      try {
        step.with(each);
      } catch (CacheEntryListenerException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
