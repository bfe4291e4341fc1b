package io.respite.quarkus;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.annotation.Annotation;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheKeyInvocationContext;
import javax.cache.annotation.GeneratedCacheKey;

/** A bean that nobody injects: only an annotation names it. */
@ApplicationScoped
public class Shouting implements CacheKeyGenerator {
  @Inject CacheManager manager;

  /** The key with the manager's URI, which shows that the bean has been injected into. */
  public record Key(String text) implements GeneratedCacheKey {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public GeneratedCacheKey generateCacheKey(
      CacheKeyInvocationContext<? extends Annotation> context) {
    return new Key(manager.getURI() + " " + context.getKeyParameters()[0].getValue());
  }
}
