package io.respite.server.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A member of a sorted set with its score, in one array: a {@link PackedEntry} whose key is the
 * member and whose value is the score, eight bytes, little endian.
 *
 * <p>One such record is shared by the table that finds a score by its member and by the {@link
 * ScoreTree} that keeps the order. Like every packed entry it never changes, unless it is written
 * over where nobody else can hold it ({@link ScoreTree#rescore}); else another score is another
 * record.
 */
public final class ScoredEntry {
  private static final int SCORE_BYTES = 8;
  private static final VarHandle DOUBLES =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);
  private static final byte[] NO_SCORE = new byte[SCORE_BYTES];

  private ScoredEntry() {}

  /**
   * A new record.
   *
   * @throws IllegalArgumentException when the score is not a number, or the member is longer than
   *     {@link PackedEntry#MAX_CONTENT} allows
   */
  public static byte[] of(byte[] member, int offset, int length, double score) {
    if (Double.isNaN(score)) {
      throw new IllegalArgumentException("a score that is not a number");
    }
    byte[] record =
        PackedEntry.of(
            member, offset, length, NO_SCORE, 0, SCORE_BYTES, 0, PackedEntry.FORM_PLAIN, 0);
    DOUBLES.set(record, record.length - SCORE_BYTES, score);
    return record;
  }

  /** The same member with another score, in a new record. */
  public static byte[] withScore(byte[] record, double score) {
    return of(record, PackedEntry.keyOffset(record), PackedEntry.keyLength(record), score);
  }

  /** Gives a record another score that may be written over; see {@link RecordTable#rewrite}. */
  static void rewrite(byte[] record, double score) {
    DOUBLES.set(record, record.length - SCORE_BYTES, score);
  }

  /** The record's score. */
  public static double score(byte[] record) {
    return (double) DOUBLES.get(record, record.length - SCORE_BYTES);
  }

  /** Compares a record's member with another member, byte by byte, unsigned. */
  public static int compareMember(byte[] record, byte[] member, int offset, int length) {
    int from = PackedEntry.keyOffset(record);
    return Arrays.compareUnsigned(
        record, from, record.length - SCORE_BYTES, member, offset, offset + length);
  }

  /** The order from the greatest score to the least, and of members among equal ones likewise. */
  public static int compareDescending(byte[] a, byte[] b) {
    double first = score(a);
    double second = score(b);
    if (first != second) {
      return first < second ? 1 : -1;
    }
    return -compareMember(a, b, PackedEntry.keyOffset(b), PackedEntry.keyLength(b));
  }
}
