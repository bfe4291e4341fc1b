package io.respite.jcache.cdi;

import io.respite.jcache.annotation.CacheAnnotationConfigurationException;
import io.respite.jcache.annotation.Instances;
import jakarta.enterprise.inject.Instance;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The container's beans, and plain classes where there is no bean. */
final class BeanInstances implements Instances {
  private final Supplier<Instance<Object>> beans;

  BeanInstances(Supplier<Instance<Object>> beans) {
    this.beans = beans;
  }

  @Override
  public <T> T of(Class<T> type) {
    Instance<T> found = beans.get().select(type);
    if (found.isAmbiguous()) {
      throw new CacheAnnotationConfigurationException(
          "%s is several beans; make it one, or no bean at all".formatted(type.getName()));
    }
    return found.isResolvable() ? found.get() : PLAIN.of(type);
  }

  /**
   * Finds out whether there is a bean or a constructor, without making an object.
   *
   * @throws CacheAnnotationConfigurationException when there is neither
   */
  void check(Class<?> type) {
    if (beans.get().select(type).isUnsatisfied()
        && Stream.of(type.getConstructors()).allMatch(made -> made.getParameterCount() > 0)) {
      throw new CacheAnnotationConfigurationException(
          "%s is neither a bean nor a class with a public constructor without parameters; make it one of them"
              .formatted(type.getName()));
    }
  }
}
