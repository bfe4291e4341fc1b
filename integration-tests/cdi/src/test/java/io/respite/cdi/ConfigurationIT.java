package io.respite.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.jcache.RespiteCache;
import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.RespiteConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Caches declared by properties and files, started with the application. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConfigurationIT {
  @TempDir Path folder;

  private static RespiteConfiguration<?, ?> configuration(Container container, String cache) {
    return RespiteCache.of(container.cache(cache)).configuration();
  }

  @Test
  void properties_of_microprofile_config_declare_caches() {
    // META-INF/microprofile-config.properties has them; only MicroProfile Config reads it.
    assertThat(
            ConfigProvider.getConfig()
                .getValue("respite.caches.of-microprofile.maxEntries", int.class))
        .isEqualTo(123);
    try (var container = Container.start(Lab.class)) {
      assertThat(configuration(container, "of-microprofile").getMaxEntries()).isEqualTo(123);
      assertThat(configuration(container, "of.microprofile").isStatisticsEnabled()).isTrue();
    }
  }

  @Test
  void system_properties_go_before_files_field_by_field() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("caches.json"),
            "{\"caches\": {\"orders\": {\"maxEntries\": 5, \"expiry\": {\"touched\": \"1h\"}, \"statistics\": true}}}");
    try (var container =
        Container.start(
            Map.of(
                "respite.uri", file.toUri().toString(),
                "respite.caches.orders.maxEntries", "7",
                "respite.caches.orders.expiry.created", "30m",
                "respite.caches.orders.allowedClasses", "com.acme.*, com.acme.model.Order"),
            Lab.class)) {
      RespiteConfiguration<?, ?> orders = configuration(container, "orders");
      assertThat(orders.getMaxEntries()).isEqualTo(7);
      assertThat(orders.isStatisticsEnabled()).isTrue();
      assertThat(orders.getExpiryPolicyFactory())
          .isEqualTo(
              CreatedExpiryPolicy.factoryOf(
                  new Duration(java.util.concurrent.TimeUnit.MILLISECONDS, 1_800_000)));
      assertThat(orders.getAllowedClasses()).containsExactly("com.acme.*", "com.acme.model.Order");
    }
  }

  @Test
  void a_wrong_property_fails_the_deployment_and_is_named() {
    assertThatThrownBy(
            () -> Container.start(Map.of("respite.caches.orders.maxEntries", "many"), Lab.class))
        .hasStackTraceContaining(
            "property respite.caches.orders.maxEntries is \"many\"; allowed is a whole number from 1");
    assertThatThrownBy(
            () -> Container.start(Map.of("respite.caches.orders.maxEntrys", "5"), Lab.class))
        .hasStackTraceContaining(
            "property respite.caches.orders.maxEntrys is \"5\", and there is no such field; the fields are ");
    assertThatThrownBy(
            () ->
                Container.start(Map.of("respite.caches.orders.expiry.created", "soon"), Lab.class))
        .hasStackTraceContaining("property respite.caches.orders.expiry.created is \"soon\"");
    assertThatThrownBy(() -> Container.start(Map.of("respite.caches.orders", "5"), Lab.class))
        .hasStackTraceContaining("property respite.caches.orders names no field of a cache");
  }

  @Test
  void a_wrong_file_or_uri_fails_the_deployment_and_is_named() {
    assertThatThrownBy(
            () -> Container.start(Map.of("respite.uri", "classpath:missing.json"), Lab.class))
        .hasStackTraceContaining("has no resource 'missing.json'");
    assertThatThrownBy(() -> Container.start(Map.of("respite.uri", "no such:uri"), Lab.class))
        .hasStackTraceContaining("Property respite.uri is not a URI");
    assertThatThrownBy(() -> Container.start(Map.of("respite.uri", "nosuch:uri"), Lab.class))
        .hasStackTraceContaining("its scheme is 'nosuch'");
  }

  @Test
  void classes_that_properties_name_are_the_application_s() {
    try (var container =
        Container.start(
            Map.of(
                "respite.caches.loaded.loader",
                Loader.class.getName(),
                "respite.caches.loaded.readThrough",
                "true"),
            Lab.class)) {
      assertThat(container.cache("loaded").get("a")).isEqualTo("loaded a");
    }
    assertThatThrownBy(
            () -> Container.start(Map.of("respite.caches.loaded.loader", "com.acme.No"), Lab.class))
        .hasStackTraceContaining("property respite.caches.loaded.loader is \"com.acme.No\"");
  }

  @Test
  void a_manager_that_was_opened_without_the_properties_is_told_of() {
    CacheManager early =
        Caching.getCachingProvider(RespiteCachingProvider.class.getName(), Container.loader())
            .getCacheManager(null, Container.loader());
    try {
      assertThatThrownBy(
              () -> Container.start(Map.of("respite.caches.late.maxEntries", "5"), Lab.class))
          .hasStackTraceContaining(
              "The cache manager of this application has been opened before its deployment, without the properties [");
    } finally {
      early.close();
    }
  }

  /** Loads something. */
  public static final class Loader implements javax.cache.integration.CacheLoader<Object, Object> {
    @Override
    public Object load(Object key) {
      return "loaded " + key;
    }

    @Override
    public Map<Object, Object> loadAll(Iterable<?> keys) {
      throw new UnsupportedOperationException("nobody asks for this");
    }
  }
}
