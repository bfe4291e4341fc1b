package io.respite.server.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A small set of integers in one sorted array, byte for byte as Redis lays it out, so that saving
 * and loading are copies.
 *
 * <pre>
 *   width u32le (2, 4 or 8) | count u32le | integer ... in ascending order, width bytes each, signed, little endian
 * </pre>
 *
 * <p>All integers have the width of the widest that has ever been added. A wider one than all
 * others lies at one of the ends, so widening is one pass. Members are addressed by their index in
 * ascending order; searching is binary.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>The header tells the true count; the array may be longer, the rest is room to grow.
 *   <li>A shared array is never written again: the first edit after {@link #share} copies.
 *   <li>Nothing is trusted that came from outside: {@link #isValid} is asked first.
 * </ol>
 */
public final class Intset {
  /** The most members; a set that would pass it refuses to grow. */
  public static final int MAX_MEMBERS = 1 << 26;

  private static final int HEADER = 8;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int width;
  private int count;
  private boolean shared;

  /** An empty set. */
  public Intset() {
    bytes = new byte[HEADER];
    width = 2;
    writeHeader();
  }

  private Intset(byte[] bytes) {
    this.bytes = bytes;
    this.width = (int) INTS.get(bytes, 0);
    this.count = (int) INTS.get(bytes, 4);
  }

  /**
   * A set that holds a copy of bytes from outside.
   *
   * @throws IllegalArgumentException when {@link #isValid} is false for them
   */
  public static Intset copyOf(byte[] source, int offset, int length) {
    if (!isValid(source, offset, length)) {
      throw new IllegalArgumentException("not an intset: " + length + " bytes that do not add up");
    }
    return new Intset(Arrays.copyOfRange(source, offset, offset + length));
  }

  /**
   * Whether the bytes are an intset in every detail: a width, a count that fills the length, and
   * integers that ascend. Takes time proportional to the length.
   */
  public static boolean isValid(byte[] source, int offset, int length) {
    if (length < HEADER || offset < 0 || offset > source.length - length) {
      return false;
    }
    int width = (int) INTS.get(source, offset);
    int count = (int) INTS.get(source, offset + 4);
    if ((width != 2 && width != 4 && width != 8)
        || count < 0
        || count > MAX_MEMBERS
        || HEADER + (long) count * width != length) {
      return false;
    }
    for (int i = 1; i < count; i++) {
      int at = offset + HEADER + i * width;
      if (read(source, at - width, width) >= read(source, at, width)) {
        return false;
      }
    }
    return true;
  }

  /** A set with the same members that shares nothing with this one. */
  public Intset copy() {
    return new Intset(toByteArray());
  }

  /** The set's exact bytes in a new array. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, byteSize());
  }

  /**
   * The array that holds the set in its first {@link #byteSize} bytes, never to be written again:
   * not by the caller, and not by this set, whose next edit moves to a copy.
   */
  public byte[] share() {
    shared = true;
    return bytes;
  }

  /**
   * An image of the set as it is now: an object of its own around the same array, which neither
   * writes again. Costs no copy; the next edit of this set makes one. May be read from another
   * thread while this set is edited, if it was handed over with the owner's right.
   */
  public Intset frozen() {
    Intset image = new Intset(share());
    image.shared = true;
    return image;
  }

  /** Number of members. */
  public int count() {
    return count;
  }

  /** The size in bytes, header included. */
  public int byteSize() {
    return HEADER + count * width;
  }

  /** The size of the array behind the set, with the room to grow. */
  public int capacity() {
    return bytes.length;
  }

  /** The member with this index, from 0, in ascending order. */
  public long at(int index) {
    return read(bytes, HEADER + index * width, width);
  }

  private static long read(byte[] source, int at, int width) {
    return switch (width) {
      case 2 -> (long) (short) SHORTS.get(source, at);
      case 4 -> (long) (int) INTS.get(source, at);
      default -> (long) LONGS.get(source, at);
    };
  }

  private static void write(byte[] target, int at, int width, long value) {
    switch (width) {
      case 2 -> SHORTS.set(target, at, (short) value);
      case 4 -> INTS.set(target, at, (int) value);
      default -> LONGS.set(target, at, value);
    }
  }

  private static int widthOf(long value) {
    return value == (short) value ? 2 : value == (int) value ? 4 : 8;
  }

  /** The index of a member, or -1 - the index where it would be inserted. */
  private int find(long value) {
    int low = 0;
    int high = count - 1;
    if (count > 0 && value > at(high)) {
      return -1 - count; // ascending insertion, the common case, without a search
    }
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long there = at(middle);
      if (there == value) {
        return middle;
      }
      if (there < value) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1 - low;
  }

  /** Whether the integer is a member. */
  public boolean contains(long value) {
    return widthOf(value) <= width && find(value) >= 0;
  }

  /** Adds an integer; whether it is new. */
  public boolean add(long value) {
    int found = widthOf(value) > width ? (value < 0 ? -1 : -1 - count) : find(value);
    if (found >= 0) {
      return false;
    }
    if (count == MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "an intset of more than " + MAX_MEMBERS + " members is refused");
    }
    int place = -1 - found;
    if (widthOf(value) > width) {
      widen(widthOf(value), place);
    } else {
      open(place);
    }
    write(bytes, HEADER + place * width, width, value);
    count++;
    writeHeader();
    return true;
  }

  /** Makes room for one more member in an array whose integers have another width. */
  private void widen(int newWidth, int place) {
    byte[] target = new byte[HEADER + (count + 1) * newWidth];
    for (int i = 0; i < count; i++) {
      write(target, HEADER + (i < place ? i : i + 1) * newWidth, newWidth, at(i));
    }
    bytes = target;
    width = newWidth;
    shared = false;
  }

  private void open(int place) {
    int at = HEADER + place * width;
    int end = byteSize();
    byte[] target = bytes;
    if (shared || end + width > bytes.length) {
      // An eighth of slack: a growing set copies itself a logarithmic number of times.
      target = new byte[end + width + (end / 8 / width) * width];
      System.arraycopy(bytes, 0, target, 0, at);
      shared = false;
    }
    System.arraycopy(bytes, at, target, at + width, end - at);
    bytes = target;
  }

  /** Removes an integer; whether it was there. */
  public boolean remove(long value) {
    int found = widthOf(value) > width ? -1 : find(value);
    if (found < 0) {
      return false;
    }
    int at = HEADER + found * width;
    int end = byteSize();
    byte[] target = bytes;
    if (shared || end < bytes.length / 2) {
      target = new byte[end - width];
      System.arraycopy(bytes, 0, target, 0, at);
      shared = false;
    }
    System.arraycopy(bytes, at + width, target, at, end - at - width);
    bytes = target;
    count--;
    writeHeader();
    return true;
  }

  private void writeHeader() {
    INTS.set(bytes, 0, width);
    INTS.set(bytes, 4, count);
  }
}
