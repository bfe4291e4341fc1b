package io.respite.jcache.cdi;

import jakarta.enterprise.inject.Vetoed;
import java.util.Collection;
import java.util.List;
import javax.cache.CacheException;

/**
 * The check of an application of CDI Lite. Its container tells the names of classes alone; the
 * annotations are read from the classes themselves, as the interceptors read them.
 */
@Vetoed
public class LiteCheck {
  private final DeploymentCheck check = new DeploymentCheck();

  private LiteCheck() {}

  /**
   * The check of some beans.
   *
   * @param beans names of their classes, seen from the application
   */
  static LiteCheck of(Collection<String> beans) {
    LiteCheck made = new LiteCheck();
    ClassLoader loader = ApplicationCaches.applicationLoader();
    for (String bean : beans) {
      try {
        made.check.add(Class.forName(bean, false, loader));
      } catch (ClassNotFoundException e) {
        throw new CacheException(
            "Bean %s cannot be checked: its class is not seen from the application's class loader"
                .formatted(bean),
            e);
      }
    }
    return made;
  }

  /**
   * Refuses settings that the application has not been built with, where that is another time.
   *
   * @param priority that the interceptors have
   */
  static void requireBuilt(int priority) {
    Settings now = Settings.of(ApplicationCaches.applicationLoader());
    if (!now.enabled()) {
      throw new CacheException(
          "Property %s is 'false' now, and was not when the application was built; build it with this setting"
              .formatted(Settings.ENABLED));
    }
    if (now.priority() != priority) {
      throw new CacheException(
          "Property %s is '%d' now, and was '%d' when the application was built; build it with this setting"
              .formatted(Settings.PRIORITY, now.priority(), priority));
    }
  }

  /** The mistakes that annotations alone show. */
  List<RuntimeException> contradictions() {
    return check.contradictions();
  }

  /** Starts the caches, and refuses what cannot work. */
  void start(ApplicationCaches caches, BeanInstances instances) {
    check.start(caches, instances);
  }
}
