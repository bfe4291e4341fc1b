package io.respite.jcache.cdi;

import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Settings from MicroProfile Config; the only class that knows it. */
final class MicroProfileSettings extends Settings {
  private final Config config;

  private MicroProfileSettings(Config config) {
    this.config = config;
  }

  /**
   * The settings of an application.
   *
   * @throws IllegalStateException when there is no implementation
   */
  static Settings of(ClassLoader loader) {
    return new MicroProfileSettings(ConfigProvider.getConfig(loader));
  }

  @Override
  String value(String name) {
    return config.getOptionalValue(name, String.class).orElse(null);
  }

  /** SmallRye keeps the names it has found first; a system property may be set later. */
  @Override
  Iterable<String> names() {
    Set<String> names = new LinkedHashSet<>(System.getProperties().stringPropertyNames());
    config.getPropertyNames().forEach(names::add);
    return names;
  }
}
