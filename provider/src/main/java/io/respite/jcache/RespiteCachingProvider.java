package io.respite.jcache;

import static java.util.Objects.requireNonNull;

import io.respite.jcache.config.Property;
import io.respite.jcache.config.StoreUri;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Predicate;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.OptionalFeature;
import javax.cache.spi.CachingProvider;

/**
 * Respite as a JCache provider; applications get it by {@link
 * javax.cache.Caching#getCachingProvider()}.
 *
 * <p>A cache manager is identified by its URI and its class loader. The URI says where the entries
 * are ({@link StoreUri}, or a configuration file at {@code file:}, {@code jar:} or {@code
 * classpath:} that says it); the class loader resolves the classes of what is stored. Without a URI
 * the system property {@code respite.uri} counts, else the environment variable {@code
 * RESPITE_URI}, else {@code respite:embedded}. Without a class loader it is the one that was the
 * context of the thread that asked for this provider first.
 */
public final class RespiteCachingProvider implements CachingProvider {
  /** The system property that holds the default URI. */
  public static final String URI_PROPERTY = Property.URI.key();

  /** The environment variable that holds the default URI, unless the property does. */
  public static final String URI_VARIABLE = Property.URI.variable();

  /** Weak, because the registry of the API keeps providers, and must not keep applications. */
  private final WeakReference<ClassLoader> defaultClassLoader;

  private final Map<Identity, RespiteCacheManager> managers = new HashMap<>();

  private record Identity(URI uri, ClassLoader loader) {

    /** By hand: what the compiler would make is linked at run time, a fifth of a first call. */
    @Override
    public int hashCode() {
      return 31 * uri.hashCode() + Objects.hashCode(loader);
    }
  }

  /** Called by {@link javax.cache.Caching}. */
  public RespiteCachingProvider() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    defaultClassLoader = new WeakReference<>(context);
  }

  @Override
  public CacheManager getCacheManager() {
    return getCacheManager(null, null, null);
  }

  @Override
  public CacheManager getCacheManager(URI uri, ClassLoader classLoader) {
    return getCacheManager(uri, classLoader, null);
  }

  /**
   * The manager of a URI and a class loader; made when there is none, and then with a copy of the
   * properties. Those named {@code respite.caches.NAME.FIELD} declare caches, or change what the
   * configuration file says of them; others mean nothing to Respite.
   *
   * @throws CacheException when the URI names no datastore, or the datastore or configuration file
   *     refuses
   */
  @Override
  public CacheManager getCacheManager(URI uri, ClassLoader classLoader, Properties properties) {
    var identity =
        new Identity(
            uri != null ? uri : getDefaultURI(),
            classLoader != null ? classLoader : getDefaultClassLoader());
    synchronized (managers) {
      RespiteCacheManager manager = managers.get(identity);
      if (manager == null || manager.isClosed()) {
        manager = RespiteCacheManager.open(this, identity.uri, identity.loader, properties);
        managers.put(identity, manager);
      }
      return manager;
    }
  }

  @Override
  public ClassLoader getDefaultClassLoader() {
    ClassLoader context = defaultClassLoader.get();
    return context != null ? context : RespiteCachingProvider.class.getClassLoader();
  }

  @Override
  public URI getDefaultURI() {
    String property = System.getProperty(URI_PROPERTY);
    if (property != null && !property.isBlank()) {
      return parse(property, "system property " + URI_PROPERTY);
    }
    String variable = System.getenv(URI_VARIABLE);
    if (variable != null && !variable.isBlank()) {
      return parse(variable, "environment variable " + URI_VARIABLE);
    }
    return StoreUri.DEFAULT;
  }

  private static URI parse(String text, String source) {
    try {
      return new URI(text.strip());
    } catch (URISyntaxException e) {
      throw new CacheException(
          "The %s is not a URI: %s; %s".formatted(source, e.getMessage(), StoreUri.KNOWN), e);
    }
  }

  @Override
  public Properties getDefaultProperties() {
    return new Properties();
  }

  @Override
  public void close() {
    closeAll(identity -> true);
  }

  @Override
  public void close(ClassLoader classLoader) {
    ClassLoader loader = classLoader != null ? classLoader : getDefaultClassLoader();
    closeAll(identity -> identity.loader == loader);
  }

  @Override
  public void close(URI uri, ClassLoader classLoader) {
    var closed =
        new Identity(
            uri != null ? uri : getDefaultURI(),
            classLoader != null ? classLoader : getDefaultClassLoader());
    closeAll(closed::equals);
  }

  private void closeAll(Predicate<Identity> which) {
    List<RespiteCacheManager> closing = new ArrayList<>();
    synchronized (managers) {
      managers.forEach(
          (identity, manager) -> {
            if (which.test(identity)) {
              closing.add(manager);
            }
          });
    }
    closing.forEach(RespiteCacheManager::close);
  }

  /** Called by a manager that has closed. */
  void forget(RespiteCacheManager manager) {
    synchronized (managers) {
      managers.remove(
          new Identity(manager.getURI(), manager.getClassLoader()), requireNonNull(manager));
    }
  }

  /** Entries live as bytes: storing by reference is not supported. */
  @Override
  public boolean isSupported(OptionalFeature feature) {
    return false;
  }
}
