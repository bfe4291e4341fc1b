package io.respite.server.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The 64-bit cyclic redundancy check of Redis's files and DUMP payloads: the polynomial of Jones,
 * {@code 0xad93d23594c935a9}, with bits reflected, beginning at 0, nothing inverted. The check
 * value of {@code "123456789"} is {@code e9c6d914c4b8d9ca}.
 *
 * <p>Eight bytes are taken at a time: table {@code k} holds what a byte contributes that {@code k}
 * more bytes follow, so that eight look-ups that do not wait for each other replace eight that do.
 */
public final class Crc64 {
  private static final long REFLECTED = 0x95ac9329ac4bc9b5L;
  private static final int BYTES = 8;
  private static final long[][] TABLES = tables();
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Crc64() {}

  private static long[][] tables() {
    long[][] tables = new long[BYTES][256];
    for (int b = 0; b < 256; b++) {
      long crc = b;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? (crc >>> 1) ^ REFLECTED : crc >>> 1;
      }
      tables[0][b] = crc;
    }
    for (int k = 1; k < BYTES; k++) {
      for (int b = 0; b < 256; b++) {
        long before = tables[k - 1][b];
        tables[k][b] = tables[0][(int) before & 0xFF] ^ (before >>> 8);
      }
    }
    return tables;
  }

  /**
   * The check of what came before and these bytes.
   *
   * @param crc the check of what came before; 0 for nothing
   */
  public static long update(long crc, byte[] bytes, int offset, int length) {
    long sum = crc;
    int at = offset;
    int end = offset + length;
    long[][] t = TABLES;
    for (; at + BYTES <= end; at += BYTES) {
      long mixed = sum ^ (long) LONG.get(bytes, at);
      sum =
          t[7][(int) mixed & 0xFF]
              ^ t[6][(int) (mixed >>> 8) & 0xFF]
              ^ t[5][(int) (mixed >>> 16) & 0xFF]
              ^ t[4][(int) (mixed >>> 24) & 0xFF]
              ^ t[3][(int) (mixed >>> 32) & 0xFF]
              ^ t[2][(int) (mixed >>> 40) & 0xFF]
              ^ t[1][(int) (mixed >>> 48) & 0xFF]
              ^ t[0][(int) (mixed >>> 56)];
    }
    for (; at < end; at++) {
      sum = t[0][(int) (sum ^ bytes[at]) & 0xFF] ^ (sum >>> 8);
    }
    return sum;
  }
}
