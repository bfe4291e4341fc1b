package io.respite.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.RespiteConfiguration;
import io.respite.rigs.Engine;
import io.respite.rigs.SingleServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What putting does with the times to live of entries that are there, that are not, and that are
 * over; the same for one entry and for many, whether somebody listens or not.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TimesToLiveIT {
  private static final Duration TEN_MINUTES = new Duration(TimeUnit.MINUTES, 10);
  private static final long ETERNAL = -1;
  private static final long POLICY = 600;
  private static final long OWN = 5_000;

  /** Enough that a server keeps the hash in its large form. */
  private static final int OTHERS = 600;

  private final RespiteCachingProvider here = new RespiteCachingProvider();
  private final RespiteCachingProvider there = new RespiteCachingProvider();

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  /** How an entry is before it is put. */
  private enum Before {
    ABSENT,
    ETERNAL,
    TIMED,
    OVER,
    /** A deadline without an entry, where another client has removed the field. */
    ORPHANED
  }

  /** A server, and whether it has to do without HSETEX. */
  record Kind(Engine engine, boolean plain) {}

  static Stream<Kind> kinds() {
    return Engine.newest()
        .flatMap(
            engine ->
                engine == Engine.REDIS_8
                    ? Stream.of(new Kind(engine, false), new Kind(engine, true))
                    : Stream.of(new Kind(engine, false)));
  }

  private static SingleServer start(Kind kind) {
    return kind.plain
        ? SingleServer.start(kind.engine, "--rename-command", "HSETEX", "")
        : SingleServer.start(kind.engine);
  }

  private static boolean fieldsExpire(SingleServer server) {
    return server.process().ask("COMMAND", "INFO", "HPEXPIRETIME").items().get(0).isAggregate();
  }

  private static Cache<String, String> open(
      RespiteCachingProvider provider, SingleServer server, ExpiryPolicy policy) {
    return provider
        .getCacheManager(URI.create(server.uri()), null)
        .createCache(
            "c",
            new RespiteConfiguration<String, String>()
                .setTypes(String.class, String.class)
                .setExpiryPolicyFactory(() -> policy));
  }

  /** Makes entries of each kind by the server's own commands; their keys with their kinds. */
  private static Map<String, Before> prepare(SingleServer server) {
    boolean fieldsExpire = fieldsExpire(server);
    List<String> others = new ArrayList<>(List.of("HSET", "c"));
    for (int i = 0; i < OTHERS; i++) {
      others.addAll(List.of("other" + i, "old"));
    }
    server.process().ask(others.toArray(String[]::new));
    Map<String, Before> entries = new LinkedHashMap<>();
    for (int round = 0; round < 2; round++) {
      for (Before before : Before.values()) {
        String key = before.name() + round;
        entries.put(key, before);
        if (before != Before.ABSENT && before != Before.ORPHANED) {
          server.process().ask("HSET", "c", key, "old");
        }
        long millis = before == Before.OVER ? 1 : 1000 * OWN;
        boolean timed = before != Before.ABSENT && before != Before.ETERNAL;
        if (timed && fieldsExpire) {
          server.process().ask("HPEXPIRE", "c", Long.toString(millis), "FIELDS", "1", key);
        } else if (timed) {
          long end = System.currentTimeMillis() + millis;
          server.process().ask("ZADD", "{c}#ttl", Long.toString(end), key);
        }
      }
    }
    // What is over is still there, most likely.
    long made = System.currentTimeMillis();
    Awaitility.await()
        .pollInterval(java.time.Duration.ofMillis(1))
        .until(() -> System.currentTimeMillis() > made + 2);
    return entries;
  }

  private static long secondsLeft(SingleServer server, String key) {
    if (fieldsExpire(server)) {
      long millis =
          Long.parseLong(
              server.process().ask("HPTTL", "c", "FIELDS", "1", key).items().get(0).text());
      return millis < 0 ? millis : Math.round(millis / 1000.0);
    }
    var score = server.process().ask("ZSCORE", "{c}#ttl", key);
    return score.type() == '_'
        ? ETERNAL
        : Math.round((Double.parseDouble(score.text()) - System.currentTimeMillis()) / 1000);
  }

  private static long expected(Before before, ExpiryPolicy policy) {
    boolean there = before == Before.ETERNAL || before == Before.TIMED;
    Duration duration = there ? policy.getExpiryForUpdate() : policy.getExpiryForCreation();
    if (duration == null) {
      return before == Before.TIMED ? OWN : ETERNAL;
    }
    return duration.isEternal() ? ETERNAL : POLICY;
  }

  private static Stream<ExpiryPolicy> policies() {
    return Stream.of(
        new EternalExpiryPolicy(),
        new CreatedExpiryPolicy(TEN_MINUTES),
        new ModifiedExpiryPolicy(TEN_MINUTES));
  }

  private interface Putting {
    void put(Cache<String, String> cache, Map<String, String> entries);
  }

  private void putsAsThePolicySays(Kind kind, boolean heard, Putting putting) {
    try (SingleServer server = start(kind)) {
      for (ExpiryPolicy policy : policies().toList()) {
        Cache<String, String> cache = open(here, server, policy);
        if (heard) {
          open(there, server, policy).registerCacheEntryListener(new Ear().listening());
        }
        Map<String, Before> entries = prepare(server);
        Map<String, String> values = new LinkedHashMap<>();
        entries.keySet().forEach(key -> values.put(key, "new"));
        putting.put(cache, values);
        for (Map.Entry<String, Before> entry : entries.entrySet()) {
          String which = policy.getClass().getSimpleName() + " " + entry.getKey();
          assertThat(server.process().ask("HGET", "c", entry.getKey()).text())
              .as(which)
              .isEqualTo("new");
          long expected = expected(entry.getValue(), policy);
          assertThat(secondsLeft(server, entry.getKey()))
              .as(which)
              .isBetween(expected < 0 ? expected : expected - 60, expected);
          assertThat(cache.get(entry.getKey())).as(which).isEqualTo("new");
        }
        assertThat(cache.get("other7")).isEqualTo("old");
        here.close();
        there.close();
        server.process().ask("FLUSHALL");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void are_the_policy_s_when_many_entries_are_put(Kind kind) {
    putsAsThePolicySays(kind, false, Cache::putAll);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void are_the_policy_s_when_one_entry_is_put(Kind kind) {
    putsAsThePolicySays(kind, false, (cache, entries) -> entries.forEach(cache::put));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void are_the_policy_s_when_the_values_before_are_wanted(Kind kind) {
    putsAsThePolicySays(
        kind,
        false,
        (cache, entries) ->
            entries.forEach(
                (key, value) -> {
                  boolean there =
                      key.startsWith(Before.ETERNAL.name()) || key.startsWith(Before.TIMED.name());
                  assertThat(cache.getAndPut(key, value)).as(key).isEqualTo(there ? "old" : null);
                }));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void are_the_policy_s_when_somebody_listens(Kind kind) {
    putsAsThePolicySays(kind, true, Cache::putAll);
  }
}
