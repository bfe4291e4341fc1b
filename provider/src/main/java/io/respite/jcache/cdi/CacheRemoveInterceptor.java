package io.respite.jcache.cdi;

import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import javax.cache.annotation.CacheRemove;

/** Intercepts methods with {@link CacheRemove}; the extension gives it its priority. */
@CacheRemove
@Interceptor
public class CacheRemoveInterceptor extends CacheInterceptor {
  private static final long serialVersionUID = 1L;

  @AroundInvoke
  Object intercept(InvocationContext call) throws Exception {
    return around(CacheRemove.class, call);
  }
}
