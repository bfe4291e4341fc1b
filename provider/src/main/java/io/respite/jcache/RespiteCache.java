package io.respite.jcache;

import static java.util.Objects.requireNonNull;

import io.respite.jcache.codec.AllowedClasses;
import io.respite.jcache.config.StoreUri;
import io.respite.jcache.integration.Loading;
import io.respite.jcache.management.Statistics;
import io.respite.jcache.operation.BulkOperations;
import io.respite.jcache.operation.CacheParts;
import io.respite.jcache.operation.EntryIterator;
import io.respite.jcache.operation.EntryOperations;
import io.respite.jcache.operation.ProcessorOperations;
import io.respite.jcache.store.StoreConnection;
import io.respite.jcache.store.TimeToLive;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CompletionListener;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cache whose entries live in a datastore. It is safe for any number of threads.
 *
 * <p>Beyond the specification, reached by {@code cache.unwrap(RespiteCache.class)}: entries with a
 * time to live of their own, operations that do not wait, streams, the number of entries, and a
 * statistics object.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public final class RespiteCache<K, V> implements Cache<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(RespiteCache.class);
  private static final int STREAM_BATCH = 100;

  private final RespiteCacheManager manager;
  private final String name;
  private final ManagerThreads threads;
  private final CacheWiring<K, V> wiring;
  private final EntryOperations<K, V> entries;
  private final BulkOperations<K, V> bulk;
  private final ProcessorOperations<K, V> processors;
  private final Loading<K, V> loading;
  private final RunningLoads loads = new RunningLoads();
  private volatile boolean closed;

  RespiteCache(
      RespiteCacheManager manager,
      String name,
      RespiteConfiguration<K, V> configuration,
      StoreConnection connection,
      ManagerThreads threads,
      AllowedClasses allowed) {
    this.manager = manager;
    this.name = name;
    this.threads = threads;
    this.wiring = new CacheWiring<>(this, configuration, connection, threads, allowed);
    CacheParts<K, V> parts = wiring.parts();
    this.entries = new EntryOperations<>(parts);
    this.bulk = new BulkOperations<>(parts, entries);
    this.processors = new ProcessorOperations<>(parts, entries);
    this.loading = parts.loader();
  }

  /**
   * A cache as what it is, with what Respite adds; {@code cache.unwrap(RespiteCache.class)} with
   * types.
   *
   * @throws IllegalArgumentException when it is another provider's
   */
  @SuppressWarnings("unchecked") // The class carries no types, but the cache given does.
  public static <K, V> RespiteCache<K, V> of(Cache<K, V> cache) {
    return cache.unwrap(RespiteCache.class);
  }

  // ---- single entries

  @Override
  public V get(K key) {
    ensureOpen();
    return entries.get(requireNonNull(key, "key"));
  }

  @Override
  public boolean containsKey(K key) {
    ensureOpen();
    return entries.containsKey(requireNonNull(key, "key"));
  }

  @Override
  public void put(K key, V value) {
    ensureOpen();
    entries.put(requireNonNull(key, "key"), requireNonNull(value, "value"));
  }

  @Override
  public V getAndPut(K key, V value) {
    ensureOpen();
    return entries.getAndPut(requireNonNull(key, "key"), requireNonNull(value, "value"));
  }

  @Override
  public boolean putIfAbsent(K key, V value) {
    ensureOpen();
    return entries.putIfAbsent(requireNonNull(key, "key"), requireNonNull(value, "value"));
  }

  @Override
  public boolean replace(K key, V value) {
    ensureOpen();
    return entries.replace(requireNonNull(key, "key"), requireNonNull(value, "value"));
  }

  @Override
  public boolean replace(K key, V oldValue, V newValue) {
    ensureOpen();
    requireNonNull(oldValue, "oldValue");
    return entries.replace(
        requireNonNull(key, "key"), oldValue, requireNonNull(newValue, "newValue"));
  }

  @Override
  public V getAndReplace(K key, V value) {
    ensureOpen();
    return entries.getAndReplace(requireNonNull(key, "key"), requireNonNull(value, "value"));
  }

  @Override
  public boolean remove(K key) {
    ensureOpen();
    return entries.remove(requireNonNull(key, "key"));
  }

  @Override
  public boolean remove(K key, V oldValue) {
    ensureOpen();
    return entries.remove(requireNonNull(key, "key"), requireNonNull(oldValue, "oldValue"));
  }

  @Override
  public V getAndRemove(K key) {
    ensureOpen();
    return entries.getAndRemove(requireNonNull(key, "key"));
  }

  @Override
  public <T> T invoke(K key, EntryProcessor<K, V, T> processor, Object... arguments) {
    ensureOpen();
    return processors.invoke(
        requireNonNull(key, "key"), requireNonNull(processor, "processor"), arguments);
  }

  // ---- many entries

  @Override
  public Map<K, V> getAll(Set<? extends K> keys) {
    ensureOpen();
    return bulk.getAll(requireNonNull(keys, "keys"));
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> map) {
    ensureOpen();
    requireNonNull(map, "map")
        .forEach(
            (key, value) -> {
              requireNonNull(key, "a key");
              requireNonNull(value, "a value");
            });
    if (!map.isEmpty()) {
      bulk.putAll(map);
    }
  }

  @Override
  public void removeAll(Set<? extends K> keys) {
    ensureOpen();
    if (!withoutNull(keys).isEmpty()) {
      bulk.removeAll(keys);
    }
  }

  @Override
  public void removeAll() {
    ensureOpen();
    bulk.removeAll();
  }

  @Override
  public void clear() {
    ensureOpen();
    bulk.clear();
  }

  @Override
  public <T> Map<K, EntryProcessorResult<T>> invokeAll(
      Set<? extends K> keys, EntryProcessor<K, V, T> processor, Object... arguments) {
    ensureOpen();
    return processors.invokeAll(
        withoutNull(keys), requireNonNull(processor, "processor"), arguments);
  }

  /** Loads entries in a thread of the manager; see {@link Cache#loadAll}. */
  @Override
  public void loadAll(
      Set<? extends K> keys, boolean replaceExistingValues, CompletionListener listener) {
    ensureOpen();
    Set<K> wanted = Set.copyOf(withoutNull(keys));
    if (loading == null) {
      if (listener != null) {
        listener.onCompletion();
      }
      return;
    }
    try {
      threads.execute(() -> load(wanted, replaceExistingValues, listener));
    } catch (RejectedExecutionException e) {
      throw new CacheLoaderException(
          "Cache '%s' is loading too much already, or is closing".formatted(name), e);
    }
  }

  private void load(Set<K> keys, boolean replace, CompletionListener listener) {
    try {
      if (!loads.begin()) {
        throw closed();
      }
      try {
        bulk.loadAll(keys, replace);
      } finally {
        loads.end();
      }
    } catch (RuntimeException | Error e) {
      if (listener == null) {
        LOG.warn("Cache '{}': loadAll failed, and nobody listens", name, e);
      } else {
        listener.onException(
            e instanceof CacheLoaderException known ? known : new CacheLoaderException(e));
      }
      return;
    }
    if (listener != null) {
      listener.onCompletion();
    }
  }

  private static <E, C extends Iterable<E>> C withoutNull(C keys) {
    for (E key : requireNonNull(keys, "keys")) {
      requireNonNull(key, "a key");
    }
    return keys;
  }

  /** The entries, in no order; weakly consistent, as {@link EntryIterator} says. */
  @Override
  public Iterator<Entry<K, V>> iterator() {
    ensureOpen();
    return new EntryIterator<>(wiring.parts(), entries, RespiteEntry::new);
  }

  // ---- beyond the specification

  /** How many changes wait to be written, in a cache that writes behind. */
  public int pendingWrites() {
    return wiring.pendingWrites();
  }

  /** What {@link #timeToLive} returns for an entry that never expires, and what makes one so. */
  public static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  /**
   * Puts an entry with a time to live of its own, whatever the cache's expiry policy says. Reading
   * it may still renew its life if the policy does so on access.
   *
   * @param timeToLive how long it lives, to the millisecond; {@link #FOREVER} for ever, zero not at
   *     all
   */
  public void put(K key, V value, Duration timeToLive) {
    ensureOpen();
    entries.put(requireNonNull(key, "key"), requireNonNull(value, "value"), ttl(timeToLive));
  }

  /**
   * Computes the value of an entry that is missing.
   *
   * @param <V> the value
   * @param <E> what it may throw
   */
  @FunctionalInterface
  public interface Source<V, E extends Exception> {
    /** The value, or null when there is none. */
    V load() throws E;
  }

  /**
   * The value of an entry; when there is none, what the source computes, which is put unless it is
   * null. In a cache that reads through the source takes the loader's place.
   *
   * <p>With {@link RespiteConfiguration#setLoadLease} one caller at a time runs its source for a
   * key, of all threads of all JVMs that share the cache, and the others wait for what comes of it;
   * without, each computes for itself. Counts as a get, and as a put if something is put; the
   * writer is told of it as of a put.
   *
   * @return null when the source has nothing
   * @throws E when the source throws it; nothing is put then, and one of those who wait runs its
   *     own source
   */
  public <E extends Exception> V getOrLoad(K key, Source<? extends V, E> source) throws E {
    ensureOpen();
    return entries.getOrLoad(requireNonNull(key, "key"), requireNonNull(source, "source")::load);
  }

  /** Puts an entry with a time to live of its own if there is none; returns whether it was put. */
  public boolean putIfAbsent(K key, V value, Duration timeToLive) {
    ensureOpen();
    return entries.putIfAbsent(
        requireNonNull(key, "key"), requireNonNull(value, "value"), ttl(timeToLive));
  }

  /** Gives an entry another time to live, from now; returns whether there was an entry. */
  public boolean expire(K key, Duration timeToLive) {
    ensureOpen();
    return entries.expire(requireNonNull(key, "key"), ttl(timeToLive));
  }

  /**
   * How long an entry still lives: {@link #FOREVER} if it does not expire, empty if there is no
   * entry.
   */
  public Optional<Duration> timeToLive(K key) {
    ensureOpen();
    long millis = entries.timeToLive(requireNonNull(key, "key"));
    if (millis == TimeToLive.NOW) {
      return Optional.empty();
    }
    return Optional.of(millis == TimeToLive.ETERNAL ? FOREVER : Duration.ofMillis(millis));
  }

  private static long ttl(Duration timeToLive) {
    if (timeToLive.isNegative()) {
      throw new IllegalArgumentException("A time to live of %s is negative".formatted(timeToLive));
    }
    if (timeToLive.toSeconds() > Long.MAX_VALUE / 1000 - 1) {
      return TimeToLive.ETERNAL;
    }
    long millis = timeToLive.toMillis();
    return millis == 0 && !timeToLive.isZero() ? 1 : TimeToLive.ofMillis(millis);
  }

  /** How many entries there are; some of them may have expired and not been met since. */
  public long size() {
    ensureOpen();
    return wiring.store().size();
  }

  /** The entries as a stream; like {@link #iterator}. */
  public Stream<Entry<K, V>> stream() {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(
            iterator(), Spliterator.NONNULL | Spliterator.IMMUTABLE),
        false);
  }

  /**
   * The entries of many keys as a stream, read in batches as the stream is consumed; missing ones
   * are left out.
   */
  public Stream<Entry<K, V>> streamAll(Iterable<? extends K> keys) {
    ensureOpen();
    Iterator<? extends K> remaining = requireNonNull(keys, "keys").iterator();
    Stream<List<K>> batches =
        Stream.generate(() -> nextBatch(remaining)).takeWhile(batch -> !batch.isEmpty());
    return batches.flatMap(
        batch -> {
          ensureOpen();
          return bulk.getAll(batch).entrySet().stream()
              .map(entry -> new RespiteEntry<>(entry.getKey(), entry.getValue()));
        });
  }

  private List<K> nextBatch(Iterator<? extends K> keys) {
    List<K> batch = new ArrayList<>();
    while (keys.hasNext() && batch.size() < STREAM_BATCH) {
      batch.add(requireNonNull(keys.next(), "a key"));
    }
    return batch;
  }

  /**
   * {@link #get} without waiting for a loader or expiry policy; completes with null when there is
   * no value.
   */
  public CompletionStage<V> getAsync(K key) {
    return async(() -> get(key));
  }

  /** {@link #getAll} without waiting. */
  public CompletionStage<Map<K, V>> getAllAsync(Set<? extends K> keys) {
    return async(() -> getAll(keys));
  }

  /** {@link #put} without waiting for a writer or listener. */
  public CompletionStage<Void> putAsync(K key, V value) {
    return async(
        () -> {
          put(key, value);
          return null;
        });
  }

  /** {@link #putAll} without waiting. */
  public CompletionStage<Void> putAllAsync(Map<? extends K, ? extends V> map) {
    return async(
        () -> {
          putAll(map);
          return null;
        });
  }

  /** {@link #putIfAbsent} without waiting. */
  public CompletionStage<Boolean> putIfAbsentAsync(K key, V value) {
    return async(() -> putIfAbsent(key, value));
  }

  /** {@link #remove(Object)} without waiting. */
  public CompletionStage<Boolean> removeAsync(K key) {
    return async(() -> remove(key));
  }

  /** {@link #invoke} without waiting for the processor. */
  public <T> CompletionStage<T> invokeAsync(
      K key, EntryProcessor<K, V, T> processor, Object... arguments) {
    return async(() -> invoke(key, processor, arguments));
  }

  /**
   * Runs in a thread of the manager, because code of the application may be called. Whatever is
   * thrown completes the stage.
   */
  private <T> CompletionStage<T> async(Supplier<T> operation) {
    ensureOpen();
    try {
      return CompletableFuture.supplyAsync(operation, threads).minimalCompletionStage();
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** What has been counted so far; all zero while statistics are off. */
  public RespiteStatistics statistics() {
    Statistics counted = wiring.parts().statistics();
    return new RespiteStatistics(
        counted.getCacheHits(),
        counted.getCacheMisses(),
        counted.getCachePuts(),
        counted.getCacheRemovals(),
        counted.getCacheEvictions(),
        counted.getAverageGetTime(),
        counted.getAveragePutTime(),
        counted.getAverageRemoveTime(),
        counted.loadsWhileAway(),
        counted.listenerTimeouts());
  }

  // ---- configuration, listeners, life

  @Override
  public String getName() {
    return name;
  }

  @Override
  public CacheManager getCacheManager() {
    return manager;
  }

  /** A copy of the configuration as it is now; changing it changes nothing. */
  @Override
  public <C extends Configuration<K, V>> C getConfiguration(Class<C> type) {
    return Unwrapping.unwrap(configuration(), type);
  }

  /** The same without naming the class. */
  public RespiteConfiguration<K, V> configuration() {
    return wiring.configuration();
  }

  void showBeans() {
    wiring.showBeans();
  }

  void enableStatistics(boolean on) {
    wiring.enableStatistics(on);
  }

  void enableManagement(boolean on) {
    wiring.enableManagement(on);
  }

  @Override
  public void registerCacheEntryListener(CacheEntryListenerConfiguration<K, V> configuration) {
    ensureOpen();
    wiring.register(requireNonNull(configuration, "configuration"));
  }

  @Override
  public void deregisterCacheEntryListener(CacheEntryListenerConfiguration<K, V> configuration) {
    ensureOpen();
    wiring.deregister(requireNonNull(configuration, "configuration"));
  }

  /**
   * Ends the use of the cache: its listeners hear no more, and its loader, writer, expiry policy,
   * listeners and filters are closed if they are {@link java.io.Closeable}. The entries stay in the
   * datastore.
   */
  @Override
  public void close() {
    if (leave()) {
      loads.close();
      wiring.close();
    }
  }

  /** Marks the cache as closed; returns whether this call did. */
  private boolean leave() {
    synchronized (this) {
      if (closed) {
        return false;
      }
      closed = true;
    }
    manager.forget(this);
    return true;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    return Unwrapping.unwrap(this, type);
  }

  private void ensureOpen() {
    if (closed) {
      throw closed();
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException("Cache '%s' is closed".formatted(name));
  }

  @Override
  public String toString() {
    return "%s[%s of %s]"
        .formatted(getClass().getSimpleName(), name, StoreUri.shown(manager.getURI()));
  }
}
