package io.respite.cdi;

import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.CacheManager;

/**
 * A running application of some bean classes, with Respite's extension found as by anybody; or, in
 * the run for CDI Lite, with the build compatible one alone.
 */
final class Container implements AutoCloseable {
  private final SeContainer container;
  private final Map<String, String> before;
  private final AutoCloseable hiding;

  private Container(SeContainer container, Map<String, String> before, AutoCloseable hiding) {
    this.container = container;
    this.before = before;
    this.hiding = hiding;
  }

  /** Starts an application. */
  static Container start(Class<?>... beans) {
    return start(Map.of(), beans);
  }

  /** Starts an application while system properties have values; closing it sets them back. */
  static Container start(Map<String, String> properties, Class<?>... beans) {
    Map<String, String> before = set(properties);
    AutoCloseable hiding = isLite() ? Lite.hidePortable() : () -> {};
    try {
      return new Container(initializer(beans).initialize(), before, hiding);
    } catch (RuntimeException | Error e) {
      end(before, hiding);
      forgetFailedStart();
      throw e;
    }
  }

  private static void end(Map<String, String> before, AutoCloseable hiding) {
    set(before);
    try {
      hiding.close();
    } catch (Exception e) {
      throw new IllegalStateException("the portable extension stays hidden", e);
    }
  }

  /** OpenWebBeans would refuse the next start: it has still registered the one that has failed. */
  private static void forgetFailedStart() {
    if (isLite()) {
      Lite.stopFailed();
    }
    if (isOpenWebBeans()) {
      try {
        Class.forName("org.apache.webbeans.config.WebBeansFinder")
            .getMethod("clearInstances", Object.class)
            .invoke(null, Thread.currentThread().getContextClassLoader());
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("OpenWebBeans has changed", e);
      }
    }
  }

  /** Whether the container has the build compatible extension alone. */
  static boolean isLite() {
    return Boolean.getBoolean("respite.cdi.lite");
  }

  /** The class loader of applications that are started in this thread. */
  static ClassLoader loader() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return isLite() ? Lite.over(context) : context;
  }

  /** Whether the container is OpenWebBeans. */
  static boolean isOpenWebBeans() {
    return System.getProperty("respite.cdi.container").startsWith("OpenWebBeans");
  }

  /**
   * OpenWebBeans would take every class here for a bean; Weld scans nothing without a beans.xml,
   * and would find no extension if it were told not to look.
   */
  static SeContainerInitializer initializer(Class<?>... beans) {
    SeContainerInitializer initializer = SeContainerInitializer.newInstance().addBeanClasses(beans);
    return isOpenWebBeans() ? initializer.disableDiscovery() : initializer;
  }

  /** Sets system properties, null removes; returns what they were. */
  private static Map<String, String> set(Map<String, String> properties) {
    Map<String, String> before = new LinkedHashMap<>();
    properties.forEach(
        (name, value) ->
            before.put(
                name,
                value == null ? System.clearProperty(name) : System.setProperty(name, value)));
    return before;
  }

  <T> T bean(Class<T> type) {
    return container.select(type).get();
  }

  CacheManager manager() {
    return bean(CacheManager.class);
  }

  /** A cache that is there. */
  Cache<Object, Object> cache(String name) {
    return manager().getCache(name);
  }

  /** Empties all caches. */
  void clear() {
    for (String name : manager().getCacheNames()) {
      cache(name).clear();
    }
  }

  SeContainer container() {
    return container;
  }

  @Override
  public void close() {
    try {
      container.close();
    } finally {
      end(before, hiding);
    }
  }
}
