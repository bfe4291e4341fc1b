package io.respite.jcache.store;

/**
 * The store cannot do what it was asked: it is closed, out of memory or, when remote, out of reach.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
