package io.respite.jcache.cdi;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.spi.CachingProvider;

/** Starts the caches with an application of CDI Lite, and refuses what cannot work. */
public class ApplicationStart {
  @Inject ApplicationCaches caches;
  @Inject LiteCheck check;

  /** Never asked: some containers remove beans at build time that nobody seems to inject. */
  @Inject @Any Instance<CacheResolverFactory> factories;

  /** As above. */
  @Inject @Any Instance<CacheKeyGenerator> generators;

  /** As above. */
  @Inject @Any Instance<CacheManager> managers;

  /** As above. */
  @Inject @Any Instance<CachingProvider> providers;

  /** Before the application's own observers, which may use what would be refused. */
  void start(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) Startup event) {
    check.start(caches, new BeanInstances(CDI::current));
  }
}
