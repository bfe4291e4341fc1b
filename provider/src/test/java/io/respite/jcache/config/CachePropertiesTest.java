package io.respite.jcache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.jcache.codec.SerializationLimits;
import io.respite.jcache.store.SizeLimit;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.cache.expiry.EternalExpiryPolicy;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CachePropertiesTest {
  private static final URI STORE = URI.create("respite:embedded:named");

  @TempDir Path folder;

  private static ConfigurationFile read(Map<String, String> properties) {
    return ConfigurationFile.of(STORE, CachePropertiesTest.class.getClassLoader(), properties);
  }

  private ConfigurationFile read(String json, Map<String, String> properties) throws IOException {
    Path file = Files.writeString(folder.resolve("caches.json"), json);
    return ConfigurationFile.of(
        file.toUri(), CachePropertiesTest.class.getClassLoader(), properties);
  }

  @Test
  void without_them_there_is_nothing_to_declare() {
    assertThat(read(Map.of("other", "value", "respite.uri", "redis://a"))).isNull();
  }

  @Test
  void they_declare_caches_of_the_store_that_the_uri_names() {
    ConfigurationFile file =
        read(
            Map.of(
                "respite.caches.a.maxEntries", "7",
                "respite.caches.a.maxBytes", "2kb",
                "respite.caches.a.liveBytes", "1000",
                "respite.caches.a.eviction", "lfu",
                "respite.caches.a.statistics", "true",
                "respite.caches.a.loadLease", "5s",
                "respite.caches.a.expiry", "eternal",
                "respite.caches.a.registeredClasses", "com.acme.A, com.acme.B",
                "respite.caches.a.serializationLimits.depth", "3",
                "respite.caches.a.keyType", "java.lang.Long"));
    assertThat(file.store()).isEqualTo(STORE);
    CacheDeclaration a = file.caches().get("a");
    assertThat(a.limit()).isEqualTo(new SizeLimit(7, 2048, SizeLimit.Policy.LFU));
    assertThat(a.liveBytes()).isEqualTo(1000);
    assertThat(a.statistics()).isTrue();
    assertThat(a.loadLease()).isEqualTo(Duration.ofSeconds(5));
    assertThat(a.expiry()).isEqualTo(EternalExpiryPolicy.factoryOf());
    assertThat(a.registeredClasses()).isEqualTo(List.of("com.acme.A", "com.acme.B"));
    assertThat(a.limits().depth()).isEqualTo(3);
    assertThat(a.limits().array()).isEqualTo(SerializationLimits.DEFAULT.array());
    assertThat(a.keyType()).isEqualTo(Long.class);
  }

  @Test
  void names_with_dots_stand_in_quotes() {
    assertThat(read(Map.of("respite.caches.\"com.acme.A.find(int)\".maxEntries", "1")).caches())
        .containsOnlyKeys("com.acme.A.find(int)");
  }

  @Test
  void they_change_single_fields_of_a_file() throws IOException {
    CacheDeclaration a =
        read(
                "{\"caches\": {\"a\": {\"maxEntries\": 1, \"statistics\": true, \"expiry\": {\"touched\": \"1h\"}, "
                    + "\"serializationLimits\": {\"depth\": 5}}}}",
                Map.of(
                    "respite.caches.a.maxEntries", "2",
                    "respite.caches.a.expiry.created", "1m",
                    "respite.caches.a.serializationLimits.array", "6"))
            .caches()
            .get("a");
    assertThat(a.limit().entries()).isEqualTo(2);
    assertThat(a.statistics()).isTrue();
    assertThat(a.expiry().create().getExpiryForCreation().getDurationAmount()).isEqualTo(60_000);
    assertThat(a.limits().depth()).isEqualTo(5);
    assertThat(a.limits().array()).isEqualTo(6);
  }

  @Test
  void a_new_cache_begins_as_its_template_says() throws IOException {
    CacheDeclaration a =
        read(
                "{\"templates\": [{\"names\": \"session-*\", \"statistics\": true}]}",
                Map.of("respite.caches.session-a.maxEntries", "2"))
            .caches()
            .get("session-a");
    assertThat(a.statistics()).isTrue();
    assertThat(a.limit().entries()).isEqualTo(2);
  }

  @Test
  void environment_variables_mean_the_cache_that_looks_so_in_capitals() throws IOException {
    ConfigurationFile file =
        read(
            "{\"caches\": {\"myOrders\": {}}}",
            Map.of(
                "RESPITE_CACHES_MYORDERS_MAXENTRIES", "2",
                "RESPITE_CACHES_MYORDERS_EXPIRY_CREATED", "1m",
                "RESPITE_CACHES_OTHER_ONE_STATISTICS", "true"));
    assertThat(file.caches()).containsOnlyKeys("myOrders", "other_one");
    assertThat(file.caches().get("myOrders").limit().entries()).isEqualTo(2);
    assertThat(file.caches().get("myOrders").expiry()).isNotNull();
    assertThat(file.caches().get("other_one").statistics()).isTrue();
  }

  @Test
  void a_property_goes_before_an_environment_variable() {
    assertThat(
            read(Map.of("RESPITE_CACHES_A_MAXENTRIES", "2", "respite.caches.a.maxEntries", "3"))
                .caches()
                .get("a")
                .limit()
                .entries())
        .isEqualTo(3);
  }

  @Test
  void mistakes_name_the_property() {
    refused(
        "respite.caches.a.maxEntries",
        "0",
        "property respite.caches.a.maxEntries is \"0\"; allowed is a whole number from 1");
    refused(
        "respite.caches.a.statistics",
        "yes",
        "property respite.caches.a.statistics is \"yes\"; allowed is true or false");
    refused(
        "respite.caches.a.nosuch",
        "1",
        "property respite.caches.a.nosuch is \"1\", and there is no such field; the fields are allowedClasses, ");
    refused(
        "respite.caches.a.nosuch.part",
        "1",
        "property respite.caches.a.nosuch.part is \"1\", and there is no such field");
    refused(
        "respite.caches.a.expiry.never",
        "1h",
        "property respite.caches.a.expiry.never is \"1h\": allowed is \"eternal\"");
    refused("respite.caches.a", "1", "property respite.caches.a names no field of a cache");
    refused("respite.caches.\"a.b", "1", "property respite.caches.\"a.b names no field of a cache");
    refused("respite.caches.a.b.c.d", "1", "names no field of a cache");
    refused(
        "RESPITE_CACHES_A_NOSUCH",
        "1",
        "environment variable RESPITE_CACHES_A_NOSUCH names no field of a cache; allowed is RESPITE_CACHES_NAME_FIELD");
    refused(
        "RESPITE_CACHES_A_MAXENTRIES",
        "x",
        "environment variable RESPITE_CACHES_A_MAXENTRIES is \"x\"; allowed is a whole number");
  }

  private static void refused(String name, String value, String message) {
    assertThatThrownBy(() -> read(Map.of(name, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }
}
