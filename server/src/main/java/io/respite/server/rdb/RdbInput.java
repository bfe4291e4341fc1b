package io.respite.server.rdb;

import io.respite.server.encoding.Lzf;
import io.respite.server.encoding.Numbers;
import io.respite.server.encoding.PackedEntry;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link RdbOutput} writes, and its older forms. Whoever wrote it is not trusted: a
 * length is compared with what is left before memory is taken for it.
 */
public abstract class RdbInput {
  static final int ENCODED = 0xC0;
  static final int INT_8 = 0xC0;
  static final int INT_16 = 0xC1;
  static final int INT_32 = 0xC2;
  static final int COMPRESSED = 0xC3;
  static final int LENGTH_14 = 0x40;
  static final int LENGTH_32 = 0x80;
  private static final int LENGTH_64 = 0x81;
  private static final int LONGEST_DECIMAL = 253;

  /** Largest string there can be. */
  private static final long LARGEST = Integer.MAX_VALUE - 64L;

  private final long longestString;

  /** An input whose strings have at most so many bytes, however short they are compressed. */
  protected RdbInput(long longestString) {
    this.longestString = Math.min(longestString, LARGEST);
  }

  /** An input over a part of an array. */
  public static RdbInput of(byte[] source, int offset, int length, long longestString) {
    return new OfArray(source, offset, length, longestString);
  }

  /** Bytes that are left, at most: no length can be larger. */
  public abstract long remaining();

  /** The next byte, 0 to 255. */
  public abstract int readByte();

  /** The next {@code count} bytes; as many are left, as was checked. */
  protected abstract void readFully(byte[] into, int offset, int count);

  /** So many bytes. */
  public final byte[] readBytes(long count) {
    byte[] bytes = new byte[left(count)];
    readFully(bytes, 0, bytes.length);
    return bytes;
  }

  /** A length, once it is known that so many bytes are left. */
  private int left(long count) {
    if (count < 0 || count > remaining() || count > LARGEST) {
      throw new RdbFormatException(
          "a length of "
              + Long.toUnsignedString(count)
              + " where "
              + remaining()
              + " bytes are left");
    }
    return (int) count;
  }

  /** A number of {@code count} bytes, lowest first, the last byte's sign extended. */
  public final long readLittleEndian(int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (long) readByte() << (8 * i);
    }
    int unused = 64 - 8 * count;
    return value << unused >> unused;
  }

  private long readBigEndian(int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 8 | readByte();
    }
    return value;
  }

  /** A length or any other unsigned number. */
  public final long readLength() {
    int first = readByte();
    if (first >= ENCODED) {
      throw new RdbFormatException("an encoded string where a length is due");
    }
    return length(first);
  }

  private long length(int first) {
    if (first < LENGTH_14) {
      return first;
    }
    if (first < LENGTH_32) {
      return (first & 0x3FL) << 8 | readByte();
    }
    return switch (first) {
      case LENGTH_32 -> readBigEndian(4);
      case LENGTH_64 -> readBigEndian(8);
      default -> throw new RdbFormatException("unknown length encoding " + first);
    };
  }

  /**
   * The number of elements that follow.
   *
   * @param leastBytes what an element takes at least; more than are left are refused
   */
  public final long readCount(int leastBytes) {
    long count = readLength();
    if (count < 0 || count > remaining() / leastBytes) {
      throw new RdbFormatException(
          Long.toUnsignedString(count) + " elements where " + remaining() + " bytes are left");
    }
    return count;
  }

  /** A string, whatever its form. */
  public final byte[] readString() {
    int first = readByte();
    return first < ENCODED ? readBytes(plainLength(first)) : encoded(first);
  }

  /**
   * A string, whatever its form, as the value of a record.
   *
   * @param expireAt the record's deadline, milliseconds since 1970, 0 for none
   * @return a {@link PackedEntry} of {@link PackedEntry#FORM_PLAIN} without access bits
   */
  final byte[] readRecord(byte[] key, long expireAt) {
    int first = readByte();
    if (first >= ENCODED) {
      byte[] value = encoded(first);
      return PackedEntry.of(key, value, expireAt);
    }
    int length = left(plainLength(first));
    byte[] record =
        PackedEntry.withoutValue(key, 0, key.length, length, expireAt, PackedEntry.FORM_PLAIN, 0);
    readFully(record, record.length - length, length);
    return record;
  }

  private long plainLength(int first) {
    long length = length(first);
    if (length > longestString) {
      throw new RdbFormatException(
          "a string of " + length + " bytes; at most " + longestString + " can be held");
    }
    return length;
  }

  /** Bytes of the longest string that may be made. */
  final long longestString() {
    return longestString;
  }

  private byte[] encoded(int first) {
    return switch (first) {
      case INT_8 -> Numbers.longBytes(readLittleEndian(1));
      case INT_16 -> Numbers.longBytes(readLittleEndian(2));
      case INT_32 -> Numbers.longBytes(readLittleEndian(4));
      case COMPRESSED -> readCompressed();
      default -> throw new RdbFormatException("unknown string encoding " + first);
    };
  }

  private byte[] readCompressed() {
    long compressed = readLength();
    long whole = readLength();
    if (whole < 0 || whole > longestString) {
      throw new RdbFormatException(
          "a compressed string of " + Long.toUnsignedString(whole) + " bytes");
    }
    byte[] bytes = readBytes(compressed);
    try {
      return Lzf.decompress(bytes, 0, bytes.length, (int) whole);
    } catch (IllegalArgumentException malformed) {
      throw new RdbFormatException("Invalid LZF compressed string", malformed);
    }
  }

  /** A double's bits. */
  public final double readDouble() {
    return Double.longBitsToDouble(readLittleEndian(8));
  }

  /** A double in the decimal form of old sorted sets. */
  public final double readDecimal() {
    int length = readByte();
    if (length > LONGEST_DECIMAL - 1) {
      return switch (length) {
        case 253 -> Double.NaN;
        case 254 -> Double.POSITIVE_INFINITY;
        default -> Double.NEGATIVE_INFINITY;
      };
    }
    String text = new String(readBytes(length), StandardCharsets.ISO_8859_1);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException malformed) {
      throw new RdbFormatException("'" + text + "' where a score is due", malformed);
    }
  }

  private static final class OfArray extends RdbInput {
    private final byte[] source;
    private final int end;
    private int at;

    OfArray(byte[] source, int offset, int length, long longestString) {
      super(longestString);
      this.source = source;
      this.at = offset;
      this.end = offset + length;
    }

    @Override
    public long remaining() {
      return (long) end - at;
    }

    @Override
    public int readByte() {
      if (at == end) {
        throw new RdbFormatException("Unexpected EOF");
      }
      return source[at++] & 0xFF;
    }

    @Override
    protected void readFully(byte[] into, int offset, int count) {
      System.arraycopy(source, at, into, offset, count);
      at += count;
    }
  }
}
