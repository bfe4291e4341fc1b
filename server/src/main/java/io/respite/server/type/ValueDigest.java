package io.respite.server.type;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The checksum of data that Redis's DEBUG DIGEST shows: the same data give the same forty digits
 * here and there.
 *
 * <p>Two operations on twenty bytes make it. <em>Add</em> xors with the SHA-1 of something, so
 * order does not matter; <em>mix</em> adds and then replaces the sum by its own SHA-1, so order
 * matters.
 */
public final class ValueDigest {
  /** The checksum of no value. */
  public static final String NOTHING = "0".repeat(40);

  private static final int SIZE = 20;

  private final byte[] sum = new byte[SIZE];
  private final MessageDigest sha;

  /** The checksum of nothing so far. */
  public ValueDigest() {
    try {
      sha = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-1", impossible);
    }
  }

  /** Adds bytes, in no order. */
  public void add(byte[] bytes) {
    byte[] hash = sha.digest(bytes);
    for (int i = 0; i < SIZE; i++) {
      sum[i] ^= hash[i];
    }
  }

  /** Adds another checksum, in no order. */
  public void add(ValueDigest other) {
    add(other.sum);
  }

  /** Mixes bytes in, in order. */
  public void mix(byte[] bytes) {
    add(bytes);
    System.arraycopy(sha.digest(sum), 0, sum, 0, SIZE);
  }

  /** The forty digits. */
  public String hex() {
    return HexFormat.of().formatHex(sum);
  }
}
