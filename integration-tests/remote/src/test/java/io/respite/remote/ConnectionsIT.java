package io.respite.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.RespiteConfiguration;
import io.respite.rigs.Engine;
import io.respite.rigs.Ports;
import io.respite.rigs.SingleServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways to a redis-server that a URI can name: TLS, a socket of this machine, replicas. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConnectionsIT {
  private final RespiteCachingProvider provider = new RespiteCachingProvider();
  private final RespiteCachingProvider another = new RespiteCachingProvider();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    provider.close();
    another.close();
  }

  private static Cache<String, String> open(RespiteCachingProvider by, String uri) {
    return by.getCacheManager(URI.create(uri), null)
        .createCache(
            "c", new RespiteConfiguration<String, String>().setTypes(String.class, String.class));
  }

  /** Uses a cache in all ways that need a connection: commands, scripts, subscriptions. */
  private void works(String uri) throws InterruptedException {
    Cache<String, String> cache = open(provider, uri);
    cache.put("a", "1");
    assertThat(cache.get("a")).isEqualTo("1");
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    cache.registerCacheEntryListener(
        new MutableCacheEntryListenerConfiguration<>(
            new FactoryBuilder.SingletonFactory<>(
                (CacheEntryCreatedListener<String, String>)
                    events -> events.forEach(event -> heard.add(event.getKey()))),
            null,
            false,
            false));
    open(another, uri).put("b", "2");
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("b");
    provider.close();
    another.close();
  }

  @Nested
  class Over_TLS {
    private int port;

    private SingleServer serve(Certificates certificates) {
      port = Ports.free();
      return SingleServer.start(
          Engine.real(),
          "--tls-port",
          Integer.toString(port),
          "--tls-cert-file",
          certificates.certificate.toString(),
          "--tls-key-file",
          certificates.key.toString(),
          "--tls-ca-cert-file",
          certificates.certificate.toString(),
          "--tls-auth-clients",
          "no");
    }

    private String uri(String parameters) {
      return "rediss://127.0.0.1:" + port + "/0" + parameters;
    }

    private Certificates right() {
      return Certificates.of(folder, "right", "ip:127.0.0.1,dns:localhost");
    }

    @Test
    void a_server_with_a_trusted_certificate_is_used() throws Exception {
      Certificates right = right();
      try (SingleServer server = serve(right)) {
        works(uri("?ca=" + right.certificate));
        assertThat(server.process().ask("HGET", "c", "a").text()).isEqualTo("1");
      }
    }

    @Test
    void a_certificate_that_nobody_vouches_for_is_refused_in_words() {
      Certificates other = Certificates.of(folder, "other", "ip:127.0.0.1");
      try (SingleServer server = serve(right())) {
        assertThat(server.port()).isNotEqualTo(port);
        for (String trusted : new String[] {"", "?ca=" + other.certificate}) {
          assertThatThrownBy(() -> open(provider, uri(trusted)))
              .isInstanceOf(CacheException.class)
              .hasMessageContaining("127.0.0.1:" + port)
              .hasMessageContaining("cannot be reached")
              .hasMessageContaining("certif");
        }
      }
    }

    @Test
    void a_certificate_for_another_name_is_refused_in_words() {
      Certificates stranger = Certificates.of(folder, "stranger", "dns:other.example");
      try (SingleServer server = serve(stranger)) {
        assertThat(server.port()).isNotEqualTo(port);
        assertThatThrownBy(() -> open(provider, uri("?ca=" + stranger.certificate)))
            .isInstanceOf(CacheException.class)
            .hasMessageContaining("cannot be reached")
            .hasMessageContaining("127.0.0.1 found");
      }
    }

    @Test
    void any_certificate_is_taken_if_none_is_verified() throws Exception {
      Certificates stranger = Certificates.of(folder, "stranger", "dns:other.example");
      try (SingleServer server = serve(stranger)) {
        works(uri("?verify=none"));
        assertThat(server.process().ask("HGET", "c", "b").text()).isEqualTo("2");
      }
    }

    @Test
    void a_file_of_certificates_that_is_none_is_refused_in_words() {
      Certificates right = right();
      try (SingleServer server = serve(right)) {
        assertThat(server.port()).isNotEqualTo(port);
        Path missing = folder.resolve("missing.pem");
        assertThatThrownBy(() -> open(provider, uri("?ca=" + missing)))
            .isInstanceOf(CacheException.class)
            .hasMessageContaining(missing.toString());
        assertThatThrownBy(() -> open(provider, uri("?ca=" + right.key)))
            .isInstanceOf(CacheException.class)
            .hasMessageContaining(right.key.toString());
      }
    }

    @Test
    void a_server_that_does_not_speak_it_is_refused_in_words() {
      try (SingleServer server = SingleServer.start(Engine.real())) {
        assertThatThrownBy(() -> open(provider, "rediss://127.0.0.1:" + server.port()))
            .isInstanceOf(CacheException.class)
            .hasMessageContaining("cannot be reached");
      }
    }
  }

  @Nested
  class On_this_machine {
    @Test
    void a_socket_is_used() throws Exception {
      Path socket = folder.resolve("redis.sock");
      try (SingleServer server =
          SingleServer.start(Engine.real(), "--unixsocket", socket.toString())) {
        works("redis+unix://" + socket + "?db=3");
        assertThat(server.process().ask("INFO", "keyspace").text()).contains("db3:keys");
      }
    }

    @Test
    void a_socket_that_nobody_serves_is_refused_in_words() {
      Path socket = folder.resolve("nobody.sock");
      assertThatThrownBy(() -> open(provider, "redis+unix://" + socket))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining(socket.toString())
          .hasMessageContaining("cannot be reached");
    }
  }

  @Nested
  class With_a_replica {
    private static long reads(SingleServer server) {
      return server
          .process()
          .ask("INFO", "commandstats")
          .text()
          .lines()
          // A script where fields have no time to live, a command where they have one.
          .filter(line -> line.matches("cmdstat_(evalsha_ro|eval_ro|hget):.*"))
          .mapToLong(line -> Long.parseLong(line.replaceFirst(".*?calls=(\\d+),.*", "$1")))
          .sum();
    }

    private static String replication(SingleServer server) {
      return server.process().ask("INFO", "replication").text();
    }

    private SingleServer replica(SingleServer primary) {
      SingleServer replica =
          SingleServer.start(
              Engine.real(),
              "--replicaof",
              "127.0.0.1 " + primary.port(),
              "--repl-diskless-sync-delay",
              "0");
      // The replica is up some time before the primary counts it.
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  replication(replica).contains("master_link_status:up")
                      && replication(primary).contains("state=online"));
      return replica;
    }

    @ParameterizedTest
    @ValueSource(strings = {"replica", "replica-preferred"})
    void it_answers_what_is_only_read(String from) {
      try (SingleServer primary =
              SingleServer.start(Engine.real(), "--repl-diskless-sync-delay", "0");
          SingleServer replica = replica(primary)) {
        Cache<String, String> cache = open(provider, primary.uri() + "?read-from=" + from);
        cache.put("a", "1");
        Awaitility.await().until(() -> "1".equals(cache.get("a")));
        long before = reads(primary);
        long there = reads(replica);
        for (int i = 0; i < 20; i++) {
          assertThat(cache.get("a")).isEqualTo("1");
        }
        assertThat(reads(primary)).isEqualTo(before);
        assertThat(reads(replica)).isGreaterThanOrEqualTo(there + 20);
        // What changes something goes to the primary all the same.
        assertThat(cache.getAndPut("a", "2")).isEqualTo("1");
        assertThat(primary.process().ask("HGET", "c", "a").text()).isEqualTo("2");
        provider.close();
      }
    }

    @Test
    void a_change_has_come_there_when_one_has_to_confirm_it() throws Exception {
      try (SingleServer primary =
              SingleServer.start(Engine.real(), "--repl-diskless-sync-delay", "0");
          SingleServer replica = replica(primary)) {
        Cache<String, String> cache = open(provider, primary.uri() + "?wait=1&timeout=20000");
        for (int i = 0; i < 20; i++) {
          cache.put("a", Integer.toString(i));
          assertThat(replica.process().ask("HGET", "c", "a").text()).isEqualTo(Integer.toString(i));
        }
        // Several on the same lines, each with its own confirmation.
        ExecutorService pool = Executors.newFixedThreadPool(6);
        try {
          List<Future<?>> parts = new ArrayList<>();
          for (int t = 0; t < 6; t++) {
            String key = "k" + t;
            parts.add(
                pool.submit(
                    () -> {
                      for (int i = 0; i < 30; i++) {
                        cache.put(key, Integer.toString(i));
                      }
                    }));
          }
          for (Future<?> part : parts) {
            part.get();
          }
        } finally {
          pool.shutdownNow();
        }
        for (int t = 0; t < 6; t++) {
          assertThat(replica.process().ask("HGET", "c", "k" + t).text()).isEqualTo("29");
        }
        provider.close();
      }
    }

    @Test
    void a_change_that_nobody_confirms_stands_and_the_caller_is_told() {
      try (SingleServer primary =
          SingleServer.start(Engine.real(), "--repl-diskless-sync-delay", "0")) {
        Cache<String, String> cache;
        try (SingleServer replica = replica(primary)) {
          // A primary sends a new replica nothing before that has acknowledged, once a second.
          cache = open(provider, primary.uri() + "?wait=1&timeout=4000");
          assertThat(replica.process().ask("EXISTS", "c").text()).isEqualTo("0");
        }
        assertThatThrownBy(() -> cache.put("a", "1"))
            .isInstanceOf(CacheException.class)
            .hasMessageContaining(
                "The change has been made, but only 0 replicas of the datastore at");
        assertThat(primary.process().ask("HGET", "c", "a").text()).isEqualTo("1");
        provider.close();
      }
    }

    @Test
    void the_primary_answers_if_it_is_preferred() {
      try (SingleServer primary =
              SingleServer.start(Engine.real(), "--repl-diskless-sync-delay", "0");
          SingleServer replica = replica(primary)) {
        Cache<String, String> cache =
            open(provider, primary.uri() + "?read-from=primary-preferred");
        cache.put("a", "1");
        long there = reads(replica);
        for (int i = 0; i < 20; i++) {
          assertThat(cache.get("a")).isEqualTo("1");
        }
        assertThat(reads(replica)).isEqualTo(there);
        provider.close();
      }
    }

    @Test
    void the_primary_answers_when_the_preferred_replica_is_gone() {
      try (SingleServer primary =
          SingleServer.start(Engine.real(), "--repl-diskless-sync-delay", "0")) {
        Cache<String, String> cache;
        try (SingleServer replica = replica(primary)) {
          cache = open(provider, primary.uri() + "?read-from=replica-preferred");
          cache.put("a", "1");
          Awaitility.await().until(() -> "1".equals(cache.get("a")));
          assertThat(reads(replica)).isPositive();
        }
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptionsInstanceOf(CacheException.class)
            .until(() -> "1".equals(cache.get("a")));
        provider.close();
      }
    }
  }
}
