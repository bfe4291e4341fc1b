package io.respite.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.remote.linear.Checker;
import io.respite.remote.linear.Operation;
import io.respite.rigs.Checks;
import io.respite.rigs.Engine;
import io.respite.rigs.Resp;
import io.respite.rigs.SingleServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an application meets when its one server is away, silent, or behind a bad line. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ServerAwayIT {
  private static final int TIMEOUT_MILLIS = 500;
  private static final int WORST_MILLIS = 2 * TIMEOUT_MILLIS;
  private static final int THREADS = 4;

  /** A further connection, when what is done now and then meets a call. */
  private static final int NOW_AND_THEN = 1;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static CacheManager manager(String uri) {
    return Caching.getCachingProvider()
        .getCacheManager(URI.create(uri + "?timeout=" + TIMEOUT_MILLIS), null);
  }

  private static Cache<String, String> cache(CacheManager manager) {
    return manager.createCache(
        "away", new MutableConfiguration<String, String>().setTypes(String.class, String.class));
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("lettuce") || name.startsWith("respite"))
        .count();
  }

  /** Connections to a server, that of who asks too. */
  private static int clients(SingleServer server) {
    Resp info = server.process().ask("INFO", "clients");
    String line =
        info.text()
            .lines()
            .filter(each -> each.startsWith("connected_clients:"))
            .findFirst()
            .orElseThrow();
    return Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
  }

  /** Waits until a call returns again, without anybody having done anything. */
  private static void awaitService(Cache<String, String> cache) {
    Awaitility.await("a call that returns")
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(CacheException.class)
        .until(
            () -> {
              cache.put("back", "v");
              return "v".equals(cache.get("back"));
            });
  }

  /** How long the slowest of several calls takes that cannot succeed. */
  private static long worstMillisOfFailures(Cache<String, String> cache) {
    long worst = 0;
    List<Runnable> calls =
        List.of(
            () -> cache.get("k"),
            () -> cache.put("k", "v"),
            () -> cache.putIfAbsent("k", "v"),
            () -> cache.getAll(Set.of("a", "b", "c")),
            () -> cache.putAll(Map.of("a", "1", "b", "2")),
            () -> cache.invoke("k", WorkerMain::increment),
            () -> cache.forEach(entry -> assertThat(entry).isNull()),
            () -> cache.remove("k"),
            cache::clear);
    for (Runnable call : calls) {
      long begin = System.nanoTime();
      assertThatThrownBy(call::run)
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("127.0.0.1");
      worst = Math.max(worst, System.nanoTime() - begin);
    }
    return worst / 1_000_000;
  }

  @Nested
  class A_server_that_is_gone {
    @ParameterizedTest
    @MethodSource("io.respite.rigs.Engine#usual")
    void is_found_again_when_it_comes_back_and_nothing_leaks(Engine engine) {
      int rounds = 4;
      long worst = 0;
      try (SingleServer server = SingleServer.start(engine);
          CacheManager manager = manager(server.uri())) {
        Cache<String, String> cache = cache(manager);
        awaitService(cache);
        int clients = clients(server);
        long threads = 0;
        for (int i = 0; i < rounds; i++) {
          if (i == rounds / 2) {
            // The client starts its threads when it first needs them.
            threads = threads();
          }
          server.process().kill();
          worst = Math.max(worst, worstMillisOfFailures(cache));
          server.restart();
          awaitService(cache);
        }
        assertThat(worst).isLessThanOrEqualTo(WORST_MILLIS);
        long before = threads;
        Awaitility.await("as many connections as before")
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(clients(server)).isLessThanOrEqualTo(clients + NOW_AND_THEN));
        Awaitility.await("no more threads than before")
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(threads()).isLessThanOrEqualTo(before));
        Checks.print(
            "provider-restart",
            "server=%s K=%d timeout=%dms worst=%dms connections=%d threads=%d leaks=0"
                .formatted(
                    engine.name().toLowerCase(Locale.ROOT),
                    rounds,
                    TIMEOUT_MILLIS,
                    worst,
                    clients,
                    before));
      }
      Awaitility.await("the end of all threads")
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(threads()).isZero());
    }

    @Test
    void is_named_within_the_timeout_when_a_manager_is_opened() {
      long begin;
      String uri;
      try (SingleServer server = SingleServer.start(Engine.real())) {
        uri = server.uri();
      }
      begin = System.nanoTime();
      assertThatThrownBy(() -> manager(uri))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining(uri.substring("redis://".length(), uri.length() - 2));
      assertThat((System.nanoTime() - begin) / 1_000_000).isLessThan(10L * TIMEOUT_MILLIS);
      Awaitility.await("the end of all threads")
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(threads()).isZero());
    }
  }

  @Nested
  class A_server_that_is_silent {
    @ParameterizedTest
    @MethodSource("io.respite.rigs.Engine#usual")
    void fails_each_call_in_time_and_serves_when_it_speaks_again(Engine engine) {
      try (SingleServer server = SingleServer.start(engine);
          CacheManager manager = manager(server.uri())) {
        Cache<String, String> cache = cache(manager);
        awaitService(cache);
        int clients = clients(server);
        server.process().freeze();
        long worst;
        try {
          worst = worstMillisOfFailures(cache);
        } finally {
          server.process().thaw();
        }
        assertThat(worst).isLessThanOrEqualTo(WORST_MILLIS);
        awaitService(cache);
        Awaitility.await("as many connections as before")
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(clients(server)).isLessThanOrEqualTo(clients + NOW_AND_THEN));
        Checks.print(
            "provider-silent",
            "server=%s timeout=%dms worst=%dms"
                .formatted(engine.name().toLowerCase(Locale.ROOT), TIMEOUT_MILLIS, worst));
      }
    }
  }

  @Nested
  class A_bad_line {
    @Test
    void does_not_make_a_call_happen_twice() {
      try (SingleServer server = SingleServer.start(Engine.real());
          FaultProxy proxy = new FaultProxy(server.port());
          CacheManager manager = manager(proxy.uri())) {
        Cache<String, String> cache = cache(manager);
        awaitService(cache);
        // So that the server has got the script.
        cache.putIfAbsent("warm", "v");
        for (int i = 0; i < 10; i++) {
          String key = "k" + i;
          proxy.withhold();
          Thread reset =
              new Thread(
                  () -> {
                    // The server has done it when any other client sees it; then the line breaks.
                    Awaitility.await("the entry")
                        .pollInterval(Duration.ofMillis(5))
                        .atMost(PATIENCE)
                        .until(
                            () -> server.process().ask("HGET", "away", key).text().equals("first"));
                    proxy.reset();
                  });
          reset.start();
          assertThatThrownBy(() -> cache.putIfAbsent(key, "first"))
              .isInstanceOf(CacheException.class)
              .hasMessageContaining("may have been");
          Awaitility.await().atMost(PATIENCE).until(() -> !reset.isAlive());
          proxy.deliver();
          // Were it sent again after somebody removed the entry, it would be there again.
          assertThat(server.process().ask("HDEL", "away", key).text()).isEqualTo("1");
          awaitService(cache);
          assertThat(cache.get(key)).isNull();
        }
      }
    }

    @ParameterizedTest
    @MethodSource("io.respite.rigs.Engine#usual")
    void never_makes_the_impossible_seem_to_have_happened(Engine engine) throws Exception {
      long seed = Checks.seed();
      Random random = new Random(seed);
      int times = 300;
      int keys = 5;
      int faults = 12;
      try (SingleServer server = SingleServer.start(engine);
          FaultProxy proxy = new FaultProxy(server.port());
          CacheManager manager = manager(proxy.uri())) {
        Cache<String, String> cache = cache(manager);
        awaitService(cache);
        cache.clear();
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        List<Operation> history = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        try {
          List<Future<List<Operation>>> parts = new ArrayList<>();
          for (int i = 0; i < THREADS; i++) {
            Recorder recorder = new Recorder(cache, seed + i, i, keys);
            parts.add(pool.submit(() -> recorder.record(times, done::incrementAndGet)));
          }
          for (int i = 0; i < faults; i++) {
            int fault = random.nextInt(3);
            // Spread over the operations, however fast this machine is.
            int next = THREADS * times * (i + 1) / (faults + 1);
            Awaitility.await("operation %d".formatted(next))
                .pollInterval(Duration.ofMillis(1))
                .atMost(PATIENCE)
                .until(() -> done.get() >= next);
            if (fault > 0) {
              proxy.withhold();
              TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
            }
            if (fault < 2) {
              proxy.reset();
            } else {
              // Answers that come after their time-out must not be taken for those of others.
              TimeUnit.MILLISECONDS.sleep(TIMEOUT_MILLIS + random.nextInt(200));
            }
            proxy.deliver();
          }
          for (Future<List<Operation>> part : parts) {
            history.addAll(part.get());
          }
        } finally {
          pool.shutdownNow();
        }
        long unknown = history.stream().filter(operation -> !operation.isKnown()).count();
        assertThat(history).hasSize(THREADS * times);
        assertThat(unknown).as("operations whose outcome is unknown").isPositive();
        assertThat(Checker.check(history)).as("seed %d", seed).isEmpty();
        Checks.print(
            "linearizability-faults",
            "server=%s seed=%d operations=%d unknown=%d faults=%d violations=0"
                .formatted(
                    engine.name().toLowerCase(Locale.ROOT), seed, history.size(), unknown, faults));
      }
    }

    @Test
    void that_lets_nobody_in_fails_each_call_in_time() {
      try (SingleServer server = SingleServer.start(Engine.real());
          FaultProxy proxy = new FaultProxy(server.port());
          CacheManager manager = manager(proxy.uri())) {
        Cache<String, String> cache = cache(manager);
        awaitService(cache);
        int connections = proxy.connections();
        proxy.refuse(true);
        proxy.reset();
        assertThat(worstMillisOfFailures(cache)).isLessThanOrEqualTo(WORST_MILLIS);
        proxy.refuse(false);
        awaitService(cache);
        assertThat(proxy.connections()).isBetween(1, connections + NOW_AND_THEN);
      }
    }
  }
}
