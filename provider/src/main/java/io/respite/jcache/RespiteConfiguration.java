package io.respite.jcache;

import static java.util.Objects.requireNonNull;

import io.respite.jcache.codec.Codec;
import io.respite.jcache.codec.SerializationLimits;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.cache.configuration.CacheEntryListenerConfiguration;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.Factory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/**
 * A cache's configuration with what the specification leaves out: codecs, a size limit, and what
 * Java serialization may do.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public class RespiteConfiguration<K, V> extends MutableConfiguration<K, V> {
  private static final long serialVersionUID = 1L;

  /** The share of the heap that a cache's live values may take unless told otherwise. */
  private static final int LIVE_SHARE = 64;

  private static final Duration USUAL_LISTENER_TIMEOUT = Duration.ofSeconds(1);

  private String keyCodec;
  private String valueCodec;
  private Factory<? extends Codec<K>> keyCodecFactory;
  private Factory<? extends Codec<V>> valueCodecFactory;
  private long maxEntries;
  private long maxBytes;
  private Eviction eviction = Eviction.LRU;

  @SuppressWarnings("serial") // Always an immutable list, which is serializable.
  private List<String> allowedClasses = List.of();

  @SuppressWarnings("serial") // Always an immutable list, which is serializable.
  private List<String> registeredClasses = List.of();

  private SerializationLimits serializationLimits = SerializationLimits.DEFAULT;
  private int buckets;
  private long nearCacheEntries;
  private Duration loadLease = Duration.ZERO;
  private Duration listenerTimeout = USUAL_LISTENER_TIMEOUT;
  private Duration refreshAhead = Duration.ZERO;
  private Duration writeBehind = Duration.ZERO;
  private boolean loadWhenAway;
  private int writeBehindBatch = 500;
  private int writeBehindCapacity = 100_000;
  private long liveBytes = usualLiveBytes();

  /** Everything at its default: no types, eternal, no size limit. */
  public RespiteConfiguration() {}

  /** A copy; of a configuration of another class, everything it knows. */
  public RespiteConfiguration(CompleteConfiguration<K, V> other) {
    super(other);
    if (other instanceof RespiteConfiguration<K, V> respite) {
      keyCodec = respite.keyCodec;
      valueCodec = respite.valueCodec;
      keyCodecFactory = respite.keyCodecFactory;
      valueCodecFactory = respite.valueCodecFactory;
      maxEntries = respite.maxEntries;
      maxBytes = respite.maxBytes;
      eviction = respite.eviction;
      allowedClasses = respite.allowedClasses;
      registeredClasses = respite.registeredClasses;
      serializationLimits = respite.serializationLimits;
      buckets = respite.buckets;
      nearCacheEntries = respite.nearCacheEntries;
      loadLease = respite.loadLease;
      listenerTimeout = respite.listenerTimeout;
      refreshAhead = respite.refreshAhead;
      writeBehind = respite.writeBehind;
      loadWhenAway = respite.loadWhenAway;
      writeBehindBatch = respite.writeBehindBatch;
      writeBehindCapacity = respite.writeBehindCapacity;
      liveBytes = respite.liveBytes;
    }
  }

  // ---- codecs

  /** The name of the keys' codec, or null to choose by type. */
  public String getKeyCodec() {
    return keyCodec;
  }

  /**
   * Chooses the keys' codec: {@code string}, {@code long}, {@code bytes}, {@code json}, {@code
   * java}, {@code fory} and others ({@link io.respite.jcache.codec.Codecs}), or the name of a class
   * that implements {@link Codec}.
   */
  public RespiteConfiguration<K, V> setKeyCodec(String name) {
    keyCodec = name;
    return this;
  }

  /** The name of the values' codec, or null to choose by type. */
  public String getValueCodec() {
    return valueCodec;
  }

  /** Chooses the values' codec, as {@link #setKeyCodec} does the keys'. */
  public RespiteConfiguration<K, V> setValueCodec(String name) {
    valueCodec = name;
    return this;
  }

  /** What makes the keys' codec, or null. */
  public Factory<? extends Codec<K>> getKeyCodecFactory() {
    return keyCodecFactory;
  }

  /** Sets what makes the keys' codec; it goes before a name. */
  public RespiteConfiguration<K, V> setKeyCodecFactory(Factory<? extends Codec<K>> factory) {
    keyCodecFactory = factory;
    return this;
  }

  /** What makes the values' codec, or null. */
  public Factory<? extends Codec<V>> getValueCodecFactory() {
    return valueCodecFactory;
  }

  /** Sets what makes the values' codec; it goes before a name. */
  public RespiteConfiguration<K, V> setValueCodecFactory(Factory<? extends Codec<V>> factory) {
    valueCodecFactory = factory;
    return this;
  }

  /** Patterns of classes that Java serialization may make. */
  public List<String> getAllowedClasses() {
    return allowedClasses;
  }

  /**
   * Allows Java serialization to make objects of more classes than the cache's types and what this
   * manager has itself stored: {@code com.acme.Order}, {@code com.acme.*}, {@code com.acme.**}.
   */
  public RespiteConfiguration<K, V> setAllowedClasses(List<String> patterns) {
    allowedClasses = List.copyOf(patterns);
    return this;
  }

  /** Limits of Java serialization. */
  public SerializationLimits getSerializationLimits() {
    return serializationLimits;
  }

  /** Sets how much one serialized object may ask for. */
  public RespiteConfiguration<K, V> setSerializationLimits(SerializationLimits limits) {
    serializationLimits = requireNonNull(limits, "limits");
    return this;
  }

  /** Names of the classes that the Fory codec registers. */
  public List<String> getRegisteredClasses() {
    return registeredClasses;
  }

  /**
   * Names the classes that the Fory codec registers besides the cache's types; their order is part
   * of the stored form.
   */
  public RespiteConfiguration<K, V> setRegisteredClasses(List<String> names) {
    registeredClasses = List.copyOf(names);
    return this;
  }

  // ---- size

  /** The most entries; 0 for no limit. */
  public long getMaxEntries() {
    return maxEntries;
  }

  /**
   * Limits the number of entries; beyond it single entries make room, as {@link #setEviction} says.
   *
   * @throws IllegalArgumentException when it is negative; 0 is no limit
   */
  public RespiteConfiguration<K, V> setMaxEntries(long entries) {
    maxEntries = notNegative("maxEntries", entries);
    return this;
  }

  /** The most bytes that all entries may take; 0 for no limit. */
  public long getMaxBytes() {
    return maxBytes;
  }

  /**
   * Limits the bytes that all entries take in the store; beyond it single entries make room.
   *
   * @throws IllegalArgumentException when it is negative; 0 is no limit
   */
  public RespiteConfiguration<K, V> setMaxBytes(long bytes) {
    maxBytes = notNegative("maxBytes", bytes);
    return this;
  }

  /** Which entry makes room. */
  public Eviction getEviction() {
    return eviction;
  }

  /** Sets which entry makes room. */
  public RespiteConfiguration<K, V> setEviction(Eviction policy) {
    eviction = requireNonNull(policy, "policy");
    return this;
  }

  private static long usualLiveBytes() {
    return Runtime.getRuntime().maxMemory() / LIVE_SHARE;
  }

  boolean hasUsualLiveBytes() {
    return liveBytes == usualLiveBytes();
  }

  /** How many bytes of values are also kept as objects; 0 for none. */
  public long getLiveBytes() {
    return liveBytes;
  }

  /**
   * Bounds what an embedded cache of strings, numbers and other values that cannot be changed keeps
   * as objects beside their bytes, so that reading one again need not decode it. The default is a
   * 64th of the heap; 0 keeps none, and the cache then takes the least memory.
   */
  public RespiteConfiguration<K, V> setLiveBytes(long bytes) {
    liveBytes = notNegative("liveBytes", bytes);
    return this;
  }

  // ---- for stores that many JVMs share

  /** Over how many hashes the entries are spread; 0 for whatever the datastore has, or else one. */
  public int getBuckets() {
    return buckets;
  }

  /**
   * Spreads the entries over several hashes, so that they spread over a cluster. An embedded store
   * has one; a cache with more is refused when it is created.
   */
  public RespiteConfiguration<K, V> setBuckets(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("buckets is %d; it must be at least 1".formatted(count));
    }
    buckets = count;
    return this;
  }

  /** How many entries are also kept in this JVM; 0 for none. */
  public long getNearCacheEntries() {
    return nearCacheEntries;
  }

  /**
   * Keeps entries of a remote store in this JVM too. An embedded store is in this JVM anyway; a
   * cache with a near cache is refused when it is created.
   */
  public RespiteConfiguration<K, V> setNearCacheEntries(long entries) {
    nearCacheEntries = notNegative("nearCacheEntries", entries);
    return this;
  }

  boolean hasUsualListenerTimeout() {
    return listenerTimeout.equals(USUAL_LISTENER_TIMEOUT);
  }

  /** How long a change waits for synchronous listeners in other JVMs. */
  public Duration getListenerTimeout() {
    return listenerTimeout;
  }

  /**
   * Bounds how long a change of a remote cache waits until synchronous listeners in other JVMs have
   * been told. After that it returns, and {@link RespiteStatistics#listenerTimeouts} counts it. One
   * second is the default; zero never waits. Where no other JVM has such listeners nothing waits.
   */
  public RespiteConfiguration<K, V> setListenerTimeout(Duration time) {
    listenerTimeout = notNegative("listenerTimeout", time);
    return this;
  }

  // ---- loading

  /**
   * How long one JVM of all may load a missing entry while the others wait; zero when each loads.
   */
  public Duration getLoadLease() {
    return loadLease;
  }

  /**
   * Lets one JVM alone load a missing entry of a cache that reads through, or compute it in {@link
   * RespiteCache#getOrLoad}; the others wait for what it has loaded. The lease is renewed while the
   * loader runs, so this is the time after which another one takes over from a JVM that has died.
   * Some seconds are usual; zero, the default, lets each JVM load for itself.
   */
  public RespiteConfiguration<K, V> setLoadLease(Duration time) {
    loadLease = notNegative("loadLease", time);
    return this;
  }

  /** How long before its end an entry that is read is loaded anew; zero for never. */
  public Duration getRefreshAhead() {
    return refreshAhead;
  }

  /**
   * Loads an entry anew when it is read so shortly before its end, in the background; the read
   * answers what there is. Only for caches that read through, with an expiry policy that reading
   * does not change.
   */
  public RespiteConfiguration<K, V> setRefreshAhead(Duration time) {
    refreshAhead = notNegative("refreshAhead", time);
    return this;
  }

  /** Whether reads ask the source while the store cannot be reached. */
  public boolean isLoadWhenAway() {
    return loadWhenAway;
  }

  /**
   * Lets reads answer from the source while the store cannot be reached, instead of failing: {@code
   * get} of a cache that reads through from its loader, {@code getOrLoad} from what it is given, a
   * method with {@code @CacheResult} by running. What is loaded so is not stored. Everything else
   * fails as before.
   */
  public RespiteConfiguration<K, V> setLoadWhenAway(boolean on) {
    loadWhenAway = on;
    return this;
  }

  // ---- writing later

  /** How long a change may wait before it is written; zero when it is written at once. */
  public Duration getWriteBehind() {
    return writeBehind;
  }

  /**
   * Lets a cache that writes through write later, many entries at a time, in a thread of its own.
   * Of changes of one key the last alone is written. When the process dies, changes of about this
   * time are lost to the source, and never more than the capacity and a batch.
   */
  public RespiteConfiguration<K, V> setWriteBehind(Duration delay) {
    writeBehind = notNegative("writeBehind", delay);
    return this;
  }

  /** How many changes are written at a time. */
  public int getWriteBehindBatch() {
    return writeBehindBatch;
  }

  /** Sets how many changes are written at a time, at least one. */
  public RespiteConfiguration<K, V> setWriteBehindBatch(int changes) {
    writeBehindBatch = positive("writeBehindBatch", changes);
    return this;
  }

  /** How many changes may wait. */
  public int getWriteBehindCapacity() {
    return writeBehindCapacity;
  }

  /**
   * Sets how many changes may wait, at least as many as a batch has. Whoever changes more waits for
   * up to ten seconds and is refused then.
   */
  public RespiteConfiguration<K, V> setWriteBehindCapacity(int changes) {
    writeBehindCapacity = positive("writeBehindCapacity", changes);
    return this;
  }

  private static int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s is %d; it must be at least 1".formatted(name, value));
    }
    return value;
  }

  private static Duration notNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(
          "%s is %s; it must not be negative".formatted(name, value));
    }
    return value;
  }

  private static long notNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          "%s is %d; it must not be negative, and 0 means none".formatted(name, value));
    }
    return value;
  }

  // ---- the specification's settings, so that calls can be chained in any order

  @Override
  public RespiteConfiguration<K, V> setTypes(Class<K> keyType, Class<V> valueType) {
    super.setTypes(keyType, valueType);
    return this;
  }

  @Override
  public RespiteConfiguration<K, V> addCacheEntryListenerConfiguration(
      CacheEntryListenerConfiguration<K, V> configuration) {
    super.addCacheEntryListenerConfiguration(configuration);
    return this;
  }

  @Override
  public RespiteConfiguration<K, V> removeCacheEntryListenerConfiguration(
      CacheEntryListenerConfiguration<K, V> configuration) {
    super.removeCacheEntryListenerConfiguration(configuration);
    return this;
  }

  @Override
  public RespiteConfiguration<K, V> setCacheLoaderFactory(
      Factory<? extends CacheLoader<K, V>> factory) {
    super.setCacheLoaderFactory(factory);
    return this;
  }

  @Override
  public RespiteConfiguration<K, V> setCacheWriterFactory(
      Factory<? extends CacheWriter<? super K, ? super V>> factory) {
    super.setCacheWriterFactory(factory);
    return this;
  }

  @Override
  public RespiteConfiguration<K, V> setExpiryPolicyFactory(
      Factory<? extends ExpiryPolicy> factory) {
    super.setExpiryPolicyFactory(factory);
    return this;
  }

  @Override
  public RespiteConfiguration<K, V> setReadThrough(boolean on) {
    super.setReadThrough(on);
    return this;
  }

  @Override
  public RespiteConfiguration<K, V> setWriteThrough(boolean on) {
    super.setWriteThrough(on);
    return this;
  }

  @Override
  public RespiteConfiguration<K, V> setStoreByValue(boolean on) {
    super.setStoreByValue(on);
    return this;
  }

  @Override
  public RespiteConfiguration<K, V> setStatisticsEnabled(boolean on) {
    super.setStatisticsEnabled(on);
    return this;
  }

  @Override
  public RespiteConfiguration<K, V> setManagementEnabled(boolean on) {
    super.setManagementEnabled(on);
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other)
        && other instanceof RespiteConfiguration<?, ?> that
        && Objects.equals(keyCodec, that.keyCodec)
        && Objects.equals(valueCodec, that.valueCodec)
        && Objects.equals(keyCodecFactory, that.keyCodecFactory)
        && Objects.equals(valueCodecFactory, that.valueCodecFactory)
        && maxEntries == that.maxEntries
        && maxBytes == that.maxBytes
        && liveBytes == that.liveBytes
        && eviction == that.eviction
        && allowedClasses.equals(that.allowedClasses)
        && registeredClasses.equals(that.registeredClasses)
        && serializationLimits.equals(that.serializationLimits)
        && buckets == that.buckets
        && nearCacheEntries == that.nearCacheEntries
        && loadLease.equals(that.loadLease)
        && listenerTimeout.equals(that.listenerTimeout)
        && refreshAhead.equals(that.refreshAhead)
        && writeBehind.equals(that.writeBehind)
        && loadWhenAway == that.loadWhenAway
        && writeBehindBatch == that.writeBehindBatch
        && writeBehindCapacity == that.writeBehindCapacity;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), keyCodec, valueCodec, maxEntries, maxBytes, eviction);
  }
}
