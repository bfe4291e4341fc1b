package io.respite.jcache.cdi;

import io.respite.jcache.RespiteCacheManager;
import io.respite.jcache.annotation.MethodDetails;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.build.compatible.spi.AnnotationBuilder;
import jakarta.enterprise.inject.build.compatible.spi.BeanInfo;
import jakarta.enterprise.inject.build.compatible.spi.BuildCompatibleExtension;
import jakarta.enterprise.inject.build.compatible.spi.ClassConfig;
import jakarta.enterprise.inject.build.compatible.spi.Discovery;
import jakarta.enterprise.inject.build.compatible.spi.Enhancement;
import jakarta.enterprise.inject.build.compatible.spi.Messages;
import jakarta.enterprise.inject.build.compatible.spi.MetaAnnotations;
import jakarta.enterprise.inject.build.compatible.spi.ObserverInfo;
import jakarta.enterprise.inject.build.compatible.spi.Parameters;
import jakarta.enterprise.inject.build.compatible.spi.Registration;
import jakarta.enterprise.inject.build.compatible.spi.ScannedClasses;
import jakarta.enterprise.inject.build.compatible.spi.SkipIfPortableExtensionPresent;
import jakarta.enterprise.inject.build.compatible.spi.Synthesis;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticBeanCreator;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticBeanDisposer;
import jakarta.enterprise.inject.build.compatible.spi.SyntheticComponents;
import jakarta.enterprise.inject.build.compatible.spi.Validation;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.enterprise.lang.model.declarations.ClassInfo;
import jakarta.enterprise.lang.model.declarations.DeclarationInfo;
import jakarta.enterprise.util.Nonbinding;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.cache.CacheManager;
import javax.cache.spi.CachingProvider;

/**
 * Does what {@link JCacheExtension} does, in containers of CDI Lite, which know no portable
 * extensions. Annotations that contradict one another fail the validation, which some containers do
 * while they build the application; what needs the caches is tried, and the declared caches are
 * started, by {@link ApplicationStart}. The words are the same.
 */
@SkipIfPortableExtensionPresent(JCacheExtension.class)
public class JCacheBuildExtension implements BuildCompatibleExtension {
  private static final String CONCERNED = "concerned";
  private static final String PRIORITY = "priority";

  private final Settings settings = Settings.of(ApplicationCaches.applicationLoader());

  /** Names of the beans' classes that {@link DeploymentCheck} is to see. */
  private final Set<String> concerned = new TreeSet<>();

  private boolean managerProduced;
  private boolean providerProduced;

  /** Registers the bindings, the interceptors and the producers, unless switched off. */
  @Discovery
  public void discover(MetaAnnotations annotations, ScannedClasses classes) {
    if (!settings.enabled()) {
      return;
    }
    for (Class<? extends Annotation> kind : MethodDetails.KINDS) {
      annotations
          .addInterceptorBinding(kind)
          .methods()
          .forEach(member -> member.addAnnotation(Nonbinding.class));
    }
    JCacheExtension.INTERCEPTORS.forEach(interceptor -> classes.add(interceptor.getName()));
    classes.add(CacheProducers.class.getName());
    classes.add(ApplicationStart.class.getName());
  }

  /** Gives the interceptors their priority. */
  @Enhancement(
      types = {
        CacheResultInterceptor.class,
        CachePutInterceptor.class,
        CacheRemoveInterceptor.class,
        CacheRemoveAllInterceptor.class
      })
  public void prioritize(ClassConfig interceptor) {
    interceptor.addAnnotation(
        AnnotationBuilder.of(Priority.class).value(settings.priority()).build());
  }

  /** Gives the others the scope that the portable extension gives them, too. */
  @Enhancement(types = {CacheProducers.class, ApplicationStart.class})
  public void scope(ClassConfig bean) {
    bean.addAnnotation(Dependent.class);
  }

  /** Finds the beans that have annotated methods, or caches injected. */
  @Registration(types = Object.class)
  public void bean(BeanInfo bean) {
    if (settings.enabled()
        && !bean.isSynthetic()
        && (asksForCaches(bean) || (bean.isClassBean() && isCached(bean.declaringClass())))) {
      concerned.add(bean.declaringClass().name());
    }
  }

  /** Finds the observers that caches are injected into. */
  @Registration(types = Object.class)
  public void observer(ObserverInfo observer) {
    if (settings.enabled()
        && !observer.isSynthetic()
        && observer.observerMethod().parameters().stream()
            .anyMatch(parameter -> parameter.hasAnnotation(CacheName.class))) {
      concerned.add(observer.declaringClass().name());
    }
  }

  private static boolean asksForCaches(BeanInfo bean) {
    return bean.injectionPoints().stream()
        .flatMap(point -> point.qualifiers().stream())
        .anyMatch(qualifier -> qualifier.name().equals(CacheName.class.getName()));
  }

  private static boolean isCached(ClassInfo bean) {
    if (bean.hasAnnotation(Interceptor.class)) {
      return false;
    }
    for (ClassInfo type = bean; type != null; type = type.superClassDeclaration()) {
      if (hasKind(type)) {
        return true;
      }
    }
    return bean.methods().stream().anyMatch(JCacheBuildExtension::hasKind);
  }

  private static boolean hasKind(DeclarationInfo declared) {
    return MethodDetails.KINDS.stream().anyMatch(declared::hasAnnotation);
  }

  /** Finds out whether the application has a manager of its own. */
  @Registration(types = CacheManager.class)
  public void manager(BeanInfo bean) {
    managerProduced |= isDefault(bean);
  }

  /** Finds out whether the application has a provider of its own. */
  @Registration(types = CachingProvider.class)
  public void provider(BeanInfo bean) {
    providerProduced |= isDefault(bean);
  }

  private static boolean isDefault(BeanInfo bean) {
    return bean.qualifiers().stream().anyMatch(q -> q.name().equals(Default.class.getName()));
  }

  /** Gives the application its caches, and a manager and provider where it has none of its own. */
  @Synthesis
  public void synthesize(SyntheticComponents components) {
    if (!settings.enabled()) {
      return;
    }
    components
        .addBean(CachesBean.class)
        .type(CachesBean.class)
        .scope(ApplicationScoped.class)
        .createWith(BeanCreator.class);
    components
        .addBean(ApplicationCaches.class)
        .type(ApplicationCaches.class)
        .scope(Singleton.class)
        .createWith(Creator.class)
        .disposeWith(Disposer.class);
    components
        .addBean(LiteCheck.class)
        .type(LiteCheck.class)
        .scope(Dependent.class)
        .withParam(CONCERNED, concerned.toArray(String[]::new))
        .withParam(PRIORITY, settings.priority())
        .createWith(CheckCreator.class);
    if (!managerProduced) {
      components
          .addBean(RespiteCacheManager.class)
          .type(CacheManager.class)
          .type(RespiteCacheManager.class)
          .scope(Dependent.class)
          .createWith(ManagerCreator.class);
    }
    if (!providerProduced) {
      components
          .addBean(CachingProvider.class)
          .type(CachingProvider.class)
          .scope(Dependent.class)
          .createWith(ProviderCreator.class);
    }
  }

  /** Refuses what the annotations alone show to be wrong. */
  @Validation
  public void validate(Messages messages) {
    if (settings.enabled()) {
      LiteCheck.of(concerned).contradictions().forEach(e -> messages.error(e.getMessage()));
    }
  }

  /** Gives what is injected into interceptors and producers. */
  public static final class BeanCreator implements SyntheticBeanCreator<CachesBean> {
    @Override
    public CachesBean create(Instance<Object> lookup, Parameters parameters) {
      return new CachesBean(lookup.select(ApplicationCaches.class).get());
    }
  }

  /** Makes the application's caches when the first of them is needed. */
  public static final class Creator implements SyntheticBeanCreator<ApplicationCaches> {
    @Override
    public ApplicationCaches create(Instance<Object> lookup, Parameters parameters) {
      ClassLoader loader = ApplicationCaches.applicationLoader();
      return new ApplicationCaches(loader, Settings.of(loader), new BeanInstances(CDI::current));
    }
  }

  /**
   * Ends the application's caches. Singletons end after the beans of the application scope, whose
   * last methods may need their caches; those among themselves end in any order.
   */
  public static final class Disposer implements SyntheticBeanDisposer<ApplicationCaches> {
    @Override
    public void dispose(ApplicationCaches caches, Instance<Object> lookup, Parameters parameters) {
      caches.close();
    }
  }

  /** Gives the check of the beans that were found. */
  public static final class CheckCreator implements SyntheticBeanCreator<LiteCheck> {
    @Override
    public LiteCheck create(Instance<Object> lookup, Parameters parameters) {
      LiteCheck.requireBuilt(parameters.get(PRIORITY, Integer.class));
      return LiteCheck.of(List.of(parameters.get(CONCERNED, String[].class)));
    }
  }

  /** Gives the application's manager. */
  public static final class ManagerCreator implements SyntheticBeanCreator<RespiteCacheManager> {
    @Override
    public RespiteCacheManager create(Instance<Object> lookup, Parameters parameters) {
      return lookup.select(CachesBean.class).get().caches().manager();
    }
  }

  /** Gives the application's provider. */
  public static final class ProviderCreator implements SyntheticBeanCreator<CachingProvider> {
    @Override
    public CachingProvider create(Instance<Object> lookup, Parameters parameters) {
      return lookup.select(CachesBean.class).get().caches().provider();
    }
  }
}
