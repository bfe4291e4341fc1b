package io.respite.server.aof;

import io.respite.server.encoding.Pieces;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Turns commands into the bytes of an append-only file, one behind the other in an array that
 * grows; the caller takes them from there and clears it.
 *
 * <p>With checksums, each command and each annotation is followed by a line that covers it; {@link
 * AofChecksum} shows how that looks. This holds of a file that was written so and is read by {@link
 * AofReader}: <b>whichever one byte of it is changed, it is refused.</b> Why:
 *
 * <ol>
 *   <li>All lines before the changed byte are right, so the reader comes to the damaged record or
 *       line at its true beginning, knowing what its line has to say.
 *   <li>In a line with a checksum, the marker at the beginning included, no byte can be changed: a
 *       line's text is determined by what it covers and is compared as a whole, so it does not
 *       matter whether a digit, the count, or an end of line is hit. A {@code #} that has become
 *       something else is no beginning of anything. Of the marker the reader also refuses what
 *       differs from it in one byte, and checksums that nothing has announced.
 *   <li>A changed byte in a record that leaves its bounds as they were is found by the CRC, which
 *       misses no error of up to 32 bits in a row.
 *   <li>A changed byte that moves the bounds (a length, a count, a mark) makes nonsense of what
 *       follows, or makes the reader come to a later checksum, whose count of bytes is then too
 *       small for what it has read since the last one; or the reader runs into the file's end
 *       without meeting a checksum again. In that last case the record's own line lies among the
 *       bytes read since, at just the distance that it names: the reader looks for that, and
 *       refuses the file instead of taking its end for cut off.
 * </ol>
 *
 * A file that was cut off is a prefix of a right one, holds no such line, and loads as far as it
 * goes; a record without its line counts as present if it is complete.
 *
 * <p>No call takes memory but for the array. Not for several threads at once.
 */
public final class AofEncoder {
  private static final byte[] SELECT = "SELECT".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TIMESTAMP = "#TS:".getBytes(StandardCharsets.US_ASCII);
  private static final int INITIAL_BYTES = 1 << 12;
  private static final int LARGEST_BYTES = Integer.MAX_VALUE - 64;

  /** A mark, a number's digits and the end of line. */
  private static final int HEADER_BYTES = 1 + 19 + 2;

  private final AofChecksum checksum = new AofChecksum();
  private byte[] buffer = new byte[INITIAL_BYTES];
  private int size;
  private boolean checked;

  /** Encodes without checksums, until {@link #begin} or {@link #resume} says otherwise. */
  public AofEncoder() {}

  // ---- what is being written

  /**
   * What follows is the beginning of a file, or of its part that this server writes: behind an RDB
   * preamble, or behind records that have no checksums.
   *
   * @param checksums whether it shall have checksums; the line that announces them is appended
   */
  public void begin(boolean checksums) {
    checked = checksums;
    checksum.clear();
    if (checksums) {
      reserve(AofChecksum.BEGIN.length);
      raw(AofChecksum.BEGIN);
    }
  }

  /**
   * What follows goes behind the last record of a file that has checksums. If there is something in
   * it that none covers, because a line was cut off or because another server wrote there, a line
   * that covers it is appended first.
   *
   * @param uncovered as {@link AofReader#uncovered} answers it
   */
  public void resume(AofChecksum uncovered) {
    checked = true;
    checksum.resume(uncovered.value(), uncovered.bytes());
    if (checksum.bytes() > 0) {
      reserve(0);
      size = checksum.finish(buffer, size);
    }
  }

  /** Whether there are checksums. */
  public boolean checked() {
    return checked;
  }

  // ---- records

  /** Appends a command. The arrays are copied. */
  public void command(byte[]... words) {
    long bytes = HEADER_BYTES;
    for (byte[] word : words) {
      bytes += HEADER_BYTES + word.length + 2;
    }
    reserve(bytes);
    int start = size;
    header('*', words.length);
    for (byte[] word : words) {
      word(word, 0, word.length);
    }
    cover(start);
  }

  /** Appends a command. The bytes are copied. */
  public void command(Pieces words) {
    long bytes = HEADER_BYTES;
    for (int i = 0; i < words.count(); i++) {
      bytes += HEADER_BYTES + words.length(i) + 2;
    }
    reserve(bytes);
    int start = size;
    header('*', words.count());
    for (int i = 0; i < words.count(); i++) {
      word(words.buffer(), words.offset(i), words.length(i));
    }
    cover(start);
  }

  private void word(byte[] source, int offset, int length) {
    header('$', length);
    System.arraycopy(source, offset, buffer, size, length);
    size += length;
    endLine();
  }

  /** Appends the choice of a database. */
  public void select(int database) {
    reserve(3 * HEADER_BYTES + SELECT.length + 2 + 2);
    int start = size;
    header('*', 2);
    header('$', SELECT.length);
    raw(SELECT);
    endLine();
    header('$', digits(database));
    size = AofChecksum.decimal(database, buffer, size);
    endLine();
    cover(start);
  }

  private static int digits(int number) {
    int digits = 1;
    for (int rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return digits;
  }

  /**
   * Appends the time at which what follows happened.
   *
   * @param seconds since 1970
   */
  public void timestamp(long seconds) {
    reserve(TIMESTAMP.length + HEADER_BYTES);
    int start = size;
    raw(TIMESTAMP);
    size = AofChecksum.decimal(seconds, buffer, size);
    endLine();
    cover(start);
  }

  private void cover(int start) {
    if (checked) {
      checksum.cover(buffer, start, size - start);
      size = checksum.finish(buffer, size);
    }
  }

  // ---- the array

  /** The array; good until the next record. */
  public byte[] buffer() {
    return buffer;
  }

  /** How many bytes of the array are in use. */
  public int size() {
    return size;
  }

  /** Forgets the bytes, which have been taken. */
  public void clear() {
    size = 0;
    if (buffer.length > KEPT_BYTES) {
      buffer = new byte[INITIAL_BYTES];
    }
  }

  /** Of a larger array nothing is kept: a huge value is rare. */
  private static final int KEPT_BYTES = 4 << 20;

  /**
   * Hands the array out in which the first {@link #size} bytes are in use, and goes on in another.
   *
   * @param other what somebody has had and needs no more, or null
   */
  public byte[] take(byte[] other) {
    byte[] taken = buffer;
    buffer = other == null ? new byte[INITIAL_BYTES] : other;
    size = 0;
    return taken;
  }

  /** Whether an array is worth keeping for {@link #take}. */
  public static boolean isKept(byte[] taken) {
    return taken.length <= KEPT_BYTES;
  }

  /** Makes room for so many bytes and a checksum's line. */
  private void reserve(long bytes) {
    long needed = size + bytes + AofChecksum.LONGEST_LINE;
    if (needed > LARGEST_BYTES) {
      throw new IllegalStateException(
          "the append-only file's buffer cannot hold " + needed + " bytes before they are written");
    }
    if (needed > buffer.length) {
      long larger = Math.min(LARGEST_BYTES, Math.max(needed, 2L * buffer.length));
      buffer = Arrays.copyOf(buffer, (int) larger);
    }
  }

  private void header(char mark, int number) {
    buffer[size++] = (byte) mark;
    size = AofChecksum.decimal(number, buffer, size);
    endLine();
  }

  private void endLine() {
    buffer[size++] = '\r';
    buffer[size++] = '\n';
  }

  private void raw(byte[] bytes) {
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }
}
