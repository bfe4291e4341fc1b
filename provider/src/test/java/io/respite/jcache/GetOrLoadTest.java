package io.respite.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** {@link RespiteCache#getOrLoad} on the embedded engine. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class GetOrLoadTest {
  private static final int THREADS = 8;

  private final RespiteCachingProvider provider = new RespiteCachingProvider();
  private final RespiteCacheManager manager =
      provider.getCacheManager().unwrap(RespiteCacheManager.class);
  private final AtomicInteger computed = new AtomicInteger();

  @AfterEach
  void close() {
    provider.close();
  }

  private static RespiteConfiguration<String, String> strings() {
    return new RespiteConfiguration<String, String>().setTypes(String.class, String.class);
  }

  private RespiteCache<String, String> create(RespiteConfiguration<String, String> configuration) {
    return manager.getOrCreateCache("c", configuration);
  }

  private String compute() {
    return "computed " + computed.incrementAndGet();
  }

  /** Takes so long that the others come meanwhile. */
  private static void dawdle() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
  }

  /** What each of several threads gets that all do the same at once. */
  private static List<Future<String>> atOnce(Callable<String> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    var ready = new CountDownLatch(THREADS);
    try {
      List<Callable<String>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        all.add(
            () -> {
              ready.countDown();
              ready.await();
              return work.call();
            });
      }
      return threads.invokeAll(all);
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<String> values(List<Future<String>> futures) throws Exception {
    List<String> values = new ArrayList<>();
    for (Future<String> future : futures) {
      values.add(future.get());
    }
    return values;
  }

  /** Notes what it is told, and refuses it when told to. */
  private static final class Writer implements CacheWriter<String, String> {
    private final List<String> told = new ArrayList<>();
    private boolean refuses;

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      if (refuses) {
        throw new CacheWriterException("refused");
      }
      told.add(entry.getKey() + "=" + entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      entries.forEach(this::write);
    }

    @Override
    public void delete(Object key) {
      told.add("-" + key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.forEach(this::delete);
    }
  }

  @Nested
  class A_single_call {
    @Test
    void computes_what_is_missing_and_puts_it() {
      RespiteCache<String, String> cache = create(strings().setStatisticsEnabled(true));
      assertThat(cache.<RuntimeException>getOrLoad("a", GetOrLoadTest.this::compute))
          .isEqualTo("computed 1");
      assertThat(cache.<RuntimeException>getOrLoad("a", GetOrLoadTest.this::compute))
          .isEqualTo("computed 1");
      assertThat(cache.get("a")).isEqualTo("computed 1");
      RespiteStatistics statistics = cache.statistics();
      assertThat(statistics.hits()).isEqualTo(2);
      assertThat(statistics.misses()).isEqualTo(1);
      assertThat(statistics.puts()).isEqualTo(1);
    }

    @Test
    void does_not_put_null() {
      RespiteCache<String, String> cache =
          create(strings().setStatisticsEnabled(true).setLoadLease(Duration.ofSeconds(5)));
      assertThat(cache.<RuntimeException>getOrLoad("a", () -> null)).isNull();
      assertThat(cache.containsKey("a")).isFalse();
      assertThat(cache.statistics().puts()).isZero();
      assertThat(cache.<RuntimeException>getOrLoad("a", GetOrLoadTest.this::compute)).isNotNull();
    }

    @Test
    void throws_what_the_source_throws() {
      RespiteCache<String, String> cache = create(strings().setLoadLease(Duration.ofSeconds(5)));
      assertThatThrownBy(
              () ->
                  cache.getOrLoad(
                      "a",
                      () -> {
                        throw new IOException("no such file");
                      }))
          .isExactlyInstanceOf(IOException.class)
          .hasMessage("no such file");
      assertThat(cache.containsKey("a")).isFalse();
      assertThat(cache.<RuntimeException>getOrLoad("a", GetOrLoadTest.this::compute))
          .isEqualTo("computed 1");
    }

    @Test
    void gives_the_entry_the_life_that_a_put_gives() {
      RespiteCache<String, String> cache =
          create(
              strings()
                  .setExpiryPolicyFactory(
                      CreatedExpiryPolicy.factoryOf(javax.cache.expiry.Duration.ONE_HOUR)));
      cache.getOrLoad("a", GetOrLoadTest.this::compute);
      assertThat(cache.timeToLive("a"))
          .hasValueSatisfying(
              life -> assertThat(life).isBetween(Duration.ofMinutes(50), Duration.ofHours(1)));
    }

    @Test
    void tells_the_writer_and_puts_nothing_that_it_refuses() {
      var writer = new Writer();
      RespiteCache<String, String> cache =
          create(
              strings()
                  .setWriteThrough(true)
                  .setCacheWriterFactory(new SingletonFactory<>(writer))
                  .setLoadLease(Duration.ofSeconds(5)));
      cache.getOrLoad("a", GetOrLoadTest.this::compute);
      assertThat(writer.told).containsExactly("a=computed 1");
      writer.refuses = true;
      assertThatThrownBy(() -> cache.getOrLoad("b", GetOrLoadTest.this::compute))
          .isInstanceOf(CacheWriterException.class)
          .hasMessage("refused");
      assertThat(cache.containsKey("b")).isFalse();
    }

    @Test
    void asks_the_source_and_not_the_loader() {
      CacheLoader<String, String> loader =
          new CacheLoader<>() {
            @Override
            public String load(String key) {
              return "loaded";
            }

            @Override
            public java.util.Map<String, String> loadAll(Iterable<? extends String> keys) {
              throw new AssertionError("nobody loads several");
            }
          };
      RespiteCache<String, String> cache =
          create(
              strings().setReadThrough(true).setCacheLoaderFactory(new SingletonFactory<>(loader)));
      assertThat(cache.<RuntimeException>getOrLoad("a", GetOrLoadTest.this::compute))
          .isEqualTo("computed 1");
      assertThat(cache.get("b")).isEqualTo("loaded");
    }

    @Test
    void may_ask_for_its_own_key_again() {
      RespiteCache<String, String> cache = create(strings().setLoadLease(Duration.ofSeconds(5)));
      assertThat(
              cache.<RuntimeException>getOrLoad(
                  "a", () -> "outer of " + cache.getOrLoad("a", GetOrLoadTest.this::compute)))
          .isEqualTo("outer of computed 1");
      assertThat(cache.get("a")).isEqualTo("outer of computed 1");
    }

    @Test
    void needs_a_key_and_a_source() {
      RespiteCache<String, String> cache = create(strings());
      assertThatThrownBy(() -> cache.getOrLoad(null, GetOrLoadTest.this::compute))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("key");
      assertThatThrownBy(() -> cache.getOrLoad("a", null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("source");
      cache.close();
      assertThatThrownBy(() -> cache.getOrLoad("a", GetOrLoadTest.this::compute))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  @Nested
  class Many_calls_at_once {
    private RespiteCache<String, String> leasing() {
      return create(strings().setLoadLease(Duration.ofSeconds(5)));
    }

    @Test
    void run_one_source_with_a_lease() throws Exception {
      RespiteCache<String, String> cache = leasing();
      List<String> values =
          values(
              atOnce(
                  () ->
                      cache.<RuntimeException>getOrLoad(
                          "a",
                          () -> {
                            dawdle();
                            return compute();
                          })));
      assertThat(values).hasSize(THREADS).containsOnly("computed 1");
    }

    @Test
    void run_one_source_that_has_nothing_with_a_lease() throws Exception {
      RespiteCache<String, String> cache = leasing();
      List<String> values =
          values(
              atOnce(
                  () ->
                      cache.<RuntimeException>getOrLoad(
                          "a",
                          () -> {
                            dawdle();
                            computed.incrementAndGet();
                            return null;
                          })));
      assertThat(values).hasSize(THREADS).containsOnlyNulls();
      assertThat(computed).hasValue(1);
      // Who comes later asks for himself.
      assertThat(cache.<RuntimeException>getOrLoad("a", GetOrLoadTest.this::compute))
          .isEqualTo("computed 2");
    }

    @Test
    void run_each_its_own_without_a_lease() throws Exception {
      RespiteCache<String, String> cache = create(strings());
      var together = new CountDownLatch(THREADS);
      values(
          atOnce(
              () ->
                  cache.<InterruptedException>getOrLoad(
                      "a",
                      () -> {
                        together.countDown();
                        together.await();
                        return compute();
                      })));
      assertThat(computed).hasValue(THREADS);
    }

    @Test
    void leave_it_to_the_next_when_a_source_fails() throws Exception {
      RespiteCache<String, String> cache = leasing();
      List<Future<String>> calls =
          atOnce(
              () ->
                  cache.<IOException>getOrLoad(
                      "a",
                      () -> {
                        dawdle();
                        if (computed.incrementAndGet() == 1) {
                          throw new IOException("first");
                        }
                        return "second";
                      }));
      List<String> values = new ArrayList<>();
      List<Throwable> failures = new ArrayList<>();
      for (Future<String> call : calls) {
        try {
          values.add(call.get());
        } catch (ExecutionException e) {
          failures.add(e.getCause());
        }
      }
      assertThat(computed).hasValue(2);
      assertThat(values).hasSize(THREADS - 1).containsOnly("second");
      assertThat(failures)
          .singleElement()
          .satisfies(e -> assertThat(e).isInstanceOf(IOException.class).hasMessage("first"));
    }

    @Test
    void for_other_keys_do_not_wait_for_each_other() throws Exception {
      RespiteCache<String, String> cache = leasing();
      var together = new CountDownLatch(THREADS);
      var number = new AtomicInteger();
      List<String> values =
          values(
              atOnce(
                  () -> {
                    String key = "key" + number.incrementAndGet();
                    return cache.<InterruptedException>getOrLoad(
                        key,
                        () -> {
                          together.countDown();
                          together.await();
                          return key;
                        });
                  }));
      assertThat(values).hasSize(THREADS).doesNotHaveDuplicates();
    }
  }
}
