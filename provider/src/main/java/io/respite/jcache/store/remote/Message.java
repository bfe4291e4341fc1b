package io.respite.jcache.store.remote;

import io.respite.jcache.store.ChangeKind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * A message about a change, as the script {@code events.lua} makes it:
 *
 * <pre>
 *   | kind | who     | length  | key | length  | new value | old value
 *     1      8 bytes   4 bytes         4 bytes               to the end
 * </pre>
 *
 * On the channel of keys it ends behind the key.
 */
final class Message {
  private static final Map<Byte, ChangeKind> KINDS =
      Map.of(
          (byte) 'C', ChangeKind.CREATED,
          (byte) 'U', ChangeKind.UPDATED,
          (byte) 'R', ChangeKind.REMOVED,
          (byte) 'X', ChangeKind.EXPIRED,
          (byte) 'E', ChangeKind.EXPIRED);

  private static final char CLEARED = 'A';
  private static final int ORIGIN = 1;
  private static final int HEAD = ORIGIN + Long.BYTES;

  private final ByteBuffer bytes;
  private final int keyEnd;

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException when it is none
   */
  Message(byte[] message) {
    bytes = ByteBuffer.wrap(message);
    keyEnd = part(HEAD);
    if (message[0] != CLEARED && !KINDS.containsKey(message[0])) {
      throw new IllegalArgumentException("there is no change of kind " + message[0]);
    }
  }

  /** Where a part ends whose length stands at a place. */
  private int part(int at) {
    int begin = at + Integer.BYTES;
    if (begin > bytes.limit() || bytes.getInt(at) < 0 || bytes.getInt(at) > bytes.limit() - begin) {
      throw new IllegalArgumentException("a message about a change ends too early");
    }
    return begin + bytes.getInt(at);
  }

  /** Whether all entries have been removed; then there is no key. */
  boolean isCleared() {
    return bytes.get(0) == CLEARED;
  }

  /**
   * Whether an entry's time was over: whoever found that has not done it, and his listeners want to
   * hear of it like all others.
   */
  boolean isOverInTime() {
    return bytes.get(0) == 'E';
  }

  ChangeKind kind() {
    return KINDS.get(bytes.get(0));
  }

  boolean isFrom(byte[] origin) {
    return Arrays.equals(bytes.array(), ORIGIN, HEAD, origin, 0, origin.length);
  }

  /** Who has done it. */
  long who() {
    return bytes.getLong(ORIGIN);
  }

  byte[] key() {
    return Arrays.copyOfRange(bytes.array(), HEAD + Integer.BYTES, keyEnd);
  }

  /** A record of the key and the new value. */
  byte[] newRecord() {
    int end = part(keyEnd);
    return Records.of(key(), bytes.duplicate().limit(end).position(keyEnd + Integer.BYTES), 0);
  }

  /** A record of the key and the old value, as far as the message has one. */
  byte[] oldRecord() {
    return Records.of(key(), bytes.duplicate().position(part(keyEnd)), 0);
  }
}
