package io.respite.server.aof;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The check of what stands in a file since its last checksum, and the line that will cover it:
 *
 * <pre>
 *   #C:begin crc32c\r\n              from here on there are checksums
 *   *3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n
 *   #C:02691b6e:27\r\n               the 27 bytes before this line give this CRC-32C
 *   #TS:1700000000\r\n               so do annotations of other kinds
 *   #C:f6641f3d:16\r\n
 * </pre>
 *
 * The digits are hexadecimal in lower case, eight of them; the count is decimal. Servers that do
 * not know these lines skip them, as they skip every line that begins with {@code #}.
 *
 * <p>A line is determined by what it covers, so a reader does not parse it but compares it.
 */
public final class AofChecksum {
  /** The line from which on there are checksums. */
  static final byte[] BEGIN = "#C:begin crc32c\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Bytes of the longest line. */
  static final int LONGEST_LINE = 3 + 8 + 1 + 19 + 2;

  private static final int REFLECTED_POLYNOMIAL = 0x82F63B78;
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final CRC32C crc = new CRC32C();
  private long bytes;

  /** The check of nothing. */
  public AofChecksum() {}

  /**
   * The check of bytes that were read elsewhere.
   *
   * @param value their CRC-32C
   * @param bytes how many they are
   */
  public AofChecksum(int value, long bytes) {
    resume(value, bytes);
  }

  /** The CRC-32C of what has been covered. */
  public int value() {
    return (int) crc.getValue();
  }

  /** How many bytes have been covered. */
  public long bytes() {
    return bytes;
  }

  /** Covers more bytes. */
  void cover(byte[] buffer, int offset, int length) {
    crc.update(buffer, offset, length);
    bytes += length;
  }

  /** Back to nothing. */
  void clear() {
    crc.reset();
    bytes = 0;
  }

  /**
   * Goes on from a check. The JDK's class cannot be told where to begin, but four bytes take it
   * anywhere: they are found by running the register backwards from where it is to be.
   */
  void resume(int value, long covered) {
    clear();
    if (covered > 0) {
      int register = ~value;
      for (int bit = 0; bit < Integer.SIZE; bit++) {
        register = register < 0 ? ((register ^ REFLECTED_POLYNOMIAL) << 1) | 1 : register << 1;
      }
      int word = ~register;
      for (int i = 0; i < Integer.BYTES; i++) {
        crc.update(word >>> (8 * i));
      }
      bytes = covered;
    }
  }

  /**
   * Writes the line that covers everything since the last one, and begins anew.
   *
   * @param into has room for {@link #LONGEST_LINE} bytes
   * @return where the line ends
   */
  int finish(byte[] into, int offset) {
    int end = line(into, offset);
    clear();
    return end;
  }

  /** Writes the line that covers everything since the last one; where it ends. */
  int line(byte[] into, int offset) {
    int at = offset;
    into[at++] = '#';
    into[at++] = 'C';
    into[at++] = ':';
    int value = value();
    for (int shift = 28; shift >= 0; shift -= 4) {
      into[at++] = DIGITS[(value >>> shift) & 15];
    }
    into[at++] = ':';
    at = decimal(bytes, into, at);
    into[at++] = '\r';
    into[at++] = '\n';
    return at;
  }

  /** Writes a number that is not negative; where it ends. */
  static int decimal(long number, byte[] into, int offset) {
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    long rest = number;
    for (int at = offset + digits - 1; at >= offset; at--) {
      into[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return offset + digits;
  }
}
