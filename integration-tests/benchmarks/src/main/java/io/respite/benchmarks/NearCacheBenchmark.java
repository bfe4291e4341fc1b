package io.respite.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.RespiteConfiguration;
import io.respite.server.Engine;
import java.io.Serializable;
import java.net.URI;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
 * Reading what is in a near cache, beside Caffeine by itself, which keeps references. The server is
 * an engine of this JVM that listens; once all entries have been read it has nothing to do. Run by
 * {@code near.sh}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NearCacheBenchmark {
  private static final int ENTRIES = 10_000;

  /** A small value with several parts. */
  public record Product(long id, String name, int stock, LocalDate since) implements Serializable {}

  /** What the values are. */
  @Param({"string", "record"})
  public String values;

  /** Who keeps them. */
  @Param({"near", "caffeine"})
  public String cache;

  private final String[] keys = new String[ENTRIES];
  private Function<String, Object> get;
  private Engine engine;
  private RespiteCachingProvider provider;

  /** A place in the keys for each thread. */
  @State(Scope.Thread)
  public static class Cursor {
    private int at = (int) Thread.currentThread().getId() * 7919;

    int next() {
      at = (at + 4_051) % ENTRIES;
      return at;
    }
  }

  /** Fills the cache and reads everything. */
  @Setup
  public void fill() {
    for (int i = 0; i < ENTRIES; i++) {
      keys[i] = "product:" + (1_000_000 + i);
    }
    boolean strings = values.equals("string");
    if (cache.equals("caffeine")) {
      Cache<String, Object> caffeine = Caffeine.newBuilder().maximumSize(2 * ENTRIES).build();
      for (int i = 0; i < ENTRIES; i++) {
        caffeine.put(keys[i], strings ? text(i) : product(i));
      }
      get = caffeine::getIfPresent;
    } else {
      engine = Engine.open(Map.of());
      provider = new RespiteCachingProvider();
      if (strings) {
        fillNear(String.class, NearCacheBenchmark::text);
      } else {
        fillNear(Product.class, NearCacheBenchmark::product);
      }
    }
    for (int round = 0; round < 3; round++) {
      for (String key : keys) {
        if (get.apply(key) == null) {
          throw new IllegalStateException(key + " is lost");
        }
      }
    }
  }

  private <V> void fillNear(Class<V> type, java.util.function.IntFunction<V> value) {
    javax.cache.Cache<String, V> near;
    try {
      near =
          provider
              .getCacheManager(URI.create("redis://127.0.0.1:" + engine.listen(0)), null)
              .createCache(
                  "near",
                  new RespiteConfiguration<String, V>()
                      .setTypes(String.class, type)
                      .setNearCacheEntries(2 * ENTRIES));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    for (int i = 0; i < ENTRIES; i++) {
      near.put(keys[i], value.apply(i));
    }
    get = near::get;
  }

  private static String text(int i) {
    return "value " + i + " of some length, as a rendered fragment or a name would have";
  }

  private static Product product(int i) {
    return new Product(
        i, "Product number " + i, i % 17, LocalDate.of(2026, 1, 1).plusDays(i % 300));
  }

  /** Ends the provider and the server. */
  @TearDown
  public void close() {
    if (provider != null) {
      provider.close();
      engine.close();
    }
  }

  /** Reads an entry. */
  @Benchmark
  public Object get(Cursor cursor) {
    return get.apply(keys[cursor.next()]);
  }
}
