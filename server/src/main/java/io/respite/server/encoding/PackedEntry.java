package io.respite.server.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A small entry in one array: a key with its value and, when it has one, its deadline.
 *
 * <pre>
 *   byte 0      flags: bit 0 = has a deadline, bits 1-2 = form of the value (see FORM_*), bit 3 = gone,
 *               bit 4 = a member: a key and nothing else
 *   bytes 1-3   access bits, little endian: what eviction remembers of the entry's use; not in a member
 *   1-5 bytes   key length, 7 bits a byte, low bits first, the top bit says that more follow
 *   8 bytes     deadline, milliseconds since 1970, little endian; only with flag bit 0
 *   key, value  to the end of the array
 * </pre>
 *
 * One array costs one object header where key, value and entry objects would cost four, and it is
 * what the collector sees: nothing to follow. <b>Invariant:</b> after a record is published in a
 * table, only its access bits and the mark that it is gone change, unless the table writes it over
 * ({@link RecordTable#rewrite}), which it does only while nobody but its owner can hold the record.
 * Readers without a lock, snapshots and compare-and-set by identity rest on that.
 */
public final class PackedEntry {
  /** The value is as a client wrote it; its encoding follows from its content. */
  public static final int FORM_PLAIN = 0;

  /**
   * The value was edited in place (APPEND, SETRANGE, SETBIT): Redis shows such strings as {@code
   * raw}.
   */
  public static final int FORM_RAW = 1;

  /** The value is a string even if it reads as an integer (result of INCRBYFLOAT). */
  public static final int FORM_STRING = 2;

  /** Longest key plus value that one record may hold, in bytes. */
  public static final int MAX_CONTENT = Integer.MAX_VALUE - 64;

  private static final int HAS_DEADLINE = 1;
  private static final int GONE = 8;
  private static final int MEMBER = 16;
  private static final int HEAD = 4;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private PackedEntry() {}

  /** A new record; {@code expireAt} in milliseconds since 1970, 0 for none. */
  public static byte[] of(byte[] key, byte[] value, long expireAt) {
    return of(key, 0, key.length, value, 0, value.length, expireAt, FORM_PLAIN, 0);
  }

  /**
   * A new record.
   *
   * @param expireAt deadline in milliseconds since 1970, 0 for none
   * @param form one of the FORM constants
   * @param access access bits, the low 24
   */
  public static byte[] of(
      byte[] key,
      int keyOffset,
      int keyLength,
      byte[] value,
      int valueOffset,
      int valueLength,
      long expireAt,
      int form,
      int access) {
    byte[] record = withoutValue(key, keyOffset, keyLength, valueLength, expireAt, form, access);
    System.arraycopy(value, valueOffset, record, record.length - valueLength, valueLength);
    return record;
  }

  /**
   * A new record whose value is still to be written: zeros in the last {@code valueLength} bytes.
   * Whoever has a value in another form than its own writes it there, without an array between.
   *
   * @param expireAt deadline in milliseconds since 1970, 0 for none
   * @param form one of the FORM constants
   * @param access access bits, the low 24
   */
  public static byte[] withoutValue(
      byte[] key,
      int keyOffset,
      int keyLength,
      int valueLength,
      long expireAt,
      int form,
      int access) {
    int lengthBytes = lengthBytes(keyLength);
    int head = HEAD + lengthBytes + (expireAt != 0 ? 8 : 0);
    requireFits(head, (long) keyLength + valueLength);
    byte[] record = new byte[head + keyLength + valueLength];
    INTS.set(record, 0, (access << 8) | (form << 1) | (expireAt != 0 ? HAS_DEADLINE : 0));
    int at = writeLength(record, HEAD, keyLength);
    if (expireAt != 0) {
      LONGS.set(record, at, expireAt);
      at += 8;
    }
    System.arraycopy(key, keyOffset, record, at, keyLength);
    return record;
  }

  /** A new record of a key alone, three bytes smaller than others: it has no access bits. */
  public static byte[] member(byte[] key, int offset, int length) {
    int lengthBytes = lengthBytes(length);
    requireFits(1 + lengthBytes, length);
    byte[] record = new byte[1 + lengthBytes + length];
    record[0] = MEMBER;
    writeLength(record, 1, length);
    System.arraycopy(key, offset, record, 1 + lengthBytes, length);
    return record;
  }

  /** Writes the key's length; answers where the next byte goes. */
  private static int writeLength(byte[] record, int at, int length) {
    int next = at;
    int rest = length;
    while (rest > 0x7F) {
      record[next++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    record[next++] = (byte) rest;
    return next;
  }

  /** Where the key's length begins. Without a branch: every look-up passes here. */
  private static int head(byte[] record) {
    return HEAD - (record[0] & MEMBER) / MEMBER * (HEAD - 1);
  }

  private static void requireFits(int head, long content) {
    if (head + content > MAX_CONTENT) {
      throw new IllegalArgumentException(
          "key and value of " + content + " bytes; an entry holds at most " + MAX_CONTENT);
    }
  }

  /**
   * The same key and deadline with an integer's digits as the value, of {@link #FORM_PLAIN}. Made
   * of one copy and without an array for the digits.
   *
   * @param access access bits, the low 24
   */
  public static byte[] withInteger(byte[] record, long value, int access) {
    int head = valueOffset(record);
    int digits = Numbers.longLength(value);
    requireFits(head, digits);
    byte[] changed = new byte[head + digits];
    System.arraycopy(record, 0, changed, 0, head);
    INTS.set(changed, 0, (access << 8) | (FORM_PLAIN << 1) | (record[0] & HAS_DEADLINE));
    Numbers.writeLongBefore(value, changed, changed.length);
    return changed;
  }

  /** The same key, value and access bits with another deadline (0 for none). */
  public static byte[] withExpireAt(byte[] record, long expireAt) {
    int key = keyOffset(record);
    int length = keyLength(record);
    return of(
        record,
        key,
        length,
        record,
        key + length,
        record.length - key - length,
        expireAt,
        form(record),
        access(record));
  }

  // ---- writing over; for the table alone, which knows whether somebody else holds the record

  /**
   * Whether a record can be written over with a value of this length and this deadline: its array
   * must be just as long, and have a place for a deadline if there is to be one, and none if not.
   */
  static boolean hasRoomFor(byte[] record, int valueLength, long expireAt) {
    return hasDeadline(record) == (expireAt != 0) && valueLength(record) == valueLength;
  }

  /** Writes a record over for which {@link #hasRoomFor} holds; its key stays. */
  static void rewrite(
      byte[] record,
      byte[] value,
      int valueOffset,
      int valueLength,
      long expireAt,
      int form,
      int access) {
    rewriteHead(record, expireAt, form, access);
    System.arraycopy(value, valueOffset, record, record.length - valueLength, valueLength);
  }

  /** The same with an integer's digits as the value, of {@link #FORM_PLAIN}. */
  static void rewrite(byte[] record, long value, long expireAt, int access) {
    rewriteHead(record, expireAt, FORM_PLAIN, access);
    Numbers.writeLongBefore(value, record, record.length);
  }

  /** Gives a record that has a deadline another one, not 0. */
  static void rewriteExpireAt(byte[] record, long expireAt) {
    LONGS.set(record, keyOffset(record) - 8, expireAt);
  }

  private static void rewriteHead(byte[] record, long expireAt, int form, int access) {
    INTS.set(record, 0, (access << 8) | (form << 1) | (record[0] & HAS_DEADLINE));
    if (expireAt != 0) {
      rewriteExpireAt(record, expireAt);
    }
  }

  private static int lengthBytes(int length) {
    int bytes = 1;
    while ((length >>>= 7) != 0) {
      bytes++;
    }
    return bytes;
  }

  /** Length of the key in bytes. */
  public static int keyLength(byte[] record) {
    int at = head(record);
    int first = record[at++];
    if (first >= 0) {
      return first;
    }
    int length = first & 0x7F;
    int shift = 7;
    while (record[at] < 0) {
      length |= (record[at++] & 0x7F) << shift;
      shift += 7;
    }
    return length | record[at] << shift;
  }

  /** Where the key begins in the array. */
  public static int keyOffset(byte[] record) {
    int at = head(record);
    while (record[at++] < 0) {
      // one more byte of the key's length
    }
    return at + ((record[0] & HAS_DEADLINE) << 3);
  }

  /** Where the value begins in the array; it goes to the array's end. */
  public static int valueOffset(byte[] record) {
    return keyOffset(record) + keyLength(record);
  }

  /** Length of the value in bytes. */
  public static int valueLength(byte[] record) {
    return record.length - valueOffset(record);
  }

  /** A copy of the key. */
  public static byte[] key(byte[] record) {
    int offset = keyOffset(record);
    return Arrays.copyOfRange(record, offset, offset + keyLength(record));
  }

  /** A copy of the value. */
  public static byte[] value(byte[] record) {
    return Arrays.copyOfRange(record, valueOffset(record), record.length);
  }

  /** The deadline in milliseconds since 1970, 0 for none. */
  public static long expireAt(byte[] record) {
    return (record[0] & HAS_DEADLINE) == 0 ? 0 : (long) LONGS.get(record, keyOffset(record) - 8);
  }

  /** Whether the entry is dead at {@code now}, milliseconds since 1970. */
  public static boolean expired(byte[] record, long now) {
    return (record[0] & HAS_DEADLINE) != 0
        && (long) LONGS.get(record, keyOffset(record) - 8) <= now;
  }

  /** One of the FORM constants. */
  public static int form(byte[] record) {
    return (record[0] >>> 1) & 3;
  }

  /** The access bits, 24 of them; 0 for a member. */
  public static int access(byte[] record) {
    return (record[0] & MEMBER) != 0 ? 0 : (int) INTS.get(record, 0) >>> 8;
  }

  /**
   * Sets the access bits in place, which a member does not have. Writers without a lock may race
   * here; either outcome is a plausible past. The flags beside them are not written, so that a race
   * cannot bring an entry back that is gone.
   */
  public static void setAccess(byte[] record, int access) {
    record[1] = (byte) access;
    record[2] = (byte) (access >>> 8);
    record[3] = (byte) (access >>> 16);
  }

  /** Whether the entry has a deadline. */
  public static boolean hasDeadline(byte[] record) {
    return (record[0] & HAS_DEADLINE) != 0;
  }

  /** Says that the entry has left its table, replaced or removed. For the table alone. */
  static void markGone(byte[] record) {
    record[0] |= GONE;
  }

  /**
   * Whether the entry has left its table, replaced or removed. Readable without a lock: who is
   * ordered after the change sees it.
   */
  public static boolean isGone(byte[] record) {
    return (record[0] & GONE) != 0;
  }

  /** Whether the record's key equals {@code bytes[offset, offset + length)}. */
  public static boolean hasKey(byte[] record, byte[] bytes, int offset, int length) {
    int at = head(record);
    int first = record[at];
    if (first >= 0) {
      if (first != length) {
        return false;
      }
      return same(record, at + 1 + ((record[0] & HAS_DEADLINE) << 3), bytes, offset, length);
    }
    return keyLength(record) == length && same(record, keyOffset(record), bytes, offset, length);
  }

  /** Whether two ranges are equal. Keys of usual length are compared without a call. */
  private static boolean same(byte[] a, int at, byte[] b, int offset, int length) {
    if (length < Long.BYTES || length > 4 * Long.BYTES) {
      return Arrays.equals(a, at, at + length, b, offset, offset + length);
    }
    // The first and the last words overlap unless the length is a multiple of theirs.
    int last = length - Long.BYTES;
    if ((long) LONGS.get(a, at) != (long) LONGS.get(b, offset)
        || (long) LONGS.get(a, at + last) != (long) LONGS.get(b, offset + last)) {
      return false;
    }
    if (length <= 2 * Long.BYTES) {
      return true;
    }
    last -= Long.BYTES;
    return (long) LONGS.get(a, at + Long.BYTES) == (long) LONGS.get(b, offset + Long.BYTES)
        && (long) LONGS.get(a, at + last) == (long) LONGS.get(b, offset + last);
  }

  /** Bytes the record takes on the heap: header, content, and padding to eight. */
  public static int heapBytes(byte[] record) {
    return (record.length + 16 + 7) & ~7;
  }
}
