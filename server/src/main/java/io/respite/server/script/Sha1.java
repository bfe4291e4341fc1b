package io.respite.server.script;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.LongConsumer;

/**
 * The name of a script: the SHA-1 digest of its text, which clients write as 40 hexadecimal digits.
 * It names scripts; it guards nothing.
 */
final class Sha1 {
  /** Length in hexadecimal digits. */
  static final int DIGITS = 40;

  private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Sha1::digest);

  /** Bytes that are read between two reports. */
  private static final int STRETCH = 64 << 10;

  private final long first;
  private final long second;
  private final int third;

  private Sha1(long first, long second, int third) {
    this.first = first;
    this.second = second;
    this.third = third;
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-1", impossible);
    }
  }

  /** The digest of a text. */
  static Sha1 of(byte[] text) {
    return of(text, bytes -> {});
  }

  /**
   * The digest of a text that may be long.
   *
   * @param progress told now and then how many bytes have been read since it was told before
   */
  static Sha1 of(byte[] text, LongConsumer progress) {
    MessageDigest sha1 = DIGEST.get();
    // What an interrupted one has left behind.
    sha1.reset();
    for (int at = 0; at < text.length; at += STRETCH) {
      int length = Math.min(STRETCH, text.length - at);
      sha1.update(text, at, length);
      progress.accept(length);
    }
    byte[] digest = sha1.digest();
    return new Sha1(
        number(digest, 0, Long.BYTES),
        number(digest, Long.BYTES, Long.BYTES),
        (int) number(digest, 2 * Long.BYTES, Integer.BYTES));
  }

  private static long number(byte[] bytes, int from, int length) {
    long number = 0;
    for (int i = from; i < from + length; i++) {
      number = number << 8 | (bytes[i] & 0xff);
    }
    return number;
  }

  /** The digest that 40 digits in either case denote; null if they denote none. */
  static Sha1 parse(byte[] buffer, int offset, int length) {
    if (length != DIGITS) {
      return null;
    }
    long first = 0;
    long second = 0;
    int third = 0;
    for (int i = 0; i < DIGITS; i++) {
      int digit = Character.digit(buffer[offset + i], 16);
      if (digit < 0) {
        return null;
      }
      if (i < 16) {
        first = first << 4 | digit;
      } else if (i < 32) {
        second = second << 4 | digit;
      } else {
        third = third << 4 | digit;
      }
    }
    return new Sha1(first, second, third);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sha1 that
        && first == that.first
        && second == that.second
        && third == that.third;
  }

  @Override
  public int hashCode() {
    return third;
  }

  /** Forty digits in lower case. */
  @Override
  public String toString() {
    return String.format("%016x%016x%08x", first, second, third);
  }
}
