package io.respite.cdi;

import io.respite.jcache.cdi.ApplicationStart;
import io.respite.jcache.cdi.CacheProducers;
import io.respite.jcache.cdi.CachePutInterceptor;
import io.respite.jcache.cdi.CacheRemoveAllInterceptor;
import io.respite.jcache.cdi.CacheRemoveInterceptor;
import io.respite.jcache.cdi.CacheResultInterceptor;
import io.respite.jcache.cdi.JCacheBuildExtension;
import jakarta.enterprise.inject.build.compatible.spi.BeanInfo;
import jakarta.enterprise.inject.build.compatible.spi.BuildCompatibleExtension;
import jakarta.enterprise.inject.build.compatible.spi.ClassConfig;
import jakarta.enterprise.inject.build.compatible.spi.Discovery;
import jakarta.enterprise.inject.build.compatible.spi.Enhancement;
import jakarta.enterprise.inject.build.compatible.spi.Messages;
import jakarta.enterprise.inject.build.compatible.spi.MetaAnnotations;
import jakarta.enterprise.inject.build.compatible.spi.ObserverInfo;
import jakarta.enterprise.inject.build.compatible.spi.Registration;
import jakarta.enterprise.inject.build.compatible.spi.ScannedClasses;
import jakarta.enterprise.inject.build.compatible.spi.Synthesis;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticComponents;
import jakarta.enterprise.inject.build.compatible.spi.Validation;
import jakarta.enterprise.inject.spi.Extension;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.CacheManager;
import javax.cache.spi.CachingProvider;

/**
 * Hides the portable extension from Weld and shows it the build compatible one, which it would
 * leave out otherwise because it knows both kinds.
 */
final class Lite extends ClassLoader {
  private static final String PORTABLE = "META-INF/services/" + Extension.class.getName();
  private static final String BUILD =
      "META-INF/services/" + BuildCompatibleExtension.class.getName();

  private static final Map<ClassLoader, Lite> LOADERS = new ConcurrentHashMap<>();

  private Lite(ClassLoader parent) {
    super(parent);
  }

  /**
   * The extension without the word that lets Weld leave it out; Weld calls only methods that the
   * class itself declares.
   */
  public static final class Unskipped extends JCacheBuildExtension {
    @Override
    @Discovery
    public void discover(MetaAnnotations annotations, ScannedClasses classes) {
      super.discover(annotations, classes);
    }

    @Override
    @Enhancement(
        types = {
          CacheResultInterceptor.class,
          CachePutInterceptor.class,
          CacheRemoveInterceptor.class,
          CacheRemoveAllInterceptor.class
        })
    public void prioritize(ClassConfig interceptor) {
      super.prioritize(interceptor);
    }

    @Override
    @Enhancement(types = {CacheProducers.class, ApplicationStart.class})
    public void scope(ClassConfig bean) {
      super.scope(bean);
    }

    @Override
    @Registration(types = Object.class)
    public void bean(BeanInfo bean) {
      super.bean(bean);
    }

    @Override
    @Registration(types = Object.class)
    public void observer(ObserverInfo observer) {
      super.observer(observer);
    }

    @Override
    @Registration(types = CacheManager.class)
    public void manager(BeanInfo bean) {
      super.manager(bean);
    }

    @Override
    @Registration(types = CachingProvider.class)
    public void provider(BeanInfo bean) {
      super.provider(bean);
    }

    @Override
    @Synthesis
    public void synthesize(SyntheticComponents components) {
      super.synthesize(components);
    }

    @Override
    @Validation
    public void validate(Messages messages) {
      super.validate(messages);
    }
  }

  /** The loader over another one, which is the application's in the run for CDI Lite. */
  static ClassLoader over(ClassLoader parent) {
    return LOADERS.computeIfAbsent(parent, Lite::new);
  }

  /** Hides it in this thread until the result is closed. */
  static AutoCloseable hidePortable() {
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    current.setContextClassLoader(over(before));
    forgetFound();
    return () -> {
      current.setContextClassLoader(before);
      forgetFound();
    };
  }

  /** Weld leaves an application running whose observers of the start have failed. */
  static void stopFailed() {
    try {
      Class<?> container = Class.forName("org.jboss.weld.environment.se.WeldContainer");
      for (Object id : (List<?>) container.getMethod("getRunningContainerIds").invoke(null)) {
        Object running = container.getMethod("instance", String.class).invoke(null, id);
        container.getMethod("shutdown").invoke(running);
      }
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("Weld has changed", e);
    }
  }

  /** Weld keeps what it has found first for all containers of a process. */
  private static void forgetFound() {
    try {
      Class.forName("org.jboss.weld.lite.extension.translator.BuildCompatibleExtensionLoader")
          .getMethod("clearDiscoveredExtensions")
          .invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("Weld has changed", e);
    }
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    if (name.equals(BUILD)) {
      Path services = Path.of("target", "build-compatible-extensions");
      Files.writeString(services, Unskipped.class.getName());
      return Collections.enumeration(List.of(services.toUri().toURL()));
    }
    List<URL> found = Collections.list(super.getResources(name));
    if (name.equals(PORTABLE)) {
      found.removeIf(url -> url.toString().contains("respite-provider"));
    }
    return Collections.enumeration(found);
  }
}
