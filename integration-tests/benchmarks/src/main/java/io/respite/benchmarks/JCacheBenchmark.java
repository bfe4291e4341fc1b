package io.respite.benchmarks;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.processor.EntryProcessor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One JCache provider, whichever is alone on the class path: 100,000 entries with String keys,
 * stored by value. The script jcache.sh runs it once per provider and puts the results side by
 * side.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class JCacheBenchmark {
  private static final int ENTRIES = 100_000;
  private static final int BATCH = 100;

  /** What the values are. */
  @Param({"string", "object"})
  public String values;

  /** A class that makes the cache's configuration; empty for the standard one. */
  @Param("")
  public String configuration;

  private final String[] keys = new String[ENTRIES];
  private final Object[] some = new Object[1024];
  private Cache<String, Object> cache;
  private CacheManager manager;
  private EntryProcessor<String, Object, Boolean> processor;

  /** A place in the keys for each thread. */
  @State(Scope.Thread)
  public static class Cursor {
    private int at = (int) Thread.currentThread().getId() * 7919;

    int next() {
      // A full-period walk that jumps about, without a random generator in the figures.
      at = (at + 40_503) % ENTRIES;
      return at;
    }
  }

  /** Makes a provider's own configuration from the standard one. */
  public interface ConfigurationMaker {
    /** The configuration for this type of values. */
    <V> Configuration<String, V> make(Class<V> type);
  }

  /** Fills the cache. */
  @Setup
  @SuppressWarnings("unchecked")
  public void fill() throws ReflectiveOperationException {
    boolean strings = values.equals("string");
    manager = Caching.getCachingProvider().getCacheManager();
    Cache<String, ?> made = strings ? create(String.class) : create(Customer.class);
    cache = (Cache<String, Object>) made;
    for (int i = 0; i < ENTRIES; i++) {
      keys[i] = "customer:" + (1_000_000 + i);
      cache.put(keys[i], value(strings, i));
    }
    for (int i = 0; i < some.length; i++) {
      some[i] = value(strings, i);
    }
    processor = strings ? new NextText() : new NextOrder();
    for (String key : keys) {
      if (cache.get(key) == null) {
        throw new IllegalStateException("the provider lost " + key);
      }
    }
  }

  private <V> Cache<String, V> create(Class<V> type) throws ReflectiveOperationException {
    if (!configuration.isEmpty()) {
      ConfigurationMaker maker =
          Class.forName(configuration)
              .asSubclass(ConfigurationMaker.class)
              .getDeclaredConstructor()
              .newInstance();
      return manager.createCache("benchmark", maker.make(type));
    }
    return manager.createCache(
        "benchmark",
        new MutableConfiguration<String, V>().setTypes(String.class, type).setStoreByValue(true));
  }

  private static Object value(boolean strings, int i) {
    return strings
        ? "value " + i + " of some length, as a rendered fragment or a name would have"
        : Customer.number(i);
  }

  /** Ends the provider. */
  @TearDown
  public void close() {
    manager.close();
  }

  /** Reads an entry. */
  @Benchmark
  public Object get(Cursor cursor) {
    return cache.get(keys[cursor.next()]);
  }

  /** Writes an entry that is there. */
  @Benchmark
  public void put(Cursor cursor) {
    int i = cursor.next();
    cache.put(keys[i], some[i & 1023]);
  }

  /** Nine reads, one write. */
  @Benchmark
  public Object mixed(Cursor cursor) {
    int i = cursor.next();
    if (i % 10 == 0) {
      cache.put(keys[i], some[i & 1023]);
      return null;
    }
    return cache.get(keys[i]);
  }

  /** Replaces an entry that is there. */
  @Benchmark
  public boolean replace(Cursor cursor) {
    int i = cursor.next();
    return cache.replace(keys[i], some[i & 1023]);
  }

  /** Reads and writes an entry as one. */
  @Benchmark
  public Boolean invoke(Cursor cursor) {
    return cache.invoke(keys[cursor.next()], processor);
  }

  /** Reads a hundred entries. */
  @Benchmark
  public Map<String, Object> getAll100(Cursor cursor) {
    Set<String> wanted = new HashSet<>(BATCH * 2);
    for (int i = 0; i < BATCH; i++) {
      wanted.add(keys[cursor.next()]);
    }
    return cache.getAll(wanted);
  }

  private static final class NextText
      implements EntryProcessor<String, Object, Boolean>, java.io.Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean process(
        javax.cache.processor.MutableEntry<String, Object> entry, Object... arguments) {
      String text = (String) entry.getValue();
      entry.setValue(
          text.charAt(0) == 'v' ? "w".concat(text.substring(1)) : "v".concat(text.substring(1)));
      return true;
    }
  }

  private static final class NextOrder
      implements EntryProcessor<String, Object, Boolean>, java.io.Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean process(
        javax.cache.processor.MutableEntry<String, Object> entry, Object... arguments) {
      entry.setValue(((Customer) entry.getValue()).ordered());
      return true;
    }
  }
}
