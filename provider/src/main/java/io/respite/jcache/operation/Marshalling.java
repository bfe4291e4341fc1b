package io.respite.jcache.operation;

import io.respite.jcache.codec.Codec;
import io.respite.jcache.codec.CodecException;
import io.respite.jcache.store.Store;
import java.util.Arrays;
import javax.cache.CacheException;

/**
 * The keys and values of one cache as objects and as bytes. A failure names the cache, and the key
 * where it is known.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public final class Marshalling<K, V> {
  private static final int MAX_SHOWN_KEY = 100;

  private final String cache;
  private final Codec<K> keys;
  private final Codec<V> values;
  private final Store store;

  public Marshalling(String cache, Codec<K> keys, Codec<V> values, Store store) {
    this.cache = cache;
    this.keys = keys;
    this.values = values;
    this.store = store;
  }

  /** Whether neither keys nor values can ever be changed. */
  boolean makesImmutables() {
    return keys.makesImmutables() && values.makesImmutables();
  }

  /** Whether a value that was put may be handed out instead of what its bytes are decoded to. */
  boolean decodesToEqual() {
    return values.decodesToEqual();
  }

  byte[] key(K key) {
    try {
      return keys.encode(key);
    } catch (CodecException e) {
      throw new CacheException("Cache '%s', a key: %s".formatted(cache, e.getMessage()), e);
    }
  }

  byte[] value(V value) {
    try {
      return values.encode(value);
    } catch (CodecException e) {
      throw new CacheException("Cache '%s', a value: %s".formatted(cache, e.getMessage()), e);
    }
  }

  K keyOf(byte[] entry) {
    try {
      return keys.decode(entry, store.keyOffset(entry), store.keyLength(entry));
    } catch (CodecException e) {
      throw new CacheException(
          "Cache '%s', key %s: %s".formatted(cache, shownKey(entry), e.getMessage()), e);
    }
  }

  V valueOf(byte[] entry) {
    try {
      return values.decode(entry, store.valueOffset(entry), store.valueLength(entry));
    } catch (CodecException e) {
      throw new CacheException(
          "Cache '%s', the value of key %s: %s".formatted(cache, shownKey(entry), e.getMessage()),
          e);
    }
  }

  byte[] keyBytesOf(byte[] entry) {
    int offset = store.keyOffset(entry);
    return Arrays.copyOfRange(entry, offset, offset + store.keyLength(entry));
  }

  /** Whether an entry's value is the given one: the same bytes, or else equal objects. */
  boolean holds(byte[] entry, byte[] encoded, V value) {
    int offset = store.valueOffset(entry);
    return Arrays.equals(
            entry, offset, offset + store.valueLength(entry), encoded, 0, encoded.length)
        || valueOf(entry).equals(value);
  }

  /**
   * A key's bytes for an error message: printable ones as they are, others in hexadecimal; a long
   * key is cut.
   */
  private String shownKey(byte[] entry) {
    int offset = store.keyOffset(entry);
    int length = Math.min(MAX_SHOWN_KEY, store.keyLength(entry));
    var shown = new StringBuilder("'");
    for (int i = offset; i < offset + length; i++) {
      if (entry[i] >= ' ' && entry[i] < 0x7F) {
        shown.append((char) entry[i]);
      } else {
        shown.append("\\x%02x".formatted(entry[i]));
      }
    }
    return shown.append(length < store.keyLength(entry) ? "...'" : "'").toString();
  }
}
