package io.respite.jcache.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.cache.CacheException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings where MicroProfile Config is on the class path without an implementation, as here. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SettingsTest {
  private static final ClassLoader LOADER = SettingsTest.class.getClassLoader();

  private final Settings settings = Settings.of(LOADER);

  @AfterEach
  void clear() {
    System.clearProperty(Settings.URI);
    System.clearProperty(Settings.ENABLED);
    System.clearProperty(Settings.PRIORITY);
    System.clearProperty("respite.caches.a.maxEntries");
  }

  @Test
  void have_defaults() {
    assertThat(settings).isNotInstanceOf(MicroProfileSettings.class);
    assertThat(settings.uri(LOADER)).isNull();
    assertThat(settings.enabled()).isTrue();
    assertThat(settings.priority()).isEqualTo(3000);
    assertThat(settings.ofCaches()).isEmpty();
  }

  @Test
  void are_system_properties() {
    System.setProperty(Settings.URI, " respite:embedded:a ");
    System.setProperty(Settings.ENABLED, "false");
    System.setProperty(Settings.PRIORITY, "12");
    System.setProperty("respite.caches.a.maxEntries", "5");
    assertThat(settings.uri(LOADER)).isEqualTo(URI.create("respite:embedded:a"));
    assertThat(settings.enabled()).isFalse();
    assertThat(settings.priority()).isEqualTo(12);
    assertThat(settings.ofCaches()).containsOnlyKeys("respite.caches.a.maxEntries");
  }

  @Test
  void are_environment_variables_in_capitals_otherwise() {
    assertThat(System.getenv("PATH")).isNotNull();
    assertThat(settings.value("path")).isEqualTo(System.getenv("PATH"));
  }

  @Test
  void that_are_empty_count_as_absent() {
    System.setProperty(Settings.URI, " ");
    assertThat(settings.uri(LOADER)).isNull();
  }

  @Test
  void name_the_file_of_the_application_unless_the_property_says_otherwise(@TempDir Path folder)
      throws IOException {
    Files.writeString(folder.resolve("respite.json"), "{}");
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, LOADER)) {
      assertThat(settings.uri(loader)).isEqualTo(URI.create("classpath:respite.json"));
      System.setProperty(Settings.URI, "respite:embedded:a");
      assertThat(settings.uri(loader)).isEqualTo(URI.create("respite:embedded:a"));
    }
  }

  @Test
  void that_are_wrong_are_named() {
    System.setProperty(Settings.URI, "no uri");
    System.setProperty(Settings.ENABLED, "yes");
    System.setProperty(Settings.PRIORITY, "first");
    assertThatThrownBy(() -> settings.uri(LOADER))
        .isInstanceOf(CacheException.class)
        .hasMessageStartingWith("Property respite.uri is not a URI");
    assertThatThrownBy(settings::enabled)
        .hasMessage("Property respite.cdi.enabled is 'yes'; allowed is true or false");
    assertThatThrownBy(settings::priority)
        .hasMessageStartingWith("Property respite.cdi.priority is 'first'");
  }
}
