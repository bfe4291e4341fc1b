package io.respite.cdi;

import io.respite.jcache.RespiteCacheManager;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.inject.Inject;
import java.lang.annotation.Annotation;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheInvocationContext;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheKeyInvocationContext;
import javax.cache.annotation.CacheMethodDetails;
import javax.cache.annotation.CacheResolver;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.GeneratedCacheKey;

/** Resolvers and key generators of an application: beans, and classes that are none. */
final class Choices {
  private Choices() {}

  /** The cache "chosen-" and the name, for whatever annotation. */
  private record Chosen(RespiteCacheManager manager, String prefix) implements CacheResolver {
    @Override
    public <K, V> Cache<K, V> resolveCache(CacheInvocationContext<? extends Annotation> context) {
      if (context.getTarget() == null || context.getMethod() == null) {
        throw new IllegalStateException("no target or method");
      }
      return manager.getOrCreateCache(prefix + context.getCacheName());
    }
  }

  /** No bean: the container knows nothing of it. */
  public static final class PlainFactory implements CacheResolverFactory {
    @Override
    public CacheResolver getCacheResolver(CacheMethodDetails<? extends Annotation> details) {
      return new Chosen(
          CDI.current().select(CacheManager.class).get().unwrap(RespiteCacheManager.class),
          "plain-");
    }

    @Override
    public CacheResolver getExceptionCacheResolver(CacheMethodDetails<CacheResult> details) {
      throw new IllegalStateException("no method asks for this");
    }
  }

  /** A bean: only the container can make it. */
  @ApplicationScoped
  public static class BeanFactory implements CacheResolverFactory {
    @Inject CacheManager manager;

    @Override
    public CacheResolver getCacheResolver(CacheMethodDetails<? extends Annotation> details) {
      return new Chosen(manager.unwrap(RespiteCacheManager.class), "bean-");
    }

    @Override
    public CacheResolver getExceptionCacheResolver(CacheMethodDetails<CacheResult> details) {
      return new Chosen(manager.unwrap(RespiteCacheManager.class), "bean-exceptions-");
    }
  }

  /** A key that says who made it. */
  public record LoudKey(String text) implements GeneratedCacheKey {
    private static final long serialVersionUID = 1L;
  }

  private static LoudKey key(CacheKeyInvocationContext<? extends Annotation> context) {
    return new LoudKey(context.getKeyParameters()[0].getValue() + "!");
  }

  /** No bean. */
  public static final class PlainGenerator implements CacheKeyGenerator {
    @Override
    public GeneratedCacheKey generateCacheKey(
        CacheKeyInvocationContext<? extends Annotation> context) {
      return key(context);
    }
  }

  /** A bean. */
  @ApplicationScoped
  public static class BeanGenerator implements CacheKeyGenerator {
    @Inject CacheManager manager;

    @Override
    public GeneratedCacheKey generateCacheKey(
        CacheKeyInvocationContext<? extends Annotation> context) {
      if (manager.isClosed()) {
        throw new IllegalStateException("closed");
      }
      return key(context);
    }
  }
}
