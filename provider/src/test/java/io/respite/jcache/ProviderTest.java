package io.respite.jcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.configuration.OptionalFeature;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.TouchedExpiryPolicy;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ProviderTest {
  private final RespiteCachingProvider provider = new RespiteCachingProvider();

  @AfterEach
  void close() {
    provider.close();
    System.clearProperty(RespiteCachingProvider.URI_PROPERTY);
  }

  private RespiteCacheManager manager(String uri) {
    return provider.getCacheManager(URI.create(uri), null).unwrap(RespiteCacheManager.class);
  }

  private static MutableConfiguration<String, String> strings() {
    return new MutableConfiguration<String, String>().setTypes(String.class, String.class);
  }

  @Test
  void caching_finds_it() {
    assertThat(Caching.getCachingProvider()).isInstanceOf(RespiteCachingProvider.class);
  }

  @Test
  void storing_by_reference_is_not_supported_and_refused_in_words() {
    assertThat(provider.isSupported(OptionalFeature.STORE_BY_REFERENCE)).isFalse();
    CacheManager manager = provider.getCacheManager();
    assertThatThrownBy(() -> manager.createCache("c", strings().setStoreByValue(false)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("'c'")
        .hasMessageContaining("as bytes");
  }

  @Nested
  class Uris {
    @Test
    void default_to_an_embedded_engine_and_follow_the_system_property() {
      assertThat(provider.getDefaultURI()).isEqualTo(URI.create("respite:embedded"));
      System.setProperty(RespiteCachingProvider.URI_PROPERTY, "respite:embedded:other");
      assertThat(provider.getDefaultURI()).isEqualTo(URI.create("respite:embedded:other"));
      assertThat(provider.getCacheManager().getURI())
          .isEqualTo(URI.create("respite:embedded:other"));
    }

    @ParameterizedTest
    @CsvSource({
      "http://localhost, 'http'",
      "respite:elsewhere, 'elsewhere'",
      "customers, scheme is missing"
    })
    void of_unknown_stores_are_refused_with_those_known(String uri, String why) {
      assertThatThrownBy(() -> manager(uri))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining(uri)
          .hasMessageContaining(why)
          .hasMessageContaining("respite:embedded:NAME");
    }

    @ParameterizedTest
    @CsvSource({
      "respite:embedded?no-such-directive=1, no-such-directive",
      "respite:embedded?maxmemory=lots, maxmemory"
    })
    void with_a_bad_setting_are_refused_by_its_name(String uri, String setting) {
      assertThatThrownBy(() -> manager(uri))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining(setting);
    }

    @Test
    void that_are_none_are_refused_with_their_source() {
      System.setProperty(RespiteCachingProvider.URI_PROPERTY, "not a uri");
      assertThatThrownBy(provider::getCacheManager)
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("system property respite.uri");
    }

    @Test
    void without_a_name_give_each_manager_an_engine_of_its_own() {
      Cache<String, String> one = manager("respite:embedded").createCache("c", strings());
      try (var loader = new URLClassLoader(new URL[0], getClass().getClassLoader())) {
        Cache<String, String> other =
            provider
                .getCacheManager(URI.create("respite:embedded"), loader)
                .createCache("c", strings());
        one.put("k", "v");
        assertThat(other.get("k")).isNull();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Test
    void with_a_name_share_an_engine_until_the_last_manager_closes() throws IOException {
      Cache<String, String> one = manager("respite:embedded:shared").createCache("c", strings());
      try (var loader = new URLClassLoader(new URL[0], getClass().getClassLoader())) {
        URI uri = URI.create("respite:embedded:shared");
        CacheManager second = provider.getCacheManager(uri, loader);
        Cache<String, String> other = second.createCache("c", strings());
        one.put("k", "v");
        assertThat(other.get("k")).isEqualTo("v");
        one.getCacheManager().close();
        assertThat(other.get("k")).isEqualTo("v");
        second.close();
        assertThat(manager("respite:embedded:shared").createCache("c", strings()).get("k"))
            .isNull();
      }
    }

    @Test
    void with_a_name_and_other_settings_are_refused() {
      manager("respite:embedded:one");
      assertThatThrownBy(() -> manager("respite:embedded:one?maxmemory=1gb"))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("'one' is already open");
    }
  }

  /** What a program without Respite sees, through a plain socket. */
  @Nested
  class Doors {
    private int freePort() throws IOException {
      try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      }
    }

    private String ask(int port, String request) throws IOException {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write((request + "\r\nQUIT\r\n").getBytes(UTF_8));
        return new String(socket.getInputStream().readAllBytes(), UTF_8);
      }
    }

    @Test
    void show_the_caches_and_take_writes_until_the_manager_closes() throws IOException {
      int port = freePort();
      RespiteCacheManager manager = manager("respite:embedded?port=" + port);
      RespiteCache<String, String> cache = manager.getOrCreateCache("c", strings());
      cache.put("k", "v");
      assertThat(ask(port, "HGET c k")).startsWith("$1\r\nv\r\n");
      assertThat(ask(port, "HSET c l w")).startsWith(":1\r\n");
      assertThat(cache.get("l")).isEqualTo("w");
      manager.close();
      assertThatThrownBy(() -> ask(port, "PING")).isInstanceOf(IOException.class);
    }

    @Test
    void may_put_something_else_where_a_cache_was_and_the_cache_says_so() throws IOException {
      int port = freePort();
      RespiteCache<String, String> cache =
          manager("respite:embedded?port=" + port).getOrCreateCache("c", strings());
      assertThat(ask(port, "SET c text")).startsWith("+OK");
      for (ThrowingCallable use :
          List.<ThrowingCallable>of(
              () -> cache.get("k"),
              () -> cache.put("k", "v"),
              () -> cache.putAll(Map.of("k", "v")),
              () -> cache.getAll(Set.of("k")),
              () -> cache.invoke("k", (entry, arguments) -> entry.getValue()),
              () -> cache.iterator().hasNext())) {
        assertThatThrownBy(use).isInstanceOf(CacheException.class).hasMessageContaining("'c'");
      }
      cache.clear();
      cache.put("k", "v");
      assertThat(cache.get("k")).isEqualTo("v");
    }

    @Test
    void that_are_taken_are_refused_and_leave_nothing_open() throws IOException {
      try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        String uri = "respite:embedded:door?port=" + taken.getLocalPort();
        assertThatThrownBy(() -> manager(uri))
            .isInstanceOf(CacheException.class)
            .hasMessageContaining("port " + taken.getLocalPort());
      }
      assertThat(manager("respite:embedded:door").getCacheNames()).isEmpty();
    }

    @Test
    void lose_no_update_of_a_redis_client_beside_invoke() throws Exception {
      int port = freePort();
      RespiteCache<String, Long> cache =
          manager("respite:embedded?port=" + port)
              .getOrCreateCache(
                  "n", new MutableConfiguration<String, Long>().setTypes(String.class, Long.class));
      cache.put("k", 0L);
      var client = CompletableFuture.supplyAsync(() -> increments(port));
      for (int i = 0; i < 500; i++) {
        cache.invoke(
            "k",
            (entry, arguments) -> {
              entry.setValue(entry.getValue() + 1);
              return null;
            });
      }
      client.get();
      assertThat(cache.get("k")).isEqualTo(1000);
    }

    private String increments(int port) {
      try {
        return ask(port, "HINCRBY n k 1\r\n".repeat(500).strip());
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @Nested
  class Managers {
    @Test
    void are_one_for_a_uri_and_a_class_loader() throws IOException {
      CacheManager manager = provider.getCacheManager();
      assertThat(provider.getCacheManager(null, null, new Properties())).isSameAs(manager);
      try (var loader = new URLClassLoader(new URL[0], null)) {
        CacheManager other = provider.getCacheManager(null, loader);
        assertThat(other).isNotSameAs(manager);
        provider.close(loader);
        assertThat(other.isClosed()).isTrue();
        assertThat(manager.isClosed()).isFalse();
      }
    }

    @Test
    void are_made_anew_after_closing_and_close_their_caches() {
      CacheManager manager = provider.getCacheManager();
      Cache<String, String> cache = manager.createCache("c", strings());
      manager.close();
      assertThat(cache.isClosed()).isTrue();
      assertThatThrownBy(() -> cache.get("k"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("'c'");
      assertThatThrownBy(manager::getCacheNames).isInstanceOf(IllegalStateException.class);
      assertThat(provider.getCacheManager()).isNotSameAs(manager);
    }

    @Test
    void refuse_a_second_cache_of_a_name_but_get_or_create_gives_the_first() {
      RespiteCacheManager manager = manager("respite:embedded");
      Cache<String, String> cache = manager.createCache("c", strings());
      assertThatThrownBy(() -> manager.createCache("c", strings()))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining("'c' already");
      assertThat(
              manager.<String, String, MutableConfiguration<String, String>>getOrCreateCache(
                  "c", strings()))
          .isSameAs(cache);
      assertThat(manager.<Object, Object>getOrCreateCache("d")).isSameAs(manager.getCache("d"));
      assertThatThrownBy(
              () -> manager.getOrCreateCache("c", new MutableConfiguration<Object, Object>()))
          .isInstanceOf(ClassCastException.class);
    }

    @Test
    void refuse_other_types_than_a_cache_has() {
      CacheManager manager = provider.getCacheManager();
      manager.createCache("c", strings());
      assertThatThrownBy(() -> manager.getCache("c", String.class, Long.class))
          .isInstanceOf(ClassCastException.class)
          .hasMessageContaining("java.lang.Long");
    }

    @Test
    void destroy_entries_with_their_cache_and_keep_them_when_it_is_only_closed() {
      CacheManager manager = provider.getCacheManager();
      manager
          .<String, String, MutableConfiguration<String, String>>createCache("c", strings())
          .put("k", "v");
      manager.getCache("c").close();
      assertThat(
              manager
                  .<String, String, MutableConfiguration<String, String>>createCache("c", strings())
                  .get("k"))
          .isEqualTo("v");
      manager.destroyCache("c");
      assertThat(manager.getCacheNames()).isEmpty();
      assertThat(
              manager
                  .<String, String, MutableConfiguration<String, String>>createCache("c", strings())
                  .get("k"))
          .isNull();
    }

    @Test
    void end_their_threads_when_they_close() {
      RespiteCacheManager manager = manager("respite:embedded");
      RespiteCache<String, String> cache = manager.getOrCreateCache("c", strings());
      cache.putAsync("k", "v").toCompletableFuture().join();
      manager.close();
      // A thread that was told to end is there until it has looked.
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(Thread.getAllStackTraces().keySet())
                      .noneMatch(thread -> thread.getName().startsWith("respite-cache-")));
    }
  }

  @Nested
  class ConfigurationFiles {
    @Test
    void declare_caches_and_templates() {
      RespiteCacheManager manager = manager("classpath:caches.json");
      Cache<String, Long> customers = manager.getCache("customers", String.class, Long.class);
      RespiteConfiguration<?, ?> config = ((RespiteCache<?, ?>) customers).configuration();
      assertThat(config.getExpiryPolicyFactory().create())
          .isEqualTo(new CreatedExpiryPolicy(new Duration(TimeUnit.MINUTES, 30)));
      assertThat(config.getMaxEntries()).isEqualTo(1000);
      assertThat(config.isStatisticsEnabled()).isTrue();

      RespiteConfiguration<?, ?> session = manager.getOrCreateCache("session-1").configuration();
      assertThat(session.getValueType()).isEqualTo(String.class);
      assertThat(session.getExpiryPolicyFactory().create())
          .isEqualTo(new TouchedExpiryPolicy(new Duration(TimeUnit.MINUTES, 20)));
      assertThat(manager.getCache("session-2")).isNull();
      assertThat(manager.getOrCreateCache("session-1", new RespiteConfiguration<Object, Object>()))
          .isSameAs(manager.getCache("session-1"));
    }

    @Test
    void complete_what_the_application_leaves_at_its_default_and_nothing_else() {
      RespiteCacheManager manager = manager("classpath:caches.json");
      Cache<String, Integer> cache =
          manager.createCache(
              "session-3",
              new MutableConfiguration<String, Integer>().setTypes(String.class, Integer.class));
      RespiteConfiguration<?, ?> config = ((RespiteCache<?, ?>) cache).configuration();
      assertThat(config.getValueType()).isEqualTo(Integer.class);
      assertThat(config.getExpiryPolicyFactory().create()).isInstanceOf(TouchedExpiryPolicy.class);
    }

    @Test
    void that_are_bad_leave_nothing_open(@TempDir Path folder) throws IOException {
      Path file = folder.resolve("bad.json");
      Files.writeString(
          file,
          "{\"store\": \"respite:embedded:bad\", \"caches\": {\"c\": {\"valueCodec\": \"yaml\"}}}");
      assertThatThrownBy(() -> manager(file.toUri().toString()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'yaml'");
      Files.writeString(file, "{\"store\": \"respite:embedded:bad\", \"caches\": {\"c\": {}}}");
      assertThat(manager(file.toUri().toString()).getCacheNames()).containsExactly("c");
    }
  }
}
