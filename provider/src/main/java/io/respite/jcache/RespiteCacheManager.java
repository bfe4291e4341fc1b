package io.respite.jcache;

import static java.util.Objects.requireNonNull;

import io.respite.jcache.codec.AllowedClasses;
import io.respite.jcache.config.CacheDeclaration;
import io.respite.jcache.config.ConfigurationFile;
import io.respite.jcache.config.EmbeddedUri;
import io.respite.jcache.config.RemoteUri;
import io.respite.jcache.config.StoreUri;
import io.respite.jcache.store.StoreConnection;
import io.respite.jcache.store.embedded.EmbeddedConnection;
import io.respite.jcache.store.remote.RemoteConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.Configuration;
import javax.cache.spi.CachingProvider;

/**
 * The caches of one datastore, as one class loader sees them.
 *
 * <p>Beyond the specification: {@link #getOrCreateCache}, and caches and templates from a
 * configuration file.
 */
public final class RespiteCacheManager implements CacheManager {
  private final RespiteCachingProvider provider;
  private final URI uri;
  private final ClassLoader loader;
  private final Properties properties;

  /** What the configuration file and the properties say; null when there is neither. */
  private final ConfigurationFile file;

  private final StoreConnection connection;
  private final ManagerThreads threads;
  private final AllowedClasses allowed = new AllowedClasses(List.of());

  /** The open caches; guarded by itself. */
  private final Map<String, RespiteCache<?, ?>> caches = new LinkedHashMap<>();

  private volatile boolean closed;

  private RespiteCacheManager(
      RespiteCachingProvider provider,
      URI uri,
      ClassLoader loader,
      Properties properties,
      ConfigurationFile file,
      StoreConnection connection) {
    this.provider = provider;
    this.uri = uri;
    this.loader = loader;
    this.properties = properties;
    this.file = file;
    this.connection = connection;
    this.threads = new ManagerThreads(loader);
  }

  static RespiteCacheManager open(
      RespiteCachingProvider provider, URI uri, ClassLoader loader, Properties properties) {
    var copy = new Properties();
    if (properties != null) {
      copy.putAll(properties);
    }
    RespiteCacheManager manager;
    try {
      ConfigurationFile file = ConfigurationFile.of(uri, loader, texts(copy));
      StoreConnection connection = connect(StoreUri.parse(file == null ? uri : file.store()));
      manager = new RespiteCacheManager(provider, uri, loader, copy, file, connection);
    } catch (IllegalArgumentException e) {
      throw new CacheException(e.getMessage(), e);
    }
    try {
      manager.createDeclaredCaches();
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
    return manager;
  }

  private static Map<String, String> texts(Properties properties) {
    Map<String, String> texts = new LinkedHashMap<>();
    properties.stringPropertyNames().forEach(name -> texts.put(name, properties.getProperty(name)));
    return texts;
  }

  private static StoreConnection connect(StoreUri store) {
    if (store instanceof RemoteUri remote) {
      return RemoteConnection.open(remote);
    }
    var embedded = (EmbeddedUri) store;
    return EmbeddedConnection.open(embedded.engine(), embedded.settings(), embedded.port());
  }

  private void createDeclaredCaches() {
    if (file != null) {
      file.caches().keySet().forEach(name -> createCache(name, new RespiteConfiguration<>()));
    }
  }

  @Override
  public CachingProvider getCachingProvider() {
    return provider;
  }

  @Override
  public URI getURI() {
    return uri;
  }

  @Override
  public ClassLoader getClassLoader() {
    return loader;
  }

  @Override
  public Properties getProperties() {
    return properties;
  }

  /**
   * Makes a cache. If a configuration file says something of the name, that completes what the
   * configuration leaves at its default. Entries that the datastore has under the name already are
   * there.
   *
   * @throws CacheException when there is a cache of that name
   * @throws IllegalArgumentException when the configuration is contradictory, or asks for what this
   *     datastore does not do
   * @throws UnsupportedOperationException when it asks for storing by reference
   */
  @Override
  public <K, V, C extends Configuration<K, V>> Cache<K, V> createCache(
      String name, C configuration) {
    requireNonNull(name, "name");
    requireNonNull(configuration, "configuration");
    ensureOpen();
    synchronized (caches) {
      if (caches.containsKey(name)) {
        throw new CacheException("There is a cache '%s' already".formatted(name));
      }
      return open(name, effective(name, configuration));
    }
  }

  /**
   * The cache of a name; made when there is none.
   *
   * @throws ClassCastException when there is one with other types
   */
  public <K, V, C extends Configuration<K, V>> RespiteCache<K, V> getOrCreateCache(
      String name, C configuration) {
    requireNonNull(name, "name");
    requireNonNull(configuration, "configuration");
    ensureOpen();
    synchronized (caches) {
      RespiteConfiguration<K, V> effective = effective(name, configuration);
      RespiteCache<K, V> cache =
          typed(caches.get(name), effective.getKeyType(), effective.getValueType());
      return cache != null ? cache : open(name, effective);
    }
  }

  /**
   * The cache of a name; made, when there is none, as the configuration file says of the name, else
   * with defaults.
   */
  public <K, V> RespiteCache<K, V> getOrCreateCache(String name) {
    requireNonNull(name, "name");
    ensureOpen();
    synchronized (caches) {
      RespiteCache<K, V> cache = unchecked(caches.get(name));
      return cache != null ? cache : open(name, effective(name, new RespiteConfiguration<K, V>()));
    }
  }

  /**
   * Allows Java serialization to make objects of one more class in all caches of this manager. For
   * code that knows what its caches hold, such as the annotations, which know what methods return;
   * applications say it by {@link RespiteConfiguration#setAllowedClasses}.
   */
  public void allow(Class<?> type) {
    allowed.allow(requireNonNull(type, "type"));
  }

  /** The configuration, completed by what the configuration file says of the name. */
  private <K, V> RespiteConfiguration<K, V> effective(
      String name, Configuration<K, V> configuration) {
    CacheDeclaration declared = file == null ? null : file.of(name);
    return EffectiveConfiguration.of(configuration, declared);
  }

  private <K, V> RespiteCache<K, V> open(String name, RespiteConfiguration<K, V> effective) {
    EffectiveConfiguration.check(name, effective);
    var cache = new RespiteCache<>(this, name, effective, connection, threads, allowed);
    caches.put(name, cache);
    cache.showBeans();
    return cache;
  }

  @Override
  public <K, V> Cache<K, V> getCache(String name, Class<K> keyType, Class<V> valueType) {
    requireNonNull(name, "name");
    requireNonNull(keyType, "keyType");
    requireNonNull(valueType, "valueType");
    ensureOpen();
    synchronized (caches) {
      return typed(caches.get(name), keyType, valueType);
    }
  }

  @Override
  public <K, V> Cache<K, V> getCache(String name) {
    requireNonNull(name, "name");
    ensureOpen();
    synchronized (caches) {
      return unchecked(caches.get(name));
    }
  }

  private static <K, V> RespiteCache<K, V> typed(
      RespiteCache<?, ?> cache, Class<K> keyType, Class<V> valueType) {
    if (cache != null) {
      RespiteConfiguration<?, ?> config = cache.configuration();
      if (config.getKeyType() != keyType || config.getValueType() != valueType) {
        throw new ClassCastException(
            "Cache '%s' has keys of %s and values of %s, and not %s and %s"
                .formatted(
                    cache.getName(),
                    config.getKeyType().getName(),
                    config.getValueType().getName(),
                    keyType.getName(),
                    valueType.getName()));
      }
    }
    return unchecked(cache);
  }

  @SuppressWarnings(
      "unchecked") // The types of a cache are the application's claim; what is stored is tested
  // when it is read.
  private static <K, V> RespiteCache<K, V> unchecked(RespiteCache<?, ?> cache) {
    return (RespiteCache<K, V>) cache;
  }

  @Override
  public Iterable<String> getCacheNames() {
    ensureOpen();
    synchronized (caches) {
      return List.copyOf(caches.keySet());
    }
  }

  /**
   * Removes a cache and all its entries; without a cache of that name, entries that the datastore
   * has under it.
   */
  @Override
  public void destroyCache(String name) {
    requireNonNull(name, "name");
    ensureOpen();
    RespiteCache<?, ?> cache;
    synchronized (caches) {
      cache = caches.get(name);
    }
    if (cache != null) {
      cache.close();
    }
    connection.destroy(name);
  }

  @Override
  public void enableManagement(String name, boolean enabled) {
    existing(name).enableManagement(enabled);
  }

  @Override
  public void enableStatistics(String name, boolean enabled) {
    existing(name).enableStatistics(enabled);
  }

  private RespiteCache<?, ?> existing(String name) {
    requireNonNull(name, "name");
    ensureOpen();
    synchronized (caches) {
      RespiteCache<?, ?> cache = caches.get(name);
      if (cache == null) {
        throw new CacheException(
            "There is no cache '%s'; there are %s".formatted(name, Set.copyOf(caches.keySet())));
      }
      return cache;
    }
  }

  /**
   * Closes all caches and leaves the datastore; the entries of an embedded engine that nobody else
   * uses are gone.
   */
  @Override
  public void close() {
    List<RespiteCache<?, ?>> closing;
    synchronized (caches) {
      if (closed) {
        return;
      }
      closed = true;
      closing = new ArrayList<>(caches.values());
    }
    provider.forget(this);
    closing.forEach(RespiteCache::close);
    threads.close();
    connection.close();
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    return Unwrapping.unwrap(this, type);
  }

  /** Called by a cache that has closed. */
  void forget(RespiteCache<?, ?> cache) {
    synchronized (caches) {
      caches.remove(cache.getName(), cache);
    }
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException(
          "The cache manager %s is closed".formatted(StoreUri.shown(uri)));
    }
  }
}
