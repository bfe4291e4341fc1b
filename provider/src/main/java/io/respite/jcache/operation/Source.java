package io.respite.jcache.operation;

/**
 * Computes a value that is missing.
 *
 * @param <V> the value
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface Source<V, E extends Exception> {
  /** The value, or null when there is none. */
  V load() throws E;
}
