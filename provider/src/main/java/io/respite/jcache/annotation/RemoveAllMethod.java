package io.respite.jcache.annotation;

import javax.cache.Cache;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResolver;

/** {@code @CacheRemoveAll}: all entries are removed. */
final class RemoveAllMethod extends ChangingMethod {
  RemoveAllMethod(MethodDetails<CacheRemoveAll> details, CacheResolver resolver) {
    super(
        details,
        resolver,
        details.getCacheAnnotation().afterInvocation(),
        new ExceptionFilter(
            details.getCacheAnnotation().evictFor(),
            details.getCacheAnnotation().noEvictFor(),
            false));
  }

  @Override
  void change(Object target, Object[] arguments) {
    cache(invocation(target, arguments)).removeAll();
  }

  /** Any cache can be emptied. */
  @Override
  void prepare(Cache<Object, Object> cache) {}
}
