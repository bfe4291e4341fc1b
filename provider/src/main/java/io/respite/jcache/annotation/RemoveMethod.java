package io.respite.jcache.annotation;

import javax.cache.Cache;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheResolver;

/** {@code @CacheRemove}: one entry is removed. */
final class RemoveMethod extends ChangingMethod {
  private final Keys keys;

  RemoveMethod(MethodDetails<CacheRemove> details, CacheResolver resolver, Keys keys) {
    super(
        details,
        resolver,
        details.getCacheAnnotation().afterInvocation(),
        new ExceptionFilter(
            details.getCacheAnnotation().evictFor(),
            details.getCacheAnnotation().noEvictFor(),
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
    cache.remove(keys.of(keys.choiceFor(cache), arguments, call));
  }

  @Override
  void prepare(Cache<Object, Object> cache) {
    keys.choiceFor(cache);
  }
}
