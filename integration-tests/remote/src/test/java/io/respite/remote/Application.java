package io.respite.remote;

import io.respite.jcache.RespiteConfiguration;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.Caching;
import org.awaitility.Awaitility;

/**
 * An application whose threads put one new entry after the other, each under a key of its own, and
 * remember which puts returned. It knows nothing of servers that go and come: a put that throws is
 * counted, and the next one is tried.
 */
final class Application implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int BATCH = 500;

  /** A thread that goes on after a failure does not spin where failing takes no time. */
  private static final long PAUSE_MILLIS = 5;

  private final CacheManager manager;
  private final Cache<String, String> cache;
  private final List<Writer> writers = new ArrayList<>();
  private volatile boolean stop;

  /** One thread's puts. */
  private final class Writer implements Runnable {
    final String prefix;
    final Thread thread;
    final BitSet acknowledged = new BitSet();
    final Map<String, Integer> failures = new TreeMap<>();
    RuntimeException unexpected;
    final AtomicInteger count = new AtomicInteger();
    int failed;
    long worstNanos;
    long longestGapNanos;
    long lastAckNanos = System.nanoTime();

    Writer(int number) {
      this.prefix = "writer" + number + ":";
      this.thread = new Thread(this, prefix);
      thread.setDaemon(true);
    }

    @Override
    public void run() {
      for (int i = 0; !stop; i++) {
        long begin = System.nanoTime();
        boolean done = false;
        try {
          cache.put(prefix + i, Integer.toString(i));
          done = true;
        } catch (CacheException told) {
          failed++;
          failures.merge(String.valueOf(told.getMessage()), 1, Integer::sum);
        } catch (RuntimeException other) {
          unexpected = other;
          return;
        }
        long end = System.nanoTime();
        worstNanos = Math.max(worstNanos, end - begin);
        if (done) {
          acknowledged.set(i);
          longestGapNanos = Math.max(longestGapNanos, end - lastAckNanos);
          lastAckNanos = end;
          count.incrementAndGet();
        } else {
          LockSupport.parkNanos(PAUSE_MILLIS * 1_000_000);
        }
      }
    }
  }

  /**
   * Opens a cache and begins.
   *
   * @param buckets into how many hashes the cache is split
   */
  Application(String uri, String name, int threads, int buckets) {
    manager = Caching.getCachingProvider().getCacheManager(URI.create(uri), null);
    var configuration = new RespiteConfiguration<String, String>();
    configuration.setTypes(String.class, String.class);
    configuration.setBuckets(buckets);
    cache = manager.createCache(name, configuration);
    for (int i = 0; i < threads; i++) {
      writers.add(new Writer(i));
    }
    writers.forEach(writer -> writer.thread.start());
  }

  /** Its cache. */
  Cache<String, String> cache() {
    return cache;
  }

  /** Waits until each thread has put so many entries more. */
  void awaitMore(int puts) {
    int[] wanted = writers.stream().mapToInt(writer -> writer.count.get() + puts).toArray();
    Awaitility.await("puts that return")
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .until(
            () -> {
              boolean enough = true;
              for (int i = 0; i < wanted.length; i++) {
                Writer writer = writers.get(i);
                enough &= writer.count.get() >= wanted[i] || !writer.thread.isAlive();
              }
              return enough;
            });
  }

  /** Lets the threads end, and waits for them. */
  void stop() {
    stop = true;
    Awaitility.await("the end of the writers")
        .atMost(PATIENCE)
        .until(() -> writers.stream().noneMatch(writer -> writer.thread.isAlive()));
    for (Writer writer : writers) {
      if (writer.unexpected != null) {
        throw new IllegalStateException(
            "a put threw something else than a CacheException", writer.unexpected);
      }
    }
  }

  /** How many puts returned. */
  long acknowledged() {
    return writers.stream().mapToLong(writer -> writer.acknowledged.cardinality()).sum();
  }

  /** How many puts threw a CacheException. */
  int failed() {
    return writers.stream().mapToInt(writer -> writer.failed).sum();
  }

  /** What the puts that threw said. */
  Map<String, Integer> failures() {
    Map<String, Integer> all = new TreeMap<>();
    writers.forEach(
        writer -> writer.failures.forEach((text, count) -> all.merge(text, count, Integer::sum)));
    return all;
  }

  /** How long the slowest put took, whether it returned or threw. */
  long worstMillis() {
    return writers.stream().mapToLong(writer -> writer.worstNanos).max().orElse(0) / 1_000_000;
  }

  /** The longest time in which no put of a thread returned. */
  long outageMillis() {
    return writers.stream().mapToLong(writer -> writer.longestGapNanos).max().orElse(0) / 1_000_000;
  }

  /** How many entries are missing or different whose put returned. */
  long lost() {
    long lost = 0;
    for (Writer writer : writers) {
      Set<String> keys = new HashSet<>();
      for (int i = writer.acknowledged.nextSetBit(0);
          i >= 0;
          i = writer.acknowledged.nextSetBit(i + 1)) {
        keys.add(writer.prefix + i);
        if (keys.size() == BATCH) {
          lost += missing(writer, keys);
          keys.clear();
        }
      }
      lost += missing(writer, keys);
    }
    return lost;
  }

  private long missing(Writer writer, Set<String> keys) {
    Map<String, String> found = cache.getAll(keys);
    return keys.stream()
        .filter(key -> !key.substring(writer.prefix.length()).equals(found.get(key)))
        .count();
  }

  @Override
  public void close() {
    stop = true;
    manager.close();
  }
}
