package io.respite.servers.timing;

import jakarta.enterprise.context.ApplicationScoped;
import javax.cache.annotation.CacheResult;

/** The bean whose calls are timed. */
@ApplicationScoped
public class Timed {
  /** Through the interceptors of whoever has them. */
  @CacheResult(cacheName = "timed")
  public String find(String key) {
    return "found " + key;
  }

  /** Without an annotation. */
  public String plain(String key) {
    return key;
  }
}
