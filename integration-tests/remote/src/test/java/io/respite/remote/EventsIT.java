package io.respite.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.jcache.RespiteCache;
import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.RespiteConfiguration;
import io.respite.rigs.Checks;
import io.respite.rigs.Engine;
import io.respite.rigs.RedisCluster;
import io.respite.rigs.Resp;
import io.respite.rigs.SingleServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.cache.Cache;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Listeners and near caches on real servers; two providers stand for two JVMs. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class EventsIT {
  private final RespiteCachingProvider here = new RespiteCachingProvider();
  private final RespiteCachingProvider there = new RespiteCachingProvider();

  private static RespiteConfiguration<String, String> strings() {
    return new RespiteConfiguration<String, String>().setTypes(String.class, String.class);
  }

  /** A cache of another JVM, with a connection of its own. */
  private Cache<String, String> elsewhere(SingleServer server) {
    return there
        .getCacheManager(URI.create(server.uri() + "?timeout=9000"), null)
        .createCache("c", strings());
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#newest")
  void have_reached_synchronous_listeners_of_another_jvm_when_a_change_returns(Engine engine)
      throws Exception {
    try (SingleServer server = SingleServer.start(engine)) {
      RespiteCache<String, String> one =
          RespiteCache.of(
              here.getCacheManager(URI.create(server.uri()), null)
                  .createCache(
                      "c",
                      strings()
                          .setStatisticsEnabled(true)
                          .setListenerTimeout(java.time.Duration.ofSeconds(20))));
      Cache<String, String> two = elsewhere(server);
      var ear = new Ear(() -> LockSupport.parkNanos(20_000_000));
      two.registerCacheEntryListener(ear.listening());
      Map<String, Runnable> changes = new LinkedHashMap<>();
      changes.put("CREATED a 1", () -> one.put("a", "1"));
      changes.put("UPDATED a 2 1", () -> one.getAndPut("a", "2"));
      changes.put("UPDATED a 3 2", () -> one.replace("a", "2", "3"));
      changes.put("UPDATED a 4 3", () -> one.replace("a", "4"));
      changes.put("UPDATED a 5 4", () -> one.invoke("a", WorkerMain::increment));
      changes.put("REMOVED a 5 5", () -> one.remove("a"));
      changes.put("CREATED b 1", () -> one.putIfAbsent("b", "1"));
      changes.put("UPDATED b 2 1", () -> one.putAll(Map.of("b", "2")));
      changes.put("REMOVED b 2 2", () -> one.removeAll(Set.of("b")));
      changes.put("CREATED c 1", () -> one.put("c", "1"));
      changes.put("REMOVED c 1 1", () -> one.getAndRemove("c"));
      for (Map.Entry<String, Runnable> change : changes.entrySet()) {
        change.getValue().run();
        assertThat(ear.heard.poll()).isEqualTo(change.getKey());
      }
      assertThat(one.statistics().listenerTimeouts()).isZero();
      here.close();
      there.close();
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#newest")
  void are_waited_for_while_both_jvms_listen_and_change(Engine engine) throws Exception {
    try (SingleServer server = SingleServer.start(engine)) {
      Cache<String, String> one =
          here.getCacheManager(URI.create(server.uri()), null).createCache("c", strings());
      Cache<String, String> two = elsewhere(server);
      var first = new Ear();
      var second = new Ear();
      one.registerCacheEntryListener(first.listening());
      two.registerCacheEntryListener(second.listening());
      var done = new CompletableFuture<Void>();
      new Thread(
              () -> {
                for (int i = 0; i < 100; i++) {
                  two.put("there" + i, "1");
                }
                done.complete(null);
              },
              "there")
          .start();
      for (int i = 0; i < 100; i++) {
        one.put("here" + i, "1");
        assertThat(second.heard).contains("CREATED here" + i + " 1");
      }
      done.get(20, TimeUnit.SECONDS);
      assertThat(first.next(200)).doesNotHaveDuplicates().doesNotContainNull();
      assertThat(second.next(200)).doesNotHaveDuplicates().doesNotContainNull();
      here.close();
      there.close();
    }
  }

  /** What was heard of a key, in order. */
  private static List<String> of(String key, Ear ear) {
    return ear.heard.stream().filter(event -> event.split(" ", -1)[1].equals(key)).toList();
  }

  /** Changes keys at random, with values that nobody else puts. */
  private static void change(Cache<String, String> cache, String name, long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      String key = "k" + random.nextInt(3);
      String value = name + i;
      switch (random.nextInt(9)) {
        case 0 -> cache.put(key, value);
        case 1 -> cache.getAndPut(key, value);
        case 2 -> cache.putIfAbsent(key, value);
        case 3 -> cache.replace(key, value);
        case 4 -> cache.remove(key);
        case 5 -> cache.getAndRemove(key);
        case 6 -> cache.putAll(Map.of("k0", value, "k1", value));
        case 7 -> cache.removeAll(Set.of("k0", "k2"));
        default ->
            cache.invoke(
                key,
                (entry, arguments) -> {
                  entry.setValue(value);
                  return null;
                });
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#newest")
  void of_a_key_are_in_the_same_order_for_all_who_listen(Engine engine) throws Exception {
    long seed = Checks.seed();
    try (SingleServer server = SingleServer.start(engine)) {
      RespiteCache<String, String> one =
          RespiteCache.of(
              here.getCacheManager(URI.create(server.uri()), null)
                  .createCache("c", strings().setStatisticsEnabled(true)));
      Cache<String, String> two = elsewhere(server);
      Cache<String, String> three =
          here.getCacheManager(URI.create(server.uri() + "?timeout=8000"), null)
              .createCache("c", strings());
      var first = new Ear();
      var second = new Ear();
      var third = new Ear();
      one.registerCacheEntryListener(first.listening());
      two.registerCacheEntryListener(
          new MutableCacheEntryListenerConfiguration<>(
              new FactoryBuilder.SingletonFactory<>(second), null, true, false));
      // Changes nothing itself, so that it hears everything as the server tells it.
      three.registerCacheEntryListener(third.listening());
      ExecutorService pool = Executors.newCachedThreadPool();
      try {
        List<Future<?>> parts = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
          String name = Integer.toString(t);
          long own = seed + t;
          parts.add(pool.submit(() -> change(one, "one-" + name + "-", own)));
          parts.add(pool.submit(() -> change(two, "two-" + name + "-", own + 3)));
        }
        for (Future<?> part : parts) {
          part.get(60, TimeUnit.SECONDS);
        }
      } finally {
        pool.shutdownNow();
      }
      for (String key : List.of("k0", "k1", "k2")) {
        one.put(key, "end");
        Awaitility.await().until(() -> of(key, second).toString().contains(key + " end"));
        assertThat(of(key, third)).as("seed %d", seed).hasSizeGreaterThan(100);
        assertThat(of(key, first)).as("seed %d", seed).isEqualTo(of(key, third));
        assertThat(of(key, second)).as("seed %d", seed).isEqualTo(of(key, third));
      }
      assertThat(one.statistics().listenerTimeouts()).isZero();
      here.close();
      there.close();
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#newest")
  void do_not_wait_for_ever_for_a_synchronous_listener(Engine engine) throws Exception {
    try (SingleServer server = SingleServer.start(engine)) {
      RespiteCache<String, String> one =
          RespiteCache.of(
              here.getCacheManager(URI.create(server.uri()), null)
                  .createCache(
                      "c",
                      strings()
                          .setStatisticsEnabled(true)
                          .setListenerTimeout(java.time.Duration.ofMillis(300))));
      Cache<String, String> two = elsewhere(server);
      var gate = new CountDownLatch(1);
      var ear =
          new Ear(
              () -> {
                try {
                  gate.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      two.registerCacheEntryListener(ear.listening());
      long begin = System.nanoTime();
      one.put("a", "1");
      long waited = System.nanoTime() - begin;
      assertThat(waited).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(300));
      assertThat(one.statistics().listenerTimeouts()).isEqualTo(1);
      // It is not waited for again so soon.
      one.put("b", "1");
      assertThat(one.statistics().listenerTimeouts()).isEqualTo(1);
      assertThat(ear.heard).isEmpty();
      gate.countDown();
      assertThat(ear.next(2)).containsExactly("CREATED a 1", "CREATED b 1");
      here.close();
      there.close();
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#newest")
  void do_not_wait_for_a_jvm_that_has_died(Engine engine) {
    try (SingleServer server = SingleServer.start(engine);
        Worker.Group group = Worker.start(2, server.uri(), "c")) {
      RespiteCache<String, String> one =
          RespiteCache.of(
              here.getCacheManager(URI.create(server.uri()), null)
                  .createCache(
                      "c",
                      strings()
                          .setStatisticsEnabled(true)
                          .setListenerTimeout(java.time.Duration.ofSeconds(20))));
      group.tell("listen");
      group.answers();
      one.put("a", "1");
      group.tell("heard");
      assertThat(group.answers()).containsExactly("a", "a");
      group.workers.remove(0).kill();
      Awaitility.await()
          .until(
              () -> {
                List<Resp> counts =
                    server.process().ask("PUBSUB", "SHARDNUMSUB", "{c}#events:sync").items();
                return counts.get(1).text().equals("1");
              });
      one.put("b", "1");
      assertThat(one.statistics().listenerTimeouts()).isZero();
      group.tell("heard");
      assertThat(group.answers()).containsExactly("a", "b");
      here.close();
    }
  }

  private void hearWhatOthersDo(String uri) throws InterruptedException {
    Cache<String, String> one =
        here.getCacheManager(URI.create(uri), null).createCache("c", strings().setBuckets(5));
    Cache<String, String> two =
        there
            .getCacheManager(URI.create(uri), null)
            .createCache("c", strings().setNearCacheEntries(100));
    var ear = new Ear();
    two.registerCacheEntryListener(ear.listening());
    for (String key : List.of("a", "b", "c", "d")) {
      one.put(key, "1");
      one.replace(key, "2");
      one.remove(key);
      assertThat(ear.next(3))
          .containsExactly(
              "CREATED " + key + " 1", "UPDATED " + key + " 2 1", "REMOVED " + key + " 2 2");
      one.put(key, "3");
      Awaitility.await().until(() -> "3".equals(two.get(key)));
      one.put(key, "4");
      Awaitility.await().until(() -> "4".equals(two.get(key)));
      assertThat(ear.next(2)).containsExactly("CREATED " + key + " 3", "UPDATED " + key + " 4 3");
    }
    here.close();
    there.close();
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#newest")
  void are_heard_in_the_other_jvm_and_correct_its_near_cache(Engine engine) throws Exception {
    try (SingleServer server = SingleServer.start(engine)) {
      hearWhatOthersDo(server.uri());
    }
  }

  @Test
  void are_heard_of_all_nodes_of_a_cluster() throws Exception {
    try (RedisCluster cluster = RedisCluster.ofThree()) {
      hearWhatOthersDo(cluster.uri());
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#newest")
  void tell_all_jvms_of_what_has_expired(Engine engine) throws Exception {
    try (SingleServer server = SingleServer.start(engine)) {
      RespiteConfiguration<String, String> brief =
          strings()
              .setExpiryPolicyFactory(
                  CreatedExpiryPolicy.factoryOf(new Duration(TimeUnit.MILLISECONDS, 200)));
      URI uri = URI.create(server.uri());
      Cache<String, String> one = here.getCacheManager(uri, null).createCache("c", brief);
      Cache<String, String> two = there.getCacheManager(uri, null).createCache("c", brief);
      var first = new Ear();
      var second = new Ear();
      one.registerCacheEntryListener(first.listening());
      two.registerCacheEntryListener(second.listening());
      one.put("a", "1");
      assertThat(first.next(2)).containsExactly("CREATED a 1", "EXPIRED a 1 1");
      assertThat(second.next(2)).containsExactly("CREATED a 1", "EXPIRED a 1 1");
      here.close();
      there.close();
    }
  }
}
