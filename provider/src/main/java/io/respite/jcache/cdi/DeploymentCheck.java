package io.respite.jcache.cdi;

import io.respite.jcache.RespiteCache;
import io.respite.jcache.annotation.CacheAnnotationConfigurationException;
import io.respite.jcache.annotation.MethodDetails;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.AnnotatedType;
import jakarta.enterprise.inject.spi.DeploymentException;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.interceptor.Interceptor;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheResolverFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds, while an application is deployed, what would fail at its first call: every annotated
 * method and every injection point of a cache is tried on the real caches. What can be known
 * without caches is found by {@link #contradictions} alone.
 */
final class DeploymentCheck {
  private static final Logger LOG = LoggerFactory.getLogger(DeploymentCheck.class);

  private final Map<Class<?>, Collection<Method>> beans = new LinkedHashMap<>();
  private final Set<Point> points = new LinkedHashSet<>();

  /**
   * Where a cache is injected.
   *
   * @param name of the cache, or null if none is said
   */
  private record Point(Member member, String name, Type type) {
    @Override
    public String toString() {
      String owner = member.getDeclaringClass().getName();
      return member instanceof Field
          ? "Bean %s, field %s".formatted(owner, member.getName())
          : "Bean %s, parameter of %s".formatted(owner, member.getName());
    }
  }

  /**
   * Takes a bean's class, if any annotation of caches is there; of an interceptor it is the
   * binding.
   */
  void add(AnnotatedType<?> bean) {
    if (!bean.isAnnotationPresent(Interceptor.class)) {
      addMethods(bean.getJavaClass(), methodsOf(bean.getJavaClass()));
    }
  }

  /** Takes an injection point, if it asks for a cache. */
  void add(InjectionPoint point) {
    addPoint(point.getMember(), point.getQualifiers(), point.getType());
  }

  /**
   * Takes a bean's class with all that can be seen of it by reflection: its annotated methods, and
   * what is injected into its fields, constructors and methods. For containers that show neither.
   */
  void add(Class<?> bean) {
    List<Method> methods = methodsOf(bean);
    addMethods(bean, methods);
    for (Class<?> type = bean; type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!field.isAnnotationPresent(Produces.class)) {
          addPoint(field, List.of(field.getAnnotations()), field.getGenericType());
        }
      }
    }
    Stream.concat(Stream.of(bean.getDeclaredConstructors()), methods.stream())
        .forEach(this::addParameters);
  }

  private void addParameters(Executable executable) {
    for (Parameter parameter : executable.getParameters()) {
      addPoint(executable, List.of(parameter.getAnnotations()), parameter.getParameterizedType());
    }
  }

  private void addMethods(Class<?> bean, Collection<Method> methods) {
    if (isAnnotated(bean) || methods.stream().anyMatch(DeploymentCheck::isAnnotated)) {
      beans.put(bean, methods);
    }
  }

  private void addPoint(Member member, Collection<Annotation> qualifiers, Type type) {
    Type asked = cacheType(type);
    if (isCache(asked)) {
      for (Annotation qualifier : qualifiers) {
        if (qualifier instanceof CacheName name) {
          points.add(new Point(member, CacheProducers.nameOf(name), asked));
        }
      }
    }
  }

  /**
   * The methods that objects of a class have: those of the class, of the classes above it and of
   * interfaces with a body, without the overridden ones, which containers list too.
   */
  private static List<Method> methodsOf(Class<?> bean) {
    List<Method> methods = new ArrayList<>();
    for (Class<?> type = bean; type != null && type != Object.class; type = type.getSuperclass()) {
      for (Method method : type.getDeclaredMethods()) {
        if (methods.stream().noneMatch(below -> overrides(below, method))) {
          methods.add(method);
        }
      }
    }
    for (Method method : bean.getMethods()) {
      if (method.isDefault() && !methods.contains(method)) {
        methods.add(method);
      }
    }
    return methods;
  }

  private static boolean overrides(Method below, Method above) {
    int modifiers = above.getModifiers();
    return !Modifier.isPrivate(modifiers)
        && !Modifier.isStatic(modifiers)
        && below.getName().equals(above.getName())
        && List.of(below.getParameterTypes()).equals(List.of(above.getParameterTypes()))
        && (Modifier.isPublic(modifiers)
            || Modifier.isProtected(modifiers)
            || below
                .getDeclaringClass()
                .getPackageName()
                .equals(above.getDeclaringClass().getPackageName()));
  }

  boolean isEmpty() {
    return beans.isEmpty() && points.isEmpty();
  }

  private interface Trial {
    void of(Method method, Class<?> bean);
  }

  /** The mistakes that annotations alone show, without caches and beans. */
  List<RuntimeException> contradictions() {
    List<RuntimeException> mistakes = new ArrayList<>();
    for (Point point : points) {
      collect(mistakes, () -> named(point));
    }
    forEachMethod(
        mistakes,
        (method, bean) -> {
          if (isIntercepted(method)) {
            MethodDetails.of(method, bean);
          }
        });
    return mistakes;
  }

  /** The mistakes found, as sentences in exceptions. */
  List<RuntimeException> mistakes(ApplicationCaches caches, BeanInstances instances) {
    List<RuntimeException> mistakes = new ArrayList<>();
    // These first: the types of a cache that nobody has declared decide what its keys are.
    for (Point point : points) {
      collect(mistakes, () -> check(point, caches));
    }
    forEachMethod(mistakes, (method, bean) -> check(method, bean, caches, instances));
    return mistakes;
  }

  private void forEachMethod(List<RuntimeException> mistakes, Trial trial) {
    beans.forEach(
        (bean, methods) ->
            methods.forEach(method -> collect(mistakes, () -> trial.of(method, bean))));
  }

  private static void collect(List<RuntimeException> mistakes, Runnable trial) {
    try {
      trial.run();
    } catch (RuntimeException e) {
      mistakes.add(e);
    }
  }

  /**
   * Starts the caches, if any are declared or used, and refuses what cannot work.
   *
   * @throws DeploymentException with all mistakes; the caches are closed then
   */
  void start(ApplicationCaches caches, BeanInstances instances) {
    List<RuntimeException> mistakes = new ArrayList<>();
    collect(
        mistakes,
        () -> {
          if (!isEmpty() || caches.declaresCaches()) {
            caches.manager();
          }
          mistakes.addAll(mistakes(caches, instances));
        });
    if (!mistakes.isEmpty()) {
      caches.close();
      var problem =
          new DeploymentException(
              mistakes.stream().map(Throwable::getMessage).collect(Collectors.joining("\n")),
              mistakes.get(0));
      mistakes.stream().skip(1).forEach(problem::addSuppressed);
      throw problem;
    }
  }

  private static void check(
      Method method, Class<?> bean, ApplicationCaches caches, BeanInstances instances) {
    if (!isIntercepted(method)) {
      if (isAnnotated(method) && !method.isSynthetic()) {
        LOG.warn(
            "{}.{} has a cache annotation without effect: the container intercepts no private and no static methods",
            bean.getName(),
            method.getName());
      }
      return;
    }
    MethodDetails<?> details = MethodDetails.of(method, bean);
    if (details == null) {
      return;
    }
    Class<? extends CacheResolverFactory> factory = details.resolverFactory();
    Class<? extends CacheKeyGenerator> generator = details.keyGenerator();
    try {
      if (factory != CacheResolverFactory.class) {
        instances.check(factory);
      }
      if (generator != CacheKeyGenerator.class) {
        instances.check(generator);
      }
    } catch (CacheAnnotationConfigurationException e) {
      throw new CacheAnnotationConfigurationException(details + ": " + e.getMessage(), e);
    }
    if (factory == CacheResolverFactory.class && generator == CacheKeyGenerator.class) {
      caches.methods().prepare(method, bean);
    }
  }

  private static boolean isIntercepted(Method method) {
    return !Modifier.isStatic(method.getModifiers())
        && !Modifier.isPrivate(method.getModifiers())
        && !method.isSynthetic()
        && method.getDeclaringClass() != Object.class;
  }

  private static boolean isAnnotated(AnnotatedElement element) {
    return MethodDetails.KINDS.stream().anyMatch(element::isAnnotationPresent);
  }

  private static String named(Point point) {
    if (point.name() == null) {
      throw new CacheAnnotationConfigurationException(
          "%s: %s".formatted(point, CacheProducers.NO_NAME));
    }
    return point.name();
  }

  private static void check(Point point, ApplicationCaches caches) {
    String name = named(point);
    try {
      caches.cache(name, point.type());
    } catch (RuntimeException e) {
      throw new CacheAnnotationConfigurationException("%s: %s".formatted(point, e.getMessage()), e);
    }
  }

  /** The type asked for, also within an Instance or a Provider. */
  private static Type cacheType(Type type) {
    return type instanceof ParameterizedType outer
            && !isCache(outer)
            && outer.getActualTypeArguments().length == 1
        ? outer.getActualTypeArguments()[0]
        : type;
  }

  private static boolean isCache(Type type) {
    Type raw = type instanceof ParameterizedType generic ? generic.getRawType() : type;
    return raw == Cache.class || raw == RespiteCache.class;
  }
}
