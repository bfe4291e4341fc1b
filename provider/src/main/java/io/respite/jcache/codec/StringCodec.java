package io.respite.jcache.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * {@code string}: UTF-8, as every Redis client writes it.
 *
 * <p>The JDK encodes an unpaired surrogate as a question mark, so that two different strings would
 * become one key and a value would silently change. Such a string is refused. The test costs next
 * to nothing: only an encoded form that holds a question mark can come from one, and that is looked
 * for eight bytes at a time.
 */
final class StringCodec implements Codec<String> {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long QUESTION_MARKS = 0x3F3F3F3F3F3F3F3FL;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  @Override
  public String name() {
    return "string";
  }

  @Override
  public boolean makesImmutables() {
    return true;
  }

  @Override
  public boolean decodesToEqual() {
    return true;
  }

  @Override
  public byte[] encode(String value) {
    byte[] bytes = value.getBytes(UTF_8);
    if (holdsQuestionMark(bytes)) {
      refuseUnpairedSurrogate(value);
    }
    return bytes;
  }

  @Override
  public String decode(byte[] buffer, int offset, int length) {
    return new String(buffer, offset, length, UTF_8);
  }

  private static boolean holdsQuestionMark(byte[] bytes) {
    int i = 0;
    for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
      // A byte of x is zero where the text has a question mark; the expression is nonzero if some
      // byte of x is zero.
      long x = (long) LONGS.get(bytes, i) ^ QUESTION_MARKS;
      if (((x - ONES) & ~x & HIGH_BITS) != 0) {
        return true;
      }
    }
    for (; i < bytes.length; i++) {
      if (bytes[i] == '?') {
        return true;
      }
    }
    return false;
  }

  private static void refuseUnpairedSurrogate(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new CodecException(
            "A string with an unpaired surrogate (U+%04X at index %d) has no UTF-8 form; store it as a byte[]"
                .formatted((int) c, i));
      }
    }
  }
}
