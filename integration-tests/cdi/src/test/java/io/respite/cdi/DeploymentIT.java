package io.respite.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.jcache.RespiteCachingProvider;
import io.respite.jcache.cdi.CacheName;
import io.respite.jcache.codec.GeneratedKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import java.io.Serializable;
import java.util.Map;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheKeyInvocationContext;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import javax.cache.annotation.GeneratedCacheKey;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What is found wrong while an application is deployed, in the words it is told in. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DeploymentIT {
  private static void refused(Class<?> bean, String sentence) {
    assertThatThrownBy(() -> Container.start(bean))
        .hasStackTraceContaining(bean.getName() + "." + sentence);
  }

  /** Marks two values. */
  @Dependent
  public static class TwoValues {
    @CachePut(cacheName = "c")
    public void put(@CacheValue String a, @CacheValue String b) {}
  }

  /** Marks no value, of two that may be meant. */
  @Dependent
  public static class NoValue {
    @CachePut(cacheName = "c")
    public void put(String id, String value) {}
  }

  /** Marks one parameter as both. */
  @Dependent
  public static class KeyAndValue {
    @CachePut(cacheName = "c")
    public void put(@CacheKey @CacheValue String both) {}
  }

  /** Marks a value where nothing is put. */
  @Dependent
  public static class ValueOfResult {
    @CacheResult(cacheName = "c")
    public String find(@CacheValue String id) {
      return id;
    }
  }

  /** Has two annotations on one method. */
  @Dependent
  public static class TwoAnnotations {
    @CacheResult(cacheName = "c")
    @CacheRemove(cacheName = "d")
    public String find(String id) {
      return id;
    }
  }

  /** Returns nothing. */
  @Dependent
  public static class Nothing {
    @CacheResult(cacheName = "c")
    public void run() {}
  }

  /** Has a private generator. */
  @Dependent
  public static class Unmakeable {
    @CacheResult(cacheName = "c", cacheKeyGenerator = Hidden.class)
    public String find(String id) {
      return id;
    }
  }

  /** Is made by nobody. */
  static final class Hidden implements CacheKeyGenerator {
    private final Serializable something;

    Hidden(Serializable something) {
      this.something = something;
    }

    @Override
    public GeneratedCacheKey generateCacheKey(
        CacheKeyInvocationContext<? extends java.lang.annotation.Annotation> context) {
      throw new IllegalStateException(something.toString());
    }
  }

  /** Has a resolver factory that nobody can make. */
  @Dependent
  public static class Unresolvable {
    @CacheResult(cacheName = "c", cacheResolverFactory = NoFactory.class)
    public String find(String id) {
      return id;
    }
  }

  /** Cannot be made: an interface that nobody implements. */
  public interface NoFactory extends CacheResolverFactory {}

  /** Inherits a mistake. */
  @Dependent
  public static class Heir extends TwoValues {}

  /** Has nothing left of what the class above says. */
  @Dependent
  public static class Mended extends TwoValues {
    @Override
    @CachePut(cacheName = "c")
    public void put(String a, @CacheValue String b) {}
  }

  /** Wants a cache of other types where an event arrives. */
  @Dependent
  public static class Observing {
    void observe(@Observes String event, @CacheName("numbers") Cache<String, String> cache) {
      throw new IllegalStateException(event + cache);
    }
  }

  /** Has two parameters where the cache's keys are numbers. */
  @ApplicationScoped
  public static class TwoKeys {
    @CacheResult(cacheName = "numbers")
    public String find(long id, String language) {
      return language + id;
    }
  }

  /** Returns what the cache cannot hold. */
  @ApplicationScoped
  public static class OtherValues {
    @CacheResult(cacheName = "numbers")
    public Integer find(long id) {
      return (int) id;
    }
  }

  @Test
  void two_values() {
    refused(
        TwoValues.class,
        "put(String, String): parameters [0, 1] are marked with @CacheValue; mark the one that is to be put");
  }

  @Test
  void no_value_where_two_parameters_may_be_meant() {
    refused(
        NoValue.class,
        "put(String, String): mark the parameter that is to be put with @CacheValue");
  }

  @Test
  void one_parameter_as_key_and_value() {
    refused(
        KeyAndValue.class,
        "put(String): parameter 0 is marked with both @CacheKey and @CacheValue");
  }

  @Test
  void a_value_of_what_puts_nothing() {
    refused(ValueOfResult.class, "find(String): @CacheValue belongs to @CachePut");
  }

  @Test
  void two_annotations_on_one_method() {
    refused(TwoAnnotations.class, "find(String): @CacheResult and @CacheRemove stand together");
  }

  @Test
  void results_of_methods_that_have_none() {
    refused(Nothing.class, "run(): the method returns nothing that @CacheResult could keep");
  }

  @Test
  void generators_that_nobody_can_make() {
    refused(
        Unmakeable.class,
        "find(String): io.respite.cdi.DeploymentIT$Hidden is neither a bean nor a class with a public constructor");
  }

  @Test
  void resolver_factories_that_nobody_can_make() {
    refused(
        Unresolvable.class,
        "find(String): io.respite.cdi.DeploymentIT$NoFactory is neither a bean nor a class with a public constructor");
  }

  @Test
  void mistakes_of_the_class_above() {
    refused(Heir.class, "put(String, String): parameters [0, 1] are marked with @CacheValue");
  }

  @Test
  void but_not_those_of_methods_that_are_overridden() {
    try (var container = Container.start(Mended.class)) {
      container.bean(Mended.class).put("a", "b");
      assertThat(container.cache("c").get(GeneratedKey.of("a"))).isEqualTo("b");
    }
  }

  @Test
  void caches_of_other_types_in_an_observer() {
    assertThatThrownBy(
            () ->
                Container.start(
                    Map.of("respite.caches.numbers.keyType", "java.lang.Long"), Observing.class))
        .hasStackTraceContaining(
            "Bean io.respite.cdi.DeploymentIT$Observing, parameter of observe: cache 'numbers' has keys of java.lang.Long");
  }

  @Test
  void all_mistakes_at_once() {
    assertThatThrownBy(() -> Container.start(NoValue.class, Nothing.class, Unresolvable.class))
        .hasStackTraceContaining(NoValue.class.getName() + ".put(String, String): mark the ");
    assertThatThrownBy(() -> Container.start(Nothing.class, Unresolvable.class))
        .hasStackTraceContaining(Nothing.class.getName() + ".run(): the method returns nothing")
        .hasStackTraceContaining(Unresolvable.class.getName() + ".find(String): ");
  }

  @Test
  void a_refused_application_leaves_no_cache_manager_open() {
    ClassLoader loader = Container.loader();
    var provider =
        (RespiteCachingProvider)
            Caching.getCachingProvider(RespiteCachingProvider.class.getName(), loader);
    refused(Unresolvable.class, "find(String): ");
    CacheManager next = provider.getCacheManager(null, loader);
    assertThat(next.getCacheNames()).isEmpty();
    next.close();
  }

  @Test
  void keys_and_values_that_do_not_suit_the_cache() {
    Map<String, String> numbers =
        Map.of(
            "respite.caches.numbers.keyType", "java.lang.Long",
            "respite.caches.numbers.valueType", "java.lang.String");
    assertThatThrownBy(() -> Container.start(numbers, TwoKeys.class))
        .hasStackTraceContaining(
            "TwoKeys.find(long, String): cache 'numbers' has keys of java.lang.Long, so exactly one parameter of that type must be the key");
    assertThatThrownBy(() -> Container.start(numbers, OtherValues.class))
        .hasStackTraceContaining(
            "OtherValues.find(long): cache 'numbers' has values of java.lang.String, and what the method returns is java.lang.Integer");
  }

  @Test
  void wrong_settings() {
    assertThatThrownBy(() -> Container.start(Map.of("respite.cdi.enabled", "nein"), Lab.class))
        .hasStackTraceContaining(
            "Property respite.cdi.enabled is 'nein'; allowed is true or false");
    assertThatThrownBy(() -> Container.start(Map.of("respite.cdi.priority", "high"), Lab.class))
        .hasStackTraceContaining(
            "Property respite.cdi.priority is 'high'; allowed is a whole number");
  }

  @Test
  void what_is_right_deploys() {
    try (var container =
        Container.start(
            Map.of("respite.caches.numbers.keyType", "java.lang.Long"), OtherValues.class)) {
      assertThat(container.bean(OtherValues.class).find(3)).isEqualTo(3);
      assertThat(container.cache("numbers").get(3L)).isEqualTo(3);
    }
  }
}
