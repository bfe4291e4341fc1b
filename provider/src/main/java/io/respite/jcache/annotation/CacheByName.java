package io.respite.jcache.annotation;

import io.respite.jcache.RespiteCacheManager;
import java.lang.annotation.Annotation;
import java.util.Set;
import java.util.function.Supplier;
import javax.cache.Cache;
import javax.cache.annotation.CacheInvocationContext;
import javax.cache.annotation.CacheResolver;

/**
 * The cache of a name; made, when there is none, as the configuration file's templates say. If it
 * is closed or destroyed, the next call finds or makes it anew.
 */
final class CacheByName implements CacheResolver {
  private final Supplier<RespiteCacheManager> manager;
  private final String name;

  /** What the annotated method says it keeps there; it may be read, whoever has written it. */
  private final Set<Class<?>> kept;

  private volatile Cache<Object, Object> cache;

  CacheByName(Supplier<RespiteCacheManager> manager, String name, Set<Class<?>> kept) {
    this.manager = manager;
    this.name = name;
    this.kept = kept;
  }

  Cache<Object, Object> cache() {
    Cache<Object, Object> known = cache;
    if (known == null || known.isClosed()) {
      RespiteCacheManager open = manager.get();
      kept.forEach(open::allow);
      known = open.getOrCreateCache(name);
      cache = known;
    }
    return known;
  }

  @Override
  @SuppressWarnings("unchecked") // The types are the caller's claim, as in CacheManager.getCache.
  public <K, V> Cache<K, V> resolveCache(CacheInvocationContext<? extends Annotation> context) {
    return (Cache<K, V>) cache();
  }
}
