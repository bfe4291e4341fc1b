package io.respite.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.RespiteConfiguration;
import io.respite.rigs.Checks;
import io.respite.rigs.Engine;
import io.respite.rigs.SingleServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Writers of several providers with connections of their own, which stand for several JVMs. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WritersIT {
  private static final int PROVIDERS = 2;
  private static final int THREADS = 4;
  private static final int TIMES = 50;

  private final List<RespiteCachingProvider> providers = new ArrayList<>();
  private final Source source = new Source();

  @AfterEach
  void close() {
    providers.forEach(RespiteCachingProvider::close);
  }

  /** What all writers write to. It remembers everything, and refuses some of it. */
  private static final class Source implements CacheWriter<String, String> {
    private final Map<String, String> values = Collections.synchronizedMap(new HashMap<>());
    private final List<String> written = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger asked = new AtomicInteger();
    private int refusesEach = Integer.MAX_VALUE;

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      if (asked.incrementAndGet() % refusesEach == 0) {
        throw new CacheWriterException("refused");
      }
      values.put(entry.getKey(), entry.getValue());
      written.add(entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      entries.forEach(this::write);
    }

    @Override
    public void delete(Object key) {
      values.remove((String) key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.forEach(this::delete);
    }
  }

  private List<Cache<String, String>> caches(SingleServer server) {
    List<Cache<String, String>> caches = new ArrayList<>();
    for (int i = 0; i < PROVIDERS; i++) {
      var provider = new RespiteCachingProvider();
      providers.add(provider);
      // Another time-out is another URI, and so another connection.
      caches.add(
          provider
              .getCacheManager(URI.create(server.uri() + "?timeout=" + (10_000 + i)), null)
              .createCache(
                  "written",
                  new RespiteConfiguration<String, String>()
                      .setTypes(String.class, String.class)
                      .setWriteThrough(true)
                      .setCacheWriterFactory(new FactoryBuilder.SingletonFactory<>(source))));
    }
    return caches;
  }

  private interface Work {
    boolean with(Cache<String, String> cache, int number, int time);
  }

  /** How often work was done that all threads of all providers do at the same time. */
  private static long atOnce(List<Cache<String, String>> caches, Work work) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Callable<Long>> all = new ArrayList<>();
      for (int i = 0; i < PROVIDERS * THREADS; i++) {
        int number = i;
        all.add(
            () ->
                LongStream.range(0, TIMES)
                    .filter(time -> work.with(caches.get(number % PROVIDERS), number, (int) time))
                    .count());
      }
      long done = 0;
      for (Future<Long> each : threads.invokeAll(all)) {
        done += each.get();
      }
      return done;
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean increment(Cache<String, String> cache) {
    try {
      cache.invoke("n", WorkerMain::increment);
      return true;
    } catch (CacheWriterException refused) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#newest")
  void hear_once_of_each_increment_by_invoke(Engine engine) throws Exception {
    try (SingleServer server = SingleServer.start(engine)) {
      List<Cache<String, String>> caches = caches(server);
      long begin = System.nanoTime();
      long done = atOnce(caches, (cache, number, time) -> increment(cache));
      double seconds = (System.nanoTime() - begin) / 1e9;
      long all = (long) PROVIDERS * THREADS * TIMES;
      assertThat(done).isEqualTo(all);
      assertThat(source.written)
          .containsExactlyElementsOf(
              LongStream.rangeClosed(1, all).mapToObj(Long::toString).toList());
      assertThat(caches.get(0).get("n")).isEqualTo("" + all);
      Checks.print(
          "writer-once",
          String.format(
              Locale.ROOT,
              "server=%s providers=%d threads=%d increments=%d written=%d seconds=%.1f",
              engine.name().toLowerCase(Locale.ROOT),
              PROVIDERS,
              THREADS,
              all,
              source.written.size(),
              seconds));
      closeAll();
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#newest")
  void that_refuse_leave_the_entry_as_it_is(Engine engine) throws Exception {
    try (SingleServer server = SingleServer.start(engine)) {
      List<Cache<String, String>> caches = caches(server);
      source.refusesEach = 5;
      long done = atOnce(caches, (cache, number, time) -> increment(cache));
      assertThat(done).isEqualTo(source.written.size()).isLessThan(source.asked.get());
      assertThat(source.asked).hasValue(PROVIDERS * THREADS * TIMES);
      assertThat(source.written)
          .containsExactlyElementsOf(
              LongStream.rangeClosed(1, done).mapToObj(Long::toString).toList());
      assertThat(caches.get(1).get("n")).isEqualTo("" + done);
      closeAll();
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#newest")
  void hear_of_changes_of_all_kinds_in_the_order_of_the_cache(Engine engine) throws Exception {
    try (SingleServer server = SingleServer.start(engine)) {
      List<Cache<String, String>> caches = caches(server);
      long won =
          atOnce(
              caches,
              (cache, number, time) -> {
                String key = "k" + time % 3;
                String value = number + "." + time;
                switch (time % 4) {
                  case 0 -> cache.put(key, value);
                  case 1 -> cache.replace(key, value);
                  case 2 -> cache.remove(key);
                  default -> {
                    return cache.putIfAbsent("once" + time, value);
                  }
                }
                return false;
              });
      // Who lost told the writer nothing.
      assertThat(won).isEqualTo(LongStream.range(0, TIMES).filter(i -> i % 4 == 3).count());
      Map<String, String> inCache = new HashMap<>();
      caches.get(0).forEach(entry -> inCache.put(entry.getKey(), entry.getValue()));
      assertThat(inCache).isEqualTo(source.values);
      closeAll();
    }
  }

  /** Before the server goes. */
  private void closeAll() {
    close();
    providers.clear();
  }
}
