package io.respite.server.lua.extension;

import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.Meter;
import java.util.Arrays;

/**
 * Bytes that grow at the end, for one machine to use again and again. Who writes asks for room
 * first, and then writes into the array itself.
 */
final class ReusedBytes {
  /** What is kept for the next use; more is given back. */
  private static final int KEPT = 1 << 16;

  private static final int FIRST = 1 << 10;

  /** What a string takes in memory beside its bytes. */
  static final int STRING_BYTES = LuaString.OVERHEAD_BYTES;

  private final Meter meter;

  /** The bytes, of which the first {@link #size} are written. */
  byte[] bytes = new byte[FIRST];

  /** How many bytes are written. */
  int size;

  /** No bytes yet; what they take counts there. */
  ReusedBytes(Meter meter) {
    this.meter = meter;
  }

  /** Forgets everything written, and gives back what took much memory. */
  void clear() {
    size = 0;
    if (bytes.length > KEPT) {
      bytes = new byte[FIRST];
    }
  }

  /**
   * Makes room for so many bytes more.
   *
   * @throws LuaFault when memory is at an end
   */
  void room(int more) {
    if (bytes.length - size < more) {
      grow((long) size + more);
    }
  }

  private void grow(long needed) {
    if (needed > LuaString.MAX_LENGTH) {
      throw new LuaFault("not enough memory");
    }
    int capacity = (int) Math.max(needed, Math.min(2L * bytes.length, LuaString.MAX_LENGTH));
    meter.allocate(capacity);
    bytes = Arrays.copyOf(bytes, capacity);
  }

  /** Writes one byte. */
  void put(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  /** Writes a range of bytes. */
  void put(byte[] source, int offset, int length) {
    room(length);
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  /** Writes the lowest bytes of a number, the highest of them first. */
  void putBigEndian(long value, int count) {
    room(count);
    for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
  }

  /** Writes a text, one byte a char. */
  void put(String text) {
    int length = text.length();
    room(length);
    for (int i = 0; i < length; i++) {
      bytes[size++] = (byte) text.charAt(i);
    }
  }

  /** A string of what is written. */
  LuaString string() {
    meter.allocate(STRING_BYTES + size);
    return LuaString.copyOf(bytes, 0, size);
  }
}
