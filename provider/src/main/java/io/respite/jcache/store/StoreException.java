package io.respite.jcache.store;

import javax.cache.CacheException;

/**
 * The store cannot do what it was asked: it is closed, out of memory or, when remote, out of reach.
 * It reaches the application as it is; that is why it is JCache's.
 */
public final class StoreException extends CacheException {
  private static final long serialVersionUID = 1L;

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
