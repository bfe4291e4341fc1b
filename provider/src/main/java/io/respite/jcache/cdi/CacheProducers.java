package io.respite.jcache.cdi;

import io.respite.jcache.RespiteCache;
import io.respite.jcache.RespiteCacheManager;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.inject.Inject;
import java.lang.annotation.Annotation;
import javax.cache.CacheException;
import javax.cache.spi.CachingProvider;

/** Makes what {@link CacheName} asks for. */
public class CacheProducers {
  static final String NO_NAME =
      "@CacheName has no name; say which cache, as in @CacheName(\"orders\")";

  @Inject CachesBean bean;

  @Produces
  @Dependent
  @CacheName
  @SuppressWarnings(
      "unchecked") // The types are those of the injection point, tested at deployment.
  <K, V> RespiteCache<K, V> cache(InjectionPoint point) {
    return (RespiteCache<K, V>) bean.caches().cache(nameAt(point), point.getType());
  }

  @Produces
  @Dependent
  @CacheName
  RespiteCacheManager manager() {
    return bean.caches().manager();
  }

  @Produces
  @Dependent
  @CacheName
  CachingProvider provider() {
    return bean.caches().provider();
  }

  /**
   * The cache's name at an injection point.
   *
   * @throws CacheException when it is missing, or the container does not tell
   */
  static String nameAt(InjectionPoint point) {
    if (point == null) {
      throw new CacheException(
          "This container does not tell which cache is looked up here; inject it, or an Instance of it, or ask the CacheManager");
    }
    for (Annotation qualifier : point.getQualifiers()) {
      if (qualifier instanceof CacheName name && nameOf(name) != null) {
        return nameOf(name);
      }
    }
    throw new CacheException(NO_NAME);
  }

  /** The cache's name, or null if none is said. */
  static String nameOf(CacheName name) {
    return name.value().isEmpty() ? null : name.value();
  }
}
