package io.respite.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.RespiteConfiguration;
import io.respite.rigs.Engine;
import io.respite.rigs.RedisCluster;
import io.respite.rigs.Resp;
import io.respite.rigs.SingleServer;
import io.respite.rigs.Topology;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Listeners hear of what expires, once, whoever removes it: Respite's server, the provider where
 * fields have no time to live, Redis and Valkey where they have one.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ExpirationsIT {
  private final RespiteCachingProvider here = new RespiteCachingProvider();
  private final RespiteCachingProvider there = new RespiteCachingProvider();

  /** Engines that remove fields and do not tell. */
  static Stream<Engine> silent() {
    return Engine.newest().filter(Set.of(Engine.REDIS_8, Engine.VALKEY_9)::contains);
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  private static Cache<String, String> open(
      RespiteCachingProvider provider, Topology servers, int buckets, ExpiryPolicy policy) {
    return provider
        .getCacheManager(URI.create(servers.uri()), null)
        .createCache(
            "c",
            new RespiteConfiguration<String, String>()
                .setTypes(String.class, String.class)
                .setBuckets(buckets)
                .setExpiryPolicyFactory(() -> policy));
  }

  private static ExpiryPolicy created(long millis) {
    return new CreatedExpiryPolicy(new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, millis));
  }

  private static ExpiryPolicy modified(long millis) {
    return new ModifiedExpiryPolicy(new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, millis));
  }

  private void tellEverybodyOnce(Topology servers) throws InterruptedException {
    Cache<String, String> one = open(here, servers, 3, created(300));
    Cache<String, String> two = open(there, servers, 3, created(300));
    var first = new Ear();
    var second = new Ear();
    one.registerCacheEntryListener(first.listening());
    two.registerCacheEntryListener(second.listening());
    Map<String, String> entries = new HashMap<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      entries.put("k" + i, "v" + i);
      expected.add("CREATED k" + i + " v" + i);
      expected.add("EXPIRED k" + i + " v" + i + " v" + i);
    }
    one.putAll(entries);
    assertThat(first.next(200)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(second.next(200)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(one).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#newest")
  void are_told_once_to_all_with_the_values_that_there_were(Engine engine) throws Exception {
    try (SingleServer server = SingleServer.start(engine)) {
      tellEverybodyOnce(server);
    }
  }

  @Test
  void are_told_by_all_nodes_of_a_cluster() throws Exception {
    try (RedisCluster cluster = RedisCluster.ofThree()) {
      tellEverybodyOnce(cluster);
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#newest")
  void come_when_the_last_time_to_live_is_over_and_before_the_next_entry(Engine engine)
      throws Exception {
    try (SingleServer server = SingleServer.start(engine)) {
      var ear = new Ear();
      open(there, server, 1, modified(400)).registerCacheEntryListener(ear.listening());
      Cache<String, String> cache = open(here, server, 1, modified(400));
      cache.put("changed", "1");
      cache.put("removed", "1");
      cache.put("changed", "2");
      cache.remove("removed");
      cache.putIfAbsent("changed", "3");
      assertThat(ear.next(4))
          .containsExactly(
              "CREATED changed 1",
              "CREATED removed 1",
              "UPDATED changed 2 1",
              "REMOVED removed 1 1");
      Awaitility.await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> cache.putIfAbsent("changed", "4"));
      assertThat(ear.next(3))
          .containsExactly("EXPIRED changed 2 2", "CREATED changed 4", "EXPIRED changed 4 4");
      assertThat(ear.heard).isEmpty();
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("silent")
  void leave_nothing_behind_and_cost_no_key_while_nobody_listens(Engine engine) throws Exception {
    try (SingleServer server = SingleServer.start(engine)) {
      Cache<String, String> cache = open(here, server, 1, created(60_000));
      cache.put("before", "1");
      assertThat(keys(server)).containsExactly("c", "c#meta");

      var ear = new Ear();
      cache.registerCacheEntryListener(ear.listening());
      cache.put("a", "1");
      cache.put("b", "1");
      cache.put("c", "1");
      assertThat(keys(server)).containsExactly("c", "c#meta", "{c}#lasts", "{c}#ttl");
      assertThat(server.process().ask("HGET", "{c}#lasts", "a").text()).isEqualTo("1");
      cache.remove("a");
      assertThat(server.process().ask("ZCARD", "{c}#ttl").text()).isEqualTo("2");
      assertThat(server.process().ask("PTTL", "{c}#ttl").text()).doesNotStartWith("-");
      assertThat(server.process().ask("PTTL", "{c}#lasts").text()).doesNotStartWith("-");

      // What happens while nobody listens makes no events when somebody does again.
      cache.deregisterCacheEntryListener(ear.listening());
      cache.remove("b");
      cache.registerCacheEntryListener(ear.listening());
      assertThat(keys(server)).containsExactly("c", "c#meta");
      cache.put("d", "1");
      cache.clear();
      assertThat(keys(server)).containsExactly("c#meta");
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("silent")
  void believe_the_server_where_others_change_times_to_live(Engine engine) throws Exception {
    try (SingleServer server = SingleServer.start(engine)) {
      Cache<String, String> cache = open(here, server, 1, created(300));
      var ear = new Ear();
      cache.registerCacheEntryListener(ear.listening());
      cache.put("longer", "1");
      cache.put("for ever", "1");
      cache.put("as it is", "1");
      server.process().ask("HPEXPIRE", "c", "2500", "FIELDS", "1", "longer");
      server.process().ask("HSET", "c", "for ever", "2");
      assertThat(ear.next(5))
          .containsExactly(
              "CREATED longer 1",
              "CREATED for ever 1",
              "CREATED as it is 1",
              "EXPIRED as it is 1 1",
              "EXPIRED longer 1 1");
      assertThat(cache.get("for ever")).isEqualTo("2");
      Awaitility.await()
          .until(() -> server.process().ask("EXISTS", "{c}#ttl", "{c}#lasts").text().equals("0"));
    }
  }

  private static Set<String> keys(SingleServer server) {
    Set<String> keys = new TreeSet<>();
    for (Resp key : server.process().ask("KEYS", "*").items()) {
      keys.add(key.text());
    }
    return keys;
  }
}
