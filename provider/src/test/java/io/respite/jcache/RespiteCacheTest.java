package io.respite.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder.SingletonFactory;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CompletionListenerFuture;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RespiteCacheTest {
  private final RespiteCachingProvider provider = new RespiteCachingProvider();
  private final RespiteCacheManager manager =
      provider.getCacheManager().unwrap(RespiteCacheManager.class);

  @AfterEach
  void close() {
    provider.close();
  }

  private RespiteCache<String, String> strings() {
    return manager.getOrCreateCache(
        "strings", new RespiteConfiguration<String, String>().setTypes(String.class, String.class));
  }

  private <K, V> RespiteCache<K, V> create(RespiteConfiguration<K, V> configuration) {
    assertThat(manager.getCacheNames()).doesNotContain("c");
    return manager.getOrCreateCache("c", configuration);
  }

  /** A key of two parts. */
  record Name(String first, String last) implements Serializable {}

  @Nested
  class Values {
    @Test
    void are_copies() {
      RespiteCache<String, long[]> cache =
          create(new RespiteConfiguration<String, long[]>().setTypes(String.class, long[].class));
      long[] value = {1};
      cache.put("k", value);
      value[0] = 2;
      cache.get("k")[0] = 3;
      assertThat(cache.get("k")).containsExactly(1);
    }

    @Test
    void of_a_cache_without_types_keep_their_class() {
      Cache<Object, Object> cache = create(new RespiteConfiguration<>());
      cache.put("1", "text");
      cache.put(1, 2);
      cache.put(1L, List.of("a"));
      cache.put(new Name("ann", "lee"), Instant.ofEpochSecond(5));
      assertThat(cache.get("1")).isEqualTo("text");
      assertThat(cache.get(1)).isEqualTo(2);
      assertThat(cache.get(1L)).isEqualTo(List.of("a"));
      assertThat(cache.get(new Name(new String("ann"), "lee"))).isEqualTo(Instant.ofEpochSecond(5));
    }

    @Test
    void that_cannot_be_decoded_are_an_error_that_names_cache_and_key_and_do_no_other_harm() {
      var shared = URI.create("respite:embedded:poison");
      Cache<String, String> writer =
          provider
              .getCacheManager(shared, null)
              .createCache(
                  "c",
                  new MutableConfiguration<String, String>().setTypes(String.class, String.class));
      writer.put("bad", "not a number");
      writer.put("good", "7");
      writer.close();
      Cache<String, Long> reader =
          provider
              .getCacheManager(shared, null)
              .createCache(
                  "c", new MutableConfiguration<String, Long>().setTypes(String.class, Long.class));
      assertThatThrownBy(() -> reader.get("bad"))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("'c'")
          .hasMessageContaining("'bad'")
          .hasMessageContaining("'not a number'");
      assertThat(reader.get("good")).isEqualTo(7);
      assertThat(reader.remove("bad")).isTrue();
    }

    @Test
    void of_the_wrong_class_are_refused() {
      @SuppressWarnings({"unchecked", "rawtypes"}) // As a caller without generics would.
      Cache<Object, Object> raw =
          (Cache) create(new RespiteConfiguration<Name, Name>().setTypes(Name.class, Name.class));
      assertThatThrownBy(() -> raw.put(new Name("a", "b"), Instant.EPOCH))
          .isInstanceOf(ClassCastException.class)
          .hasMessageContaining("Name");
      assertThatThrownBy(() -> raw.get("a")).isInstanceOf(ClassCastException.class);
    }

    @Test
    void may_be_json_or_fory() {
      for (String codec : List.of("json", "fory", "java")) {
        RespiteCache<String, Name> cache =
            create(
                new RespiteConfiguration<String, Name>()
                    .setTypes(String.class, Name.class)
                    .setValueCodec(codec));
        cache.put("k", new Name("ann", "lee"));
        assertThat(cache.get("k")).isEqualTo(new Name("ann", "lee"));
        manager.destroyCache("c");
      }
    }

    @Test
    void are_made_by_the_class_loader_of_the_manager_whichever_thread_asks() throws Exception {
      URL classes = Name.class.getProtectionDomain().getCodeSource().getLocation();
      ClassLoader parent =
          new ClassLoader(getClass().getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve)
                throws ClassNotFoundException {
              if (name.equals(Name.class.getName())) {
                throw new ClassNotFoundException(name);
              }
              return super.loadClass(name, resolve);
            }
          };
      try (var loader = new URLClassLoader(new URL[] {classes}, parent)) {
        Class<?> theirs = loader.loadClass(Name.class.getName());
        assertThat(theirs).isNotSameAs(Name.class);
        var constructor = theirs.getDeclaredConstructor(String.class, String.class);
        constructor.setAccessible(true);
        Cache<Object, Object> cache =
            provider.getCacheManager(null, loader).createCache("c", new MutableConfiguration<>());
        cache.put("k", constructor.newInstance("ann", "lee"));
        assertThat(cache.get("k").getClass()).isSameAs(theirs);
      }
    }
  }

  @Nested
  class Concurrency {
    @Test
    void eight_threads_with_250_increments_each_make_2000() throws Exception {
      RespiteCache<String, Integer> cache =
          create(new RespiteConfiguration<String, Integer>().setTypes(String.class, Integer.class));
      inParallel(
          8,
          () -> {
            for (int i = 0; i < 250; i++) {
              cache.invoke("n", RespiteCacheTest::increment);
            }
            return null;
          });
      assertThat(cache.get("n")).isEqualTo(2000);
    }

    @Test
    void managers_that_share_an_engine_lose_no_increment_either() throws Exception {
      var shared = URI.create("respite:embedded:counting");
      try (var loader = new URLClassLoader(new URL[0], getClass().getClassLoader())) {
        List<Cache<String, Integer>> caches = new ArrayList<>();
        for (ClassLoader each : List.of(loader, provider.getDefaultClassLoader())) {
          caches.add(
              provider
                  .getCacheManager(shared, each)
                  .createCache(
                      "c",
                      new MutableConfiguration<String, Integer>()
                          .setTypes(String.class, Integer.class)));
        }
        AtomicInteger number = new AtomicInteger();
        inParallel(
            8,
            () -> {
              Cache<String, Integer> cache = caches.get(number.getAndIncrement() % 2);
              for (int i = 0; i < 250; i++) {
                cache.invoke("n", RespiteCacheTest::increment);
              }
              return null;
            });
        assertThat(caches.get(0).get("n")).isEqualTo(2000);
      }
    }

    @Test
    void one_of_many_puts_if_absent_wins() throws Exception {
      RespiteCache<String, String> cache = strings();
      for (int round = 0; round < 100; round++) {
        String key = "k" + round;
        AtomicInteger won = new AtomicInteger();
        inParallel(
            4,
            () -> {
              if (cache.putIfAbsent(key, Thread.currentThread().getName())) {
                won.incrementAndGet();
              }
              return null;
            });
        assertThat(won).hasValue(1);
      }
    }

    @Test
    void a_missing_entry_is_loaded_once_however_many_ask() throws Exception {
      AtomicInteger loads = new AtomicInteger();
      RespiteCache<String, String> cache =
          create(
              new RespiteConfiguration<String, String>()
                  .setTypes(String.class, String.class)
                  .setReadThrough(true)
                  .setCacheLoaderFactory(
                      new SingletonFactory<>(
                          new Loader() {
                            @Override
                            public String load(String key) {
                              loads.incrementAndGet();
                              return key;
                            }
                          })));
      inParallel(8, () -> cache.get("k"));
      assertThat(loads).hasValue(1);
    }

    private <T> void inParallel(int count, Callable<T> work) throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(count);
      try {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<T>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          running.add(
              threads.submit(
                  () -> {
                    start.await();
                    return work.call();
                  }));
        }
        start.countDown();
        for (Future<T> each : running) {
          each.get();
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private static Integer increment(
      javax.cache.processor.MutableEntry<String, Integer> entry, Object... arguments) {
    int now = entry.exists() ? entry.getValue() + 1 : 1;
    entry.setValue(now);
    return now;
  }

  private static class Loader implements CacheLoader<String, String> {
    @Override
    public String load(String key) {
      return key;
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> loaded = new HashMap<>();
      keys.forEach(key -> loaded.put(key, load(key)));
      return loaded;
    }
  }

  @Nested
  class Extras {
    @Test
    void an_entry_may_have_its_own_time_to_live() {
      RespiteCache<String, String> cache = strings();
      cache.put("k", "v", Duration.ofHours(1));
      assertThat(cache.timeToLive("k").orElseThrow())
          .isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
      assertThat(cache.putIfAbsent("k", "w", Duration.ofHours(2))).isFalse();
      assertThat(cache.expire("k", RespiteCache.FOREVER)).isTrue();
      assertThat(cache.timeToLive("k")).contains(RespiteCache.FOREVER);
      assertThat(cache.expire("k", Duration.ZERO)).isTrue();
      assertThat(cache.timeToLive("k")).isEmpty();
      assertThat(cache.expire("k", Duration.ofHours(1))).isFalse();
      cache.put("z", "v", Duration.ZERO);
      assertThat(cache.containsKey("z")).isFalse();
      assertThatThrownBy(() -> cache.put("k", "v", Duration.ofMillis(-1)))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_short_life_ends() {
      RespiteCache<String, String> cache = strings();
      cache.put("k", "v", Duration.ofMillis(30));
      Awaitility.await().until(() -> !cache.containsKey("k"));
      assertThat(cache.get("k")).isNull();
    }

    @Test
    void operations_need_not_wait() {
      RespiteCache<String, String> cache = strings();
      cache.putAsync("k", "v").toCompletableFuture().join();
      assertThat(cache.getAsync("k").toCompletableFuture().join()).isEqualTo("v");
      assertThat(cache.putIfAbsentAsync("k", "w").toCompletableFuture().join()).isFalse();
      cache.putAllAsync(Map.of("l", "1")).toCompletableFuture().join();
      assertThat(cache.getAllAsync(Set.of("k", "l", "m")).toCompletableFuture().join())
          .isEqualTo(Map.of("k", "v", "l", "1"));
      assertThat(
              cache
                  .invokeAsync("k", (entry, arguments) -> entry.getValue() + arguments[0], "!")
                  .toCompletableFuture()
                  .join())
          .isEqualTo("v!");
      assertThat(cache.removeAsync("k").toCompletableFuture().join()).isTrue();
      assertThatThrownBy(() -> cache.getAsync(null).toCompletableFuture().join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(NullPointerException.class);
    }

    @Test
    void entries_come_as_streams() {
      RespiteCache<String, String> cache = strings();
      List<String> keys = IntStream.range(0, 1000).mapToObj(i -> "k" + i).toList();
      keys.forEach(key -> cache.put(key, key));
      assertThat(cache.size()).isEqualTo(1000);
      assertThat(cache.stream().map(Cache.Entry::getKey).collect(Collectors.toSet()))
          .hasSameElementsAs(keys);
      List<String> asked = new ArrayList<>(keys.subList(0, 250));
      asked.add("missing");
      assertThat(cache.streamAll(asked).map(Cache.Entry::getValue))
          .containsExactlyInAnyOrderElementsOf(keys.subList(0, 250));
    }

    @Test
    void statistics_are_an_object() {
      RespiteCache<String, String> cache = strings();
      cache.put("not", "counted");
      manager.enableStatistics("strings", true);
      cache.put("k", "v");
      cache.get("k");
      cache.get("k");
      cache.get("missing");
      cache.remove("k");
      RespiteStatistics statistics = cache.statistics();
      assertThat(statistics.gets()).isEqualTo(3);
      assertThat(statistics.hits()).isEqualTo(2);
      assertThat(statistics.puts()).isEqualTo(1);
      assertThat(statistics.removals()).isEqualTo(1);
      assertThat(statistics.hitRatio()).isEqualTo(2.0 / 3);
      assertThat(statistics.averageGetMicros()).isPositive();
    }

    @Test
    void a_size_limit_lets_single_entries_make_room() {
      for (Eviction eviction : Eviction.values()) {
        RespiteCache<String, String> cache =
            create(
                new RespiteConfiguration<String, String>()
                    .setTypes(String.class, String.class)
                    .setMaxEntries(100)
                    .setEviction(eviction)
                    .setStatisticsEnabled(true));
        for (int i = 0; i < 1000; i++) {
          cache.put("k" + i, "v");
        }
        assertThat(cache.size()).isEqualTo(100);
        assertThat(cache.statistics().evictions()).isEqualTo(900);
        assertThat(cache.containsKey("k999")).isTrue();
        manager.destroyCache("c");
      }
    }

    @Test
    void maxmemory_lets_single_entries_of_any_cache_make_room() {
      try (CacheManager small = limited("allkeys-lru")) {
        RespiteCache<String, String> full = measured(small, "full");
        RespiteCache<String, String> tiny = measured(small, "tiny");
        tiny.put("k", "v");
        for (int i = 0; i < 5_000; i++) {
          full.put("k" + i, "v".repeat(1_000));
        }
        long left = full.size();
        assertThat(left).isBetween(1_000L, 2_100L);
        assertThat(full.statistics().evictions() + tiny.statistics().evictions())
            .isEqualTo(5_001 - left - tiny.size());
        assertThat(full.containsKey("k4999")).isTrue();
        assertThat(full.get("k4999")).hasSize(1_000);
      }
    }

    @Test
    void maxmemory_without_a_policy_refuses_what_does_not_fit() {
      try (CacheManager small = limited("noeviction")) {
        RespiteCache<String, String> cache = measured(small, "full");
        assertThatThrownBy(
                () -> {
                  for (int i = 0; i < 5_000; i++) {
                    cache.put("k" + i, "v".repeat(1_000));
                  }
                })
            .isInstanceOf(CacheException.class)
            .hasMessageContaining("'full'")
            .hasMessageContaining("maxmemory is 2097152");
        assertThat(cache.get("k0")).hasSize(1_000);
        assertThat(cache.remove("k0")).isTrue();
        assertThat(cache.remove("k1")).isTrue();
        cache.put("k1", "v");
      }
    }

    private CacheManager limited(String policy) {
      return provider.getCacheManager(
          URI.create("respite:embedded?maxmemory=2mb&maxmemory-policy=" + policy), null);
    }

    private RespiteCache<String, String> measured(CacheManager small, String name) {
      return small
          .unwrap(RespiteCacheManager.class)
          .getOrCreateCache(
              name,
              new RespiteConfiguration<String, String>()
                  .setTypes(String.class, String.class)
                  .setStatisticsEnabled(true));
    }

    @Test
    void what_an_embedded_store_does_not_do_is_refused_in_words() {
      assertThatThrownBy(() -> create(new RespiteConfiguration<>().setBuckets(16)))
          .hasMessageContaining("16 buckets");
      assertThatThrownBy(() -> create(new RespiteConfiguration<>().setNearCacheEntries(1)))
          .hasMessageContaining("near cache");
      assertThatThrownBy(() -> create(new RespiteConfiguration<>().setValueCodec("yaml")))
          .hasMessageContaining("'c'")
          .hasMessageContaining("'yaml'");
      assertThat(manager.getCacheNames()).isEmpty();
    }

    @Test
    void unwrap_knows_what_it_is_and_nothing_else() {
      RespiteCache<String, String> cache = strings();
      assertThat(RespiteCache.of(cache) == cache).isTrue();
      assertThatThrownBy(() -> cache.unwrap(String.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("java.lang.String");
    }
  }

  /** Notes what it hears, slowly or not. */
  private static final class Notes
      implements CacheEntryCreatedListener<String, String>,
          CacheEntryUpdatedListener<String, String>,
          CacheEntryExpiredListener<String, String> {
    private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();

    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(event -> heard.add(event.getValue()));
    }

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(event -> heard.add(event.getValue()));
    }

    @Override
    public void onExpired(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      events.forEach(event -> heard.add("expired " + event.getKey() + "=" + event.getValue()));
    }
  }

  @Nested
  class Listeners {
    private final Notes notes = new Notes();

    private void listen(RespiteCache<String, String> cache, boolean synchronous) {
      cache.registerCacheEntryListener(
          new MutableCacheEntryListenerConfiguration<>(
              new SingletonFactory<>(notes), null, true, synchronous));
    }

    @Test
    void that_are_asynchronous_hear_everything_in_order() {
      RespiteCache<String, String> cache = strings();
      listen(cache, false);
      List<String> expected = IntStream.range(0, 5000).mapToObj(Integer::toString).toList();
      expected.forEach(value -> cache.put("k", value));
      Awaitility.await().until(() -> notes.heard.size() >= 5000);
      assertThat(notes.heard).containsExactlyElementsOf(expected);
    }

    @Test
    void hear_what_is_left_before_the_cache_is_closed() {
      RespiteCache<String, String> cache = strings();
      listen(cache, false);
      for (int i = 0; i < 1000; i++) {
        cache.put("k", Integer.toString(i));
      }
      cache.close();
      assertThat(notes.heard).hasSize(1000);
    }

    @Test
    void hear_of_expiry_without_anybody_touching_the_entry() {
      RespiteCache<String, String> cache = strings();
      listen(cache, true);
      cache.put("k", "v", Duration.ofMillis(20));
      Awaitility.await().until(() -> notes.heard.contains("expired k=v"));
    }

    @Test
    void that_fail_do_not_undo_the_change_and_the_others_hear_it() {
      RespiteCache<String, String> cache = strings();
      cache.registerCacheEntryListener(
          new MutableCacheEntryListenerConfiguration<>(
              new SingletonFactory<>(
                  (CacheEntryCreatedListener<String, String>)
                      events -> {
                        throw new IllegalStateException("broken");
                      }),
              null,
              false,
              true));
      listen(cache, true);
      assertThatThrownBy(() -> cache.put("k", "v")).hasRootCauseMessage("broken");
      assertThat(cache.get("k")).isEqualTo("v");
      assertThat(notes.heard).containsExactly("v");
    }
  }

  /** Everything an application can plug in, and whether it has been closed. */
  private static final class Plugged extends Loader
      implements CacheWriter<String, String>, CacheEntryCreatedListener<String, String>, Closeable {
    private final AtomicBoolean closed = new AtomicBoolean();

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {}

    @Override
    public void writeAll(
        java.util.Collection<Cache.Entry<? extends String, ? extends String>> entries) {}

    @Override
    public void delete(Object key) {}

    @Override
    public void deleteAll(java.util.Collection<?> keys) {}

    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {}

    @Override
    public void close() {
      closed.set(true);
    }
  }

  @Nested
  class Life {
    @Test
    void ends_with_closing_what_the_application_plugged_in() {
      Plugged loader = new Plugged();
      Plugged writer = new Plugged();
      Plugged listener = new Plugged();
      RespiteCache<String, String> cache =
          create(
              new RespiteConfiguration<String, String>()
                  .setTypes(String.class, String.class)
                  .setReadThrough(true)
                  .setCacheLoaderFactory(new SingletonFactory<>(loader))
                  .setWriteThrough(true)
                  .setCacheWriterFactory(new SingletonFactory<>(writer))
                  .addCacheEntryListenerConfiguration(
                      new MutableCacheEntryListenerConfiguration<>(
                          new SingletonFactory<>(listener), null, false, true)));
      cache.put("k", "v");
      manager.close();
      assertThat(List.of(loader.closed, writer.closed, listener.closed))
          .allMatch(AtomicBoolean::get);
      assertThatThrownBy(() -> cache.get("k")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void of_a_listener_ends_with_its_deregistration() {
      Plugged listener = new Plugged();
      var configuration =
          new MutableCacheEntryListenerConfiguration<String, String>(
              new SingletonFactory<>(listener), null, false, true);
      RespiteCache<String, String> cache = strings();
      cache.registerCacheEntryListener(configuration);
      cache.deregisterCacheEntryListener(configuration);
      assertThat(listener.closed).isTrue();
    }
  }

  @Test
  void load_all_reports_a_failing_loader() {
    RespiteCache<String, String> cache =
        create(
            new RespiteConfiguration<String, String>()
                .setTypes(String.class, String.class)
                .setCacheLoaderFactory(
                    new SingletonFactory<>(
                        new Loader() {
                          @Override
                          public String load(String key) {
                            throw new IllegalStateException("no source");
                          }
                        })));
    var completion = new CompletionListenerFuture();
    cache.loadAll(Set.of("k"), true, completion);
    assertThatThrownBy(completion::get)
        .hasCauseInstanceOf(CacheLoaderException.class)
        .hasRootCauseMessage("no source");
  }

  @Test
  void two_managers_with_one_uri_both_show_their_beans() throws Exception {
    try (var loader = new URLClassLoader(new URL[0], getClass().getClassLoader())) {
      CacheManager other = provider.getCacheManager(null, loader);
      for (CacheManager each : List.of(manager, other)) {
        each.createCache(
            "beans",
            new MutableConfiguration<>().setStatisticsEnabled(true).setManagementEnabled(true));
      }
      var pattern = new ObjectName("javax.cache:Cache=beans,*");
      assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(pattern, null)).hasSize(4);
      other.close();
      assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(pattern, null)).hasSize(2);
      manager.destroyCache("beans");
      assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(pattern, null)).isEmpty();
    }
  }

  @Test
  void a_walk_goes_on_while_entries_come_and_go() {
    RespiteCache<String, String> cache = strings();
    for (int i = 0; i < 10_000; i++) {
      cache.put("k" + i, "v");
    }
    int met = 0;
    for (var walk = cache.iterator(); walk.hasNext(); ) {
      walk.next();
      walk.remove();
      met++;
    }
    assertThat(met).isEqualTo(10_000);
    assertThat(cache.size()).isZero();
    cache.put("a", "b");
    var walk = cache.iterator();
    assertThatThrownBy(walk::remove).isInstanceOf(IllegalStateException.class);
  }
}
