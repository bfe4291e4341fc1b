package io.respite.neighbours.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.JCacheMetrics;
import io.micrometer.core.instrument.config.InvalidConfigurationException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.RespiteConfiguration;
import io.respite.rigs.Engine;
import io.respite.rigs.SingleServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import javax.cache.Cache;
import javax.cache.CacheManager;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Micrometer's binder finds our MXBeans by their names, and reads what has happened. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class JCacheMetricsIT {
  private static final int LIMIT = 10;

  private static double gets(MeterRegistry meters, String result) {
    return meters.get("cache.gets").tag("result", result).functionCounter().count();
  }

  private static void assertThatFiguresAreRight(CacheManager manager, boolean limited) {
    var configuration =
        new RespiteConfiguration<String, Integer>()
            .setTypes(String.class, Integer.class)
            .setStatisticsEnabled(true);
    if (limited) {
      configuration.setMaxEntries(LIMIT);
    }
    Cache<String, Integer> cache = manager.createCache("numbers", configuration);
    var meters = new SimpleMeterRegistry();
    JCacheMetrics.monitor(meters, cache, "team", "maps");

    for (int i = 0; i < LIMIT; i++) {
      cache.put("number " + i, i);
    }
    for (int i = 0; i < 4; i++) {
      cache.get("number 9");
    }
    cache.get("none");
    cache.get("none either");
    cache.remove("number 9");
    cache.remove("none"); // Nothing to remove: not counted.
    for (int i = 0; i < 4; i++) {
      cache.put("more " + i, i);
    }

    assertThat(gets(meters, "hit")).isEqualTo(4);
    assertThat(gets(meters, "miss")).isEqualTo(2);
    assertThat(meters.get("cache.puts").tag("team", "maps").functionCounter().count())
        .isEqualTo(LIMIT + 4);
    assertThat(meters.get("cache.evictions").functionCounter().count()).isEqualTo(limited ? 3 : 0);
    assertThat(meters.get("cache.removals").meter().measure().iterator().next().getValue())
        .isEqualTo(1);
  }

  @Test
  void of_an_embedded_store_with_evictions() {
    var provider = new RespiteCachingProvider();
    URI uri = URI.create("respite:embedded:" + UUID.randomUUID());
    try (CacheManager manager = provider.getCacheManager(uri, null)) {
      assertThatFiguresAreRight(manager, true);
    }
  }

  @Test
  void of_a_store_that_a_configuration_file_names(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("caches.json");
    Files.writeString(file, "{\"store\": \"respite:embedded?maxmemory=100mb\"}");
    try (CacheManager manager = new RespiteCachingProvider().getCacheManager(file.toUri(), null)) {
      assertThatFiguresAreRight(manager, true);
    }
  }

  @Test
  void of_a_server() throws Exception {
    try (SingleServer server = SingleServer.start(Engine.RESPITE);
        CacheManager manager =
            new RespiteCachingProvider().getCacheManager(URI.create(server.uri()), null)) {
      assertThatFiguresAreRight(manager, false);
    }
  }

  @Test
  void a_password_is_in_no_name_so_Micrometer_finds_nothing_by_such_a_URI(@TempDir Path folder)
      throws Exception {
    try (SingleServer server = SingleServer.start(Engine.RESPITE, "--requirepass", "secret")) {
      String uri = server.uri().replace("redis://", "redis://:secret@");
      try (CacheManager manager =
          new RespiteCachingProvider().getCacheManager(URI.create(uri), null)) {
        var meters = new SimpleMeterRegistry();
        Cache<String, Integer> cache =
            manager.createCache(
                "hidden", new RespiteConfiguration<String, Integer>().setStatisticsEnabled(true));
        JCacheMetrics.monitor(meters, cache);
        cache.put("number", 1);
        assertThat(meters.get("cache.puts").functionCounter().count()).isZero();
      }
      Path file = folder.resolve("caches.json");
      Files.writeString(file, "{\"store\": \"%s\"}".formatted(uri));
      try (CacheManager manager =
          new RespiteCachingProvider().getCacheManager(file.toUri(), null)) {
        assertThatFiguresAreRight(manager, false);
      }
    }
  }

  @Test
  void a_URI_with_parameters_is_no_name_for_Micrometer_so_it_belongs_into_a_file() {
    var provider = new RespiteCachingProvider();
    URI uri = URI.create("respite:embedded?maxmemory=100mb");
    try (CacheManager manager = provider.getCacheManager(uri, null)) {
      Cache<String, Integer> cache =
          manager.createCache(
              "numbers", new RespiteConfiguration<String, Integer>().setStatisticsEnabled(true));
      assertThatThrownBy(() -> JCacheMetrics.monitor(new SimpleMeterRegistry(), cache))
          .isInstanceOf(InvalidConfigurationException.class)
          .hasMessageContaining("results in an invalid JMX name");
    }
  }
}
