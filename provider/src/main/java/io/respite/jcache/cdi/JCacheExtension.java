package io.respite.jcache.cdi;

import io.respite.jcache.RespiteCacheManager;
import io.respite.jcache.annotation.MethodDetails;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.AnnotatedType;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.BeforeShutdown;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.ProcessBean;
import jakarta.enterprise.inject.spi.ProcessInjectionPoint;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import jakarta.enterprise.inject.spi.WithAnnotations;
import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.Interceptor;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.cache.CacheManager;
import javax.cache.spi.CachingProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the annotations of JSR-107 and the injection of caches into a container.
 *
 * <p>The annotations of cache-api 1.1.1 are no interceptor bindings, and their members have the
 * {@code @Nonbinding} of {@code javax} times, which a JVM without that class drops. So both are
 * given to them here: without the second, a method whose annotation has any member at all would not
 * be intercepted, and nothing would say so.
 */
public class JCacheExtension implements Extension {
  static final List<Class<? extends CacheInterceptor>> INTERCEPTORS =
      List.of(
          CacheResultInterceptor.class,
          CachePutInterceptor.class,
          CacheRemoveInterceptor.class,
          CacheRemoveAllInterceptor.class);

  private static final Logger LOG = LoggerFactory.getLogger(JCacheExtension.class);

  private final DeploymentCheck check = new DeploymentCheck();

  /** Types that the application has beans of, for injection without a qualifier. */
  private final Set<Type> produced = new HashSet<>();

  private boolean enabled;
  private boolean exclusive;
  private BeanInstances instances;
  private ApplicationCaches caches;

  /** Registers the bindings, the interceptors and the producers, unless switched off. */
  void begin(@Observes BeforeBeanDiscovery event, BeanManager beans) {
    ClassLoader loader = ApplicationCaches.applicationLoader();
    Settings settings = Settings.of(loader);
    enabled = settings.enabled();
    if (!enabled) {
      return;
    }
    exclusive = settings.exclusive();
    instances = new BeanInstances(beans::createInstance);
    caches = new ApplicationCaches(loader, settings, instances);
    for (Class<? extends Annotation> kind : MethodDetails.KINDS) {
      event
          .configureInterceptorBinding(kind)
          .methods()
          .forEach(member -> member.add(Nonbinding.Literal.INSTANCE));
    }
    var priority = new PriorityLiteral(settings.priority());
    for (Class<?> interceptor : INTERCEPTORS) {
      event.addAnnotatedType(interceptor, interceptor.getName()).add(priority);
    }
    event
        .addAnnotatedType(CacheProducers.class, CacheProducers.class.getName())
        .add(Dependent.Literal.INSTANCE);
  }

  void scannedProducers(@Observes ProcessAnnotatedType<CacheProducers> event) {
    leaveOutUnless(Dependent.class, event);
  }

  void scannedStart(@Observes ProcessAnnotatedType<ApplicationStart> event) {
    event.veto();
  }

  <T extends CacheInterceptor> void scannedInterceptor(@Observes ProcessAnnotatedType<T> event) {
    leaveOutUnless(Priority.class, event);
  }

  /**
   * Some servers have interceptors for the same annotations. With theirs and ours every result is
   * kept twice; so they are told of, or left out.
   */
  void others(@Observes @WithAnnotations(Interceptor.class) ProcessAnnotatedType<?> event) {
    AnnotatedType<?> type = event.getAnnotatedType();
    if (!enabled
        || !type.isAnnotationPresent(Interceptor.class)
        || INTERCEPTORS.contains(type.getJavaClass())
        || MethodDetails.KINDS.stream().noneMatch(type::isAnnotationPresent)) {
      return;
    }
    if (exclusive) {
      LOG.info("{} is left out, for {} is true", type.getJavaClass().getName(), Settings.EXCLUSIVE);
      event.veto();
    } else {
      LOG.warn(
          "{} intercepts the annotations of JSR-107, too; if it is another cache's, leave it out by {}=true, or Respite's interceptors by {}=false",
          type.getJavaClass().getName(),
          Settings.EXCLUSIVE,
          Settings.ENABLED);
    }
  }

  /**
   * A container that scans this jar, too, would have its beans twice; those that were registered
   * above have an annotation that the classes themselves lack.
   */
  private static void leaveOutUnless(
      Class<? extends Annotation> registered, ProcessAnnotatedType<?> event) {
    if (!event.getAnnotatedType().isAnnotationPresent(registered)) {
      event.veto();
    }
  }

  void bean(@Observes ProcessManagedBean<?> event) {
    if (enabled) {
      check.add(event.getAnnotatedBeanClass());
    }
  }

  void injected(@Observes ProcessInjectionPoint<?, ?> event) {
    if (enabled) {
      check.add(event.getInjectionPoint());
    }
  }

  void any(@Observes ProcessBean<?> event) {
    if (event.getBean().getQualifiers().contains(Default.Literal.INSTANCE)) {
      produced.addAll(event.getBean().getTypes());
    }
  }

  /** Gives the application its caches, and a manager and provider where it has none of its own. */
  void beans(@Observes AfterBeanDiscovery event) {
    if (!enabled) {
      return;
    }
    event
        .<CachesBean>addBean()
        .beanClass(CachesBean.class)
        .types(CachesBean.class, Object.class)
        .scope(ApplicationScoped.class)
        .createWith(context -> new CachesBean(caches));
    if (!produced.contains(CacheManager.class)) {
      event
          .<RespiteCacheManager>addBean()
          .beanClass(RespiteCacheManager.class)
          .types(CacheManager.class, RespiteCacheManager.class, Object.class)
          .qualifiers(Default.Literal.INSTANCE, Any.Literal.INSTANCE)
          .scope(Dependent.class)
          .createWith(context -> caches.manager());
    }
    if (!produced.contains(CachingProvider.class)) {
      event
          .<CachingProvider>addBean()
          .beanClass(CachingProvider.class)
          .types(CachingProvider.class, Object.class)
          .qualifiers(Default.Literal.INSTANCE, Any.Literal.INSTANCE)
          .scope(Dependent.class)
          .createWith(context -> caches.provider());
    }
  }

  /**
   * Starts the caches that are declared, and refuses what cannot work. The mistakes are thrown, not
   * added to the event: OpenWebBeans would write the latter into its log alone.
   */
  void check(@Observes AfterDeploymentValidation event) {
    if (!enabled) {
      return;
    }
    check.start(caches, instances);
  }

  /** Ends the caches when the application ends. */
  void end(@Observes BeforeShutdown event) {
    if (enabled) {
      caches.close();
    }
  }
}
