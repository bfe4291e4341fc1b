package io.respite.jcache.cdi;

import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import java.io.Serializable;
import java.lang.annotation.Annotation;

/**
 * What the four interceptors share. Serializable, because beans that are put aside may have them.
 */
abstract class CacheInterceptor implements Serializable {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // A client proxy, which is serializable.
  @Inject
  CachesBean bean;

  private transient ApplicationCaches caches;

  final Object around(Class<? extends Annotation> kind, InvocationContext call) throws Exception {
    ApplicationCaches known = caches;
    if (known == null) {
      known = bean.caches();
      caches = known;
    }
    return known.invoke(kind, call);
  }
}
