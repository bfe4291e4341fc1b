package io.respite.jcache.annotation;

/**
 * Which exceptions count. With neither list none is chosen, and the answer is one given beforehand;
 * else those of the first list, or all without it, that are not of the second.
 */
final class ExceptionFilter {
  private final Class<? extends Throwable>[] included;
  private final Class<? extends Throwable>[] excluded;
  private final boolean otherwise;

  /**
   * @param otherwise the answer for all exceptions when both lists are empty
   */
  ExceptionFilter(
      Class<? extends Throwable>[] included,
      Class<? extends Throwable>[] excluded,
      boolean otherwise) {
    this.included = included;
    this.excluded = excluded;
    this.otherwise = otherwise;
  }

  boolean matches(Throwable thrown) {
    if (included.length == 0 && excluded.length == 0) {
      return otherwise;
    }
    return (included.length == 0 || isOneOf(included, thrown)) && !isOneOf(excluded, thrown);
  }

  private static boolean isOneOf(Class<? extends Throwable>[] types, Throwable thrown) {
    for (Class<? extends Throwable> type : types) {
      if (type.isInstance(thrown)) {
        return true;
      }
    }
    return false;
  }
}
