package io.respite.neighbours.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.respite.jcache.RespiteCache;
import io.respite.jcache.RespiteCacheManager;
import io.respite.jcache.RespiteCachingProvider;
import io.respite.rigs.Engine;
import io.respite.rigs.SingleServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.cache.CacheManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** An application of Spring Boot that says where its caches are by four properties. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SpringBootIT {
  @Configuration
  @EnableAutoConfiguration
  @EnableCaching
  @Import(Atlas.class)
  static class Application {}

  private static ConfigurableApplicationContext start(String config) {
    return new SpringApplicationBuilder(Application.class)
        .web(WebApplicationType.NONE)
        .logStartupInfo(false)
        .bannerMode(Banner.Mode.OFF)
        .properties(
            "spring.cache.type=jcache",
            "spring.cache.jcache.provider=" + RespiteCachingProvider.class.getName(),
            "spring.cache.jcache.config=" + config,
            "spring.cache.cache-names=capitals,unknown,distances,mottos,slow")
        .run();
  }

  @Nested
  class Embedded {
    private ConfigurableApplicationContext context;
    private Atlas atlas;

    @BeforeEach
    void start() {
      context = SpringBootIT.start("classpath:spring-caches.json");
      atlas = context.getBean(Atlas.class);
    }

    @AfterEach
    void stop() {
      context.close();
    }

    private <K, V> RespiteCache<K, V> cache(String name) {
      return RespiteCache.of(context.getBean(CacheManager.class).<K, V>getCache(name));
    }

    @Test
    void the_caches_are_ours_and_as_the_file_says() {
      CacheManager manager = context.getBean(CacheManager.class);
      assertThat(manager).isInstanceOf(RespiteCacheManager.class);
      assertThat(manager.getCacheNames())
          .containsExactlyInAnyOrder("areas", "capitals", "unknown", "distances", "mottos", "slow");
      assertThat(cache("capitals").configuration().getMaxEntries()).isEqualTo(1000);
      assertThat(context.getBean(org.springframework.cache.CacheManager.class).getCacheNames())
          .contains("areas", "capitals");
    }

    @Test
    void CacheResult_calls_once_per_key() {
      assertThat(atlas.capital("AT")).isEqualTo(new Capital("Vienna", 2_005_760));
      assertThat(atlas.capital("AT")).isEqualTo(new Capital("Vienna", 2_005_760));
      assertThat(atlas.capital("MT").name()).isEqualTo("Valletta");
      assertThat(atlas.calls()).isEqualTo(2);
      assertThat(cache("capitals").statistics().hits()).isEqualTo(1);
    }

    @Test
    void CacheResult_takes_CacheKey_parameters_and_all_of_them_without() {
      atlas.capitalIn("AT", "de");
      assertThat(atlas.capitalIn("AT", "fr").name()).isEqualTo("Vienna (de)");
      assertThat(atlas.distance("AT", "MT")).isEqualTo(atlas.distance("AT", "MT")).isNegative();
      assertThat(atlas.distance("MT", "AT")).isPositive();
      assertThat(atlas.calls()).isEqualTo(3);
    }

    @Test
    void CacheResult_keeps_null() {
      assertThat(atlas.motto("AT")).isNull();
      assertThat(atlas.motto("AT")).isNull();
      assertThat(atlas.calls()).isEqualTo(1);
    }

    @Test
    void CacheResult_keeps_exceptions_in_a_cache_of_their_own() {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> atlas.capital("XX"))
            .isInstanceOf(UnknownCountryException.class)
            .hasMessage("no country has the code XX");
      }
      assertThat(atlas.calls()).isEqualTo(1);
      assertThat(cache("unknown").containsKey("XX")).isTrue();
      assertThat(cache("capitals").containsKey("XX")).isFalse();
    }

    @Test
    void CachePut_CacheRemove_and_CacheRemoveAll_change_what_is_there() {
      atlas.capital("AT");
      atlas.move("AT", new Capital("Linz", 210_000));
      assertThat(atlas.capital("AT").name()).isEqualTo("Linz");
      assertThat(atlas.calls()).isEqualTo(1);

      atlas.forget("AT");
      assertThat(cache("capitals").containsKey("AT")).isFalse();
      atlas.capital("MT");
      atlas.forgetAll();
      assertThat(cache("capitals").iterator().hasNext()).isFalse();
    }

    @Test
    void Cacheable_and_CacheEvict_of_Spring_use_a_cache_with_types() {
      assertThat(atlas.area("AT")).isEqualTo(atlas.area("AT")).isEqualTo("AT".hashCode());
      assertThat(atlas.calls()).isEqualTo(1);
      assertThat(this.<String, Integer>cache("areas").get("AT")).isEqualTo("AT".hashCode());
      atlas.measureAgain("AT");
      atlas.area("AT");
      assertThat(atlas.calls()).isEqualTo(2);
    }

    @Test
    void a_null_result_is_no_value_for_a_cache_with_types() {
      assertThatThrownBy(() -> atlas.area("XX"))
          .isInstanceOf(ClassCastException.class)
          .hasMessageContaining("java.lang.Integer")
          .hasMessageContaining("org.springframework.cache.support.NullValue");
    }

    @Test
    void Cacheable_with_sync_calls_once_whoever_asks_at_the_same_time() throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        List<Callable<String>> asking = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          asking.add(() -> atlas.slow("AT"));
        }
        for (Future<String> answer : threads.invokeAll(asking)) {
          assertThat(answer.get()).isEqualTo("AT");
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(atlas.calls()).isEqualTo(1);
    }

    @Test
    void the_figures_of_each_cache_are_meters() {
      atlas.capital("AT");
      atlas.capital("AT");
      atlas.capital("AT");
      atlas.forget("AT");
      MeterRegistry meters = context.getBean(MeterRegistry.class);
      var gets = meters.get("cache.gets").tag("cache", "capitals");
      assertThat(gets.tag("result", "hit").functionCounter().count()).isEqualTo(2);
      assertThat(
              meters
                  .get("cache.gets")
                  .tag("cache", "capitals")
                  .tag("result", "miss")
                  .functionCounter()
                  .count())
          .isEqualTo(1);
      assertThat(meters.get("cache.puts").tag("cache", "capitals").functionCounter().count())
          .isEqualTo(1);
    }

    @Test
    void the_end_of_the_context_closes_the_manager() {
      CacheManager manager = context.getBean(CacheManager.class);
      context.close();
      assertThat(manager.isClosed()).isTrue();
    }
  }

  @Nested
  class On_a_server {
    @TempDir private Path folder;

    private String file(SingleServer server, String name, String allowed) throws IOException {
      Path file = folder.resolve(name + ".json");
      Files.writeString(
          file,
          """
          {
            "store": "%s",
            "allowedClasses": [%s],
            "templates": [{"names": "*", "expiry": {"created": "1h"}}],
            "caches": {"areas": {}}
          }
          """
              .formatted(server.uri(), allowed));
      return file.toUri().toString();
    }

    @Test
    void two_applications_share_results_nulls_and_exceptions() throws Exception {
      String allowed =
          "\"io.respite.neighbours.spring.*\", \"org.springframework.cache.support.NullValue\"";
      try (SingleServer server = SingleServer.start(Engine.RESPITE);
          var first = start(file(server, "first", allowed));
          var second = start(file(server, "second", allowed))) {
        Atlas one = first.getBean(Atlas.class);
        Atlas two = second.getBean(Atlas.class);
        assertThat(one.capital("AT")).isEqualTo(two.capital("AT"));
        assertThat(one.distance("AT", "MT")).isEqualTo(two.distance("AT", "MT"));
        assertThat(one.motto("AT")).isEqualTo(two.motto("AT")).isNull();
        assertThat(one.area("AT")).isEqualTo(two.area("AT"));
        assertThatThrownBy(() -> one.capital("XX")).isInstanceOf(UnknownCountryException.class);
        assertThatThrownBy(() -> two.capital("XX"))
            .isInstanceOf(UnknownCountryException.class)
            .hasMessage("no country has the code XX");
        assertThat(one.calls()).isEqualTo(5);
        assertThat(two.calls()).isZero();

        two.move("AT", new Capital("Graz", 300_000));
        assertThat(one.capital("AT").name()).isEqualTo("Graz");
        assertThat(one.calls()).isEqualTo(5);
      }
    }

    @Test
    void without_allowed_classes_the_error_names_the_class_and_the_setting() throws Exception {
      try (SingleServer server = SingleServer.start(Engine.RESPITE);
          var first = start(file(server, "first", ""));
          var second = start(file(server, "second", ""))) {
        first.getBean(Atlas.class).capital("AT");
        assertThatThrownBy(() -> second.getBean(Atlas.class).capital("AT"))
            .hasMessageContaining("Class " + Capital.class.getName() + " may not be deserialized")
            .hasMessageContaining("'allowedClasses'");
      }
    }
  }
}
