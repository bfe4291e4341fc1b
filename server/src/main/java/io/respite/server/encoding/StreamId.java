package io.respite.server.encoding;

import java.nio.charset.StandardCharsets;

/**
 * The name of an entry in a stream: a moment and a number among those of the same moment ("Redis
 * streams", redis.io/docs). Both are unsigned numbers of 64 bits, compared in this order.
 *
 * @param millis milliseconds since 1970, unsigned
 * @param sequence the number within the millisecond, unsigned
 */
public record StreamId(long millis, long sequence) implements Comparable<StreamId> {
  /** {@code 0-0}: no entry has it. */
  public static final StreamId MIN = new StreamId(0, 0);

  /** The last one possible. */
  public static final StreamId MAX = new StreamId(-1, -1);

  /** Digits of the largest unsigned number of 64 bits. */
  private static final int MAX_DIGITS = 20;

  private static final long TEN = 10;

  /**
   * Reads {@code millis-sequence} or {@code millis} alone.
   *
   * @param missing the sequence when there is none
   * @return null when the bytes are no such thing
   */
  public static StreamId parse(byte[] bytes, int offset, int length, long missing) {
    int hyphen = hyphen(bytes, offset, length);
    if (!isUnsigned(bytes, offset, hyphen)) {
      return null;
    }
    long millis = unsigned(bytes, offset, hyphen);
    if (hyphen == length) {
      return new StreamId(millis, missing);
    }
    int from = offset + hyphen + 1;
    int rest = length - hyphen - 1;
    return isUnsigned(bytes, from, rest) ? new StreamId(millis, unsigned(bytes, from, rest)) : null;
  }

  /** Index of the first hyphen among these bytes; {@code length} when there is none. */
  public static int hyphen(byte[] bytes, int offset, int length) {
    int i = 0;
    while (i < length && bytes[offset + i] != '-') {
      i++;
    }
    return i;
  }

  /**
   * Whether the bytes are digits that make an unsigned number of 64 bits; zeros and one plus sign
   * may lead.
   */
  public static boolean isUnsigned(byte[] bytes, int offset, int length) {
    int first = length > 1 && bytes[offset] == '+' ? 1 : 0;
    if (length == 0 || length > 2 * MAX_DIGITS) {
      return false;
    }
    long value = 0;
    for (int i = offset + first; i < offset + length; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      // 2^64 - 1 is 1844674407370955161 * 10 + 5.
      long most = Long.divideUnsigned(-1, TEN);
      int compared = Long.compareUnsigned(value, most);
      if (compared > 0 || (compared == 0 && digit > 5)) {
        return false;
      }
      value = value * TEN + digit;
    }
    return true;
  }

  /** The number of bytes for which {@link #isUnsigned} is true. */
  public static long unsigned(byte[] bytes, int offset, int length) {
    long value = 0;
    int first = length > 0 && bytes[offset] == '+' ? 1 : 0;
    for (int i = offset + first; i < offset + length; i++) {
      value = value * TEN + (bytes[i] - '0');
    }
    return value;
  }

  /** How many characters the text of these two numbers has. */
  public static int textLength(long millis, long sequence) {
    return digits(millis) + 1 + digits(sequence);
  }

  private static int digits(long unsigned) {
    return unsigned < 0 ? digitsOfLarge(unsigned) : Numbers.longLength(unsigned);
  }

  private static int digitsOfLarge(long unsigned) {
    return Long.compareUnsigned(unsigned, Long.parseUnsignedLong("10000000000000000000")) < 0
        ? MAX_DIGITS - 1
        : MAX_DIGITS;
  }

  /**
   * Writes the text of these two numbers.
   *
   * @return the number of bytes written
   */
  public static int write(long millis, long sequence, byte[] target, int offset) {
    int at = offset + writeUnsigned(millis, target, offset);
    target[at++] = '-';
    at += writeUnsigned(sequence, target, at);
    return at - offset;
  }

  private static int writeUnsigned(long value, byte[] target, int offset) {
    if (value >= 0) {
      return Numbers.writeLong(value, target, offset);
    }
    long tens = Long.divideUnsigned(value, TEN);
    int size = Numbers.writeLong(tens, target, offset);
    target[offset + size] = (byte) ('0' + (value - tens * TEN));
    return size + 1;
  }

  /** The text in bytes. */
  public byte[] toBytes() {
    byte[] text = new byte[textLength(millis, sequence)];
    write(millis, sequence, text, 0);
    return text;
  }

  /** The next id; null after {@link #MAX}. */
  public StreamId next() {
    if (sequence != -1) {
      return new StreamId(millis, sequence + 1);
    }
    return millis == -1 ? null : new StreamId(millis + 1, 0);
  }

  /** The id before; null before {@link #MIN}. */
  public StreamId previous() {
    if (sequence != 0) {
      return new StreamId(millis, sequence - 1);
    }
    return millis == 0 ? null : new StreamId(millis - 1, -1);
  }

  /** Whether this is {@code 0-0}. */
  public boolean isZero() {
    return millis == 0 && sequence == 0;
  }

  /** Compares two ids given as numbers. */
  public static int compare(long millis, long sequence, long otherMillis, long otherSequence) {
    int compared = Long.compareUnsigned(millis, otherMillis);
    return compared != 0 ? compared : Long.compareUnsigned(sequence, otherSequence);
  }

  @Override
  public int compareTo(StreamId other) {
    return compare(millis, sequence, other.millis, other.sequence);
  }

  /** {@code millis-sequence}. */
  @Override
  public String toString() {
    return new String(toBytes(), StandardCharsets.US_ASCII);
  }
}
