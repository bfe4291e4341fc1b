package io.respite.jcache.annotation;

import io.respite.jcache.RespiteCacheManager;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResolver;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;

/**
 * The annotated methods of one application. An interceptor hands its calls to {@link #invoke}; what
 * the annotations say is found out at a method's first call and kept here, so that it lives no
 * longer than the application's classes do.
 */
public final class CachedMethods {
  private final Instances instances;
  private final CacheResolverFactory byName;
  private final Map<Class<?>, Map<Method, CachedMethod>> known = new ConcurrentHashMap<>();
  private final Map<Class<?>, Object> factories = new ConcurrentHashMap<>();

  /**
   * @param manager gives the application's cache manager, which is asked for when a method first
   *     needs a cache
   * @param instances gives the objects of classes that annotations name; each is asked for once
   */
  public CachedMethods(Supplier<RespiteCacheManager> manager, Instances instances) {
    this.instances = instances;
    this.byName = new CachesByName(manager);
  }

  /**
   * Does what an annotation says around the rest of a call.
   *
   * @param kind the annotation for whose sake the call was intercepted; if the method's annotation
   *     is another one, because one of its class led here, the call goes on
   * @param method the method called
   * @param target the object called
   * @param arguments the arguments as they are when the call arrives
   * @throws CacheAnnotationConfigurationException when the annotations make no sense
   */
  public Object invoke(
      Class<? extends Annotation> kind,
      Method method,
      Object target,
      Object[] arguments,
      Proceeding rest)
      throws Exception {
    CachedMethod cached = of(method, target.getClass());
    return cached.kind() == kind ? cached.invoke(target, arguments, rest) : rest.proceed();
  }

  /**
   * Opens the cache of a method beforehand and finds out whether the two suit each other, as far as
   * that can be known without a call.
   *
   * @throws CacheAnnotationConfigurationException when they do not
   */
  public void prepare(Method method, Class<?> target) {
    of(method, target).prepare();
  }

  private CachedMethod of(Method method, Class<?> target) {
    Map<Method, CachedMethod> methods = known.get(target);
    if (methods == null) {
      methods = known.computeIfAbsent(target, type -> new ConcurrentHashMap<>());
    }
    CachedMethod cached = methods.get(method);
    if (cached == null) {
      // Not computeIfAbsent: a factory of the application's may call annotated methods itself.
      CachedMethod made = make(method, target);
      CachedMethod other = methods.putIfAbsent(method, made);
      cached = other != null ? other : made;
    }
    return cached;
  }

  @SuppressWarnings("unchecked") // The details are of the class of their annotation.
  private CachedMethod make(Method method, Class<?> target) {
    MethodDetails<?> details = MethodDetails.of(method, target);
    if (details == null) {
      throw new CacheAnnotationConfigurationException(
          "%s.%s is intercepted for a cache annotation that neither it nor its class has; put the annotation on the method"
              .formatted(target.getName(), method.getName()));
    }
    CacheResolverFactory factory = factory(details);
    CacheResolver resolver = resolver(details, factory, factory.getCacheResolver(details));
    Annotation annotation = details.getCacheAnnotation();
    if (annotation instanceof CacheResult result) {
      var own = (MethodDetails<CacheResult>) details;
      CacheResolver exceptions =
          result.exceptionCacheName().isBlank()
              ? null
              : resolver(own, factory, factory.getExceptionCacheResolver(own));
      return new ResultMethod(own, resolver, exceptions, keys(own));
    }
    if (annotation instanceof CachePut) {
      return new PutMethod((MethodDetails<CachePut>) details, resolver, keys(details));
    }
    if (annotation instanceof CacheRemove) {
      return new RemoveMethod((MethodDetails<CacheRemove>) details, resolver, keys(details));
    }
    return new RemoveAllMethod((MethodDetails<CacheRemoveAll>) details, resolver);
  }

  private CacheResolverFactory factory(MethodDetails<?> details) {
    Class<? extends CacheResolverFactory> type = details.resolverFactory();
    return type == CacheResolverFactory.class ? byName : instance(details, type);
  }

  private static CacheResolver resolver(
      MethodDetails<?> details, CacheResolverFactory factory, CacheResolver resolver) {
    if (resolver == null) {
      throw details.refused(
          "the resolver factory %s has returned null".formatted(factory.getClass().getName()));
    }
    return resolver;
  }

  private Keys keys(MethodDetails<?> details) {
    Class<? extends CacheKeyGenerator> type = details.keyGenerator();
    return new Keys(details, type == CacheKeyGenerator.class ? null : instance(details, type));
  }

  private <T> T instance(MethodDetails<?> details, Class<T> type) {
    Object found = factories.get(type);
    if (found == null) {
      T made;
      try {
        made = instances.of(type);
      } catch (CacheAnnotationConfigurationException e) {
        throw new CacheAnnotationConfigurationException(details + ": " + e.getMessage(), e);
      }
      Object other = factories.putIfAbsent(type, made);
      found = other != null ? other : made;
    }
    return type.cast(found);
  }
}
