package io.respite.jcache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.jcache.store.SizeLimit;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ConfigurationFileTest {
  private static final ClassLoader LOADER = ConfigurationFileTest.class.getClassLoader();

  @TempDir Path folder;

  /** A loader that a file can name. */
  public static final class Upper implements CacheLoader<String, String> {
    @Override
    public String load(String key) {
      return key.toUpperCase(java.util.Locale.ROOT);
    }

    @Override
    public java.util.Map<String, String> loadAll(Iterable<? extends String> keys) {
      java.util.Map<String, String> loaded = new java.util.HashMap<>();
      keys.forEach(key -> loaded.put(key, load(key)));
      return loaded;
    }
  }

  private ConfigurationFile read(String json) {
    Path file = folder.resolve("caches.json");
    try {
      Files.writeString(file, json);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return ConfigurationFile.read(file.toUri(), LOADER);
  }

  private ConfigurationFile readCache(String fields) {
    return read("{\"caches\": {\"c\": {" + fields.replace('\'', '"') + "}}}");
  }

  @Test
  void an_empty_object_is_the_default_store_without_caches() {
    ConfigurationFile file = read("{}");
    assertThat(file.store()).isEqualTo(URI.create("respite:embedded"));
    assertThat(file.caches()).isEmpty();
    assertThat(file.of("anything").keyType()).isNull();
    assertThat(file.of("anything").allowedClasses()).isEmpty();
    assertThat(file.of("anything").limits()).isNull();
  }

  @Test
  void every_field_of_a_cache_is_read() {
    CacheDeclaration cache =
        readCache(
                """
                'keyType': 'java.lang.String', 'valueType': 'byte[]', 'keyCodec': 'string', 'valueCodec': 'bytes',
                'expiry': {'created': '30m'}, 'maxEntries': 1000, 'maxBytes': '64mb', 'eviction': 'lfu',
                'readThrough': true, 'loader': '%s', 'statistics': true, 'management': false,
                'allowedClasses': ['com.acme.*'], 'serializationLimits': {'depth': 7, 'bytes': '1kb'},
                'registeredClasses': ['com.acme.Order']
                """
                    .formatted(Upper.class.getName()))
            .of("c");
    assertThat(cache.keyType()).isEqualTo(String.class);
    assertThat(cache.valueType()).isEqualTo(byte[].class);
    assertThat(cache.keyCodec()).isEqualTo("string");
    assertThat(cache.valueCodec()).isEqualTo("bytes");
    assertThat(cache.expiry().create())
        .isEqualTo(new CreatedExpiryPolicy(new Duration(TimeUnit.MINUTES, 30)));
    assertThat(cache.limit()).isEqualTo(new SizeLimit(1000, 64L << 20, SizeLimit.Policy.LFU));
    assertThat(cache.readThrough()).isTrue();
    assertThat(cache.loader().create()).isInstanceOf(Upper.class);
    assertThat(cache.statistics()).isTrue();
    assertThat(cache.management()).isFalse();
    assertThat(cache.allowedClasses()).containsExactly("com.acme.*");
    assertThat(cache.limits().depth()).isEqualTo(7);
    assertThat(cache.limits().bytes()).isEqualTo(1024);
    assertThat(cache.registeredClasses()).containsExactly("com.acme.Order");
  }

  @Test
  void what_is_said_for_all_caches_holds_for_each() {
    CacheDeclaration cache =
        read("""
                {"allowedClasses": ["com.all.**"], "serializationLimits": {"depth": 3},
                 "caches": {"c": {"allowedClasses": ["com.one.*"]}}}
                """)
            .of("c");
    assertThat(cache.allowedClasses()).containsExactly("com.all.**", "com.one.*");
    assertThat(cache.limits().depth()).isEqualTo(3);
  }

  @Test
  void what_is_said_for_all_caches_holds_for_those_that_are_not_named_too() {
    CacheDeclaration cache =
        read("{\"allowedClasses\": [\"com.all.**\"], \"serializationLimits\": {\"depth\": 3}}")
            .of("other");
    assertThat(cache.allowedClasses()).containsExactly("com.all.**");
    assertThat(cache.limits().depth()).isEqualTo(3);
    assertThat(cache.keyType()).isNull();
    assertThat(cache.expiry()).isNull();
  }

  @Test
  void a_template_counts_for_names_that_match_and_the_first_one_wins() {
    ConfigurationFile file =
        read(
            """
            {"caches": {"session-x": {"valueCodec": "java"}},
             "templates": [{"names": "session-*", "valueCodec": "json"}, {"names": "*", "expiry": {"touched": "1h"}}]}
            """);
    assertThat(file.of("session-x").valueCodec()).isEqualTo("java");
    assertThat(file.of("session-7").valueCodec()).isEqualTo("json");
    assertThat(file.of("session-").valueCodec()).isEqualTo("json");
    assertThat(file.of("a.session-7").expiry().create())
        .isEqualTo(new TouchedExpiryPolicy(new Duration(TimeUnit.HOURS, 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"500ms", "30s", "10m", "2h", "1d", "PT10M"})
  void durations_have_units(String text) {
    assertThat(readCache("'expiry': {'accessed': '" + text + "'}").of("c").expiry()).isNotNull();
  }

  @Test
  void eternal_is_a_word() {
    assertThat(readCache("'expiry': 'eternal'").of("c").expiry().create())
        .isEqualTo(new EternalExpiryPolicy());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'valueType': 'com.acme.Gone'       | caches.c.valueType | \"com.acme.Gone\" | name of a class",
        "'valueType': 3                     | caches.c.valueType | 3 | name of a class",
        "'expiry': 'soon'                   | caches.c.expiry | \"soon\" | \"eternal\"",
        "'expiry': {'created': '10'}        | caches.c.expiry | \"10\" | 500ms",
        "'expiry': {'created': '0s'}        | caches.c.expiry | \"0s\" | longer than nothing",
        "'expiry': {'born': '10s'}          | caches.c.expiry | born | {\"touched\": duration}",
        "'maxEntries': 0                    | caches.c.maxEntries | 0 | from 1 to",
        "'maxEntries': 1.5                  | caches.c.maxEntries | 1.5 | whole number",
        "'maxEntries': '10'                 | caches.c.maxEntries | \"10\" | whole number",
        "'maxBytes': '10 pounds'            | caches.c.maxBytes | \"10 pounds\" | 64mb",
        "'eviction': 'lru'                  | caches.c.eviction | \"lru\" | together with \"maxEntries\"",
        "'maxEntries': 1, 'eviction': 'mru' | caches.c.eviction | \"mru\" | \"lfu\"",
        "'readThrough': true                | caches.c.readThrough | true | \"loader\"",
        "'readThrough': 'yes'               | caches.c.readThrough | \"yes\" | true or false",
        "'loader': 'java.lang.String'       | caches.c.loader | \"java.lang.String\" | implements javax.cache.integration.CacheLoader",
        "'valueCodec': 1                    | caches.c.valueCodec | 1 | text in quotes",
        "'allowedClasses': ['*']            | caches.c.allowedClasses | [\"*\"] | package.*",
        "'allowedClasses': [1]              | caches.c.allowedClasses[0] | 1 | text in quotes",
        "'serializationLimits': {'depth':0} | caches.c.serializationLimits.depth | 0 | from 1 to",
        "'serializationLimits': {'size':0}  | caches.c.serializationLimits.size | 0 | array, bytes, depth, references",
        "'maxEntrys': 10                    | caches.c.maxEntrys | 10 | maxEntries"
      })
  void a_bad_field_is_refused_with_its_path_its_value_and_what_is_allowed(
      String fields, String path, String value, String allowed) {
    assertThatThrownBy(() -> readCache(fields))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("caches.json: " + path + " is")
        .hasMessageContaining(value)
        .hasMessageContaining(allowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                     | the file is [] | an object",
        "{\"store\": \"http://x\"}             | store is \"http://x\" | its scheme is 'http'",
        "{\"stores\": 1}                        | stores is 1 | caches, serializationLimits, store, templates",
        "{\"templates\": [{}]}                  | templates[0].names is missing | pattern",
        "{\"templates\": {}}                    | templates is {} | a list",
        "{\"caches\": {\"a\": 1}}               | caches.a is 1 | an object",
        "{\"caches\": {}, \"caches\": {}}       | line 1, column 24 | Duplicate",
        "{\"caches\": {}} x                     | line 1, column | Unrecognized token",
        "{\"caches\": }                         | line 1, column 12 | Unexpected"
      })
  void a_bad_file_is_refused_with_the_place(String json, String place, String why) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(place)
        .hasMessageContaining(why);
  }

  @Test
  void a_file_that_is_not_there_is_refused_by_name() {
    URI missing = folder.resolve("missing.json").toUri();
    assertThatThrownBy(() -> ConfigurationFile.read(missing, LOADER))
        .hasMessageContaining(missing.toString());
    assertThatThrownBy(() -> ConfigurationFile.read(URI.create("classpath:/no/such.json"), LOADER))
        .hasMessageContaining("no/such.json");
  }

  @Test
  void the_store_may_come_from_outside() throws IOException {
    String name = "respite.test.store";
    String json = "{\"store\": \"${respite.test.store:respite:embedded:without}\"}";
    assertThat(read(json).store()).isEqualTo(URI.create("respite:embedded:without"));
    System.setProperty(name, "redis://:secret@server:6380/2");
    try {
      assertThat(read(json).store()).isEqualTo(URI.create("redis://:secret@server:6380/2"));
      System.setProperty(name, "redis://:se cret@server");
      assertThatThrownBy(() -> read(json))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("store is \"${respite.test.store:respite:embedded:without}\"")
          // Which one depends on the JDK.
          .hasMessageContaining("it is not a URI, at character ")
          .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("cret"));
    } finally {
      System.clearProperty(name);
    }
    assertThatThrownBy(() -> read("{\"store\": \"${respite.test.store}\"}"))
        .hasMessageContaining("environment variable 'respite.test.store'");
  }

  @Test
  void the_ways_in_which_application_servers_name_resources_are_known() {
    for (String uri :
        List.of(
            "file:/srv/caches.json",
            "jar:file:/srv/app.jar!/caches.json",
            "classpath:caches.json",
            "vfs:/content/shop.war/WEB-INF/classes/caches.json",
            "wsjar:file:/apps/shop.ear/lib/shop.jar!/caches.json",
            "bundleresource://42.fwk1/caches.json")) {
      assertThat(ConfigurationFile.isFile(URI.create(uri))).as(uri).isTrue();
    }
    assertThat(ConfigurationFile.isFile(URI.create("redis://server"))).isFalse();
  }

  @Test
  void a_scheme_that_this_JVM_has_no_handler_for_is_refused_by_name() {
    assertThatThrownBy(
            () -> ConfigurationFile.read(URI.create("vfs:/content/shop.war/caches.json"), LOADER))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("vfs:/content/shop.war/caches.json is not the address of a file")
        .hasMessageContaining("unknown protocol: vfs");
  }

  @Test
  void a_file_longer_than_a_mebibyte_is_refused() {
    assertThatThrownBy(() -> read("{}" + " ".repeat(1 << 20)))
        .hasMessageContaining("longer than 1048576 bytes");
  }

  @Test
  void a_resource_of_the_class_path_is_found() {
    ConfigurationFile file = ConfigurationFile.read(URI.create("classpath:caches.json"), LOADER);
    assertThat(List.copyOf(file.caches().keySet())).containsExactly("customers");
  }
}
