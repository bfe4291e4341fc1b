package io.respite.jcache.annotation;

/** Where the objects come from whose classes annotations name. */
public interface Instances {
  /**
   * The object of a class: the container's, if it has one, else one made by the public constructor
   * without parameters.
   *
   * @throws CacheAnnotationConfigurationException when neither is to be had
   */
  <T> T of(Class<T> type);

  /** Makes objects by their public constructors without parameters, one at every call. */
  Instances PLAIN =
      new Instances() {
        @Override
        public <T> T of(Class<T> type) {
          try {
            return type.getConstructor().newInstance();
          } catch (ReflectiveOperationException e) {
            throw new CacheAnnotationConfigurationException(
                "%s cannot be made: make it a bean, or a public class with a public constructor without parameters that does not fail (%s)"
                    .formatted(type.getName(), e.getCause() == null ? e : e.getCause()),
                e);
          }
        }
      };
}
