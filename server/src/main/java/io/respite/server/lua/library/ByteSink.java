package io.respite.server.lua.library;

import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.Meter;
import java.util.Arrays;

/**
 * Bytes that become a string, their number not known before. Every array is counted as memory
 * before it is taken; it doubles when it is full, so that all copies together stay below three
 * times the result.
 */
public final class ByteSink {
  private static final int FIRST = 64;

  private final Meter meter;
  private byte[] bytes = {};
  private int length;

  /** No bytes yet; what comes counts there. */
  public ByteSink(Meter meter) {
    this.meter = meter;
  }

  /** How many bytes there are. */
  public int length() {
    return length;
  }

  /** How many bytes there is room for. */
  int capacity() {
    return bytes.length;
  }

  /** Adds a byte. */
  public void append(int value) {
    if (length == bytes.length) {
      grow(1);
    }
    bytes[length++] = (byte) value;
  }

  /** Adds the bytes from {@code from} to before {@code to}. */
  public void append(byte[] source, int from, int to) {
    int count = to - from;
    if (count > bytes.length - length) {
      grow(count);
    }
    System.arraycopy(source, from, bytes, length, count);
    length += count;
  }

  /** Adds the bytes of a string. */
  public void append(LuaString string) {
    append(string.bytes(), 0, string.length());
  }

  /** Adds a text, one byte a char (ISO 8859-1). */
  public void append(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      append(text.charAt(i));
    }
  }

  /** Adds the same byte again and again; not at all when the count is negative. */
  public void fill(int value, int count) {
    if (count > bytes.length - length) {
      grow(count);
    }
    if (count > 0) {
      Arrays.fill(bytes, length, length + count, (byte) value);
      length += count;
    }
  }

  private void grow(int count) {
    long needed = (long) length + count;
    if (needed > LuaString.MAX_LENGTH) {
      throw new LuaFault("resulting string too large");
    }
    long twice = Math.min(Math.max(FIRST, 2L * bytes.length), LuaString.MAX_LENGTH);
    int capacity = (int) Math.max(needed, twice);
    meter.allocate(capacity);
    bytes = Arrays.copyOf(bytes, capacity);
  }

  /** A string of the bytes; nothing may be added any more. */
  public LuaString toLuaString() {
    if (length <= 1) {
      return LuaString.copyOf(bytes, 0, length);
    }
    if (length == bytes.length) {
      meter.allocate(Library.STRING_BYTES);
      return LuaString.wrap(bytes);
    }
    meter.allocate(Library.STRING_BYTES + (long) length);
    return LuaString.copyOf(bytes, 0, length);
  }
}
