package io.respite.benchmarks.remote;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.integration.CompletionListenerFuture;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.MutableEntry;

/**
 * An operation of {@link Cache} whose round trips are counted.
 *
 * @param name of the operation and of what it meets
 * @param promise the most round trips that Respite's documentation allows it with a standard expiry
 *     policy; 0 when it allows as many as it takes
 * @param kind what it works on
 * @param before makes the state that the operation meets
 * @param operation the operation
 */
record Row(
    String name,
    int promise,
    Kind kind,
    Consumer<Cache<String, String>> before,
    Consumer<Cache<String, String>> operation) {
  /** What an operation works on. */
  enum Kind {
    /** One entry. */
    ENTRY,
    /** Many entries, by their keys or all there are. */
    MANY,
    /** Entries of a cache that reads through a loader. */
    LOADED,
    /** Entries of a cache that reads through a loader, one JVM at a time. */
    LEASED,
    /** One entry of a cache that writes through a writer. */
    WRITTEN,
    /** Entries of a cache with several buckets. */
    SPREAD,
    /** Entries that are kept in this JVM, too. */
    NEAR
  }

  private static final String KEY = "key";
  private static final String OLD = Texts.value(1);
  private static final String NEW = Texts.value(2);
  private static final int FEW = 10;
  private static final int BATCH = 100;
  private static final int MANY = 1000;
  private static final long PATIENCE_SECONDS = 60;

  @Override
  public String toString() {
    return name;
  }

  /** Every operation of the specification that reaches the entries. */
  static List<Row> all() {
    return List.of(
        hit("get, hit", cache -> cache.get(KEY)),
        miss("get, miss", cache -> cache.get(KEY)),
        hit("containsKey, hit", cache -> cache.containsKey(KEY)),
        miss("containsKey, miss", cache -> cache.containsKey(KEY)),
        miss("put, new", cache -> cache.put(KEY, NEW)),
        hit("put, existing", cache -> cache.put(KEY, NEW)),
        miss("getAndPut, new", cache -> cache.getAndPut(KEY, NEW)),
        hit("getAndPut, existing", cache -> cache.getAndPut(KEY, NEW)),
        miss("putIfAbsent, new", cache -> cache.putIfAbsent(KEY, NEW)),
        hit("putIfAbsent, existing", cache -> cache.putIfAbsent(KEY, NEW)),
        hit("replace(k, v), hit", cache -> cache.replace(KEY, NEW)),
        miss("replace(k, v), miss", cache -> cache.replace(KEY, NEW)),
        hit("replace(k, old, new), equal", cache -> cache.replace(KEY, OLD, NEW)),
        hit("replace(k, old, new), unequal", cache -> cache.replace(KEY, NEW, OLD)),
        miss("replace(k, old, new), miss", cache -> cache.replace(KEY, OLD, NEW)),
        hit("getAndReplace, hit", cache -> cache.getAndReplace(KEY, NEW)),
        miss("getAndReplace, miss", cache -> cache.getAndReplace(KEY, NEW)),
        hit("remove(k), hit", cache -> cache.remove(KEY)),
        miss("remove(k), miss", cache -> cache.remove(KEY)),
        hit("remove(k, v), equal", cache -> cache.remove(KEY, OLD)),
        hit("remove(k, v), unequal", cache -> cache.remove(KEY, NEW)),
        miss("remove(k, v), miss", cache -> cache.remove(KEY, OLD)),
        hit("getAndRemove, hit", cache -> cache.getAndRemove(KEY)),
        miss("getAndRemove, miss", cache -> cache.getAndRemove(KEY)),
        many("getAll(100), hits", 1, holding(BATCH), cache -> cache.getAll(keys(BATCH))),
        many("getAll(100), misses", 1, Cache::clear, cache -> cache.getAll(keys(BATCH))),
        many("getAll(1000), hits", 1, holding(MANY), cache -> cache.getAll(keys(MANY))),
        many("putAll(100), new", 1, Cache::clear, cache -> cache.putAll(entries(BATCH))),
        many("putAll(100), existing", 1, holding(BATCH), cache -> cache.putAll(entries(BATCH))),
        many("putAll(1000), new", 1, Cache::clear, cache -> cache.putAll(entries(MANY))),
        many("removeAll(100 keys)", 1, holding(BATCH), cache -> cache.removeAll(keys(BATCH))),
        many("removeAll(1000 keys)", 1, holding(MANY), cache -> cache.removeAll(keys(MANY))),
        many("removeAll() of 100", 0, holding(BATCH), Cache::removeAll),
        many("clear() of 100", 1, holding(BATCH), Cache::clear),
        many("iterator over 1000", 0, holding(MANY), Row::iterate),
        hit("invoke, reads", 2, cache -> cache.invoke(KEY, new Reading())),
        hit("invoke, writes existing", 2, cache -> cache.invoke(KEY, new Advancing())),
        miss("invoke, writes new", 2, cache -> cache.invoke(KEY, new Creating())),
        hit("invoke, removes", 2, cache -> cache.invoke(KEY, new Removing())),
        many(
            "invokeAll(10), writes",
            0,
            holding(FEW),
            cache -> cache.invokeAll(keys(FEW), new Advancing())),
        new Row("get, loaded", 3, Kind.LOADED, Cache::clear, cache -> cache.get(KEY)),
        new Row(
            "getAll(100), loaded",
            2,
            Kind.LOADED,
            Cache::clear,
            cache -> cache.getAll(keys(BATCH))),
        new Row("loadAll(100), absent", 2, Kind.LOADED, Cache::clear, cache -> load(cache, false)),
        new Row(
            "loadAll(100), replacing", 1, Kind.LOADED, holding(BATCH), cache -> load(cache, true)));
  }

  /** Operations of caches that are configured as only Respite's can be, or cost more so. */
  static List<Row> special() {
    return List.of(
        written("put", cache -> cache.put(KEY, NEW)),
        written("getAndPut", cache -> cache.getAndPut(KEY, NEW)),
        written("putIfAbsent, existing", cache -> cache.putIfAbsent(KEY, NEW)),
        written("replace(k, old, new)", cache -> cache.replace(KEY, OLD, NEW)),
        written("remove(k)", cache -> cache.remove(KEY)),
        written("invoke, reads", cache -> cache.invoke(KEY, new Reading())),
        written("invoke, writes", cache -> cache.invoke(KEY, new Advancing())),
        new Row("get, leased", 4, Kind.LEASED, Cache::clear, cache -> cache.get(KEY)),
        new Row(
            "getAll(100), leased",
            4,
            Kind.LEASED,
            Cache::clear,
            cache -> cache.getAll(keys(BATCH))),
        new Row(
            "getAll(100), buckets",
            1,
            Kind.SPREAD,
            holding(BATCH),
            cache -> cache.getAll(keys(BATCH))),
        new Row(
            "putAll(100), buckets",
            1,
            Kind.SPREAD,
            holding(BATCH),
            cache -> cache.putAll(entries(BATCH))),
        new Row(
            "removeAll(100 keys), buckets",
            1,
            Kind.SPREAD,
            holding(BATCH),
            cache -> cache.removeAll(keys(BATCH))),
        new Row("get, near", 0, Kind.NEAR, Row::readAll, cache -> cache.get(Texts.key(1))),
        new Row(
            "getAll(100), near", 0, Kind.NEAR, Row::readAll, cache -> cache.getAll(keys(BATCH))),
        new Row(
            "put, near",
            1,
            Kind.NEAR,
            Row::readAll,
            cache -> cache.put(Texts.key(1), Texts.value(1))));
  }

  private static Row written(String name, Consumer<Cache<String, String>> operation) {
    return new Row(name + ", writer", 2, Kind.WRITTEN, cache -> cache.put(KEY, OLD), operation);
  }

  /** Leaves entries that have been read. */
  private static void readAll(Cache<String, String> cache) {
    cache.putAll(entries(BATCH));
    cache.getAll(keys(BATCH));
  }

  private static Row hit(String name, Consumer<Cache<String, String>> operation) {
    return hit(name, 1, operation);
  }

  private static Row hit(String name, int promise, Consumer<Cache<String, String>> operation) {
    return new Row(name, promise, Kind.ENTRY, cache -> cache.put(KEY, OLD), operation);
  }

  private static Row miss(String name, Consumer<Cache<String, String>> operation) {
    return miss(name, 1, operation);
  }

  private static Row miss(String name, int promise, Consumer<Cache<String, String>> operation) {
    return new Row(name, promise, Kind.ENTRY, cache -> cache.remove(KEY), operation);
  }

  private static Row many(
      String name,
      int promise,
      Consumer<Cache<String, String>> before,
      Consumer<Cache<String, String>> operation) {
    return new Row(name, promise, Kind.MANY, before, operation);
  }

  /** Leaves exactly so many entries in a cache. */
  private static Consumer<Cache<String, String>> holding(int count) {
    return cache -> {
      cache.clear();
      cache.putAll(entries(count));
    };
  }

  private static Set<String> keys(int count) {
    return new HashSet<>(entries(count).keySet());
  }

  private static Map<String, String> entries(int count) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      entries.put(Texts.key(i), Texts.value(i));
    }
    return entries;
  }

  private static void iterate(Cache<String, String> cache) {
    Set<String> seen = new HashSet<>();
    cache.forEach(entry -> seen.add(entry.getKey()));
    if (seen.size() != MANY) {
      throw new IllegalStateException("the iterator saw " + seen.size() + " entries of " + MANY);
    }
  }

  private static void load(Cache<String, String> cache, boolean replaceExisting) {
    CompletionListenerFuture loaded = new CompletionListenerFuture();
    cache.loadAll(keys(BATCH), replaceExisting, loaded);
    try {
      loaded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new CacheException(interrupted);
    } catch (ExecutionException | TimeoutException failed) {
      throw new CacheException("loadAll failed", failed);
    }
  }

  private static final class Reading
      implements EntryProcessor<String, String, String>, java.io.Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public String process(MutableEntry<String, String> entry, Object... arguments) {
      return entry.getValue();
    }
  }

  private static final class Advancing
      implements EntryProcessor<String, String, Boolean>, java.io.Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean process(MutableEntry<String, String> entry, Object... arguments) {
      entry.setValue(Texts.next(entry.getValue()));
      return true;
    }
  }

  private static final class Creating
      implements EntryProcessor<String, String, Boolean>, java.io.Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean process(MutableEntry<String, String> entry, Object... arguments) {
      if (entry.exists()) {
        return false;
      }
      entry.setValue(NEW);
      return true;
    }
  }

  private static final class Removing
      implements EntryProcessor<String, String, Boolean>, java.io.Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean process(MutableEntry<String, String> entry, Object... arguments) {
      boolean existed = entry.exists();
      entry.remove();
      return existed;
    }
  }
}
