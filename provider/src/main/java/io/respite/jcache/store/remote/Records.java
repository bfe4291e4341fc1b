package io.respite.jcache.store.remote;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The records that a remote store hands out:
 *
 * <pre>
 *   | length of the key | deadline  | ended  | key | value |
 *     4 bytes             8 bytes     1 byte
 * </pre>
 *
 * The deadline is 0 where it has not been asked for, or where there is none; it is counted by a
 * clock of this JVM that begins at the time of day and never jumps. The mark is the one thing in a
 * record that changes: a near cache sets it when it takes the entry away.
 */
final class Records {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int DEADLINE = 4;
  private static final int ENDED = 12;
  private static final int HEAD = 13;
  private static final VarHandle BYTE = MethodHandles.arrayElementVarHandle(byte[].class);

  private static final long CLOCK_OFFSET_NANOS =
      System.currentTimeMillis() * 1_000_000 - System.nanoTime();

  private Records() {}

  /** Makes a record; the value is what remains in the buffer, and is consumed. */
  static byte[] of(byte[] key, ByteBuffer value, long deadline) {
    var record = new byte[HEAD + key.length + value.remaining()];
    INT.set(record, 0, key.length);
    LONG.set(record, DEADLINE, deadline);
    System.arraycopy(key, 0, record, HEAD, key.length);
    value.get(record, HEAD + key.length, value.remaining());
    return record;
  }

  static int keyOffset() {
    return HEAD;
  }

  static int keyLength(byte[] record) {
    return (int) INT.get(record, 0);
  }

  static int valueOffset(byte[] record) {
    return HEAD + keyLength(record);
  }

  static int valueLength(byte[] record) {
    return record.length - valueOffset(record);
  }

  static long deadline(byte[] record) {
    return (long) LONG.get(record, DEADLINE);
  }

  /** Sets the deadline of a record that nobody has seen yet. */
  static void deadline(byte[] record, long deadline) {
    LONG.set(record, DEADLINE, deadline);
  }

  /** The clock of deadlines, in milliseconds. */
  static long now() {
    return (System.nanoTime() + CLOCK_OFFSET_NANOS) / 1_000_000;
  }

  /** Marks a record as no longer what the entry is. */
  static void end(byte[] record) {
    BYTE.setVolatile(record, ENDED, (byte) 1);
  }

  /** Whether a record has neither been marked nor is past its deadline. */
  static boolean isCurrent(byte[] record) {
    if ((byte) BYTE.getOpaque(record, ENDED) != 0) {
      return false;
    }
    long deadline = deadline(record);
    return deadline == 0 || deadline > now();
  }
}
