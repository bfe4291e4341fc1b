package io.respite.jcache.annotation;

import javax.cache.annotation.CacheResolver;

/**
 * A method around which a cache is changed: before it, or after it has returned, or after it has
 * thrown one of certain exceptions.
 *
 * <p>The key of a change after the method is made after it, too: the method may have given a new
 * object its identity.
 */
abstract class ChangingMethod extends CachedMethod {
  private final boolean after;
  private final ExceptionFilter despite;

  ChangingMethod(
      MethodDetails<?> details, CacheResolver resolver, boolean after, ExceptionFilter despite) {
    super(details, resolver);
    this.after = after;
    this.despite = despite;
  }

  abstract void change(Object target, Object[] arguments);

  @Override
  final Object invoke(Object target, Object[] arguments, Proceeding rest) throws Exception {
    if (!after) {
      change(target, arguments);
      return rest.proceed();
    }
    Object result;
    try {
      result = rest.proceed();
    } catch (Throwable thrown) {
      if (despite.matches(thrown)) {
        changeDespite(thrown, target, arguments);
      }
      throw thrown;
    }
    change(target, arguments);
    return result;
  }

  /** The caller wants to know why its call failed, first of all. */
  private void changeDespite(Throwable thrown, Object target, Object[] arguments) {
    try {
      change(target, arguments);
    } catch (RuntimeException e) {
      thrown.addSuppressed(e);
    }
  }
}
