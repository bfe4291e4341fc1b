package io.respite.remote;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;

/** A program of one thread that uses a cache in the common ways. */
final class FirstValue {
  private FirstValue() {}

  public static void main(String[] arguments) {
    try (CacheManager manager =
        Caching.getCachingProvider().getCacheManager(URI.create(arguments[0]), null)) {
      Cache<String, String> cache =
          manager.createCache(
              "first",
              new MutableConfiguration<String, String>().setTypes(String.class, String.class));
      cache.put("a", "1");
      cache.putAll(Map.of("b", "2", "c", "3"));
      String changed =
          cache.invoke(
              "a",
              (entry, ignored) -> {
                entry.setValue(entry.getValue() + "!");
                return entry.getValue();
              });
      if (!"1!".equals(changed)
          || !"1!".equals(cache.get("a"))
          || !Map.of("b", "2", "c", "3").equals(cache.getAll(Set.of("b", "c", "d")))) {
        throw new IllegalStateException("the cache has not kept what it was given");
      }
      cache.removeAll();
    }
  }
}
