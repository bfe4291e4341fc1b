package io.respite.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.respite.server.Engine;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryExpiredListener;
import javax.cache.event.CacheEntryRemovedListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Caches on a server, which is an engine of this JVM that listens. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RemoteCacheTest {
  private final Engine engine = Engine.open(Map.of());
  private final RespiteCachingProvider provider = new RespiteCachingProvider();
  private final RespiteCachingProvider elsewhere = new RespiteCachingProvider();
  private RedisClient client;
  private RedisCommands<String, String> redis;
  private URI uri;
  private CacheManager here;

  /** Stands for another JVM: it shares nothing with the first but the server. */
  private CacheManager there;

  @BeforeEach
  void connect() throws IOException {
    int port = engine.listen(0);
    uri = URI.create("redis://127.0.0.1:" + port + "/0");
    here = provider.getCacheManager(uri, null);
    there =
        elsewhere.getCacheManager(
            URI.create(uri + "?timeout=3000"),
            new URLClassLoader(new URL[0], getClass().getClassLoader()));
    client = RedisClient.create("redis://127.0.0.1:" + port);
    redis = client.connect().sync();
  }

  @AfterEach
  void close() {
    provider.close();
    elsewhere.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    engine.close();
  }

  private static RespiteConfiguration<String, String> strings() {
    var configuration = new RespiteConfiguration<String, String>();
    configuration.setTypes(String.class, String.class);
    return configuration;
  }

  private Set<String> keys() {
    return new TreeSet<>(redis.keys("*"));
  }

  @Nested
  class Layout {
    @Test
    void one_bucket_is_one_hash_with_plain_fields() {
      here.createCache("customers", strings()).put("ann", "Ann Lee");
      assertThat(keys()).containsExactly("customers", "customers#meta");
      assertThat(redis.hgetall("customers")).isEqualTo(Map.of("ann", "Ann Lee"));
      assertThat(redis.hgetall("customers#meta"))
          .isEqualTo(Map.of("format", "1", "buckets", "1", "keys", "string", "values", "string"));
    }

    @Test
    void several_buckets_are_chosen_by_crc32() {
      Cache<String, String> cache = here.createCache("customers", strings().setBuckets(4));
      for (int i = 0; i < 20; i++) {
        cache.put("k" + i, "v" + i);
      }
      assertThat(redis.hget("customers#meta", "buckets")).isEqualTo("4");
      // zlib.crc32(key) % 4, as Python counts it.
      int[] buckets = {3, 1, 3, 1, 2, 0, 2, 0, 1, 3, 1, 3, 1, 3, 0, 2, 0, 2, 3, 1};
      for (int i = 0; i < 20; i++) {
        assertThat(redis.hget("customers#" + buckets[i], "k" + i)).isEqualTo("v" + i);
      }
      assertThat(cache.getAll(Set.of("k1", "k2", "k3"))).hasSize(3);
      assertThat(cache.unwrap(RespiteCache.class).size()).isEqualTo(20);
      assertThat(cache).hasSize(20);
    }

    @Test
    void a_prefix_stands_before_all_keys() {
      CacheManager prefixed = provider.getCacheManager(URI.create(uri + "?prefix=shop:"), null);
      prefixed.createCache("customers", strings()).put("a", "1");
      assertThat(keys()).containsExactly("shop:customers", "shop:customers#meta");
    }

    @Test
    void a_time_to_live_is_the_fields_own() {
      var brief = strings();
      brief.setExpiryPolicyFactory(
          CreatedExpiryPolicy.factoryOf(new javax.cache.expiry.Duration(TimeUnit.SECONDS, 100)));
      here.createCache("brief", brief).put("a", "1");
      assertThat(redis.hpttl("brief", "a").get(0)).isBetween(90_000L, 100_000L);
    }

    @Test
    void destroying_a_cache_leaves_nothing() {
      here.createCache("a", strings().setBuckets(3)).put("x", "1");
      here.destroyCache("a");
      assertThat(keys()).isEmpty();
    }
  }

  @Nested
  class Attaching {
    @Test
    void a_second_jvm_finds_the_entries() {
      here.createCache("c", strings().setBuckets(2)).put("a", "1");
      assertThat(there.createCache("c", strings()).get("a")).isEqualTo("1");
    }

    @Test
    void another_number_of_buckets_is_refused_in_words() {
      here.createCache("c", strings().setBuckets(2));
      assertThatThrownBy(() -> there.createCache("c", strings().setBuckets(3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Cache 'c'")
          .hasMessageContaining("has 2 buckets")
          .hasMessageContaining("3 buckets");
    }

    @Test
    void other_codecs_are_refused_while_there_are_entries() {
      Cache<String, String> cache = here.createCache("c", strings());
      var longs = new RespiteConfiguration<String, Long>();
      longs.setTypes(String.class, Long.class);
      cache.put("a", "1");
      assertThatThrownBy(() -> there.createCache("c", longs))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("values of codec 'string'")
          .hasMessageContaining("'long'");
      cache.remove("a");
      assertThat(there.createCache("c", longs).get("a")).isNull();
    }

    @Test
    void what_a_server_cannot_do_is_refused_in_words() {
      assertThatThrownBy(() -> here.createCache("c", strings().setMaxEntries(10)))
          .hasMessageContaining("a limit of its size is for an embedded store");
      assertThatThrownBy(() -> here.createCache("{c}", strings()))
          .hasMessageContaining("must not contain braces");
      for (String part : List.of("c#meta", "c#0", "c#17")) {
        assertThatThrownBy(() -> here.createCache(part, strings()))
            .hasMessageContaining("must not end in #meta");
      }
      here.createCache("com.acme.Order##NaturalId", strings()).put("a", "1");
      assertThatThrownBy(() -> provider.getCacheManager(URI.create("redis://127.0.0.1:1/0"), null))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("127.0.0.1:1/0 cannot be reached");
    }
  }

  /** Hears everything, and tells it in short. */
  public static final class Ear
      implements CacheEntryCreatedListener<String, String>,
          CacheEntryUpdatedListener<String, String>,
          CacheEntryRemovedListener<String, String>,
          CacheEntryExpiredListener<String, String> {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    private void hear(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      for (CacheEntryEvent<? extends String, ? extends String> event : events) {
        heard.add(
            "%s %s %s %s"
                .formatted(
                    event.getEventType(),
                    event.getKey(),
                    event.getValue(),
                    event.isOldValueAvailable() ? event.getOldValue() : "-"));
      }
    }

    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      hear(events);
    }

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      hear(events);
    }

    @Override
    public void onRemoved(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      hear(events);
    }

    @Override
    public void onExpired(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      hear(events);
    }

    String next() throws InterruptedException {
      return heard.poll(10, TimeUnit.SECONDS);
    }
  }

  private static final AtomicInteger EARS = new AtomicInteger();
  private static final Map<Integer, Ear> HEARING = new java.util.concurrent.ConcurrentHashMap<>();

  private static MutableCacheEntryListenerConfiguration<String, String> listening(
      Ear ear, boolean oldValues) {
    int number = EARS.incrementAndGet();
    HEARING.put(number, ear);
    return new MutableCacheEntryListenerConfiguration<>(
        new FactoryBuilder.SingletonFactory<>(ear), null, oldValues, true);
  }

  @Nested
  class Events {
    @Test
    void reach_listeners_elsewhere_in_order_and_with_old_values_when_asked_for() throws Exception {
      Cache<String, String> cache = here.createCache("c", strings().setBuckets(2));
      Cache<String, String> other = there.createCache("c", strings());
      var ear = new Ear();
      other.registerCacheEntryListener(listening(ear, true));
      cache.put("a", "1");
      cache.put("a", "2");
      cache.replace("a", "2", "3");
      cache.getAndPut("a", "4");
      cache.invoke(
          "a",
          (entry, arguments) -> {
            entry.setValue("5");
            return null;
          });
      cache.remove("a");
      cache.putAll(Map.of("b", "1"));
      cache.removeAll();
      assertThat(
              List.of(
                  ear.next(),
                  ear.next(),
                  ear.next(),
                  ear.next(),
                  ear.next(),
                  ear.next(),
                  ear.next(),
                  ear.next()))
          .containsExactly(
              "CREATED a 1 -",
              "UPDATED a 2 1",
              "UPDATED a 3 2",
              "UPDATED a 4 3",
              "UPDATED a 5 4",
              "REMOVED a 5 5",
              "CREATED b 1 -",
              "REMOVED b 1 1");
    }

    @Test
    void bear_no_old_values_when_nobody_asks_for_them() throws Exception {
      Cache<String, String> cache = here.createCache("c", strings());
      var ear = new Ear();
      there.createCache("c", strings()).registerCacheEntryListener(listening(ear, false));
      cache.put("a", "1");
      cache.put("a", "2");
      cache.remove("a");
      assertThat(List.of(ear.next(), ear.next(), ear.next()))
          .containsExactly("CREATED a 1 -", "UPDATED a 2 -", "REMOVED a null -");
    }

    @Test
    void are_heard_once_by_who_makes_them() throws Exception {
      Cache<String, String> cache = here.createCache("c", strings());
      var ear = new Ear();
      cache.registerCacheEntryListener(listening(ear, false));
      cache.put("a", "1");
      there.createCache("c", strings()).put("b", "2");
      assertThat(List.of(ear.next(), ear.next())).containsExactly("CREATED a 1 -", "CREATED b 2 -");
      cache.put("c", "3");
      assertThat(ear.next()).isEqualTo("CREATED c 3 -");
    }

    @Test
    void are_not_published_when_nobody_listens_any_more() throws Exception {
      Cache<String, String> cache = here.createCache("c", strings());
      Cache<String, String> other = there.createCache("c", strings());
      var ear = new Ear();
      var configuration = listening(ear, false);
      other.registerCacheEntryListener(configuration);
      cache.put("a", "1");
      assertThat(ear.next()).isEqualTo("CREATED a 1 -");
      other.deregisterCacheEntryListener(configuration);
      // The channel on which synchronous listeners have answered may stay.
      Awaitility.await()
          .until(
              () ->
                  redis.pubsubShardChannels().stream().allMatch(name -> name.contains(":heard:")));
      redis.configResetstat();
      cache.put("a", "2");
      assertThat(redis.info("commandstats")).contains("cmdstat_evalsha").doesNotContain("spublish");
    }
  }

  @Nested
  class Near_caches {
    private Cache<String, String> near;
    private Cache<String, String> other;

    @BeforeEach
    void open() {
      near = here.createCache("c", strings().setNearCacheEntries(1_000).setBuckets(2));
      other = there.createCache("c", strings());
    }

    private long asked(Runnable reads) {
      redis.configResetstat();
      reads.run();
      return redis
          .info("commandstats")
          .lines()
          .filter(line -> line.matches("cmdstat_(hmget|hget|hscan).*"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^:]*:calls=(\\d+),.*", "$1")))
          .sum();
    }

    /** Messages about changes come a moment later than their replies. */
    private void untilKept(String key) {
      Awaitility.await()
          .until(
              () -> {
                near.get(key);
                return asked(() -> near.get(key)) == 0;
              });
    }

    @Test
    void answer_without_the_server_what_was_read_before() {
      other.put("a", "1");
      untilKept("a");
      assertThat(asked(() -> assertThat(near.get("a")).isEqualTo("1"))).isZero();
      assertThat(asked(() -> assertThat(near.containsKey("a")).isTrue())).isZero();
      other.put("b", "2");
      untilKept("b");
      assertThat(asked(() -> assertThat(near.getAll(Set.of("a", "b"))).hasSize(2))).isZero();
    }

    @Test
    void forget_what_another_changes_and_nothing_else() {
      other.putAll(Map.of("a", "1", "b", "1", "c", "1"));
      near.getAll(Set.of("a", "b"));
      untilKept("c");
      other.put("a", "2");
      other.remove("b");
      Awaitility.await().until(() -> "2".equals(near.get("a")) && near.get("b") == null);
      assertThat(asked(() -> assertThat(near.get("c")).isEqualTo("1"))).isZero();
      other.clear();
      Awaitility.await().until(() -> near.get("c") == null);
    }

    @Test
    void see_their_own_changes_at_once() {
      near.put("a", "1");
      assertThat(near.get("a")).isEqualTo("1");
      near.put("a", "2");
      assertThat(near.get("a")).isEqualTo("2");
      near.invoke(
          "a",
          (entry, arguments) -> {
            entry.setValue("3");
            return null;
          });
      assertThat(near.get("a")).isEqualTo("3");
      near.remove("a");
      assertThat(near.get("a")).isNull();
      near.putAll(Map.of("a", "4"));
      assertThat(near.get("a")).isEqualTo("4");
      near.clear();
      assertThat(near.get("a")).isNull();
    }

    @Test
    void let_go_what_has_expired() {
      RespiteCache.of(other).put("a", "1", Duration.ofMillis(300));
      assertThat(near.get("a")).isEqualTo("1");
      Awaitility.await().until(() -> near.get("a") == null);
    }

    @Test
    void keep_no_more_than_they_may() {
      for (int i = 0; i < 3_000; i++) {
        other.put("k" + i, "v");
      }
      for (int i = 0; i < 3_000; i++) {
        near.get("k" + i);
      }
      long asked =
          asked(
              () -> {
                for (int i = 0; i < 3_000; i++) {
                  near.get("k" + i);
                }
              });
      assertThat(asked).isGreaterThanOrEqualTo(2_000);
    }

    @Test
    void believe_nothing_that_they_may_have_missed() {
      other.put("a", "1");
      assertThat(near.get("a")).isEqualTo("1");
      // All connections are cut, and the change comes before anybody is back.
      redis.clientKill(KillArgs.Builder.typePubsub());
      redis.hset("c#" + bucketOf("a"), "a", "2");
      Awaitility.await().until(() -> "2".equals(near.get("a")));
      // Later it keeps again.
      untilKept("a");
      other.put("a", "3");
      Awaitility.await().until(() -> "3".equals(near.get("a")));
    }

    private int bucketOf(String key) {
      var crc = new java.util.zip.CRC32();
      crc.update(key.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return (int) (crc.getValue() % 2);
    }

    @Test
    void need_a_policy_that_reading_does_not_ask() {
      var touched = strings().setNearCacheEntries(10);
      touched.setExpiryPolicyFactory(
          javax.cache.expiry.TouchedExpiryPolicy.factoryOf(javax.cache.expiry.Duration.ONE_MINUTE));
      assertThatThrownBy(() -> here.createCache("d", touched))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a near cache answers without the server");
    }

    @Test
    void hold_the_last_value_when_many_write_and_read() throws Exception {
      var writers = new java.util.ArrayList<Thread>();
      for (Cache<String, String> cache : List.of(near, other)) {
        writers.add(
            new Thread(
                () -> {
                  for (int i = 0; i < 3_000; i++) {
                    cache.put("k" + i % 10, cache.getCacheManager().hashCode() + " " + i);
                    near.get("k" + i % 10);
                  }
                }));
      }
      for (Thread writer : writers) {
        writer.start();
      }
      for (Thread writer : writers) {
        writer.join();
      }
      for (int i = 0; i < 10; i++) {
        String key = "k" + i;
        Awaitility.await()
            .atMost(Duration.ofSeconds(5))
            .until(() -> near.get(key).equals(other.get(key)));
      }
    }
  }

  /** A source that is slow, and counts. */
  private static final class Source implements CacheLoader<String, String> {
    private final AtomicInteger loads = new AtomicInteger();
    private final Function<String, String> values;

    Source(Function<String, String> values) {
      this.values = values;
    }

    @Override
    public String load(String key) {
      loads.incrementAndGet();
      LockSupport.parkNanos(300_000_000);
      return values.apply(key);
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      throw new UnsupportedOperationException("only single keys are loaded here");
    }
  }

  @Nested
  class Loading {
    private RespiteConfiguration<String, String> loading(Source source) {
      return strings()
          .setReadThrough(true)
          .setCacheLoaderFactory(new FactoryBuilder.SingletonFactory<>(source))
          .setLoadLease(Duration.ofSeconds(1));
    }

    private List<String> getByMany(Cache<String, String> one, Cache<String, String> two)
        throws Exception {
      List<CompletableFuture<String>> gets = new java.util.ArrayList<>();
      ExecutorService threads = Executors.newCachedThreadPool();
      try {
        for (int i = 0; i < 8; i++) {
          Cache<String, String> cache = i % 2 == 0 ? one : two;
          gets.add(CompletableFuture.supplyAsync(() -> cache.get("a"), threads));
        }
        List<String> values = new java.util.ArrayList<>();
        for (CompletableFuture<String> get : gets) {
          values.add(get.get(20, TimeUnit.SECONDS));
        }
        return values;
      } finally {
        threads.shutdownNow();
      }
    }

    @Test
    void is_done_once_by_one_of_all_jvms() throws Exception {
      var source = new Source(key -> "loaded " + key);
      Cache<String, String> one = here.createCache("c", loading(source));
      Cache<String, String> two = there.createCache("c", loading(source));
      assertThat(getByMany(one, two)).hasSize(8).containsOnly("loaded a");
      assertThat(source.loads).hasValue(1);
      Awaitility.await().until(() -> keys().equals(Set.of("c", "c#meta")));
    }

    @Test
    void is_not_repeated_by_those_who_waited_when_there_is_nothing() throws Exception {
      var source = new Source(key -> null);
      Cache<String, String> one = here.createCache("c", loading(source));
      Cache<String, String> two = there.createCache("c", loading(source));
      assertThat(getByMany(one, two)).hasSize(8).containsOnlyNulls();
      // In one JVM those who waited for the key ask one after the other, as without leases.
      assertThat(source.loads.get()).isLessThan(8);
    }

    @Test
    void is_taken_over_from_one_who_fails() throws Exception {
      var attempts = new AtomicInteger();
      var source =
          new Source(
              key -> {
                if (attempts.getAndIncrement() == 0) {
                  throw new IllegalStateException("no source");
                }
                return "loaded";
              });
      Cache<String, String> one = here.createCache("c", loading(source));
      Cache<String, String> two = there.createCache("c", loading(source));
      var first = CompletableFuture.supplyAsync(() -> one.get("a"));
      Awaitility.await().until(() -> source.loads.get() == 1);
      assertThat(two.get("a")).isEqualTo("loaded");
      assertThatThrownBy(first::join).hasRootCauseMessage("no source");
    }

    @Test
    void is_taken_over_from_one_who_is_gone() {
      redis.set("{c}#load:a", "somebody who died", io.lettuce.core.SetArgs.Builder.px(700));
      var source = new Source(key -> "loaded");
      assertThat(here.createCache("c", loading(source)).get("a")).isEqualTo("loaded");
    }

    @Test
    void renews_its_lease_for_as_long_as_it_takes() throws Exception {
      var source =
          new Source(
              key -> {
                LockSupport.parkNanos(1_500_000_000);
                return "loaded";
              });
      Cache<String, String> one =
          here.createCache("c", loading(source).setLoadLease(Duration.ofMillis(300)));
      Cache<String, String> two =
          there.createCache("c", loading(source).setLoadLease(Duration.ofMillis(300)));
      assertThat(getByMany(one, two)).containsOnly("loaded");
      assertThat(source.loads).hasValue(1);
    }

    @Test
    void ahead_of_the_end_keeps_readers_from_waiting() {
      var count = new AtomicInteger();
      var source = new Source(key -> "version " + count.incrementAndGet());
      var configuration =
          loading(source)
              .setRefreshAhead(Duration.ofMillis(1_500))
              .setExpiryPolicyFactory(
                  CreatedExpiryPolicy.factoryOf(
                      new javax.cache.expiry.Duration(TimeUnit.SECONDS, 2)));
      Cache<String, String> cache = here.createCache("c", configuration);
      assertThat(cache.get("a")).isEqualTo("version 1");
      // From half a second on it is refreshed while this still answers.
      Awaitility.await().until(() -> cache.get("a").equals("version 2"));
      assertThat(redis.hpttl("c", "a").get(0)).isGreaterThan(1_000);
    }

    @Test
    void ahead_of_the_end_needs_a_policy_that_reading_does_not_ask() {
      var configuration =
          loading(new Source(key -> key))
              .setRefreshAhead(Duration.ofSeconds(1))
              .setExpiryPolicyFactory(
                  javax.cache.expiry.TouchedExpiryPolicy.factoryOf(
                      javax.cache.expiry.Duration.ONE_MINUTE));
      assertThatThrownBy(() -> here.createCache("c", configuration))
          .hasMessageContaining("refreshing ahead needs");
    }
  }

  @Nested
  class While_the_server_is_away {
    @Test
    void the_loader_answers_if_that_is_wanted_and_is_counted() {
      var source = new Source(key -> "from the source");
      var configuration =
          strings()
              .setReadThrough(true)
              .setCacheLoaderFactory(new FactoryBuilder.SingletonFactory<>(source))
              .setStatisticsEnabled(true)
              .setLoadWhenAway(true);
      RespiteCache<String, String> cache = RespiteCache.of(here.createCache("c", configuration));
      cache.put("a", "from the cache");
      assertThat(cache.get("a")).isEqualTo("from the cache");
      breakIt();
      assertThat(cache.get("a")).isEqualTo("from the source");
      assertThat(cache.statistics().loadsWhileAway()).isEqualTo(1);
      assertThatThrownBy(() -> cache.put("a", "new")).isInstanceOf(CacheException.class);
      mendIt();
      Awaitility.await().until(() -> cache.get("a").equals("from the cache"));
    }

    @Test
    void what_a_call_brings_along_answers_too_and_runs_once() {
      RespiteCache<String, String> cache =
          RespiteCache.of(here.createCache("c", strings().setLoadWhenAway(true)));
      cache.put("a", "from the cache");
      assertThat(cache.getOrLoad("a", () -> "computed")).isEqualTo("from the cache");
      var runs = new AtomicInteger();
      assertThat(
              cache.getOrLoad(
                  "b",
                  () -> {
                    runs.incrementAndGet();
                    breakIt();
                    return "computed";
                  }))
          .as("what cannot be put")
          .isEqualTo("computed");
      assertThat(runs).hasValue(1);
      assertThat(cache.getOrLoad("a", () -> "computed anew")).isEqualTo("computed anew");
      assertThatThrownBy(() -> cache.get("a")).isInstanceOf(CacheException.class);
      mendIt();
      Awaitility.await()
          .until(() -> cache.getOrLoad("a", () -> "computed").equals("from the cache"));
    }

    @Test
    void what_a_source_throws_reaches_its_caller() {
      RespiteCache<String, String> cache =
          RespiteCache.of(here.createCache("c", strings().setLoadWhenAway(true)));
      assertThatThrownBy(
              () ->
                  cache.getOrLoad(
                      "a",
                      () -> {
                        throw new IOException("the source fails");
                      }))
          .isInstanceOf(IOException.class)
          .hasMessage("the source fails");
    }

    /** Something else is where the cache's hash belongs, so that all that asks for it fails. */
    private void breakIt() {
      redis.rename("c", "aside");
      redis.set("c", "no hash");
    }

    private void mendIt() {
      redis.rename("aside", "c");
    }

    @Test
    void what_the_source_knows_better_is_removed_later() {
      var written = new java.util.ArrayList<String>();
      var writer =
          new CacheWriter<String, String>() {
            private boolean breaks;

            @Override
            public void write(Cache.Entry<? extends String, ? extends String> entry) {
              written.add(entry.getValue());
              if (breaks) {
                breakIt();
              }
              breaks = true;
            }

            @Override
            public void writeAll(
                java.util.Collection<Cache.Entry<? extends String, ? extends String>> entries) {
              throw new UnsupportedOperationException("only single entries are written here");
            }

            @Override
            public void delete(Object key) {
              throw new UnsupportedOperationException("nothing is deleted here");
            }

            @Override
            public void deleteAll(java.util.Collection<?> keys) {
              throw new UnsupportedOperationException("nothing is deleted here");
            }
          };
      var configuration =
          strings()
              .setWriteThrough(true)
              .setCacheWriterFactory(new FactoryBuilder.SingletonFactory<>(writer));
      Cache<String, String> cache = here.createCache("c", configuration);
      cache.put("a", "1");
      assertThatThrownBy(() -> cache.put("a", "2")).isInstanceOf(CacheException.class);
      assertThat(written).containsExactly("1", "2");
      mendIt();
      // The old value would be wrong for ever.
      Awaitility.await().until(() -> cache.get("a") == null);
    }
  }
}
