package io.respite.servers.doubled;

import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Application;
import java.util.Map;
import java.util.TreeMap;
import javax.cache.Cache;
import javax.cache.CacheManager;

/** Calls the bean, and looks into the caches of every provider that is injected. */
@Path("")
@RequestScoped
public class CountedResource {
  /** Makes {@link CountedResource} be found at the root of the application. */
  @ApplicationPath("/")
  public static class CountedApplication extends Application {}

  @Inject private Counted bean;
  @Inject @Any private Instance<CacheManager> managers;

  /** What a caller of the bean gets. */
  @GET
  @Path("results/{key}")
  public String find(@PathParam("key") String key) {
    return bean.find(key);
  }

  /** Removes a result by the annotated method. */
  @DELETE
  @Path("results/{key}")
  public void forget(@PathParam("key") String key) {
    bean.forget(key);
  }

  /** Runs of methods, and entries of the cache in each provider by its package: words by lines. */
  @GET
  @Path("state")
  public String state() {
    Map<String, Integer> entries = new TreeMap<>();
    for (CacheManager manager : managers) {
      Cache<Object, Object> cache = manager.getCache("counted");
      int size = 0;
      if (cache != null) {
        for (Cache.Entry<Object, Object> entry : cache) {
          size += entry.getKey() == null ? 0 : 1;
        }
      }
      String provider = manager.getCachingProvider().getClass().getPackageName();
      entries.merge(provider, size, Math::max);
    }
    var lines = new StringBuilder("runs ").append(bean.runs());
    entries.forEach(
        (provider, size) -> lines.append('\n').append(provider).append(' ').append(size));
    return lines.toString();
  }
}
