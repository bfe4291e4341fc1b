package io.respite.server.type;

import io.respite.server.encoding.EditableBytes;
import java.util.Arrays;

/**
 * A string that is edited in place (APPEND, SETRANGE, SETBIT). Its array grows ahead of need, so
 * that a string built from n small pieces costs O(n) and not O(n²). Strings that are only ever set
 * whole are records instead.
 */
public final class StringValue implements Value, EditableBytes {
  private byte[] bytes;
  private int length;

  /** A string with a copy of {@code bytes[offset, offset + length)}. */
  public StringValue(byte[] bytes, int offset, int length) {
    this.bytes = Arrays.copyOfRange(bytes, offset, offset + length);
    this.length = length;
  }

  /** The content is the first {@link #length()} bytes; shared, not to be changed or kept. */
  @Override
  public byte[] bytes() {
    return bytes;
  }

  /** Length in bytes. */
  @Override
  public int length() {
    return length;
  }

  /**
   * Overwrites from {@code at} on; what lies between the old end and {@code at} becomes zero.
   *
   * @throws IllegalArgumentException when the string would pass {@link Integer#MAX_VALUE} - 64
   *     bytes; callers refuse earlier, by the configured limit
   */
  public void write(int at, byte[] source, int offset, int count) {
    long end = (long) at + count;
    if (at < 0 || end > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException("a string of " + end + " bytes");
    }
    if (end > bytes.length) {
      long ahead = Math.max(end, Math.min(end * 2, end + (1 << 20)));
      bytes = Arrays.copyOf(bytes, (int) Math.min(ahead, Integer.MAX_VALUE - 64));
    }
    System.arraycopy(source, offset, bytes, at, count);
    length = Math.max(length, (int) end);
  }

  @Override
  public void set(int at, int value) {
    bytes[at] = (byte) value;
  }

  @Override
  public void splice(int at, int removed, byte[] source, int offset, int count) {
    int behind = length - at - removed;
    int newLength = at + count + behind;
    byte[] target = bytes;
    if (newLength > bytes.length) {
      target = new byte[newLength + newLength / 4 + 8];
      System.arraycopy(bytes, 0, target, 0, at);
    }
    System.arraycopy(bytes, at + removed, target, at + count, behind);
    System.arraycopy(source, offset, target, at, count);
    bytes = target;
    length = newLength;
  }

  @Override
  public void replace(byte[] content) {
    bytes = content;
    length = content.length;
  }

  @Override
  public String typeName() {
    return "string";
  }

  @Override
  public String encoding() {
    return "raw";
  }

  @Override
  public long heapBytes() {
    return 24 + ((16L + bytes.length + 7) & ~7L);
  }

  @Override
  public long elements() {
    return 1;
  }

  @Override
  public int typeNumber() {
    return 0;
  }

  @Override
  public void digest(ValueDigest digest) {
    digest.mix(Arrays.copyOf(bytes, length));
  }

  @Override
  public StringValue copy() {
    return new StringValue(bytes, 0, length);
  }
}
