package io.respite.server.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The hash of a byte range under secret keys, so that nobody can prepare keys that collide.
 *
 * <p>Sixteen bytes are folded at a time: two words, each under a secret, are multiplied to 128
 * bits, and the halves of the product are added without carry. The idea is Wang Yi's (wyhash,
 * 2019); Go's maps use it to the same end. It costs two multiplications for a key of up to sixteen
 * bytes, about a fifth of SeededHash-1-3, which is what tables are bound by when their entries are
 * in the cache. The secrets are drawn per engine and never leave it: neither hashes nor the order
 * of a table are shown to clients beyond what SCAN cursors tell.
 */
public final class SeededHash {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int BLOCK = 16;

  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  /** A hash function; different secrets give unrelated functions. */
  public SeededHash(long first, long second, long third, long fourth) {
    // An even secret would let the lowest bit of a word vanish more often than chance.
    this.first = first | 1;
    this.second = second | 1;
    this.third = third | 1;
    this.fourth = fourth | 1;
  }

  /** The hash of {@code bytes[offset, offset + length)}. */
  public long hash(byte[] bytes, int offset, int length) {
    long a;
    long b;
    long state = third;
    if (length > BLOCK) {
      int last = offset + length - BLOCK;
      for (int i = offset; i < last; i += BLOCK) {
        state = fold((long) LONGS.get(bytes, i) ^ first, (long) LONGS.get(bytes, i + 8) ^ state);
      }
      a = (long) LONGS.get(bytes, last);
      b = (long) LONGS.get(bytes, last + 8);
    } else if (length >= 8) {
      a = (long) LONGS.get(bytes, offset);
      b = (long) LONGS.get(bytes, offset + length - 8);
    } else if (length >= 4) {
      a = (int) INTS.get(bytes, offset) & 0xFFFFFFFFL;
      b = (int) INTS.get(bytes, offset + length - 4) & 0xFFFFFFFFL;
    } else if (length > 0) {
      a =
          (bytes[offset] & 0xFFL) << 16
              | (bytes[offset + (length >> 1)] & 0xFFL) << 8
              | (bytes[offset + length - 1] & 0xFFL);
      b = 0;
    } else {
      a = 0;
      b = 0;
    }
    return fold(fold(a ^ second, b ^ state) ^ fourth, length ^ first);
  }

  private static long fold(long a, long b) {
    return Math.multiplyHigh(a, b) ^ (a * b);
  }
}
