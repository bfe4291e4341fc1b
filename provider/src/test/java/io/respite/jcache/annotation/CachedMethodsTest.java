package io.respite.jcache.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.jcache.RespiteCacheManager;
import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.RespiteConfiguration;
import io.respite.jcache.codec.GeneratedKey;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.annotation.CacheInvocationContext;
import javax.cache.annotation.CacheInvocationParameter;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheKeyInvocationContext;
import javax.cache.annotation.CacheMethodDetails;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheResolver;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import javax.cache.annotation.GeneratedCacheKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The meaning of the annotations without a container; every member is tried in real ones. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CachedMethodsTest {
  private final RespiteCachingProvider provider = new RespiteCachingProvider();
  private RespiteCacheManager manager;
  private CachedMethods methods;

  @BeforeEach
  void open() {
    manager = provider.getCacheManager().unwrap(RespiteCacheManager.class);
    methods = new CachedMethods(() -> manager, Instances.PLAIN);
  }

  @AfterEach
  void close() {
    provider.close();
  }

  /** Calls a method of an object as an interceptor would. */
  private Object call(Object target, String name, Object... arguments) throws Exception {
    Method method = method(target, name);
    Class<? extends Annotation> kind =
        MethodDetails.KINDS.stream().filter(method::isAnnotationPresent).findFirst().orElseThrow();
    return methods.invoke(kind, method, target, arguments, () -> method.invoke(target, arguments));
  }

  private static Method method(Object target, String name) {
    return Stream.of(target.getClass().getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Counts its calls. */
  public static class Subject {
    final AtomicInteger calls = new AtomicInteger();

    @CacheResult(cacheName = "typed")
    public String typed(long id) {
      return id + "#" + calls.incrementAndGet();
    }

    @CacheResult(cacheName = "typed")
    public Integer otherType(long id) {
      return calls.incrementAndGet();
    }

    @CacheResult(cacheName = "typed")
    public String nullable(Long id) {
      return String.valueOf(id);
    }

    @CacheResult(cacheName = "objects")
    public String anything(Object parameter) {
      return "#" + calls.incrementAndGet();
    }

    @CacheResult(cacheName = "objects", exceptionCacheName = "failures")
    public String fails(String id) throws IOException {
      throw new Unkeepable();
    }

    @CacheResult(cacheName = "objects", cacheKeyGenerator = NoKey.class)
    public String withoutKey(String id) {
      return id;
    }

    @CacheResult(cacheName = "objects", cacheResolverFactory = NoCache.class)
    public String withoutCache(String id) {
      return id;
    }

    @CachePut(cacheName = "objects", cacheKeyGenerator = Inspecting.class)
    public void inspected(@CacheKey String id, int more, @CacheValue String value) {}

    @CacheRemove(cacheName = "objects")
    public void numbered(int[] id) {
      id[0] = 7;
    }
  }

  /** Cannot be serialized. */
  static final class Unkeepable extends IOException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings({"serial", "unused"}) // That it cannot be serialized is what it is for.
    private final Object part = new Object();
  }

  /** Makes no key. */
  public static final class NoKey implements CacheKeyGenerator {
    @Override
    public GeneratedCacheKey generateCacheKey(
        CacheKeyInvocationContext<? extends Annotation> context) {
      return null;
    }
  }

  /** Finds no cache. */
  public static final class NoCache implements CacheResolverFactory {
    @Override
    public CacheResolver getCacheResolver(CacheMethodDetails<? extends Annotation> details) {
      return new CacheResolver() {
        @Override
        public <K, V> Cache<K, V> resolveCache(CacheInvocationContext<? extends Annotation> call) {
          return null;
        }
      };
    }

    @Override
    public CacheResolver getExceptionCacheResolver(CacheMethodDetails<CacheResult> details) {
      return null;
    }
  }

  /** Tells what it is told. */
  public static final class Inspecting implements CacheKeyGenerator {
    static final List<CacheKeyInvocationContext<? extends Annotation>> SEEN = new ArrayList<>();

    @Override
    public GeneratedCacheKey generateCacheKey(
        CacheKeyInvocationContext<? extends Annotation> context) {
      SEEN.add(context);
      return GeneratedKey.of("inspected");
    }
  }

  private static RespiteConfiguration<Long, String> typed() {
    return new RespiteConfiguration<Long, String>().setTypes(Long.class, String.class);
  }

  @Nested
  class Keys_of_typed_caches {
    @Test
    void are_the_parameter_itself() throws Exception {
      var cache = manager.createCache("typed", typed());
      var subject = new Subject();
      assertThat(call(subject, "typed", 5L)).isEqualTo("5#1");
      assertThat(cache.get(5L)).isEqualTo("5#1");
      cache.put(6L, "by hand");
      assertThat(call(subject, "typed", 6L)).isEqualTo("by hand");
    }

    @Test
    void cannot_be_null() {
      manager.createCache("typed", typed());
      assertThatThrownBy(() -> call(new Subject(), "nullable", (Object) null))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining(
              "Subject.nullable(Long): parameter 0 is null and is the key itself");
    }

    @Test
    void are_found_anew_when_the_cache_is_another() throws Exception {
      var subject = new Subject();
      call(subject, "typed", 5L);
      assertThat(manager.getCache("typed").containsKey(GeneratedKey.of(5L))).isTrue();
      manager.destroyCache("typed");
      var cache = manager.createCache("typed", typed());
      assertThat(call(subject, "typed", 5L)).isEqualTo("5#2");
      assertThat(cache.get(5L)).isEqualTo("5#2");
    }
  }

  @Nested
  class Refusals {
    @Test
    void of_results_that_another_method_has_put() throws Exception {
      var subject = new Subject();
      call(subject, "typed", 5L);
      assertThatThrownBy(() -> call(subject, "otherType", 5L))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining(
              "Subject.otherType(long) returns java.lang.Integer, and cache 'typed' has a java.lang.String under this key");
    }

    @Test
    void of_parameters_that_are_no_keys() {
      assertThatThrownBy(() -> call(new Subject(), "anything", new Object()))
          .isInstanceOf(CacheException.class)
          .hasMessageContaining(
              "Subject.anything(Object): parameter 0 cannot be part of a key: java.lang.Object is not Serializable")
          .hasMessageEndingWith("mark the others with @CacheKey, or name a cacheKeyGenerator");
    }

    @Test
    void of_generators_and_resolvers_that_return_null() {
      assertThatThrownBy(() -> call(new Subject(), "withoutKey", "a"))
          .hasMessageContaining("NoKey has returned null");
      assertThatThrownBy(() -> call(new Subject(), "withoutCache", "a"))
          .hasMessageContaining("has returned null");
    }

    @Test
    void at_deployment_name_the_method_and_what_to_do() {
      manager.createCache("typed", typed());
      var subject = new Subject();
      assertThatThrownBy(() -> methods.prepare(method(subject, "otherType"), Subject.class))
          .isInstanceOf(CacheAnnotationConfigurationException.class)
          .hasMessageEndingWith(
              "Subject.otherType(long): cache 'typed' has values of java.lang.String, and what the method returns is java.lang.Integer; name another cache, or declare this one without valueType");
    }
  }

  @Nested
  class Failures {
    @Test
    void of_keeping_an_exception_do_not_hide_it() {
      assertThatThrownBy(
              () -> {
                try {
                  call(new Subject(), "fails", "a");
                } catch (java.lang.reflect.InvocationTargetException e) {
                  throw e.getCause();
                }
              })
          .isInstanceOf(Unkeepable.class);
      Unkeepable thrown = new Unkeepable();
      Method method = method(new Subject(), "fails");
      assertThatThrownBy(
              () ->
                  methods.invoke(
                      CacheResult.class,
                      method,
                      new Subject(),
                      new Object[] {"b"},
                      () -> {
                        throw thrown;
                      }))
          .isSameAs(thrown);
      assertThat(thrown.getSuppressed())
          .singleElement()
          .satisfies(why -> assertThat(why).hasMessageContaining("java.lang.Object"));
    }
  }

  @Nested
  class Contexts {
    @Test
    void tell_generators_everything() throws Exception {
      Inspecting.SEEN.clear();
      var subject = new Subject();
      call(subject, "inspected", "id", 3, "value");
      CacheKeyInvocationContext<? extends Annotation> seen = Inspecting.SEEN.get(0);
      assertThat(seen.getTarget()).isSameAs(subject);
      assertThat(seen.getMethod()).isEqualTo(method(subject, "inspected"));
      assertThat(seen.getCacheName()).isEqualTo("objects");
      assertThat(seen.getCacheAnnotation()).isInstanceOf(CachePut.class);
      assertThat(seen.getAnnotations()).containsExactly(seen.getCacheAnnotation());
      assertThat(seen.getAllParameters())
          .extracting(CacheInvocationParameter::getValue)
          .containsExactly("id", 3, "value");
      assertThat(seen.getAllParameters()[1].getRawType()).isEqualTo(int.class);
      assertThat(seen.getKeyParameters())
          .singleElement()
          .satisfies(
              key -> {
                assertThat(key.getValue()).isEqualTo("id");
                assertThat(key.getAnnotations()).singleElement().isInstanceOf(CacheKey.class);
              });
      assertThat(seen.getValueParameter().getParameterPosition()).isEqualTo(2);
      assertThat(seen.unwrap(CacheKeyInvocationContext.class)).isSameAs(seen);
      assertThatThrownBy(() -> seen.unwrap(String.class))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class Order {
    @Test
    void of_a_change_after_the_method_makes_the_key_after_it() throws Exception {
      Cache<Object, Object> cache = manager.getOrCreateCache("objects");
      cache.put(GeneratedKey.of(new int[] {7}), "numbered");
      call(new Subject(), "numbered", new int[] {0});
      assertThat(cache).isEmpty();
    }
  }

  @Nested
  class Stampedes {
    @Test
    void run_the_method_once_per_key_where_there_is_a_lease() throws Exception {
      manager.createCache("typed", typed().setLoadLease(Duration.ofSeconds(10)));
      var subject = new Subject();
      Method method = method(subject, "typed");
      int threads = 8;
      var barrier = new CyclicBarrier(threads);
      var first = new CountDownLatch(1);
      var pool = Executors.newFixedThreadPool(threads);
      try {
        List<Future<Object>> results = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          results.add(
              pool.submit(
                  () -> {
                    barrier.await();
                    return methods.invoke(
                        CacheResult.class,
                        method,
                        subject,
                        new Object[] {5L},
                        () -> {
                          first.countDown();
                          return subject.typed(5L);
                        });
                  }));
        }
        first.await();
        for (Future<Object> result : results) {
          assertThat(result.get()).isEqualTo("5#1");
        }
        assertThat(subject.calls).hasValue(1);
      } finally {
        pool.shutdownNow();
      }
    }

    @Test
    void keep_exceptions_and_throw_them_as_they_are() {
      manager.createCache(
          "objects", new RespiteConfiguration<>().setLoadLease(Duration.ofSeconds(10)));
      var failure = new IOException("as it is");
      Method method = method(new Subject(), "fails");
      for (int i = 0; i < 2; i++) {
        int round = i;
        assertThatThrownBy(
                () ->
                    methods.invoke(
                        CacheResult.class,
                        method,
                        new Subject(),
                        new Object[] {"c"},
                        () -> {
                          assertThat(round).isZero();
                          throw failure;
                        }))
            .isInstanceOf(IOException.class)
            .hasMessage("as it is");
      }
    }
  }
}
