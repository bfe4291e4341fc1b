package io.respite.quarkus;

import io.respite.jcache.cdi.CacheName;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;

/** Numbers its answers, so that a repeated one shows that the cache has given it. */
@ApplicationScoped
@CacheDefaults(cacheName = "capitals")
public class Capitals {
  private final AtomicInteger calls = new AtomicInteger();

  @Inject
  @CacheName("capitals")
  Cache<String, String> cache;

  @CacheResult
  String of(String country) {
    return country + "'s capital, answer " + calls.incrementAndGet();
  }

  @CacheResult(cacheName = "shouted", cacheKeyGenerator = Shouting.class)
  String shouted(String country) {
    return country.toUpperCase(java.util.Locale.ROOT) + ", answer " + calls.incrementAndGet();
  }

  @CachePut
  void put(@CacheKey String country, @CacheValue String capital) {
    calls.incrementAndGet();
  }

  @CacheRemove
  void forget(String country) {
    calls.incrementAndGet();
  }

  @CacheRemoveAll
  void forgetAll() {
    calls.incrementAndGet();
  }

  Cache<String, String> cache() {
    return cache;
  }
}
