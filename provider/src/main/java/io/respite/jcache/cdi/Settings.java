package io.respite.jcache.cdi;

import io.respite.jcache.config.ConfigurationFile;
import io.respite.jcache.config.Property;
import jakarta.interceptor.Interceptor;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import javax.cache.CacheException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What properties say to the CDI part: from MicroProfile Config where there is one, else from
 * system properties, else from environment variables.
 */
abstract class Settings {
  static final String URI = Property.URI.key();
  static final String FILE = "respite.json";
  static final String ENABLED = Property.CDI_ENABLED.key();
  static final String EXCLUSIVE = Property.CDI_EXCLUSIVE.key();
  static final String PRIORITY = Property.CDI_PRIORITY.key();

  private static final Logger LOG = LoggerFactory.getLogger(Settings.class);
  private static final String MICROPROFILE = "org.eclipse.microprofile.config.ConfigProvider";

  /** The settings of the application of a class loader. */
  static Settings of(ClassLoader loader) {
    try {
      Class.forName(MICROPROFILE, false, Settings.class.getClassLoader());
      return MicroProfileSettings.of(loader);
    } catch (ClassNotFoundException e) {
      return new Plain();
    } catch (LinkageError | IllegalStateException e) {
      LOG.debug("MicroProfile Config is on the class path without an implementation", e);
      return new Plain();
    }
  }

  /** The value of a property, or null. */
  abstract String value(String name);

  /** The names of all properties there are. */
  abstract Iterable<String> names();

  /**
   * Where the caches are: what the property says, else the application's own configuration file,
   * else null for the provider's default.
   *
   * @param loader of the application, which finds the file
   */
  final URI uri(ClassLoader loader) {
    boolean hasFile = loader.getResource(FILE) != null;
    String text = text(URI);
    if (text == null) {
      return hasFile ? java.net.URI.create("classpath:" + FILE) : null;
    }
    if (hasFile && !text.endsWith(FILE)) {
      LOG.warn("{} is '{}', so {} of the application is not read", URI, text, FILE);
    }
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new CacheException("Property %s is not a URI: %s".formatted(URI, e.getMessage()), e);
    }
  }

  final boolean enabled() {
    return decided(ENABLED, true);
  }

  /** Whether interceptors of others for the same annotations are left out. */
  final boolean exclusive() {
    return decided(EXCLUSIVE, false);
  }

  private boolean decided(String name, boolean usual) {
    String text = text(name);
    if (text != null && !text.equals("true") && !text.equals("false")) {
      throw refused(name, text, "true or false");
    }
    return text == null ? usual : text.equals("true");
  }

  final int priority() {
    String text = text(PRIORITY);
    try {
      return text == null ? Interceptor.Priority.LIBRARY_AFTER : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new CacheException(
          refused(PRIORITY, text, "a whole number, such as 3000").getMessage(), e);
    }
  }

  private static CacheException refused(String name, String text, String allowed) {
    return new CacheException("Property %s is '%s'; allowed is %s".formatted(name, text, allowed));
  }

  private String text(String name) {
    String value = value(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  /** The properties that say something of caches. */
  final Properties ofCaches() {
    var properties = new Properties();
    for (String name : names()) {
      if (ConfigurationFile.isCacheProperty(name)) {
        String value = value(name);
        if (value != null) {
          properties.setProperty(name, value);
        }
      }
    }
    return properties;
  }

  /** What the JVM and its environment say. */
  private static final class Plain extends Settings {
    @Override
    String value(String name) {
      String property = System.getProperty(name);
      if (property != null) {
        return property;
      }
      String exact = System.getenv(name);
      return exact != null ? exact : System.getenv(variable(name));
    }

    private static String variable(String name) {
      return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    @Override
    Iterable<String> names() {
      List<String> names = new ArrayList<>(System.getProperties().stringPropertyNames());
      names.addAll(System.getenv().keySet());
      return names;
    }
  }
}
