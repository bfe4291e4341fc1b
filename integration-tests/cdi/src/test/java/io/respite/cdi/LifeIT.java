package io.respite.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.cdi.ApplicationCaches;
import io.respite.jcache.cdi.CacheName;
import io.respite.jcache.cdi.CacheProducers;
import io.respite.jcache.cdi.CacheResultInterceptor;
import io.respite.jcache.cdi.CachesBean;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.SessionScoped;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import java.io.IOException;
import java.io.Serializable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.annotation.CacheResult;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Beginning and end of an application, and the switches. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LifeIT {

  @Nested
  class Switches {
    @Test
    void off_means_that_nothing_is_intercepted_and_nothing_opened() throws Exception {
      try (var container = Container.start(Map.of("respite.cdi.enabled", "false"), Lab.class)) {
        Lab lab = container.bean(Lab.class);
        assertThat(lab.byDefaults("a")).isEqualTo("a#1");
        assertThat(lab.byDefaults("a")).isEqualTo("a#2");
        assertThat(container.container().select(CacheManager.class).isUnsatisfied()).isTrue();
      }
    }

    @Test
    void the_priority_decides_who_comes_first() {
      try (var container = Container.start(Outer.class, OrderedInterceptor.class)) {
        container.bean(Outer.class).find("a");
        container.bean(Outer.class).find("a");
        // At 3500 it is behind the cache, which answers the second call.
        assertThat(OrderedInterceptor.CALLS).hasValue(1);
      }
      OrderedInterceptor.CALLS.set(0);
      try (var container =
          Container.start(
              Map.of("respite.cdi.priority", "4500"), Outer.class, OrderedInterceptor.class)) {
        container.bean(Outer.class).find("a");
        container.bean(Outer.class).find("a");
        assertThat(OrderedInterceptor.CALLS).hasValue(2);
      }
      OrderedInterceptor.CALLS.set(0);
    }

    @Test
    void interceptors_of_others_for_the_same_annotations_stay_unless_they_are_to_be_left_out() {
      try (var container = Container.start(Outer.class, OtherInterceptor.class)) {
        container.bean(Outer.class).find("a");
        container.bean(Outer.class).find("a");
        // At 2000 it is before Respite's.
        assertThat(OtherInterceptor.CALLS).hasValue(2);
      }
      OtherInterceptor.CALLS.set(0);
      assumeFalse(Container.isLite(), "CDI Lite leaves nothing out");
      try (var container =
          Container.start(
              Map.of("respite.cdi.exclusive", "true"), Outer.class, OtherInterceptor.class)) {
        container.bean(Outer.class).find("a");
        assertThat(container.cache("ordered")).hasSize(1);
        assertThat(OtherInterceptor.CALLS).hasValue(0);
      }
      assertThatThrownBy(
              () -> Container.start(Map.of("respite.cdi.exclusive", "maybe"), Outer.class))
          .hasStackTraceContaining(
              "Property respite.cdi.exclusive is 'maybe'; allowed is true or false");
    }

    @Test
    void interceptors_suit_beans_that_are_put_aside() {
      try (var container = Container.start(PutAside.class)) {
        assertThat(container.manager().getCacheNames()).contains("session");
      }
    }

    @Test
    void a_scan_that_finds_the_jar_s_own_classes_changes_nothing() throws Exception {
      assumeFalse(
          Container.isLite(),
          "CDI Lite finds annotated classes alone; Weld has a class twice that is found and added");
      try (var container =
          Container.start(
              Lab.class,
              Injected.class,
              CachesBean.class,
              CacheProducers.class,
              CacheResultInterceptor.class)) {
        Lab lab = container.bean(Lab.class);
        lab.byDefaults("a");
        assertThat(lab.byDefaults("a")).isEqualTo("a#1");
        assertThat(container.bean(Injected.class).name()).isEqualTo("injected");
      }
    }
  }

  /** May be put aside, and its interceptors with it. */
  @SessionScoped
  public static class PutAside implements Serializable {
    private static final long serialVersionUID = 1L;

    @CacheResult(cacheName = "session")
    public String find(String id) {
      return id;
    }
  }

  /** Has a cache. */
  @ApplicationScoped
  public static class Injected {
    @Inject
    @CacheName("injected")
    Cache<String, String> cache;

    public String name() {
      return cache.getName();
    }
  }

  /** Binds {@link OrderedInterceptor}. */
  @InterceptorBinding
  @Retention(RetentionPolicy.RUNTIME)
  public @interface Ordered {}

  /** Counts. */
  @Ordered
  @Interceptor
  @Priority(3500)
  public static class OrderedInterceptor {
    static final AtomicInteger CALLS = new AtomicInteger();

    @AroundInvoke
    Object count(InvocationContext context) throws Exception {
      CALLS.incrementAndGet();
      return context.proceed();
    }
  }

  /** Counts, too, as the interceptor of another cache would. */
  @CacheResult
  @Interceptor
  @Priority(2000)
  public static class OtherInterceptor {
    static final AtomicInteger CALLS = new AtomicInteger();

    @AroundInvoke
    Object count(InvocationContext context) throws Exception {
      CALLS.incrementAndGet();
      return context.proceed();
    }
  }

  /** Is counted and cached. */
  @ApplicationScoped
  public static class Outer {
    @Ordered
    @CacheResult(cacheName = "ordered")
    public String find(String id) {
      return id;
    }
  }

  @Nested
  class The_end {
    @Test
    void closes_the_manager_and_lets_methods_of_ending_beans_use_it_before() {
      CacheManager manager;
      try (var container = Container.start(Ending.class)) {
        container.bean(Ending.class).find("a");
        manager = container.manager();
        assertThat(manager.isClosed()).isFalse();
      }
      assertThat(manager.isClosed()).isTrue();
      assertThat(Ending.LAST).containsExactly("a1");
      Ending.LAST.clear();
    }

    @Test
    void leaves_managers_alone_that_others_opened_in_the_same_process() {
      CacheManager other =
          Caching.getCachingProvider(RespiteCachingProvider.class.getName())
              .getCacheManager(URI.create("respite:embedded:others"), null);
      try (var container = Container.start(Ending.class)) {
        container.bean(Ending.class).find("b");
      }
      Ending.LAST.clear();
      assertThat(other.isClosed()).isFalse();
      other.close();
    }

    @Test
    void of_an_application_with_its_own_loader_closes_all_its_managers_and_ends_all_threads()
        throws Exception {
      Set<Thread> before = respiteThreads();
      Thread current = Thread.currentThread();
      ClassLoader outside = current.getContextClassLoader();
      var loader = new URLClassLoader(new URL[0], outside);
      current.setContextClassLoader(loader);
      CacheManager own;
      CacheManager further;
      try {
        try (var container =
            Container.start(
                Map.of("respite.uri", "respite:embedded?port=" + freePort()), Ending.class)) {
          container.bean(Ending.class).find("c");
          own = container.manager();
          assertThat(own.getClassLoader()).isSameAs(current.getContextClassLoader());
          further =
              Caching.getCachingProvider(RespiteCachingProvider.class.getName())
                  .getCacheManager(URI.create("respite:embedded:further"), own.getClassLoader());
          assertThat(respiteThreads()).hasSizeGreaterThan(before.size());
        }
      } finally {
        current.setContextClassLoader(outside);
        loader.close();
      }
      Ending.LAST.clear();
      assertThat(own.isClosed()).isTrue();
      assertThat(further.isClosed()).isTrue();
      await().untilAsserted(() -> assertThat(before).containsAll(respiteThreads()));
    }

    @Test
    void refuses_later_calls() {
      ApplicationCaches caches;
      try (var container = Container.start(Ending.class)) {
        caches = container.bean(CachesBean.class).caches();
        container.bean(Ending.class).find("d");
      }
      Ending.LAST.clear();
      assertThatThrownBy(caches::manager)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("The application has ended, and its caches with it");
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Set<Thread> respiteThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("respite"))
        .collect(Collectors.toSet());
  }

  /** Uses its cache until the end. */
  @ApplicationScoped
  public static class Ending {
    static final List<String> LAST = new ArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();

    @Inject
    @CacheName("ending")
    Cache<String, String> cache;

    @CacheResult(cacheName = "ending")
    public String find(String id) {
      return id + calls.incrementAndGet();
    }

    @PreDestroy
    void end() {
      cache.forEach(entry -> LAST.add(entry.getValue()));
    }
  }
}
