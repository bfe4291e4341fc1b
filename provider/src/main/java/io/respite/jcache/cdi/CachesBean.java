package io.respite.jcache.cdi;

import jakarta.enterprise.inject.Vetoed;

/**
 * The bean that holds what an application has of Respite. A bean of the application scope may be
 * injected into anything, also into interceptors of beans that are put aside; and because its
 * client proxy costs a look-up at each call, whoever calls often keeps what is in it. The
 * extensions register it; a scan that finds the class, too, must not.
 */
@Vetoed
public class CachesBean {
  private final ApplicationCaches caches;

  /** For client proxies alone. */
  protected CachesBean() {
    caches = null;
  }

  CachesBean(ApplicationCaches caches) {
    this.caches = caches;
  }

  /** What the application has; the object itself and no proxy. */
  public ApplicationCaches caches() {
    return caches;
  }
}
