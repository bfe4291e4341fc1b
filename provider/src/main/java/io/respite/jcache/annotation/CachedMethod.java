package io.respite.jcache.annotation;

import java.lang.annotation.Annotation;
import java.lang.invoke.MethodType;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.annotation.CacheResolver;
import javax.cache.configuration.Configuration;

/**
 * An annotated method as its calls need it. A call makes no object of its own unless a resolver or
 * generator of the application's asks for one.
 */
abstract class CachedMethod {
  private final MethodDetails<?> details;
  private final CacheResolver resolver;
  private final CacheByName byName;

  CachedMethod(MethodDetails<?> details, CacheResolver resolver) {
    this.details = details;
    this.resolver = resolver;
    this.byName = resolver instanceof CacheByName known ? known : null;
  }

  final MethodDetails<?> details() {
    return details;
  }

  final Class<? extends Annotation> kind() {
    return details.getCacheAnnotation().annotationType();
  }

  /** Does what the annotation says around the rest of the call. */
  abstract Object invoke(Object target, Object[] arguments, Proceeding rest) throws Exception;

  /** Whether resolvers and generators need to know a call. */
  boolean needsInvocation() {
    return byName == null;
  }

  /** The call, or null where nobody needs it. */
  final Invocation<?> invocation(Object target, Object[] arguments) {
    return needsInvocation() ? new Invocation<>(details, target, arguments) : null;
  }

  final Cache<Object, Object> cache(Invocation<?> call) {
    return byName != null ? byName.cache() : resolved(resolver, call);
  }

  final Cache<Object, Object> resolved(CacheResolver resolver, Invocation<?> call) {
    Cache<Object, Object> cache = resolver.resolveCache(call);
    if (cache == null) {
      throw new CacheException(
          "%s: the resolver %s has returned null"
              .formatted(details, resolver.getClass().getName()));
    }
    return cache;
  }

  /**
   * Opens the cache, if the application has not its own way of finding it, and finds out whether
   * the method suits it.
   */
  void prepare() {
    if (byName != null) {
      prepare(byName.cache());
    }
  }

  /** Finds out whether the method suits a cache. */
  abstract void prepare(Cache<Object, Object> cache);

  /** Refuses a type whose objects can never be values of the cache. */
  final void requireValues(Cache<Object, Object> cache, Class<?> given, String what) {
    @SuppressWarnings("unchecked") // The class carries no types.
    Class<Configuration<Object, Object>> any =
        (Class<Configuration<Object, Object>>) (Class<?>) Configuration.class;
    Class<?> values = cache.getConfiguration(any).getValueType();
    Class<?> boxed = MethodType.methodType(given).wrap().returnType();
    if (!values.isAssignableFrom(boxed) && !boxed.isAssignableFrom(values)) {
      throw details.refused(
          "cache '%s' has values of %s, and %s is %s; name another cache, or declare this one without valueType"
              .formatted(cache.getName(), values.getName(), what, given.getName()));
    }
  }
}
