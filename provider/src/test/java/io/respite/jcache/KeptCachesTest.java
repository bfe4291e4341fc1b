package io.respite.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Caches of an application whose engine has been given a folder. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class KeptCachesTest {
  @TempDir private Path folder;

  /** A manager of a provider of its own, as another start of the application has. */
  private CacheManager manager(String parameters) {
    return new RespiteCachingProvider()
        .getCacheManager(
            URI.create("respite:embedded?dir=" + folder + parameters),
            getClass().getClassLoader(),
            new Properties());
  }

  private static Cache<String, String> cache(CacheManager manager, Duration life) {
    return manager.createCache(
        "customers",
        new MutableConfiguration<String, String>()
            .setTypes(String.class, String.class)
            .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(life)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&appendonly=yes", "&appendonly=yes&appendfsync=always"})
  void are_there_again_at_the_next_start(String parameters) {
    try (CacheManager manager = manager(parameters)) {
      Cache<String, String> cache = cache(manager, Duration.ETERNAL);
      for (int i = 0; i < 2_000; i++) {
        cache.put("key" + i, "value" + i);
      }
      cache.remove("key7");
      cache.replace("key8", "other");
    }
    try (CacheManager manager = manager(parameters)) {
      Cache<String, String> cache = cache(manager, Duration.ETERNAL);
      assertThat(cache.get("key0")).isEqualTo("value0");
      assertThat(cache.get("key7")).isNull();
      assertThat(cache.get("key8")).isEqualTo("other");
      assertThat(cache).hasSize(1_999);
      manager.destroyCache("customers");
    }
    try (CacheManager manager = manager(parameters)) {
      assertThat(cache(manager, Duration.ETERNAL)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&appendonly=yes"})
  void keep_the_deadlines_of_their_entries(String parameters) throws InterruptedException {
    try (CacheManager manager = manager(parameters)) {
      cache(manager, new Duration(TimeUnit.MILLISECONDS, 700)).put("short", "1");
      assertThat(manager.getCache("customers", String.class, String.class).get("short"))
          .isEqualTo("1");
    }
    // The clock has to pass the deadline while nobody is there.
    TimeUnit.MILLISECONDS.sleep(800);
    try (CacheManager manager = manager(parameters)) {
      assertThat(cache(manager, Duration.ETERNAL)).isEmpty();
    }
  }

  @Test
  void are_one_engine_s_alone() {
    try (CacheManager manager = manager("&appendonly=yes")) {
      cache(manager, Duration.ETERNAL);
      assertThatThrownBy(() -> manager("&appendonly=yes"))
          .isInstanceOf(CacheException.class)
          .hasStackTraceContaining("in use by another engine of this process")
          .hasStackTraceContaining("respite:embedded:NAME");
    }
    try (CacheManager manager = manager("&appendonly=yes")) {
      assertThat(cache(manager, Duration.ETERNAL)).isEmpty();
    }
  }

  @Test
  void are_refused_in_words_where_the_files_are_damaged() throws Exception {
    Files.writeString(folder.resolve("dump.rdb"), "REDIS0010 and nonsense");
    assertThatThrownBy(() -> manager(""))
        .isInstanceOf(CacheException.class)
        .hasStackTraceContaining("Can't load the databases");
    assertThat(folder.resolve("dump.rdb")).hasContent("REDIS0010 and nonsense");
  }

  @Test
  void need_a_folder_to_be_kept() {
    assertThatThrownBy(
            () ->
                new RespiteCachingProvider()
                    .getCacheManager(
                        URI.create("respite:embedded?appendonly=yes"),
                        getClass().getClassLoader(),
                        new Properties()))
        .hasStackTraceContaining("set 'dir' as well");
  }
}
