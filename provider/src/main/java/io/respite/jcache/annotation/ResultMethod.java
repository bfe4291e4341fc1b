package io.respite.jcache.annotation;

import java.lang.invoke.MethodType;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.annotation.CacheResolver;
import javax.cache.annotation.CacheResult;

/**
 * {@code @CacheResult}: the value of the cache, else a remembered exception, else what the method
 * returns or throws, which is remembered. Null is returned and not remembered.
 *
 * <p>Where the cache has a load lease, one call per key runs the method and the others wait for
 * what comes of it. Where it loads when away, the method runs while the store cannot be reached.
 */
final class ResultMethod extends CachedMethod {
  private final CacheResult annotation;
  private final Keys keys;

  /** Null when exceptions are not remembered. */
  private final CacheResolver exceptionResolver;

  private final ExceptionFilter remembered;
  private final Class<?> returned;

  ResultMethod(
      MethodDetails<CacheResult> details,
      CacheResolver resolver,
      CacheResolver exceptionResolver,
      Keys keys) {
    super(details, resolver);
    this.annotation = details.getCacheAnnotation();
    this.exceptionResolver = exceptionResolver;
    this.keys = keys;
    this.remembered =
        new ExceptionFilter(annotation.cachedExceptions(), annotation.nonCachedExceptions(), true);
    this.returned = MethodType.methodType(details.getMethod().getReturnType()).wrap().returnType();
    refuseVoid(details);
  }

  /** A class's annotation meets methods without results, too; of a method's own it is a mistake. */
  static void refuseVoid(MethodDetails<?> details) {
    if (details.getCacheAnnotation() instanceof CacheResult own
        && details.getMethod().getReturnType() == void.class
        && own.exceptionCacheName().isBlank()
        && !details.isOfTheClass()) {
      throw details.refused("the method returns nothing that @CacheResult could keep; remove it");
    }
  }

  @Override
  boolean needsInvocation() {
    return super.needsInvocation()
        || keys.areTheApplications()
        || (exceptionResolver != null && !(exceptionResolver instanceof CacheByName));
  }

  @Override
  Object invoke(Object target, Object[] arguments, Proceeding rest) throws Exception {
    if (returned == Void.class && exceptionResolver == null) {
      return rest.proceed();
    }
    Invocation<?> call = invocation(target, arguments);
    Cache<Object, Object> cache = cache(call);
    Keys.Choice choice = keys.choiceFor(cache);
    Object key = keys.of(choice, arguments, call);
    if (!annotation.skipGet()) {
      if (choice.computing() != null) {
        return checked(cache, choice.computing().getOrLoad(key, () -> compute(key, call, rest)));
      }
      Object hit = cache.get(key);
      if (hit != null) {
        return checked(cache, hit);
      }
    }
    Object result = compute(key, call, rest);
    if (result != null) {
      cache.put(key, result);
    }
    return result;
  }

  /** What the method returns, or a remembered exception. */
  private Object compute(Object key, Invocation<?> call, Proceeding rest) throws Exception {
    if (exceptionResolver == null) {
      return rest.proceed();
    }
    Cache<Object, Object> exceptions =
        exceptionResolver instanceof CacheByName byName
            ? byName.cache()
            : resolved(exceptionResolver, call);
    if (!annotation.skipGet()) {
      Object known = exceptions.get(key);
      if (known != null) {
        throw again(exceptions, known);
      }
    }
    try {
      return rest.proceed();
    } catch (Throwable thrown) {
      if (remembered.matches(thrown)) {
        remember(exceptions, key, thrown);
      }
      throw thrown;
    }
  }

  private Exception again(Cache<Object, Object> exceptions, Object known) {
    if (known instanceof Exception exception) {
      return exception;
    }
    if (known instanceof Error error) {
      throw error;
    }
    return new CacheException(
        "%s: cache '%s' is for exceptions and has a %s under this key; name another exceptionCacheName"
            .formatted(details(), exceptions.getName(), known.getClass().getName()));
  }

  /** The caller wants to know why its call failed, first of all. */
  private static void remember(Cache<Object, Object> exceptions, Object key, Throwable thrown) {
    try {
      exceptions.put(key, thrown);
    } catch (RuntimeException e) {
      thrown.addSuppressed(e);
    }
  }

  /** Two methods that share a cache and a key would get each other's results. */
  private Object checked(Cache<Object, Object> cache, Object hit) {
    if (hit != null && !returned.isInstance(hit)) {
      throw new CacheException(
          "%s returns %s, and cache '%s' has a %s under this key; another method puts it there, so give one of the two a cacheName of its own"
              .formatted(details(), returned.getName(), cache.getName(), hit.getClass().getName()));
    }
    return hit;
  }

  @Override
  void prepare(Cache<Object, Object> cache) {
    keys.choiceFor(cache);
    if (returned != Void.class) {
      requireValues(cache, returned, "what the method returns");
    }
    if (exceptionResolver instanceof CacheByName byName) {
      byName.cache();
    }
  }
}
