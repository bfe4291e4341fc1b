package io.respite.jcache.annotation;

import javax.cache.Cache;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheResolver;

/** {@code @CachePut}: one parameter is put. Null cannot be put, as by {@link Cache#put}. */
final class PutMethod extends ChangingMethod {
  private final Keys keys;

  PutMethod(MethodDetails<CachePut> details, CacheResolver resolver, Keys keys) {
    super(
        details,
        resolver,
        details.getCacheAnnotation().afterInvocation(),
        new ExceptionFilter(
            details.getCacheAnnotation().cacheFor(),
            details.getCacheAnnotation().noCacheFor(),
            false));
    this.keys = keys;
  }

  @Override
  boolean needsInvocation() {
    return super.needsInvocation() || keys.areTheApplications();
  }

  @Override
  void change(Object target, Object[] arguments) {
    Invocation<?> call = invocation(target, arguments);
    Cache<Object, Object> cache = cache(call);
    Object key = keys.of(keys.choiceFor(cache), arguments, call);
    Object value = arguments[details().value()];
    if (value == null) {
      throw new NullPointerException(
          "%s: parameter %d is null, and null cannot be put into cache '%s'; use @CacheRemove for what is gone"
              .formatted(details(), details().value(), cache.getName()));
    }
    cache.put(key, value);
  }

  @Override
  void prepare(Cache<Object, Object> cache) {
    keys.choiceFor(cache);
    int value = details().value();
    requireValues(cache, details().parameters()[value].rawType(), "parameter " + value);
  }
}
