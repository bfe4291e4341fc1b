package io.respite.jcache.cdi;

import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import javax.cache.annotation.CacheRemoveAll;

/** Intercepts methods with {@link CacheRemoveAll}; the extension gives it its priority. */
@CacheRemoveAll
@Interceptor
public class CacheRemoveAllInterceptor extends CacheInterceptor {
  private static final long serialVersionUID = 1L;

  @AroundInvoke
  Object intercept(InvocationContext call) throws Exception {
    return around(CacheRemoveAll.class, call);
  }
}
