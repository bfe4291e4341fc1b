package io.respite.jcache.codec;

/**
 * Turns objects of one type into bytes and back.
 *
 * <p>A codec is called by many threads at once. It must not keep the arrays it is given or hands
 * out: an array returned by {@link #encode} belongs to the store, and the array given to {@link
 * #decode} is shared and must not be written to.
 *
 * <p>The codec of a cache's keys keeps one more promise: keys that are {@linkplain Object#equals
 * equal} give the same bytes, in every JVM that shares the cache.
 *
 * @param <T> what it encodes
 */
public interface Codec<T> {

  /**
   * The name under which configurations and the store know this codec, such as {@code string};
   * never changes.
   */
  String name();

  /**
   * The bytes of a value, in an array of exactly their length.
   *
   * @throws ClassCastException when the value is not of the codec's type
   * @throws CodecException when the value cannot be turned into bytes
   */
  byte[] encode(T value);

  /**
   * The value whose bytes lie in {@code buffer[offset .. offset + length)}.
   *
   * @throws CodecException when these are not the bytes of a value, or of one that may not be
   *     decoded
   */
  T decode(byte[] buffer, int offset, int length);

  /**
   * Whether the values can never be changed, so that one decoded object may be handed to everybody.
   * False unless the codec says otherwise.
   */
  default boolean makesImmutables() {
    return false;
  }

  /**
   * Whether decoding what was encoded always gives an equal object of the same class, so that the
   * object which was encoded may be handed out in its place if it cannot be changed. False unless
   * the codec says otherwise.
   */
  default boolean decodesToEqual() {
    return false;
  }
}
