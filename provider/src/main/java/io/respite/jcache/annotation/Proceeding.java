package io.respite.jcache.annotation;

/** The rest of an intercepted call: further interceptors, and the method at the end. */
@FunctionalInterface
public interface Proceeding {
  /** Goes on, and returns what the method returns. */
  Object proceed() throws Exception;
}
