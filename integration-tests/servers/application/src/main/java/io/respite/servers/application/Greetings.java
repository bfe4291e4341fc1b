package io.respite.servers.application;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;

/** What is computed once and then found in a cache. */
@ApplicationScoped
@CacheDefaults(cacheName = "greetings")
public class Greetings {
  private final AtomicInteger computed = new AtomicInteger();

  /** Computes a greeting, or finds it. */
  @CacheResult
  public Greeting greet(String name) {
    return new Greeting(name, computed.incrementAndGet());
  }

  /** Sets what is found. */
  @CachePut
  public void learn(@CacheKey String name, @CacheValue Greeting greeting) {}

  /** Forgets one. */
  @CacheRemove
  public void forget(String name) {}

  /** Forgets all. */
  @CacheRemoveAll
  public void forgetAll() {}

  /** How many greetings were computed here. */
  public int computed() {
    return computed.get();
  }
}
