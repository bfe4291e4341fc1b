package io.respite.quarkus.wrong;

import jakarta.enterprise.context.ApplicationScoped;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheValue;

/** Marks two values. */
@ApplicationScoped
public class TwoValues {
  @CachePut(cacheName = "c")
  void put(@CacheValue String a, @CacheValue String b) {
    throw new IllegalStateException(a + b);
  }
}
