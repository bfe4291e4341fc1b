package io.respite.jcache.annotation;

import javax.cache.CacheException;

/**
 * An annotation of JSR-107 that cannot mean anything where it stands; the message names the class,
 * the method and what to do.
 */
public final class CacheAnnotationConfigurationException extends CacheException {
  private static final long serialVersionUID = 1L;

  public CacheAnnotationConfigurationException(String message) {
    super(message);
  }

  public CacheAnnotationConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
