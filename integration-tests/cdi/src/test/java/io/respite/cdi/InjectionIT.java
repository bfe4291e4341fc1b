package io.respite.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.jcache.RespiteCache;
import io.respite.jcache.RespiteCacheManager;
import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.cdi.CacheName;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.util.TypeLiteral;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.annotation.CacheResult;
import javax.cache.spi.CachingProvider;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Caches, managers and providers as fields and parameters. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class InjectionIT {

  /** Has one of each. */
  @ApplicationScoped
  public static class Injected {
    @Inject
    @CacheName("customers")
    Cache<Long, String> customers;

    @Inject
    @CacheName("customers")
    RespiteCache<Long, String> same;

    @Inject
    @CacheName("lists")
    Instance<Cache<String, List<String>>> lists;

    @Inject
    @CacheName("anything")
    Cache<?, ?> anything;

    @Inject CacheManager manager;
    @Inject @CacheName RespiteCacheManager named;
    @Inject CachingProvider provider;

    Cache<Integer, Integer> numbers;

    @Inject
    void set(@CacheName("numbers") Cache<Integer, Integer> numbers) {
      this.numbers = numbers;
    }

    /** The key is the id itself, because the injected cache says so. */
    @CacheResult(cacheName = "customers")
    public String customer(long id) {
      return "customer " + id;
    }

    public Cache<Long, String> customers() {
      return customers;
    }

    public RespiteCache<Long, String> same() {
      return same;
    }

    public Cache<String, List<String>> lists() {
      return lists.get();
    }

    public Cache<?, ?> anything() {
      return anything;
    }

    public Cache<Integer, Integer> numbers() {
      return numbers;
    }

    public CacheManager manager() {
      return manager;
    }

    public RespiteCacheManager named() {
      return named;
    }

    public CachingProvider provider() {
      return provider;
    }
  }

  @Nested
  class Caches {
    @Test
    void are_made_with_the_types_of_the_injection_point() {
      try (var container = Container.start(Injected.class)) {
        Injected bean = container.bean(Injected.class);
        bean.customers().put(1L, "Ada");
        assertThat(bean.same().get(1L)).isEqualTo("Ada");
        assertThat(bean.same().configuration().getKeyType()).isEqualTo(Long.class);
        assertThat(bean.same().configuration().getValueType()).isEqualTo(String.class);
        bean.lists().put("a", List.of("b"));
        assertThat(bean.lists().get("a")).containsExactly("b");
        bean.numbers().put(1, 2);
        assertThat(bean.numbers().get(1)).isEqualTo(2);
        assertThat(bean.anything().getName()).isEqualTo("anything");
      }
    }

    @Test
    void and_annotations_see_the_same_keys() {
      try (var container = Container.start(Injected.class)) {
        Injected bean = container.bean(Injected.class);
        assertThat(bean.customer(7)).isEqualTo("customer 7");
        assertThat(bean.customers().get(7L)).isEqualTo("customer 7");
        bean.customers().put(8L, "put by hand");
        assertThat(bean.customer(8)).isEqualTo("put by hand");
      }
    }

    @Test
    void are_found_by_name_at_run_time_if_the_container_tells_the_name() {
      try (var container = Container.start(Injected.class)) {
        Instance<Cache<Long, String>> found =
            container
                .container()
                .select(
                    new TypeLiteral<Cache<Long, String>>() {}, CacheName.Literal.of("customers"));
        if (Container.isOpenWebBeans()) {
          assertThatThrownBy(found::get)
              .hasStackTraceContaining(
                  "This container does not tell which cache is looked up here; inject it");
        } else {
          assertThat(found.get()).isSameAs(container.bean(Injected.class).customers());
        }
      }
    }
  }

  @Nested
  class Managers {
    @Test
    void are_the_application_s_with_and_without_a_qualifier() {
      try (var container = Container.start(Injected.class)) {
        Injected bean = container.bean(Injected.class);
        assertThat(bean.manager()).isSameAs(bean.named());
        assertThat(bean.provider().getClass()).isEqualTo(RespiteCachingProvider.class);
        assertThat(bean.manager().getCachingProvider()).isSameAs(bean.provider());
        assertThat(bean.manager())
            .isSameAs(
                Caching.getCachingProvider(RespiteCachingProvider.class.getName())
                    .getCacheManager());
      }
    }

    @Test
    void of_the_application_s_own_are_left_alone() {
      try (var container = Container.start(OwnManager.class)) {
        assertThat(container.bean(CacheManager.class).getURI())
            .isEqualTo(URI.create("respite:embedded:of-its-own"));
      }
    }
  }

  /** Produces a manager of its own. */
  @ApplicationScoped
  public static class OwnManager {
    @Produces
    CacheManager manager() {
      return Caching.getCachingProvider(RespiteCachingProvider.class.getName())
          .getCacheManager(URI.create("respite:embedded:of-its-own"), null);
    }
  }

  /** Wants other types than are declared. */
  @ApplicationScoped
  public static class Wrong {
    @Inject
    @CacheName("declared")
    Cache<Long, String> cache;
  }

  /** Wants the same cache with two types. */
  @ApplicationScoped
  public static class Torn {
    @Inject
    @CacheName("torn")
    Cache<Long, String> one;

    @Inject
    @CacheName("torn")
    Cache<String, String> other;
  }

  /** Says not which. */
  @ApplicationScoped
  public static class NoName {
    @Inject @CacheName Cache<Long, String> cache;
  }

  @Nested
  class Wrong_injection_points {
    @Test
    void with_other_types_than_declared_fail_the_deployment() {
      assertThatThrownBy(
              () ->
                  Container.start(
                      Map.of(
                          "respite.caches.declared.keyType", "java.lang.String",
                          "respite.caches.declared.valueType", "java.lang.String"),
                      Wrong.class))
          .hasStackTraceContaining(
              "Bean io.respite.cdi.InjectionIT$Wrong, field cache: cache 'declared' has keys of java.lang.String and values of java.lang.String, and not java.lang.Long and java.lang.String");
    }

    @Test
    void that_contradict_each_other_fail_the_deployment() {
      assertThatThrownBy(() -> Container.start(Torn.class))
          .hasStackTraceContaining("Bean io.respite.cdi.InjectionIT$Torn, field ")
          .hasStackTraceContaining(": cache 'torn' has keys of java.lang.");
    }

    @Test
    void without_a_name_fail_the_deployment() {
      assertThatThrownBy(() -> Container.start(NoName.class))
          .hasStackTraceContaining(
              "Bean io.respite.cdi.InjectionIT$NoName, field cache: @CacheName has no name");
    }
  }

  @Nested
  class Stampedes {
    @Test
    void run_the_method_once_where_the_cache_has_a_lease() throws Exception {
      try (var container =
          Container.start(Map.of("respite.caches.slow.loadLease", "10s"), Slow.class)) {
        Slow slow = container.bean(Slow.class);
        assertThat(RespiteCache.of(container.cache("slow")).configuration().getLoadLease())
            .hasSeconds(10);
        assertThat(slow.callTogether(8)).containsOnly("slow 1");
      }
    }
  }

  /** Takes its time. */
  @ApplicationScoped
  public static class Slow {
    private final java.util.concurrent.atomic.AtomicInteger calls =
        new java.util.concurrent.atomic.AtomicInteger();

    @Inject Instance<Slow> self;

    @CacheResult(cacheName = "slow")
    public String slow(String id) {
      // Long enough for the others to come meanwhile; should they come later, they find the result.
      java.util.concurrent.locks.LockSupport.parkNanos(300_000_000);
      return "slow " + calls.incrementAndGet();
    }

    /** What so many threads get that ask at once. */
    public List<String> callTogether(int threads) throws Exception {
      var start = new java.util.concurrent.CyclicBarrier(threads);
      Slow proxy = self.get();
      var pool = java.util.concurrent.Executors.newFixedThreadPool(threads);
      try {
        List<java.util.concurrent.Callable<String>> tasks = new java.util.ArrayList<>();
        for (int i = 0; i < threads; i++) {
          tasks.add(
              () -> {
                start.await();
                return proxy.slow("a");
              });
        }
        List<String> results = new java.util.ArrayList<>();
        for (var result : pool.invokeAll(tasks)) {
          results.add(result.get());
        }
        return results;
      } finally {
        pool.shutdownNow();
      }
    }
  }
}
