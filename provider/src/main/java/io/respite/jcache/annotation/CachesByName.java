package io.respite.jcache.annotation;

import io.respite.jcache.RespiteCacheManager;
import java.lang.annotation.Annotation;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import javax.cache.annotation.CacheMethodDetails;
import javax.cache.annotation.CacheResolver;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;

/**
 * The factory where annotations name none: the cache of the name, of the application's manager.
 *
 * <p>What methods return and which exceptions are remembered, the application's own code says; so
 * these classes need no {@code allowedClasses} where other JVMs have written them.
 */
final class CachesByName implements CacheResolverFactory {
  private final Supplier<RespiteCacheManager> manager;

  CachesByName(Supplier<RespiteCacheManager> manager) {
    this.manager = manager;
  }

  @Override
  public CacheResolver getCacheResolver(CacheMethodDetails<? extends Annotation> details) {
    return new CacheByName(
        manager,
        details.getCacheName(),
        details.getCacheAnnotation() instanceof CacheResult
            ? classesOf(details.getMethod().getGenericReturnType())
            : Set.of());
  }

  @Override
  public CacheResolver getExceptionCacheResolver(CacheMethodDetails<CacheResult> details) {
    CacheResult annotation = details.getCacheAnnotation();
    return new CacheByName(
        manager, annotation.exceptionCacheName(), Set.of(annotation.cachedExceptions()));
  }

  /** The classes that a type names: {@code Map<Id, List<Order>>} is of four. */
  static Set<Class<?>> classesOf(Type type) {
    Set<Class<?>> classes = new HashSet<>();
    collect(type, classes);
    return classes;
  }

  private static void collect(Type type, Set<Class<?>> classes) {
    if (type instanceof Class<?> named) {
      classes.add(named);
    } else if (type instanceof ParameterizedType generic) {
      collect(generic.getRawType(), classes);
      for (Type argument : generic.getActualTypeArguments()) {
        collect(argument, classes);
      }
    } else if (type instanceof GenericArrayType array) {
      collect(array.getGenericComponentType(), classes);
    }
  }
}
