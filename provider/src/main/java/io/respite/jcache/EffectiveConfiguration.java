package io.respite.jcache;

import io.respite.jcache.config.CacheDeclaration;
import io.respite.jcache.store.SizeLimit;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Configuration;
import javax.cache.configuration.Factory;
import javax.cache.expiry.EternalExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/**
 * The configuration a cache gets: what the application gave, completed by what the configuration
 * file says of the name. The application goes first: the file fills what was left at its default.
 */
final class EffectiveConfiguration {
  private EffectiveConfiguration() {}

  static <K, V> RespiteConfiguration<K, V> of(
      Configuration<K, V> given, CacheDeclaration declared) {
    RespiteConfiguration<K, V> effective;
    if (given instanceof CompleteConfiguration<K, V> complete) {
      effective = new RespiteConfiguration<>(complete);
    } else {
      effective = new RespiteConfiguration<>();
      effective.setTypes(given.getKeyType(), given.getValueType());
      effective.setStoreByValue(given.isStoreByValue());
    }
    if (declared != null) {
      fill(effective, declared);
    }
    return effective;
  }

  @SuppressWarnings(
      "unchecked") // The file's classes are what they are; the application's K and V are its own
  // claim.
  private static <K, V> void fill(RespiteConfiguration<K, V> config, CacheDeclaration declared) {
    config.setTypes(
        (Class<K>) typeOf(config.getKeyType(), declared.keyType()),
        (Class<V>) typeOf(config.getValueType(), declared.valueType()));
    if (config.getKeyCodec() == null && config.getKeyCodecFactory() == null) {
      config.setKeyCodec(declared.keyCodec());
    }
    if (config.getValueCodec() == null && config.getValueCodecFactory() == null) {
      config.setValueCodec(declared.valueCodec());
    }
    if (declared.expiry() != null
        && config.getExpiryPolicyFactory().equals(EternalExpiryPolicy.factoryOf())) {
      config.setExpiryPolicyFactory(declared.expiry());
    }
    if (declared.loader() != null && config.getCacheLoaderFactory() == null) {
      config.setCacheLoaderFactory(
          (Factory<? extends CacheLoader<K, V>>) (Factory<?>) declared.loader());
      config.setReadThrough(Boolean.TRUE.equals(declared.readThrough()));
    }
    if (declared.writer() != null && config.getCacheWriterFactory() == null) {
      config.setCacheWriterFactory(
          (Factory<? extends CacheWriter<? super K, ? super V>>) (Factory<?>) declared.writer());
      config.setWriteThrough(Boolean.TRUE.equals(declared.writeThrough()));
    }
    config.setStatisticsEnabled(
        config.isStatisticsEnabled() || Boolean.TRUE.equals(declared.statistics()));
    config.setManagementEnabled(
        config.isManagementEnabled() || Boolean.TRUE.equals(declared.management()));
    SizeLimit limit = declared.limit();
    if (limit != null && config.getMaxEntries() == 0 && config.getMaxBytes() == 0) {
      config
          .setMaxEntries(limit.entries())
          .setMaxBytes(limit.bytes())
          .setEviction(Eviction.valueOf(limit.policy().name()));
    }
    if (declared.liveBytes() != null && config.hasUsualLiveBytes()) {
      config.setLiveBytes(declared.liveBytes());
    }
    if (declared.buckets() != null && config.getBuckets() == 0) {
      config.setBuckets(declared.buckets());
    }
    if (declared.nearCacheEntries() != null && config.getNearCacheEntries() == 0) {
      config.setNearCacheEntries(declared.nearCacheEntries());
    }
    if (declared.loadLease() != null && config.getLoadLease().isZero()) {
      config.setLoadLease(declared.loadLease());
    }
    if (declared.listenerTimeout() != null && config.hasUsualListenerTimeout()) {
      config.setListenerTimeout(declared.listenerTimeout());
    }
    if (declared.refreshAhead() != null && config.getRefreshAhead().isZero()) {
      config.setRefreshAhead(declared.refreshAhead());
    }
    config.setLoadWhenAway(config.isLoadWhenAway() || Boolean.TRUE.equals(declared.loadWhenAway()));
    if (declared.writeBehind() != null && config.getWriteBehind().isZero()) {
      config.setWriteBehind(declared.writeBehind());
    }
    if (config.getAllowedClasses().isEmpty()) {
      config.setAllowedClasses(declared.allowedClasses());
    }
    if (declared.limits() != null) {
      config.setSerializationLimits(declared.limits());
    }
    if (declared.registeredClasses() != null && config.getRegisteredClasses().isEmpty()) {
      config.setRegisteredClasses(declared.registeredClasses());
    }
  }

  private static Class<?> typeOf(Class<?> given, Class<?> declared) {
    return declared == null || given != Object.class ? given : declared;
  }

  /** Refuses in words what this store or this provider does not do. */
  static void check(String cache, RespiteConfiguration<?, ?> config) {
    if (!config.isStoreByValue()) {
      throw new UnsupportedOperationException(
          "Cache '%s': store by reference is not supported, because entries live in the store as bytes; leave storeByValue at true"
              .formatted(cache));
    }
    if (config.isReadThrough() && config.getCacheLoaderFactory() == null) {
      throw new IllegalArgumentException(
          "Cache '%s': readThrough needs a CacheLoader factory".formatted(cache));
    }
    if (!config.getWriteBehind().isZero() && !config.isWriteThrough()) {
      throw new IllegalArgumentException(
          "Cache '%s': writeBehind is a way of writing through; set writeThrough too"
              .formatted(cache));
    }
    if (config.getWriteBehindCapacity() < config.getWriteBehindBatch()) {
      throw new IllegalArgumentException(
          "Cache '%s': writeBehindCapacity is %d, less than the %d of writeBehindBatch"
              .formatted(cache, config.getWriteBehindCapacity(), config.getWriteBehindBatch()));
    }
    if (!config.getRefreshAhead().isZero() && !config.isReadThrough()) {
      throw new IllegalArgumentException(
          "Cache '%s': refreshAhead is for caches that read through; set readThrough too"
              .formatted(cache));
    }
    if (config.isWriteThrough() && config.getCacheWriterFactory() == null) {
      throw new IllegalArgumentException(
          "Cache '%s': writeThrough needs a CacheWriter factory".formatted(cache));
    }
  }
}
