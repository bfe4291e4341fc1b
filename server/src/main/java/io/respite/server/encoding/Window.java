package io.respite.server.encoding;

import java.util.Arrays;

/**
 * A movable view of one string: a range of somebody's array, or an integer whose digits are written
 * only when somebody asks for them. One window is moved from element to element of a list or set,
 * so what it shows is good until it is moved or the collection is changed.
 */
public final class Window {
  private final byte[] digits = new byte[Numbers.MAX_LONG_DIGITS];
  private byte[] bytes = digits;
  private int offset;
  private int length;
  private boolean isLong;
  private boolean written;
  private long number;

  /** A window on the empty string. */
  public Window() {}

  /** Shows a range of an array, which is not copied. */
  public void show(byte[] source, int from, int count) {
    bytes = source;
    offset = from;
    length = count;
    isLong = false;
  }

  /** Shows an integer's digits. */
  public void show(long value) {
    isLong = true;
    written = false;
    number = value;
  }

  /** Shows an entry of a listpack. */
  public void show(Listpack list, int position) {
    if (list.isLong(position)) {
      show(list.longAt(position));
    } else {
      show(list.buffer(), list.dataAt(position), list.lengthAt(position));
    }
  }

  /** Whether what is shown was stored as an integer; if not, it may still read as one. */
  public boolean isLong() {
    return isLong;
  }

  /** The integer, where {@link #isLong} is true. */
  public long longValue() {
    return number;
  }

  private void write() {
    if (isLong && !written) {
      bytes = digits;
      offset = 0;
      length = Numbers.writeLong(number, digits, 0);
      written = true;
    }
  }

  /** The array that holds the string; shared, not to be changed. */
  public byte[] bytes() {
    write();
    return bytes;
  }

  /** Where the string begins. */
  public int offset() {
    write();
    return offset;
  }

  /** Length of the string in bytes. */
  public int length() {
    write();
    return length;
  }

  /** A copy of the string. */
  public byte[] copy() {
    write();
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }
}
