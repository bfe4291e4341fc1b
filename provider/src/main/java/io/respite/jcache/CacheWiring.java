package io.respite.jcache;

import io.respite.jcache.codec.AllowedClasses;
import io.respite.jcache.codec.Codec;
import io.respite.jcache.codec.CodecSettings;
import io.respite.jcache.codec.Codecs;
import io.respite.jcache.config.StoreUri;
import io.respite.jcache.event.Listeners;
import io.respite.jcache.expiry.Expiry;
import io.respite.jcache.integration.Loading;
import io.respite.jcache.integration.WriteBehind;
import io.respite.jcache.integration.WriteThrough;
import io.respite.jcache.integration.Writing;
import io.respite.jcache.management.BeanRegistration;
import io.respite.jcache.management.ConfigurationBean;
import io.respite.jcache.management.Statistics;
import io.respite.jcache.operation.CacheParts;
import io.respite.jcache.operation.Marshalling;
import io.respite.jcache.operation.StoreEvents;
import io.respite.jcache.store.Heard;
import io.respite.jcache.store.SizeLimit;
import io.respite.jcache.store.Store;
import io.respite.jcache.store.StoreConnection;
import io.respite.jcache.store.StoredForm;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.event.EventType;
import javax.cache.integration.CacheLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the parts of one cache from its configuration, keeps the configuration up to date, and
 * takes the parts down again.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
final class CacheWiring<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(CacheWiring.class);

  /** How long a change waits for room among those that wait to be written. */
  private static final Duration WRITER_PATIENCE = Duration.ofSeconds(10);

  private final String cache;

  /** Guarded by this. */
  private final RespiteConfiguration<K, V> configuration;

  private final CacheParts<K, V> parts;
  private final BeanRegistration statisticsBean;
  private final BeanRegistration configurationBean;

  /** The application's objects that want to be closed with the cache, listeners excepted. */
  private final List<Closeable> customizations = new ArrayList<>();

  /** Who writes later; null when nobody does. */
  private WriteBehind<K, V> writeBehind;

  CacheWiring(
      RespiteCache<K, V> cache,
      RespiteConfiguration<K, V> configuration,
      StoreConnection connection,
      ManagerThreads threads,
      AllowedClasses allowed) {
    this.cache = cache.getName();
    this.configuration = configuration;
    try {
      this.parts = parts(cache, connection, threads, allowed);
    } catch (RuntimeException e) {
      if (writeBehind != null) {
        writeBehind.close();
      }
      closeAll(customizations);
      throw e;
    }
    String manager = StoreUri.shown(cache.getCacheManager().getURI());
    ClassLoader loader = cache.getCacheManager().getClassLoader();
    this.statisticsBean =
        new BeanRegistration(parts.statistics(), "CacheStatistics", manager, this.cache, loader);
    this.configurationBean =
        new BeanRegistration(
            new ConfigurationBean(this::configuration),
            "CacheConfiguration",
            manager,
            this.cache,
            loader);
  }

  private CacheParts<K, V> parts(
      RespiteCache<K, V> owner,
      StoreConnection connection,
      ManagerThreads threads,
      AllowedClasses allowed) {
    ClassLoader loader = owner.getCacheManager().getClassLoader();
    AllowedClasses patterns = allowed.withPatterns(configuration.getAllowedClasses());
    Codec<K> keys =
        codec(
            configuration.getKeyCodecFactory(),
            configuration.getKeyCodec(),
            settings(configuration.getKeyType(), true, loader, patterns));
    Codec<V> values =
        codec(
            configuration.getValueCodecFactory(),
            configuration.getValueCodec(),
            settings(configuration.getValueType(), false, loader, patterns));
    Expiry expiry = Expiry.of(configuration.getExpiryPolicyFactory().create());
    closeLater(expiry.closeable());
    if (configuration.getNearCacheEntries() > 0 && !expiry.isUntouchedByAccess()) {
      throw new IllegalArgumentException(
          "Cache '%s': a near cache answers without the server, so reading must not change how long an entry lives; use an expiry policy of creation or update"
              .formatted(cache));
    }
    if (!configuration.getRefreshAhead().isZero() && !expiry.isUntouchedByAccess()) {
      throw new IllegalArgumentException(
          "Cache '%s': refreshing ahead needs an expiry policy that reading does not change, else what is read does not expire"
              .formatted(cache));
    }
    writeBehind = null;
    Writing<K, V> writing = writing(loader);
    Loading<K, V> loading = loading();

    var statistics = new Statistics();
    statistics.enable(configuration.isStatisticsEnabled());
    var events = new StoreEvents<K, V>(cache, threads, statistics);
    Store store =
        connection.open(
            cache,
            new StoredForm(
                new SizeLimit(
                    configuration.getMaxEntries(),
                    configuration.getMaxBytes(),
                    SizeLimit.Policy.valueOf(configuration.getEviction().name())),
                configuration.getBuckets(),
                keys.name(),
                values.name(),
                configuration.getNearCacheEntries(),
                configuration.getListenerTimeout().toMillis()),
            events);
    var marshalling = new Marshalling<>(cache, keys, values, store);
    var listeners = new Listeners<>(owner, threads);
    try {
      configuration.getCacheEntryListenerConfigurations().forEach(listeners::register);
    } catch (RuntimeException e) {
      store.detach();
      closeAll(listeners.close());
      throw e;
    }
    events.deliverTo(store, marshalling, listeners);
    if (listeners.any()) {
      store.hear(wish(listeners));
    }
    return new CacheParts<>(
        store,
        marshalling,
        expiry,
        loading,
        configuration.isReadThrough(),
        writing,
        listeners,
        statistics,
        events,
        configuration.getLiveBytes(),
        configuration.getLoadLease().toMillis(),
        configuration.getRefreshAhead().toMillis(),
        configuration.isLoadWhenAway(),
        threads);
  }

  private Writing<K, V> writing(ClassLoader loader) {
    if (!configuration.isWriteThrough()) {
      return null;
    }
    var through = new WriteThrough<K, V>(configuration.getCacheWriterFactory().create());
    closeLater(through.writer());
    if (configuration.getWriteBehind().isZero()) {
      return through;
    }
    writeBehind =
        new WriteBehind<>(
            cache,
            through,
            new WriteBehind.Limits(
                configuration.getWriteBehind(),
                configuration.getWriteBehindBatch(),
                configuration.getWriteBehindCapacity(),
                WRITER_PATIENCE),
            loader);
    return writeBehind;
  }

  private Loading<K, V> loading() {
    if (configuration.getCacheLoaderFactory() == null) {
      return null;
    }
    CacheLoader<K, V> source = configuration.getCacheLoaderFactory().create();
    closeLater(source);
    return new Loading<>(writeBehind == null ? source : writeBehind.before(source));
  }

  private CodecSettings settings(
      Class<?> type, boolean forKeys, ClassLoader loader, AllowedClasses patterns) {
    return new CodecSettings(
        type,
        forKeys,
        loader,
        patterns,
        configuration.getSerializationLimits(),
        configuration.getRegisteredClasses());
  }

  @SuppressWarnings(
      "unchecked") // A codec's type is tested against the configured type, which is T, where it is
  // made.
  private <T> Codec<T> codec(
      Factory<? extends Codec<T>> factory, String name, CodecSettings settings) {
    if (factory != null) {
      return factory.create();
    }
    try {
      return (Codec<T>) (name == null ? Codecs.byDefault(settings) : Codecs.named(name, settings));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("Cache '%s': %s".formatted(cache, e.getMessage()), e);
    }
  }

  private void closeLater(Object customization) {
    if (customization instanceof Closeable closeable) {
      customizations.add(closeable);
    }
  }

  CacheParts<K, V> parts() {
    return parts;
  }

  Store store() {
    return parts.store();
  }

  /** A copy. */
  synchronized RespiteConfiguration<K, V> configuration() {
    return new RespiteConfiguration<>(configuration);
  }

  synchronized void showBeans() {
    statisticsBean.set(configuration.isStatisticsEnabled());
    configurationBean.set(configuration.isManagementEnabled());
  }

  synchronized void enableStatistics(boolean on) {
    configuration.setStatisticsEnabled(on);
    parts.statistics().enable(on);
    statisticsBean.set(on);
  }

  synchronized void enableManagement(boolean on) {
    configuration.setManagementEnabled(on);
    configurationBean.set(on);
  }

  synchronized void register(CacheEntryListenerConfiguration<K, V> listener) {
    configuration.addCacheEntryListenerConfiguration(listener);
    try {
      parts.listeners().register(listener);
    } catch (RuntimeException e) {
      configuration.removeCacheEntryListenerConfiguration(listener);
      throw e;
    }
    try {
      hear();
    } catch (RuntimeException e) {
      deregister(listener);
      throw e;
    }
  }

  /** Hears of others' changes what the listeners want to know. */
  private void hear() {
    parts.store().hear(wish(parts.listeners()));
  }

  private static Heard wish(Listeners<?, ?> listeners) {
    return new Heard(
        listeners.any(),
        listeners.wantOldValues(),
        listeners.areSynchronous(),
        listeners.hear(EventType.EXPIRED));
  }

  void deregister(CacheEntryListenerConfiguration<K, V> listener) {
    synchronized (this) {
      configuration.removeCacheEntryListenerConfiguration(listener);
    }
    closeAll(parts.listeners().deregister(listener));
    hear();
  }

  void close() {
    statisticsBean.set(false);
    configurationBean.set(false);
    parts.store().detach();
    closeAll(parts.listeners().close());
    if (writeBehind != null) {
      writeBehind.close();
    }
    closeAll(customizations);
  }

  /** How many changes wait to be written. */
  int pendingWrites() {
    return writeBehind == null ? 0 : writeBehind.pending();
  }

  private void closeAll(List<Closeable> closeables) {
    for (Closeable closeable : closeables) {
      try {
        closeable.close();
      } catch (IOException | RuntimeException e) {
        LOG.warn("Cache '{}': {} could not be closed", cache, closeable.getClass().getName(), e);
      }
    }
  }
}
