package io.respite.jcache.cdi;

import io.respite.jcache.RespiteCache;
import io.respite.jcache.RespiteCacheManager;
import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.RespiteConfiguration;
import io.respite.jcache.annotation.CachedMethods;
import io.respite.jcache.annotation.Instances;
import jakarta.interceptor.InvocationContext;
import java.lang.annotation.Annotation;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Properties;
import java.util.TreeSet;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.Caching;
import javax.cache.spi.CachingProvider;

/**
 * What one application has of Respite: its cache manager, opened when it is needed first, and the
 * metadata of its annotated methods. It ends with the application; nothing of it is static.
 *
 * <p>The provider is asked for by class name, because a server may have a provider of its own, and
 * always with the same class loader, the one that was the context when the application was
 * deployed: in some servers the context of a request is another object. With it go the default
 * manager that the application gets from {@link Caching} and this one.
 */
public final class ApplicationCaches {
  private final ClassLoader loader;
  private final Settings settings;
  private final CachedMethods methods;

  private volatile RespiteCacheManager manager;

  /** Guarded by this. */
  private boolean closed;

  ApplicationCaches(ClassLoader loader, Settings settings, Instances instances) {
    this.loader = loader;
    this.settings = settings;
    this.methods = new CachedMethods(this::manager, instances);
  }

  /**
   * The class loader of the application that is being deployed: the context of this thread, if
   * Respite is seen from there as it is here, else Respite's own.
   */
  static ClassLoader applicationLoader() {
    ClassLoader own = RespiteCachingProvider.class.getClassLoader();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context == null) {
      return own;
    }
    try {
      return context.loadClass(RespiteCachingProvider.class.getName())
              == RespiteCachingProvider.class
          ? context
          : own;
    } catch (ClassNotFoundException e) {
      return own;
    }
  }

  Object invoke(Class<? extends Annotation> kind, InvocationContext call) throws Exception {
    return methods.invoke(
        kind, call.getMethod(), call.getTarget(), call.getParameters(), call::proceed);
  }

  CachedMethods methods() {
    return methods;
  }

  /** The provider of this application. */
  public CachingProvider provider() {
    return Caching.getCachingProvider(RespiteCachingProvider.class.getName(), loader);
  }

  /**
   * The manager of this application.
   *
   * @throws IllegalStateException when the application has ended
   */
  public RespiteCacheManager manager() {
    RespiteCacheManager known = manager;
    return known != null && !known.isClosed() ? known : open();
  }

  private synchronized RespiteCacheManager open() {
    if (closed) {
      throw new IllegalStateException("The application has ended, and its caches with it");
    }
    RespiteCacheManager known = manager;
    if (known == null || known.isClosed()) {
      Properties properties = settings.ofCaches();
      known =
          provider()
              .getCacheManager(settings.uri(loader), loader, properties)
              .unwrap(RespiteCacheManager.class);
      if (!known.getProperties().entrySet().containsAll(properties.entrySet())) {
        throw new CacheException(
            "The cache manager of this application has been opened before its deployment, without the properties %s; open it by injection"
                .formatted(new TreeSet<>(properties.stringPropertyNames())));
      }
      manager = known;
    }
    return known;
  }

  /** Whether caches are declared that are to be there from the beginning. */
  boolean declaresCaches() {
    return settings.uri(loader) != null || !settings.ofCaches().isEmpty();
  }

  /**
   * The cache that an injection point asks for; made with its types when there is none.
   *
   * @param wanted {@code Cache<K, V>}; a type argument that is no class or generic class means any
   * @throws ClassCastException when there is one with other types
   */
  RespiteCache<?, ?> cache(String name, Type wanted) {
    Class<?> keys = argument(wanted, 0);
    Class<?> values = argument(wanted, 1);
    RespiteCacheManager open = manager();
    Cache<Object, Object> known = open.getCache(name);
    RespiteCache<?, ?> cache =
        RespiteCache.of(known != null ? known : open.getOrCreateCache(name, typed(keys, values)));
    RespiteConfiguration<?, ?> configuration = cache.configuration();
    if (!suits(configuration.getKeyType(), keys) || !suits(configuration.getValueType(), values)) {
      throw new ClassCastException(
          "cache '%s' has keys of %s and values of %s, and not %s and %s"
              .formatted(
                  name,
                  configuration.getKeyType().getName(),
                  configuration.getValueType().getName(),
                  keys.getName(),
                  values.getName()));
    }
    return cache;
  }

  /** A cache without types takes whatever is claimed, as in CacheManager.getCache. */
  private static boolean suits(Class<?> declared, Class<?> wanted) {
    return declared == Object.class || wanted == Object.class || declared == wanted;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // Classes of types that are known at run time only.
  private static RespiteConfiguration<Object, Object> typed(Class keys, Class values) {
    return new RespiteConfiguration<Object, Object>().setTypes(keys, values);
  }

  private static Class<?> argument(Type type, int index) {
    if (type instanceof ParameterizedType parameterized) {
      Type argument = parameterized.getActualTypeArguments()[index];
      if (argument instanceof ParameterizedType generic) {
        argument = generic.getRawType();
      }
      if (argument instanceof Class<?> known) {
        return known;
      }
    }
    return Object.class;
  }

  /**
   * Ends what the application opened. In a server that is everything of its class loader; in an
   * application of its own the rest of the process may still use other managers.
   */
  void close() {
    RespiteCacheManager open;
    synchronized (this) {
      closed = true;
      open = manager;
    }
    if (open != null) {
      open.close();
    }
    if (loader != ClassLoader.getSystemClassLoader()) {
      provider().close(loader);
    }
  }
}
