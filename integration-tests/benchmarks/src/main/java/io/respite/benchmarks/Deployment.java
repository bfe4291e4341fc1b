package io.respite.benchmarks;

import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;

/**
 * What an application pays for having caches at all. {@code start} prints the milliseconds until a
 * container with one cached bean is up and has answered once, in a JVM that was new; {@code idle
 * URI} prints the bytes of heap and the threads of an application that is idle: the average of many
 * managers with one cache each, every one with a class loader of its own.
 */
public final class Deployment {
  private static final int MANAGERS = 20;

  private Deployment() {}

  /** See the class. */
  public static void main(String[] args) throws ReflectiveOperationException, InterruptedException {
    if (args.length == 1 && args[0].equals("start")) {
      start();
    } else if (args.length == 2 && args[0].equals("idle")) {
      idle(URI.create(args[1]));
    } else {
      System.err.println("Arguments: start | idle URI");
      System.exit(2);
    }
  }

  private static void start() throws ReflectiveOperationException {
    long began = System.nanoTime();
    Class<?> type = Class.forName("jakarta.enterprise.inject.se.SeContainerInitializer");
    Object initializer = type.getMethod("newInstance").invoke(null);
    type.getMethod("addBeanClasses", Class[].class)
        .invoke(initializer, (Object) new Class<?>[] {InterceptorBenchmark.Lookup.class});
    Object container = type.getMethod("initialize").invoke(initializer);
    Method select =
        Class.forName("jakarta.enterprise.inject.Instance")
            .getMethod("select", Class.class, java.lang.annotation.Annotation[].class);
    Object instance =
        select.invoke(
            container, InterceptorBenchmark.Lookup.class, new java.lang.annotation.Annotation[0]);
    var bean =
        (InterceptorBenchmark.Lookup)
            Class.forName("jakarta.enterprise.inject.Instance").getMethod("get").invoke(instance);
    if (!bean.find("key").equals("found key")) {
      throw new IllegalStateException("the bean does not answer");
    }
    System.out.println((System.nanoTime() - began) / 1_000_000);
    System.exit(0);
  }

  private static void idle(URI uri) throws InterruptedException {
    List<CacheManager> managers = new ArrayList<>();
    // The first one brings the classes, and what all share.
    managers.add(open(uri));
    long bytes = used();
    int threads = Thread.getAllStackTraces().size();
    for (int i = 0; i < MANAGERS; i++) {
      managers.add(open(uri));
    }
    System.out.printf(
        "%d bytes, %.1f threads%n",
        (used() - bytes) / MANAGERS,
        (double) (Thread.getAllStackTraces().size() - threads) / MANAGERS);
    managers.forEach(CacheManager::close);
  }

  private static CacheManager open(URI uri) {
    var loader = new URLClassLoader(new URL[0], Deployment.class.getClassLoader());
    CacheManager manager = Caching.getCachingProvider().getCacheManager(uri, loader);
    manager
        .createCache(
            "c", new MutableConfiguration<String, String>().setTypes(String.class, String.class))
        .put("key", "value");
    return manager;
  }

  private static long used() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(200);
      least =
          Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    return least;
  }
}
