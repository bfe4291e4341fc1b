package io.respite.servers.doubled;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheResult;

/** Counts how often its methods run. */
@ApplicationScoped
public class Counted {
  private final AtomicInteger runs = new AtomicInteger();

  /** A result with the number of the run that has made it. */
  @CacheResult(cacheName = "counted")
  public String find(String key) {
    return key + " " + runs.incrementAndGet();
  }

  /** Forgets a result. */
  @CacheRemove(cacheName = "counted")
  public void forget(String key) {
    runs.incrementAndGet();
  }

  /** How often methods have run. */
  public int runs() {
    return runs.get();
  }
}
