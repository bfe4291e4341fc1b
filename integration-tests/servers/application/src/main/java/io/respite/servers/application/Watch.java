package io.respite.servers.application;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.servlet.ServletContext;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Leaves a weak reference to the application's class loader where another application finds it,
 * which is how a test sees that nothing holds an application that has gone.
 */
@ApplicationScoped
public class Watch {
  /** The property of the JVM under which an application's references are, before its path. */
  public static final String LOADERS = "io.respite.servers.loaders";

  void started(@Observes @Initialized(ApplicationScoped.class) ServletContext event) {
    @SuppressWarnings("unchecked") // Nobody else uses this property.
    List<WeakReference<ClassLoader>> loaders =
        (List<WeakReference<ClassLoader>>)
            System.getProperties()
                .computeIfAbsent(
                    LOADERS + event.getContextPath(),
                    name -> new CopyOnWriteArrayList<WeakReference<ClassLoader>>());
    loaders.add(new WeakReference<>(Watch.class.getClassLoader()));
  }
}
