package io.respite.jcache;

/** The {@code unwrap} of every public object: it is itself or nothing. */
final class Unwrapping {
  private Unwrapping() {}

  static <T> T unwrap(Object object, Class<T> type) {
    if (type.isInstance(object)) {
      return type.cast(object);
    }
    throw new IllegalArgumentException(
        "A %s cannot be unwrapped to %s".formatted(object.getClass().getName(), type.getName()));
  }
}
