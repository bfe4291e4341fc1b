package io.respite.server.rdb;

import io.respite.server.encoding.Lzf;
import io.respite.server.encoding.Numbers;
import java.util.Arrays;

/**
 * Writes lengths, strings and numbers as Redis's files have them: into an array that grows, or
 * through one of fixed size to somebody who takes it whenever it is full.
 *
 * <pre>
 *   length   00llllll | 01llllll l | 0x80 u32be | 0x81 u64be
 *   string   length bytes | 0xC0 i8 | 0xC1 i16le | 0xC2 i32le | 0xC3 clen ulen LZF
 * </pre>
 */
public final class RdbOutput {
  private static final int LENGTH_14 = 0x40;
  private static final int LENGTH_32 = 0x80;
  private static final int LENGTH_64 = 0x81;
  private static final int INT_8 = 0xC0;
  private static final int INT_16 = 0xC1;
  private static final int INT_32 = 0xC2;
  private static final int LZF = 0xC3;

  /** Longest text of a 32-bit integer. */
  private static final int INTEGER_TEXT = 11;

  /** Shorter strings are not worth compressing. */
  private static final int SHORTEST_COMPRESSED = 21;

  /** What compression must save to be worth it. */
  private static final int SAVED = 4;

  private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 64L;
  private static final int DRAINED_BYTES = 1 << 16;

  /** Takes what has been written. */
  @FunctionalInterface
  public interface Drain {
    /** Takes these bytes, which belong to the caller again afterwards. */
    void accept(byte[] bytes, int offset, int length);
  }

  private final Lzf.Compressor compressor;
  private final long most;
  private final Drain drain;
  private byte[] bytes;
  private int size;

  /**
   * Empty.
   *
   * @param compress whether long strings may be compressed
   * @param most bytes that may be written; one more is an {@link RdbFormatException}
   */
  public RdbOutput(boolean compress, long most) {
    this.compressor = compress ? new Lzf.Compressor() : null;
    this.most = Math.min(most, LARGEST_ARRAY);
    this.drain = null;
    this.bytes = new byte[256];
  }

  /**
   * Empty, and never holding more than a few ten kilobytes.
   *
   * @param compress whether long strings may be compressed
   * @param drain who takes what is written; what it throws, every method here throws
   */
  public RdbOutput(boolean compress, Drain drain) {
    this.compressor = compress ? new Lzf.Compressor() : null;
    this.most = DRAINED_BYTES;
    this.drain = drain;
    this.bytes = new byte[DRAINED_BYTES];
  }

  /** Gives away what is held; nothing where nobody takes it. */
  public void flush() {
    if (drain != null && size > 0) {
      drain.accept(bytes, 0, size);
      size = 0;
    }
  }

  /** What was written, in an array of its exact size. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** What was written is the first {@link #size()} bytes; shared. */
  public byte[] buffer() {
    return bytes;
  }

  /** Number of bytes written. */
  public int size() {
    return size;
  }

  private void room(int more) {
    if (more > bytes.length - size) {
      if (drain != null) {
        flush();
        return;
      }
      long needed = (long) size + more;
      if (needed > most) {
        throw new RdbFormatException("the value takes more than " + most + " bytes when written");
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(needed, bytes.length * 2L)));
    }
  }

  /** Writes a byte. */
  public void writeByte(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  /** Writes bytes as they are. */
  public void writeBytes(byte[] source, int offset, int length) {
    room(length);
    if (length > bytes.length) {
      drain.accept(source, offset, length);
      return;
    }
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  /** Writes the lowest {@code count} bytes of a number, lowest first. */
  public void writeLittleEndian(long value, int count) {
    room(count);
    for (int i = 0; i < count; i++) {
      bytes[size++] = (byte) (value >>> (8 * i));
    }
  }

  private void writeBigEndian(long value, int count) {
    room(count);
    for (int i = count - 1; i >= 0; i--) {
      bytes[size++] = (byte) (value >>> (8 * i));
    }
  }

  /** Writes a length, or any other number; it counts as unsigned. */
  public void writeLength(long length) {
    if (length >= 0 && length < LENGTH_14) {
      writeByte((int) length);
    } else if (length >= 0 && length < 1 << 14) {
      writeByte(LENGTH_14 | (int) (length >> 8));
      writeByte((int) length);
    } else if (length >= 0 && length <= 0xFFFF_FFFFL) {
      writeByte(LENGTH_32);
      writeBigEndian(length, 4);
    } else {
      writeByte(LENGTH_64);
      writeBigEndian(length, 8);
    }
  }

  /** Whether long strings are compressed where that makes them shorter: each as one piece. */
  public boolean compresses() {
    return compressor != null;
  }

  /** Writes a string; as a number or compressed where that is shorter. */
  public void writeString(byte[] source, int offset, int length) {
    if (length <= INTEGER_TEXT && Numbers.isLong(source, offset, length)) {
      long value = Numbers.parseLong(source, offset, length);
      if (value == (int) value) {
        writeInteger((int) value);
        return;
      }
    }
    if (compressor != null && length >= SHORTEST_COMPRESSED) {
      int compressed = compressor.compress(source, offset, length, length - SAVED);
      if (compressed >= 0) {
        writeByte(LZF);
        writeLength(compressed);
        writeLength(length);
        writeBytes(compressor.buffer(), 0, compressed);
        return;
      }
    }
    writeLength(length);
    writeBytes(source, offset, length);
  }

  /** Writes a whole array as a string. */
  public void writeString(byte[] source) {
    writeString(source, 0, source.length);
  }

  private void writeInteger(int value) {
    if (value == (byte) value) {
      writeByte(INT_8);
      writeLittleEndian(value, 1);
    } else if (value == (short) value) {
      writeByte(INT_16);
      writeLittleEndian(value, 2);
    } else {
      writeByte(INT_32);
      writeLittleEndian(value, 4);
    }
  }

  /** Writes a double's bits. */
  public void writeDouble(double value) {
    writeLittleEndian(Double.doubleToRawLongBits(value), 8);
  }
}
