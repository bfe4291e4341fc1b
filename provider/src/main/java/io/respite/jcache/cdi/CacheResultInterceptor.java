package io.respite.jcache.cdi;

import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import javax.cache.annotation.CacheResult;

/** Intercepts methods with {@link CacheResult}; the extension gives it its priority. */
@CacheResult
@Interceptor
public class CacheResultInterceptor extends CacheInterceptor {
  private static final long serialVersionUID = 1L;

  @AroundInvoke
  Object intercept(InvocationContext call) throws Exception {
    return around(CacheResult.class, call);
  }
}
