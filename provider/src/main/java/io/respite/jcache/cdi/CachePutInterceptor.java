package io.respite.jcache.cdi;

import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import javax.cache.annotation.CachePut;

/** Intercepts methods with {@link CachePut}; the extension gives it its priority. */
@CachePut
@Interceptor
public class CachePutInterceptor extends CacheInterceptor {
  private static final long serialVersionUID = 1L;

  @AroundInvoke
  Object intercept(InvocationContext call) throws Exception {
    return around(CachePut.class, call);
  }
}
