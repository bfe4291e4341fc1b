package io.respite.benchmarks;

import java.lang.reflect.Method;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.annotation.CacheResult;
import javax.cache.configuration.MutableConfiguration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a call costs that a cache answers: through {@code @CacheResult}, beside the same bean's call
 * without annotation and the cache alone. It knows no container and no provider; {@code
 * interceptors.sh} gives it a class path of either, and the container is reached by its standard
 * name, {@code jakarta} or {@code javax}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class InterceptorBenchmark {
  /** The bean. */
  public static class Lookup {
    /** With a key of all parameters. */
    @CacheResult(cacheName = "generated")
    public String find(String key) {
      return "found " + key;
    }

    /** Without an annotation. */
    public String plain(String key) {
      return key;
    }
  }

  private Lookup bean;
  private Cache<String, String> cache;

  /** Starts the container and computes what later calls find. */
  @Setup
  public void start() throws ReflectiveOperationException {
    bean = bean(System.getProperty("container.enable", ""));
    bean.find("key");
    long hits = bean.find("key").equals("found key") ? 1 : 0;
    CacheManager manager = Caching.getCachingProvider().getCacheManager();
    cache =
        manager.createCache(
            "alone",
            new MutableConfiguration<String, String>().setTypes(String.class, String.class));
    cache.put("key", "found key");
    boolean kept = false;
    for (String name : manager.getCacheNames()) {
      kept |= name.equals("generated");
    }
    if (hits == 0 || !kept) {
      throw new IllegalStateException("the bean is not intercepted: nothing is cached");
    }
  }

  private static Lookup bean(String interceptors) throws ReflectiveOperationException {
    Class<?> type = initializer();
    Object initializer = type.getMethod("newInstance").invoke(null);
    type.getMethod("addBeanClasses", Class[].class)
        .invoke(initializer, (Object) new Class<?>[] {Lookup.class});
    if (!interceptors.isEmpty()) {
      String[] names = interceptors.split(",", -1);
      Class<?>[] classes = new Class<?>[names.length];
      for (int i = 0; i < names.length; i++) {
        classes[i] = Class.forName(names[i]);
      }
      type.getMethod("enableInterceptors", Class[].class).invoke(initializer, (Object) classes);
    }
    Object container = type.getMethod("initialize").invoke(initializer);
    Method select = null;
    for (Method method : container.getClass().getMethods()) {
      if (method.getName().equals("select")
          && method.getParameterCount() == 2
          && method.getParameterTypes()[0] == Class.class) {
        select = method;
      }
    }
    Object annotations =
        java.lang.reflect.Array.newInstance(java.lang.annotation.Annotation.class, 0);
    Object instance = select.invoke(container, Lookup.class, annotations);
    return (Lookup) instance.getClass().getMethod("get").invoke(instance);
  }

  private static Class<?> initializer() throws ClassNotFoundException {
    try {
      return Class.forName("jakarta.enterprise.inject.se.SeContainerInitializer");
    } catch (ClassNotFoundException e) {
      return Class.forName("javax.enterprise.inject.se.SeContainerInitializer");
    }
  }

  /** The bean's method that is not intercepted. */
  @Benchmark
  public String plainCall() {
    return bean.plain("key");
  }

  /** The cache without a container. */
  @Benchmark
  public String cacheAlone() {
    return cache.get("key");
  }

  /** The intercepted method, whose result is there. */
  @Benchmark
  public String cacheResult() {
    return bean.find("key");
  }
}
