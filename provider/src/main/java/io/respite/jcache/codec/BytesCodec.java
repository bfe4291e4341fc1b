package io.respite.jcache.codec;

import java.util.Arrays;

/**
 * {@code bytes}: a byte array as it is. It copies both ways, because a cache holds its entries by
 * value. As a key a byte array is found by content, although {@link Object#equals} of arrays
 * compares identity.
 */
final class BytesCodec implements Codec<byte[]> {
  @Override
  public String name() {
    return "bytes";
  }

  @Override
  public byte[] encode(byte[] value) {
    return value.clone();
  }

  @Override
  public byte[] decode(byte[] buffer, int offset, int length) {
    return Arrays.copyOfRange(buffer, offset, offset + length);
  }
}
