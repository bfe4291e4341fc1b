package io.respite.server.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Strings as rows of bits, eight bytes at a time. Bit 0 is the highest bit of byte 0, as in Redis's
 * bitmaps. Ranges have to lie within their arrays; nothing is allocated.
 */
public final class Bits {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Bits() {}

  /** How {@link #combine} puts two rows together, bit by bit. */
  public enum Operation {
    /** Both. */
    AND {
      @Override
      long apply(long target, long source) {
        return target & source;
      }
    },
    /** At least one. */
    OR {
      @Override
      long apply(long target, long source) {
        return target | source;
      }
    },
    /** Exactly one. */
    XOR {
      @Override
      long apply(long target, long source) {
        return target ^ source;
      }
    },
    /** The target but not the source. */
    AND_NOT {
      @Override
      long apply(long target, long source) {
        return target & ~source;
      }
    };

    abstract long apply(long target, long source);
  }

  /** How many bits are set in {@code length} bytes. */
  public static long count(byte[] bytes, int offset, int length) {
    long count = 0;
    int at = offset;
    int end = offset + length;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      count += Long.bitCount((long) LONGS.get(bytes, at));
    }
    for (; at < end; at++) {
      count += Integer.bitCount(bytes[at] & 0xFF);
    }
    return count;
  }

  /**
   * How many bits are set in a range of bits.
   *
   * @param from the first bit, counted from byte {@code offset}
   * @param to behind the last bit
   */
  public static long count(byte[] bytes, int offset, long from, long to) {
    if (from >= to) {
      return 0;
    }
    int first = (int) (from >>> 3);
    int last = (int) ((to - 1) >>> 3);
    long count = count(bytes, offset + first, last - first + 1);
    int before = (bytes[offset + first] & 0xFF) >>> (8 - (int) (from & 7));
    int behind = bytes[offset + last] & (0x7F >>> (int) ((to - 1) & 7));
    return count - Integer.bitCount(before) - Integer.bitCount(behind);
  }

  /**
   * The first bit of a range that is set, or not.
   *
   * @param from the first bit to look at, counted from byte {@code offset}
   * @param to behind the last bit to look at
   * @return its index, counted from byte {@code offset}; -1 when there is none
   */
  public static long find(boolean set, byte[] bytes, int offset, long from, long to) {
    // What is looked for is always a one: for zeros, every word is turned over.
    long turn = set ? 0 : -1;
    long at = from;
    while (at < to) {
      int index = offset + (int) (at >>> 3);
      if ((at & 7) == 0 && to - at >= Long.SIZE) {
        long word = (long) LONGS.get(bytes, index) ^ turn;
        if (word != 0) {
          return at + Long.numberOfLeadingZeros(word);
        }
        at += Long.SIZE;
      } else {
        int rest = (bytes[index] ^ (int) turn) & (0xFF >>> (int) (at & 7));
        if (rest != 0) {
          long found = (at & ~7L) + Integer.numberOfLeadingZeros(rest) - 24;
          return found < to ? found : -1;
        }
        at = (at | 7) + 1;
      }
    }
    return -1;
  }

  /** Combines the first {@code length} bytes of a target with a source, and leaves them there. */
  public static void combine(
      Operation operation, byte[] target, byte[] source, int offset, int length) {
    int i = 0;
    // One loop for each operation, so that each is compiled by itself.
    switch (operation) {
      case AND -> {
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
          LONGS.set(target, i, (long) LONGS.get(target, i) & (long) LONGS.get(source, offset + i));
        }
      }
      case OR -> {
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
          LONGS.set(target, i, (long) LONGS.get(target, i) | (long) LONGS.get(source, offset + i));
        }
      }
      case XOR -> {
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
          LONGS.set(target, i, (long) LONGS.get(target, i) ^ (long) LONGS.get(source, offset + i));
        }
      }
      case AND_NOT -> {
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
          LONGS.set(target, i, (long) LONGS.get(target, i) & ~(long) LONGS.get(source, offset + i));
        }
      }
    }
    for (; i < length; i++) {
      target[i] = (byte) operation.apply(target[i], source[offset + i]);
    }
  }

  /** Turns every bit of a row over. */
  public static void invert(byte[] bytes) {
    int i = 0;
    for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
      LONGS.set(bytes, i, ~(long) LONGS.get(bytes, i));
    }
    for (; i < bytes.length; i++) {
      bytes[i] = (byte) ~bytes[i];
    }
  }

  /**
   * Up to 64 bits as an unsigned number; bits behind the end are zeros.
   *
   * @param length of the row in bytes
   * @param at the first bit
   * @param width number of bits, 1 to 64
   */
  public static long field(byte[] bytes, int offset, int length, long at, int width) {
    long value = 0;
    long index = at >>> 3;
    int skipped = (int) (at & 7);
    int wanted = width + skipped;
    for (int taken = 0; taken < wanted; taken += 8, index++) {
      int piece = index < length ? bytes[offset + (int) index] & 0xFF : 0;
      int left = wanted - taken;
      if (taken == 0) {
        piece &= 0xFF >>> skipped;
      }
      value = left >= 8 ? (value << 8) | piece : (value << left) | (piece >>> (8 - left));
    }
    return value;
  }

  /** Sets up to 64 bits, which must lie within the array, to the lowest bits of a number. */
  public static void setField(byte[] bytes, long at, int width, long value) {
    for (int i = 0; i < width; i++) {
      long bit = at + i;
      int mask = 0x80 >>> (int) (bit & 7);
      int index = (int) (bit >>> 3);
      boolean set = (value >>> (width - 1 - i) & 1) != 0;
      bytes[index] = (byte) (set ? bytes[index] | mask : bytes[index] & ~mask);
    }
  }
}
