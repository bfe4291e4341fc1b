package io.respite.jcache.annotation;

import io.respite.jcache.RespiteCache;
import io.respite.jcache.codec.CodecException;
import io.respite.jcache.codec.GeneratedKey;
import java.lang.invoke.MethodType;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.GeneratedCacheKey;
import javax.cache.configuration.Configuration;

/**
 * The keys of one annotated method.
 *
 * <p>A generator that the annotations name makes them. Else the cache decides. If its keys are of a
 * type of the application's, the one parameter of that type is the key itself, so that whoever uses
 * the cache without annotations, and its loader and writer, see the same key; a cache without such
 * a type has a {@link GeneratedKey} of all key parameters.
 */
final class Keys {
  private final MethodDetails<?> details;

  /** Null when there is none of the application's. */
  private final CacheKeyGenerator generator;

  /** What was found out of the cache met last; usually there is but one. */
  private volatile Choice choice;

  /**
   * @param cache of which this is known
   * @param direct position of the parameter that is the key itself, or -1
   * @param computing the cache, if it has a say in how what is missing is computed: by one caller
   *     at a time, or also while the store cannot be reached; else null
   */
  record Choice(Cache<Object, Object> cache, int direct, RespiteCache<Object, Object> computing) {}

  Keys(MethodDetails<?> details, CacheKeyGenerator generator) {
    this.details = details;
    this.generator = generator;
  }

  boolean areTheApplications() {
    return generator != null;
  }

  /**
   * The key of a call.
   *
   * @param call is asked for only where a generator of the application's needs it
   */
  Object of(Choice choice, Object[] arguments, Invocation<?> call) {
    if (generator != null) {
      GeneratedCacheKey key = generator.generateCacheKey(call);
      if (key == null) {
        throw new CacheException(
            "%s: the key generator %s has returned null"
                .formatted(details, generator.getClass().getName()));
      }
      return key;
    }
    if (choice.direct >= 0) {
      Object key = arguments[choice.direct];
      if (key == null) {
        throw new NullPointerException(
            "%s: parameter %d is null and is the key itself, because cache '%s' has keys of %s"
                .formatted(
                    details,
                    choice.direct,
                    choice.cache.getName(),
                    details.parameters()[choice.direct].rawType().getName()));
      }
      return key;
    }
    try {
      return GeneratedKey.of(arguments, details.keys());
    } catch (CodecException e) {
      throw new CacheException(
          "%s: %s; mark the others with @CacheKey, or name a cacheKeyGenerator"
              .formatted(details, e.getMessage()),
          e);
    }
  }

  /** What is to be known of a cache; found out once. */
  Choice choiceFor(Cache<Object, Object> cache) {
    Choice known = choice;
    if (known == null || known.cache != cache) {
      known = choose(cache);
      choice = known;
    }
    return known;
  }

  private Choice choose(Cache<Object, Object> cache) {
    @SuppressWarnings("unchecked") // The class carries no types.
    Class<Configuration<Object, Object>> any =
        (Class<Configuration<Object, Object>>) (Class<?>) Configuration.class;
    Class<?> keyType = cache.getConfiguration(any).getKeyType();
    int direct =
        generator != null || keyType.isAssignableFrom(GeneratedKey.class)
            ? -1
            : direct(cache, keyType);
    RespiteCache<Object, Object> computing = null;
    if (cache instanceof RespiteCache<Object, Object> respite
        && (!respite.configuration().getLoadLease().isZero()
            || respite.configuration().isLoadWhenAway())) {
      computing = respite;
    }
    return new Choice(cache, direct, computing);
  }

  private int direct(Cache<Object, Object> cache, Class<?> keyType) {
    int[] keys = details.keys();
    if (keys.length == 1) {
      Class<?> given =
          MethodType.methodType(details.parameters()[keys[0]].rawType()).wrap().returnType();
      if (keyType.isAssignableFrom(given)) {
        return keys[0];
      }
    }
    throw details.refused(
        "cache '%s' has keys of %s, so exactly one parameter of that type must be the key; mark it with @CacheKey, name a cacheKeyGenerator, or declare the cache without keyType"
            .formatted(cache.getName(), keyType.getName()));
  }
}
