package io.respite.neighbours.spring;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.stereotype.Service;

/** A bean whose methods are cached, by JCache's annotations and by Spring's. */
@Service
@CacheDefaults(cacheName = "capitals")
public class Atlas {
  private final Map<String, Capital> capitals = new TreeMap<>();
  private final AtomicInteger calls = new AtomicInteger();

  public Atlas() {
    capitals.put("AT", new Capital("Vienna", 2_005_760));
    capitals.put("MT", new Capital("Valletta", 5_827));
  }

  /** How many calls have reached a method. */
  public int calls() {
    return calls.get();
  }

  @CacheResult(exceptionCacheName = "unknown", cachedExceptions = UnknownCountryException.class)
  public Capital capital(String code) {
    calls.incrementAndGet();
    Capital found = capitals.get(code);
    if (found == null) {
      throw new UnknownCountryException(code);
    }
    return found;
  }

  /** The language is no part of the key. */
  @CacheResult
  public Capital capitalIn(@CacheKey String code, String language) {
    calls.incrementAndGet();
    return new Capital(capitals.get(code).name() + " (" + language + ")", 0);
  }

  @CacheResult(cacheName = "distances")
  public Integer distance(String from, String to) {
    calls.incrementAndGet();
    return from.compareTo(to);
  }

  @CacheResult(cacheName = "mottos")
  public String motto(String code) {
    calls.incrementAndGet();
    return null;
  }

  @CachePut
  public void move(@CacheKey String code, @CacheValue Capital capital) {
    capitals.put(code, capital);
  }

  @CacheRemove
  public void forget(String code) {
    capitals.remove(code);
  }

  @CacheRemoveAll
  public void forgetAll() {
    capitals.clear();
  }

  @Cacheable("areas")
  public Integer area(String code) {
    calls.incrementAndGet();
    return capitals.containsKey(code) ? code.hashCode() : null;
  }

  @CacheEvict("areas")
  public void measureAgain(String code) {}

  @Cacheable(cacheNames = "slow", sync = true)
  public String slow(String code) throws InterruptedException {
    calls.incrementAndGet();
    Thread.sleep(300); // The others come meanwhile.
    return code;
  }
}
