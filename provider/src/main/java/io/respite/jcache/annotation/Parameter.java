package io.respite.jcache.annotation;

import java.lang.annotation.Annotation;
import java.util.Set;
import javax.cache.annotation.CacheInvocationParameter;

/**
 * A parameter of an annotated method, found once.
 *
 * @param position from 0
 * @param rawType as declared
 * @param annotations all it has
 */
record Parameter(int position, Class<?> rawType, Set<Annotation> annotations) {
  boolean has(Class<? extends Annotation> annotation) {
    return annotations.stream().anyMatch(annotation::isInstance);
  }

  /** The parameter in one call. */
  CacheInvocationParameter with(Object value) {
    return new Argument(this, value);
  }

  private record Argument(Parameter parameter, Object value) implements CacheInvocationParameter {
    @Override
    public Class<?> getRawType() {
      return parameter.rawType;
    }

    @Override
    public Object getValue() {
      return value;
    }

    @Override
    public Set<Annotation> getAnnotations() {
      return parameter.annotations;
    }

    @Override
    public int getParameterPosition() {
      return parameter.position;
    }
  }
}
