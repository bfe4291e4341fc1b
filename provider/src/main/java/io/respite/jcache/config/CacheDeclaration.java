package io.respite.jcache.config;

import io.respite.jcache.codec.SerializationLimits;
import io.respite.jcache.store.SizeLimit;
import java.time.Duration;
import java.util.List;
import javax.cache.configuration.Factory;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;

/**
 * What a configuration file says of one cache, or of all whose names match a pattern. Null means
 * that it says nothing.
 *
 * @param keyType the class of keys
 * @param valueType the class of values
 * @param keyCodec the name of the keys' codec
 * @param valueCodec the name of the values' codec
 * @param expiry makes the expiry policy
 * @param loader makes the loader
 * @param readThrough whether misses are loaded
 * @param writer makes the writer
 * @param writeThrough whether changes are written
 * @param statistics whether statistics are kept
 * @param management whether the configuration is shown as an MXBean
 * @param limit how large the cache may grow
 * @param liveBytes how many bytes of values are also kept as objects
 * @param allowedClasses patterns of classes that Java serialization may make
 * @param limits limits of Java serialization
 * @param registeredClasses classes that the Fory codec registers
 * @param buckets over how many hashes a remote store spreads the entries
 * @param nearCacheEntries how many entries of a remote store are also kept in this JVM
 * @param loadLease how long one JVM of all may load an entry
 * @param listenerTimeout how long a change waits for other JVMs' synchronous listeners
 * @param refreshAhead how long before its end an entry that is read is loaded anew
 * @param writeBehind how long a change may wait to be written
 * @param loadWhenAway whether the source answers while the store cannot be reached
 */
public record CacheDeclaration(
    Class<?> keyType,
    Class<?> valueType,
    String keyCodec,
    String valueCodec,
    Factory<ExpiryPolicy> expiry,
    Factory<CacheLoader<Object, Object>> loader,
    Boolean readThrough,
    Factory<CacheWriter<Object, Object>> writer,
    Boolean writeThrough,
    Boolean statistics,
    Boolean management,
    SizeLimit limit,
    Long liveBytes,
    List<String> allowedClasses,
    SerializationLimits limits,
    List<String> registeredClasses,
    Integer buckets,
    Long nearCacheEntries,
    Duration loadLease,
    Duration listenerTimeout,
    Duration refreshAhead,
    Duration writeBehind,
    Boolean loadWhenAway) {}
