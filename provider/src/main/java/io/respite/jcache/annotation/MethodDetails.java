package io.respite.jcache.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheMethodDetails;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;

/**
 * What the annotations of one method of one class say, with the defaults of the class filled in.
 * The annotation is the method's own, else the class's, which then is for all methods that have
 * none.
 *
 * @param <A> the annotation
 */
public final class MethodDetails<A extends Annotation> implements CacheMethodDetails<A> {
  /** The annotations of which a method has at most one. */
  public static final List<Class<? extends Annotation>> KINDS =
      List.of(CacheResult.class, CachePut.class, CacheRemove.class, CacheRemoveAll.class);

  private final Method method;
  private final Class<?> target;
  private final A annotation;
  private final boolean ofTheClass;
  private final Members members;
  private final String cacheName;
  private final Set<Annotation> annotations;
  private final Parameter[] parameters;

  /** Positions of the parameters that make the key. */
  private final int[] keys;

  /** Position of the value that is put, or -1. */
  private final int value;

  /** The members that the annotations share; none has them all. */
  private record Members(
      String cacheName,
      Class<? extends CacheResolverFactory> resolverFactory,
      Class<? extends CacheKeyGenerator> keyGenerator) {

    static Members of(Annotation annotation) {
      if (annotation instanceof CacheResult a) {
        return new Members(a.cacheName(), a.cacheResolverFactory(), a.cacheKeyGenerator());
      }
      if (annotation instanceof CachePut a) {
        return new Members(a.cacheName(), a.cacheResolverFactory(), a.cacheKeyGenerator());
      }
      if (annotation instanceof CacheRemove a) {
        return new Members(a.cacheName(), a.cacheResolverFactory(), a.cacheKeyGenerator());
      }
      if (annotation instanceof CacheDefaults a) {
        return new Members(a.cacheName(), a.cacheResolverFactory(), a.cacheKeyGenerator());
      }
      var all = (CacheRemoveAll) annotation;
      return new Members(all.cacheName(), all.cacheResolverFactory(), CacheKeyGenerator.class);
    }

    /** These, and what others say where these are at their defaults. */
    Members orElse(Members others) {
      return new Members(
          cacheName.isBlank() ? others.cacheName : cacheName,
          resolverFactory == CacheResolverFactory.class ? others.resolverFactory : resolverFactory,
          keyGenerator == CacheKeyGenerator.class ? others.keyGenerator : keyGenerator);
    }
  }

  private MethodDetails(Method method, Class<?> target, A annotation, boolean ofTheClass) {
    this.method = method;
    this.target = target;
    this.annotation = annotation;
    this.ofTheClass = ofTheClass;
    CacheDefaults defaults = ofClass(target, CacheDefaults.class);
    Members own = Members.of(annotation);
    this.members = defaults == null ? own : own.orElse(Members.of(defaults));
    this.cacheName = members.cacheName.isBlank() ? generatedName(method) : members.cacheName;
    this.annotations = Collections.unmodifiableSet(set(method.getAnnotations()));
    this.parameters = parameters(method);
    this.value = findValue();
    this.keys = findKeys();
  }

  /**
   * What the annotations say of a method, or null when there is none.
   *
   * @param target the class of the object that is called, a container's subclass perhaps
   * @throws CacheAnnotationConfigurationException when they contradict one another
   */
  public static MethodDetails<?> of(Method method, Class<?> target) {
    Annotation own = only(Arrays.asList(method.getAnnotations()), method, target);
    if (own != null) {
      return new MethodDetails<>(method, target, own, false);
    }
    List<Annotation> classes = new ArrayList<>();
    for (Class<? extends Annotation> kind : KINDS) {
      Annotation found = ofClass(target, kind);
      if (found != null) {
        classes.add(found);
      }
    }
    Annotation ofClass = only(classes, method, target);
    return ofClass == null ? null : new MethodDetails<>(method, target, ofClass, true);
  }

  private static Annotation only(List<Annotation> annotations, Method method, Class<?> target) {
    List<Annotation> found =
        annotations.stream().filter(a -> KINDS.contains(a.annotationType())).toList();
    if (found.size() > 1) {
      throw refused(
          method,
          target,
          found.stream()
                  .map(a -> "@" + a.annotationType().getSimpleName())
                  .collect(Collectors.joining(" and ", "", " stand together"))
              + "; leave one of them, and call a second method for the other");
    }
    return found.isEmpty() ? null : found.get(0);
  }

  /** The annotation of a class or the nearest class above it; a container's proxies have none. */
  private static <T extends Annotation> T ofClass(Class<?> target, Class<T> annotation) {
    for (Class<?> type = target; type != null; type = type.getSuperclass()) {
      T found = type.getDeclaredAnnotation(annotation);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static String generatedName(Method method) {
    return Stream.of(method.getParameterTypes())
        .map(Class::getName)
        .collect(
            Collectors.joining(
                ",", method.getDeclaringClass().getName() + "." + method.getName() + "(", ")"));
  }

  private static Parameter[] parameters(Method method) {
    Class<?>[] types = method.getParameterTypes();
    Annotation[][] annotations = method.getParameterAnnotations();
    var parameters = new Parameter[types.length];
    for (int i = 0; i < types.length; i++) {
      parameters[i] = new Parameter(i, types[i], Collections.unmodifiableSet(set(annotations[i])));
    }
    return parameters;
  }

  private static Set<Annotation> set(Annotation[] annotations) {
    return new LinkedHashSet<>(Arrays.asList(annotations));
  }

  /** The parameter marked as the value; of {@code @CachePut} the only one that can be meant. */
  private int findValue() {
    int[] marked = positions(p -> p.has(CacheValue.class));
    if (!(annotation instanceof CachePut)) {
      if (marked.length > 0) {
        throw refused("@CacheValue belongs to @CachePut; remove it, or use @CachePut");
      }
      return -1;
    }
    if (marked.length > 1) {
      throw refused(
          "parameters %s are marked with @CacheValue; mark the one that is to be put"
              .formatted(Arrays.toString(marked)));
    }
    if (marked.length == 1) {
      if (parameters[marked[0]].has(CacheKey.class)) {
        throw refused(
            "parameter %d is marked with both @CacheKey and @CacheValue; take the key from another parameter, or write a cacheKeyGenerator"
                .formatted(marked[0]));
      }
      return marked[0];
    }
    int[] candidates = positions(p -> !p.has(CacheKey.class));
    if (candidates.length != 1) {
      throw refused("mark the parameter that is to be put with @CacheValue");
    }
    return candidates[0];
  }

  private int[] findKeys() {
    int[] marked = positions(p -> p.has(CacheKey.class));
    return marked.length > 0 ? marked : positions(p -> p.position() != value);
  }

  private int[] positions(Predicate<Parameter> which) {
    return Stream.of(parameters).filter(which).mapToInt(Parameter::position).toArray();
  }

  // ---- what the specification asks for

  @Override
  public Method getMethod() {
    return method;
  }

  @Override
  public Set<Annotation> getAnnotations() {
    return annotations;
  }

  @Override
  public A getCacheAnnotation() {
    return annotation;
  }

  @Override
  public String getCacheName() {
    return cacheName;
  }

  // ---- for this package

  /** Whether the annotation is the class's, for all its methods. */
  boolean isOfTheClass() {
    return ofTheClass;
  }

  /** The factory named, or {@link CacheResolverFactory} itself for the default. */
  public Class<? extends CacheResolverFactory> resolverFactory() {
    return members.resolverFactory;
  }

  /** The generator named, or {@link CacheKeyGenerator} itself for the default. */
  public Class<? extends CacheKeyGenerator> keyGenerator() {
    return members.keyGenerator;
  }

  Parameter[] parameters() {
    return parameters;
  }

  int[] keys() {
    return keys;
  }

  int value() {
    return value;
  }

  /** An exception that names the class, the method and what is wrong. */
  CacheAnnotationConfigurationException refused(String what) {
    return refused(method, target, what);
  }

  private static CacheAnnotationConfigurationException refused(
      Method method, Class<?> target, String what) {
    return new CacheAnnotationConfigurationException(shown(method, target) + ": " + what);
  }

  /** The class and method as messages name them. */
  @Override
  public String toString() {
    return shown(method, target);
  }

  private static String shown(Method method, Class<?> target) {
    Class<?> own = target;
    while (own.getSuperclass() != null
        && (own.isSynthetic()
            || own.getName().contains("$$")
            || own.getName().contains("$Proxy$"))) {
      own = own.getSuperclass();
    }
    return Stream.of(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(", ", own.getName() + "." + method.getName() + "(", ")"));
  }
}
