package io.respite.server.lua.value;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A value of type string: bytes that never change, of any content.
 *
 * <p>Names that the library and the host use are {@linkplain #name shared}, and so are equal
 * constants of scripts: most comparisons are settled by identity.
 */
public final class LuaString extends Counted implements Comparable<LuaString> {
  /** The longest string there can be, in bytes: what a Java array can hold. */
  public static final int MAX_LENGTH = Integer.MAX_VALUE - 64;

  /** What a string takes in memory beside its bytes. */
  public static final int OVERHEAD_BYTES = 40;

  /** The string without a byte. */
  public static final LuaString EMPTY = new LuaString(new byte[0]);

  // Filled by code alone, never by scripts, so it does not grow.
  private static final Map<LuaString, LuaString> NAMES = new ConcurrentHashMap<>();

  private static final LuaString[] BYTES = new LuaString[256];

  static {
    for (int i = 0; i < BYTES.length; i++) {
      BYTES[i] = new LuaString(new byte[] {(byte) i});
    }
  }

  private final byte[] bytes;

  // 0: not computed yet. A string whose hash is 0 computes it each time.
  private int hash;

  private LuaString(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A string of these bytes, which are taken over and must not be changed any more. */
  public static LuaString wrap(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new LuaString(bytes);
  }

  /** A string with a copy of a range. */
  public static LuaString copyOf(byte[] bytes, int offset, int length) {
    if (length <= 1) {
      return length == 0 ? EMPTY : BYTES[bytes[offset] & 0xff];
    }
    return new LuaString(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  /** The string with this one byte. */
  public static LuaString ofByte(int value) {
    return BYTES[value & 0xff];
  }

  /** A string of a text, one byte a char (ISO 8859-1). */
  public static LuaString of(String text) {
    return wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * The one shared string of a name that is known to the code: a function's, a field's. Not for
   * what scripts bring along: names are kept for ever.
   */
  public static LuaString name(String text) {
    return NAMES.computeIfAbsent(of(text), string -> string);
  }

  /** The shared string that equals this one, if there is one; else this one. */
  public LuaString known() {
    return NAMES.getOrDefault(this, this);
  }

  /** Length in bytes. */
  public int length() {
    return bytes.length;
  }

  /** Byte {@code i}, from 0, as a number from 0 to 255. */
  public int at(int i) {
    return bytes[i] & 0xff;
  }

  /** The bytes; shared, not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** A string of the bytes from {@code from} to before {@code to}. */
  public LuaString substring(int from, int to) {
    if (from == 0 && to == bytes.length) {
      return this;
    }
    return copyOf(bytes, from, to - from);
  }

  /**
   * The hash that Lua 5.1 computes: of long strings, every second, third, ... byte. The order in
   * which {@code next} goes through a table follows from it, and scripts come to depend on that.
   */
  @Override
  public int hashCode() {
    int h = hash;
    if (h == 0) {
      int length = bytes.length;
      h = length;
      int step = (length >> 5) + 1;
      for (int i = length; i >= step; i -= step) {
        h ^= (h << 5) + (h >>> 2) + (bytes[i - 1] & 0xff);
      }
      hash = h;
    }
    return h;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof LuaString that
            && hashCode() == that.hashCode()
            && Arrays.equals(bytes, that.bytes));
  }

  /** Orders by bytes without sign, as the C locale does. */
  @Override
  public int compareTo(LuaString other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  /** The text, one char a byte (ISO 8859-1). */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
