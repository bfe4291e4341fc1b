package io.respite.cdi;

import io.respite.cdi.Choices.BeanFactory;
import io.respite.cdi.Choices.BeanGenerator;
import io.respite.cdi.Choices.PlainFactory;
import io.respite.cdi.Choices.PlainGenerator;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;

/** A bean with each member of each annotation. It counts calls, and fails when told to. */
@ApplicationScoped
@CacheDefaults(cacheName = "lab")
public class Lab {
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  public void reset() {
    calls.set(0);
    failure.set(null);
  }

  public int calls() {
    return calls.get();
  }

  /** What the next calls throw; null for nothing. */
  public void fail(Exception next) {
    failure.set(next);
  }

  private String made(Object id) throws Exception {
    int call = calls.incrementAndGet();
    Exception next = failure.get();
    if (next != null) {
      throw next;
    }
    return id + "#" + call;
  }

  // ---- @CacheResult

  @CacheResult
  public String byDefaults(String id) throws Exception {
    return made(id);
  }

  @CacheResult(cacheName = "own")
  public String own(String id) throws Exception {
    return made(id);
  }

  @CacheResult(skipGet = true)
  public String fresh(String id) throws Exception {
    return made(id);
  }

  @CacheResult
  public String nothing(String id) throws Exception {
    made(id);
    return null;
  }

  @CacheResult(cacheName = "numbers")
  public int number(int id) {
    return id + calls.incrementAndGet() * 100;
  }

  @CacheResult(cacheName = "keyed")
  public String keyed(@CacheKey String id, Object noise) throws Exception {
    return made(id);
  }

  @CacheResult(cacheName = "many")
  public String many(String[] ids, List<Integer> numbers, byte[] bytes) throws Exception {
    return made(ids.length);
  }

  @CacheResult(cacheName = "once")
  public String once() throws Exception {
    return made("once");
  }

  @CacheResult(exceptionCacheName = "failures")
  public String remembersAll(String id) throws Exception {
    return made(id);
  }

  @CacheResult(
      exceptionCacheName = "failures",
      cachedExceptions = {IllegalStateException.class, java.io.IOException.class})
  public String remembersSome(String id) throws Exception {
    return made(id);
  }

  @CacheResult(
      exceptionCacheName = "failures",
      nonCachedExceptions = {IllegalStateException.class})
  public String remembersOthers(String id) throws Exception {
    return made(id);
  }

  @CacheResult(
      exceptionCacheName = "failures",
      cachedExceptions = {RuntimeException.class},
      nonCachedExceptions = {IllegalStateException.class})
  public String remembersBoth(String id) throws Exception {
    return made(id);
  }

  @CacheResult(skipGet = true, exceptionCacheName = "failures")
  public String freshFailure(String id) throws Exception {
    return made(id);
  }

  @CacheResult(cacheName = "resolved", cacheResolverFactory = PlainFactory.class)
  public String resolvedByClass(String id) throws Exception {
    return made(id);
  }

  @CacheResult(
      cacheName = "resolved",
      exceptionCacheName = "failures",
      cacheResolverFactory = BeanFactory.class)
  public String resolvedByBean(String id) throws Exception {
    return made(id);
  }

  @CacheResult(cacheName = "generated", cacheKeyGenerator = PlainGenerator.class)
  public String keyByClass(String id) throws Exception {
    return made(id);
  }

  @CacheResult(cacheName = "generated", cacheKeyGenerator = BeanGenerator.class)
  public String keyByBean(String id) throws Exception {
    return made(id);
  }

  // ---- @CachePut

  @CachePut
  public void put(String id, @CacheValue String value) throws Exception {
    made(id);
  }

  @CachePut(cacheName = "own")
  public void putOwn(String id, @CacheValue String value) throws Exception {
    made(id);
  }

  @CachePut(afterInvocation = false)
  public void putBefore(String id, @CacheValue String value) throws Exception {
    made(id);
  }

  @CachePut(cacheFor = {IllegalStateException.class})
  public void putFor(String id, @CacheValue String value) throws Exception {
    made(id);
  }

  @CachePut(noCacheFor = {IllegalStateException.class})
  public void putNotFor(String id, @CacheValue String value) throws Exception {
    made(id);
  }

  @CachePut(
      cacheFor = {RuntimeException.class},
      noCacheFor = {IllegalStateException.class})
  public void putForBoth(String id, @CacheValue String value) throws Exception {
    made(id);
  }

  @CachePut(cacheName = "keyed")
  public void putKeyed(@CacheKey String id, Object noise, @CacheValue String value)
      throws Exception {
    made(id);
  }

  @CachePut(cacheName = "once")
  public void putOnly(String value) throws Exception {
    made(value);
  }

  @CachePut(cacheName = "resolved", cacheResolverFactory = PlainFactory.class)
  public void putResolved(String id, @CacheValue String value) throws Exception {
    made(id);
  }

  @CachePut(cacheName = "generated", cacheKeyGenerator = PlainGenerator.class)
  public void putGenerated(String id, @CacheValue String value) throws Exception {
    made(id);
  }

  // ---- @CacheRemove

  @CacheRemove
  public void remove(String id) throws Exception {
    made(id);
  }

  @CacheRemove(cacheName = "own")
  public void removeOwn(String id) throws Exception {
    made(id);
  }

  @CacheRemove(afterInvocation = false)
  public void removeBefore(String id) throws Exception {
    made(id);
  }

  @CacheRemove(evictFor = {IllegalStateException.class})
  public void removeFor(String id) throws Exception {
    made(id);
  }

  @CacheRemove(noEvictFor = {IllegalStateException.class})
  public void removeNotFor(String id) throws Exception {
    made(id);
  }

  @CacheRemove(
      evictFor = {RuntimeException.class},
      noEvictFor = {IllegalStateException.class})
  public void removeForBoth(String id) throws Exception {
    made(id);
  }

  @CacheRemove(cacheName = "keyed")
  public void removeKeyed(@CacheKey String id, Object noise) throws Exception {
    made(id);
  }

  @CacheRemove(cacheName = "resolved", cacheResolverFactory = PlainFactory.class)
  public void removeResolved(String id) throws Exception {
    made(id);
  }

  @CacheRemove(cacheName = "generated", cacheKeyGenerator = BeanGenerator.class)
  public void removeGenerated(String id) throws Exception {
    made(id);
  }

  // ---- @CacheRemoveAll

  @CacheRemoveAll
  public void removeAll() throws Exception {
    made("all");
  }

  @CacheRemoveAll(cacheName = "own")
  public void removeAllOwn() throws Exception {
    made("all");
  }

  @CacheRemoveAll(afterInvocation = false)
  public void removeAllBefore() throws Exception {
    made("all");
  }

  @CacheRemoveAll(evictFor = {IllegalStateException.class})
  public void removeAllFor() throws Exception {
    made("all");
  }

  @CacheRemoveAll(noEvictFor = {IllegalStateException.class})
  public void removeAllNotFor() throws Exception {
    made("all");
  }

  @CacheRemoveAll(
      evictFor = {RuntimeException.class},
      noEvictFor = {IllegalStateException.class})
  public void removeAllForBoth() throws Exception {
    made("all");
  }

  @CacheRemoveAll(cacheName = "resolved", cacheResolverFactory = PlainFactory.class)
  public void removeAllResolved() throws Exception {
    made("all");
  }
}
