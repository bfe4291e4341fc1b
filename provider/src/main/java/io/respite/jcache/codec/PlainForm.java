package io.respite.jcache.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The serialized form of a string, a long or an integer, written and read by hand.
 *
 * <pre>
 *   string   AC ED 00 05   74 length(2)   bytes      ASCII without NUL, shorter than 65,536
 *   long     the form of 0L without its last 8 bytes   value(8, big-endian)
 *   integer  the form of 0 without its last 4 bytes    value(4, big-endian)
 * </pre>
 *
 * These are the bytes that {@link ObjectOutputStream} writes (Java Object Serialization
 * Specification, chapter 6), so both ways of writing meet.
 */
final class PlainForm {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int STREAM_HEADER = 0xACED0005;
  private static final byte TC_STRING = 0x74;
  private static final int STRING_PREFIX = 7;
  private static final byte[] ZERO_LONG = serialize(0L);
  private static final byte[] ZERO_INT = serialize(0);

  private PlainForm() {}

  /** The serialized form, or null when the value needs the general way. */
  static byte[] encode(Object value) {
    if (value instanceof String text) {
      return encode(text);
    }
    if (value instanceof Long number) {
      byte[] bytes = ZERO_LONG.clone();
      LONGS.set(bytes, bytes.length - Long.BYTES, (long) number);
      return bytes;
    }
    if (value instanceof Integer number) {
      byte[] bytes = ZERO_INT.clone();
      INTS.set(bytes, bytes.length - Integer.BYTES, (int) number);
      return bytes;
    }
    return null;
  }

  private static byte[] encode(String text) {
    int length = text.length();
    if (length > 0xFFFF) {
      return null;
    }
    byte[] bytes = new byte[STRING_PREFIX + length];
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == 0 || c >= 0x80) {
        return null;
      }
      bytes[STRING_PREFIX + i] = (byte) c;
    }
    INTS.set(bytes, 0, STREAM_HEADER);
    bytes[4] = TC_STRING;
    bytes[5] = (byte) (length >> 8);
    bytes[6] = (byte) length;
    return bytes;
  }

  /** The value, or null when these bytes need the general way. */
  static Object decode(byte[] buffer, int offset, int length) {
    if (length >= STRING_PREFIX
        && buffer[offset + 4] == TC_STRING
        && (int) INTS.get(buffer, offset) == STREAM_HEADER) {
      return decodeString(buffer, offset, length);
    }
    if (startsWith(ZERO_LONG, Long.BYTES, buffer, offset, length)) {
      return (long) LONGS.get(buffer, offset + length - Long.BYTES);
    }
    if (startsWith(ZERO_INT, Integer.BYTES, buffer, offset, length)) {
      return (int) INTS.get(buffer, offset + length - Integer.BYTES);
    }
    return null;
  }

  private static String decodeString(byte[] buffer, int offset, int length) {
    int textLength = (buffer[offset + 5] & 0xFF) << 8 | (buffer[offset + 6] & 0xFF);
    if (textLength != length - STRING_PREFIX) {
      return null;
    }
    // Modified UTF-8 differs from Latin-1 as soon as a byte is negative or, never written, zero.
    int signs = 0;
    for (int i = offset + STRING_PREFIX; i < offset + length; i++) {
      signs |= buffer[i];
    }
    return signs < 0 ? null : new String(buffer, offset + STRING_PREFIX, textLength, ISO_8859_1);
  }

  private static boolean startsWith(
      byte[] zero, int valueBytes, byte[] buffer, int offset, int length) {
    int prefix = zero.length - valueBytes;
    return length == zero.length && Arrays.equals(zero, 0, prefix, buffer, offset, offset + prefix);
  }

  private static byte[] serialize(Object value) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
