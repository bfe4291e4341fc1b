package io.respite.remote;

import io.respite.jcache.RespiteCache;
import io.respite.jcache.RespiteConfiguration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.integration.CacheLoader;
import javax.cache.processor.MutableEntry;

/**
 * A cache whose entries come from a slow source, and many threads that ask for the same ones. It
 * writes down which keys were loaded in this JVM.
 */
final class Stampede {
  private final RespiteCache<String, String> cache;
  private final ConcurrentLinkedQueue<String> loads = new ConcurrentLinkedQueue<>();
  private final long loadNanos;

  Stampede(CacheManager manager, String name, long leaseMillis, long loadMillis) {
    this.loadNanos = TimeUnit.MILLISECONDS.toNanos(loadMillis);
    this.cache =
        RespiteCache.of(
            manager.createCache(
                name,
                new RespiteConfiguration<String, String>()
                    .setTypes(String.class, String.class)
                    .setReadThrough(true)
                    .setCacheLoaderFactory(new FactoryBuilder.SingletonFactory<>(new Source()))
                    .setLoadLease(java.time.Duration.ofMillis(leaseMillis))));
  }

  private String load(String key) {
    loads.add(key);
    long until = System.nanoTime() + loadNanos;
    for (long left = loadNanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    return "value of " + key;
  }

  /** The source, as the cache sees it. */
  private final class Source implements CacheLoader<String, String> {
    @Override
    public String load(String key) {
      return Stampede.this.load(key);
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> loaded = new HashMap<>();
      keys.forEach(key -> loaded.put(key, load(key)));
      return loaded;
    }
  }

  /**
   * Lets so many threads ask for so many keys, each for all of them.
   *
   * @param how by get, getAll, invoke or compute
   * @return {@code wrong KEY VALUE} for each wrong answer, {@code load KEY} for each load here
   */
  List<String> run(String how, String prefix, int keys, int threads)
      throws ExecutionException, InterruptedException {
    List<String> lines =
        new ArrayList<>(
            WorkerMain.inThreads(
                threads,
                number -> {
                  List<String> wrong = new ArrayList<>();
                  ask(how, prefix, keys)
                      .forEach(
                          (key, value) -> {
                            if (!("value of " + key).equals(value)) {
                              wrong.add("wrong " + key + " " + value);
                            }
                          });
                  return wrong;
                }));
    for (String key = loads.poll(); key != null; key = loads.poll()) {
      lines.add("load " + key);
    }
    return lines;
  }

  private Map<String, String> ask(String how, String prefix, int count) {
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < count; i++) {
      keys.add(prefix + i);
    }
    Map<String, String> answers = new HashMap<>();
    if (how.equals("getAll")) {
      answers.putAll(cache.getAll(keys));
      keys.forEach(key -> answers.putIfAbsent(key, null));
      return answers;
    }
    for (String key : keys) {
      answers.put(
          key,
          switch (how) {
            case "get" -> cache.get(key);
            case "invoke" -> cache.<String>invoke(key, Stampede::value);
            case "compute" -> cache.<RuntimeException>getOrLoad(key, () -> load(key));
            default -> throw new IllegalArgumentException("no way to ask " + how);
          });
    }
    return answers;
  }

  private static String value(MutableEntry<String, String> entry, Object... arguments) {
    return entry.getValue();
  }
}
