package io.respite.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.jcache.RespiteCachingProvider;
import io.respite.rigs.Engine;
import io.respite.rigs.SingleServer;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.configuration.MutableConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Reading a cache without deadlines by two commands, where fields have no time to live, and what
 * happens between the two.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PlainReadsIT {
  /** Both that a read consists of, in either order. */
  private static final Set<String> COMMANDS = Set.of("EXISTS", "HMGET", "HSCAN");

  private final RespiteCachingProvider provider = new RespiteCachingProvider();
  private SingleServer server;
  private BetweenProxy proxy;
  private Cache<String, String> cache;

  /** How many entries are read. */
  private enum Reading {
    GET_ALL {
      @Override
      Map<String, String> read(Cache<String, String> cache) {
        return cache.getAll(Set.of("a", "b", "c"));
      }
    },
    WALK {
      @Override
      Map<String, String> read(Cache<String, String> cache) {
        Map<String, String> found = new TreeMap<>();
        cache.forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
      }
    };

    abstract Map<String, String> read(Cache<String, String> cache);
  }

  @BeforeEach
  void open() {
    server = SingleServer.start(Engine.REDIS);
    proxy = new BetweenProxy(server.port());
    cache =
        provider
            .getCacheManager(URI.create(proxy.uri()), null)
            .createCache(
                "c",
                new MutableConfiguration<String, String>().setTypes(String.class, String.class));
  }

  @AfterEach
  void close() {
    provider.close();
    proxy.close();
    server.close();
  }

  private void ask(String... words) {
    assertThat(server.process().ask(words).isError()).isFalse();
  }

  private static String inMillis(long millis) {
    return Long.toString(System.currentTimeMillis() + millis);
  }

  private long scripts() {
    return server
        .process()
        .ask("INFO", "commandstats")
        .text()
        .lines()
        .filter(
            line -> line.startsWith("cmdstat_evalsha_ro:") || line.startsWith("cmdstat_eval_ro"))
        .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
        .sum();
  }

  /** Reads, and does something after the first command of the read. */
  private Map<String, String> readAround(Reading reading, Runnable task)
      throws InterruptedException {
    CountDownLatch done = proxy.after(COMMANDS, task);
    Map<String, String> found = reading.read(cache);
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    return found;
  }

  @ParameterizedTest
  @EnumSource
  void take_no_script_until_there_is_a_deadline(Reading reading) {
    cache.put("a", "1");
    assertThat(reading.read(cache)).containsExactlyEntriesOf(Map.of("a", "1"));
    assertThat(scripts()).isZero();

    ask("HSET", "c", "b", "2", "c", "3");
    ask("ZADD", "{c}#ttl", inMillis(-1), "b", inMillis(100_000), "c");
    assertThat(reading.read(cache)).containsOnly(Map.entry("a", "1"), Map.entry("c", "3"));
    assertThat(scripts()).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void find_what_is_put_in_between(Reading reading) throws Exception {
    cache.put("a", "1");
    cache.put("b", "1");
    Map<String, String> found =
        readAround(
            reading,
            () -> {
              ask("HSET", "c", "a", "2");
              ask("ZADD", "{c}#ttl", inMillis(100_000), "a");
            });
    assertThat(found).containsOnly(Map.entry("a", "2"), Map.entry("b", "1"));
    ask("ZADD", "{c}#ttl", inMillis(-1), "a");
    assertThat(reading.read(cache)).containsExactlyEntriesOf(Map.of("b", "1"));
  }

  @ParameterizedTest
  @EnumSource
  void do_not_find_what_is_removed_in_between(Reading reading) throws Exception {
    cache.put("a", "1");
    cache.put("b", "1");
    assertThat(readAround(reading, () -> ask("HDEL", "c", "a")))
        .containsExactlyEntriesOf(Map.of("b", "1"));
  }

  @ParameterizedTest
  @EnumSource
  void do_not_find_what_was_over_before_and_is_swept_with_the_last_deadline_in_between(
      Reading reading) throws Exception {
    cache.put("b", "1");
    ask("HSET", "c", "a", "1");
    ask("ZADD", "{c}#ttl", inMillis(-1), "a");
    assertThat(
            readAround(
                reading,
                () -> {
                  ask("HDEL", "c", "a");
                  ask("ZREM", "{c}#ttl", "a");
                }))
        .containsExactlyEntriesOf(Map.of("b", "1"));
  }

  @ParameterizedTest
  @EnumSource
  void do_not_believe_an_answer_from_before_the_connection_was_lost(Reading reading)
      throws Exception {
    cache.put("b", "1");
    Map<String, String> found =
        readAround(
            reading,
            () -> {
              // As another server would have it that takes over and is behind.
              ask("HSET", "c", "a", "1");
              ask("ZADD", "{c}#ttl", inMillis(-1), "a");
              proxy.reset();
            });
    assertThat(found).containsExactlyEntriesOf(Map.of("b", "1"));
  }

  @Test
  void are_not_made_where_replicas_may_answer() {
    try (var other = new RespiteCachingProvider()) {
      Cache<String, String> there =
          other
              .getCacheManager(URI.create(proxy.uri() + "?read-from=any"), null)
              .createCache(
                  "c",
                  new MutableConfiguration<String, String>().setTypes(String.class, String.class));
      there.put("a", "1");
      assertThat(there.getAll(Set.of("a", "b"))).containsOnly(Map.entry("a", "1"));
      assertThat(scripts()).isPositive();
    }
  }
}
