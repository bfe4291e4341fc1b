package io.respite.jcache.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Set;
import javax.cache.annotation.CacheInvocationParameter;
import javax.cache.annotation.CacheKeyInvocationContext;

/**
 * One call of an annotated method, for resolvers and generators of the application's own; others
 * need none.
 */
final class Invocation<A extends Annotation> implements CacheKeyInvocationContext<A> {
  private final MethodDetails<A> details;
  private final Object target;
  private final Object[] arguments;

  Invocation(MethodDetails<A> details, Object target, Object[] arguments) {
    this.details = details;
    this.target = target;
    this.arguments = arguments;
  }

  @Override
  public Object getTarget() {
    return target;
  }

  @Override
  public CacheInvocationParameter[] getAllParameters() {
    Parameter[] parameters = details.parameters();
    var all = new CacheInvocationParameter[parameters.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = parameters[i].with(arguments[i]);
    }
    return all;
  }

  @Override
  public CacheInvocationParameter[] getKeyParameters() {
    int[] positions = details.keys();
    var keys = new CacheInvocationParameter[positions.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = details.parameters()[positions[i]].with(arguments[positions[i]]);
    }
    return keys;
  }

  @Override
  public CacheInvocationParameter getValueParameter() {
    int position = details.value();
    return position < 0 ? null : details.parameters()[position].with(arguments[position]);
  }

  @Override
  public Method getMethod() {
    return details.getMethod();
  }

  @Override
  public Set<Annotation> getAnnotations() {
    return details.getAnnotations();
  }

  @Override
  public A getCacheAnnotation() {
    return details.getCacheAnnotation();
  }

  @Override
  public String getCacheName() {
    return details.getCacheName();
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw new IllegalArgumentException(
        "A call of %s is no %s; it can be unwrapped to %s"
            .formatted(details, type.getName(), CacheKeyInvocationContext.class.getName()));
  }
}
