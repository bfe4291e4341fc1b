package io.respite.server.net;

import io.respite.server.keyspace.Database;
import java.util.Arrays;

/**
 * Brings the keys of a batch into the processor's cache before its first request is executed.
 *
 * <p>Finding a key among many is waiting for memory: its segment, its tags, its slot and its record
 * lie in different places, and each is known only when the one before has come. Requests that are
 * executed one after the other wait one after the other. The look-ups made here depend on nothing
 * but themselves, so the processor has several of them under way at once.
 *
 * <p>All this is a hint. Whatever does not look like a small request whose first argument is a key
 * ends the look ahead, and a byte range that is no key costs a look-up that finds nothing. Requests
 * are looked at again by {@link RequestParser}, which alone says what they are.
 *
 * <p>Batches that go on with the key they began with find it in the cache; they are left alone.
 */
final class KeysAhead {
  /** Requests that are looked at together: more would drive each other out of the cache. */
  private static final int REQUESTS = 16;

  /** Arguments of a request that is still small. */
  private static final int ARGUMENTS = 16;

  private static final int LONGEST = 1 << 20;
  private static final int NONE = -1;

  private final int[] offsets = new int[REQUESTS];
  private final int[] lengths = new int[REQUESTS];
  private int at;

  /** What was read goes here, so that the compiler does not leave the reading out. */
  @SuppressWarnings("UnusedVariable") // to be written is all it is for
  private int seen;

  /**
   * Looks at the requests that are complete.
   *
   * @param from where the first request begins
   * @param end behind the last byte that has come
   * @return after how many requests it is worth while to look again
   */
  int look(byte[] buffer, int from, int end, Database database) {
    at = from;
    int found = 0;
    while (found < REQUESTS && request(buffer, end, found)) {
      found++;
      if (found == 2 && sameKey(buffer)) {
        return REQUESTS;
      }
    }
    if (found > 1) {
      for (int i = 0; i < found; i++) {
        seen += database.fetch(buffer, offsets[i], lengths[i]);
      }
    }
    return Math.max(found, 1);
  }

  private boolean sameKey(byte[] buffer) {
    return Arrays.equals(
        buffer, offsets[0], offsets[0] + lengths[0], buffer, offsets[1], offsets[1] + lengths[1]);
  }

  /** Passes over a request and notes its first argument; whether there is such a one. */
  private boolean request(byte[] buffer, int end, int number) {
    int arguments = header(buffer, end, '*');
    if (arguments < 2 || arguments > ARGUMENTS) {
      return false;
    }
    for (int i = 0; i < arguments; i++) {
      int length = header(buffer, end, '$');
      if (length == NONE || length > end - at - 2) {
        return false;
      }
      if (i == 1) {
        offsets[number] = at;
        lengths[number] = length;
      }
      at += length + 2;
    }
    return true;
  }

  /** Passes over a line of a type's sign and a number; the number, or {@link #NONE}. */
  private int header(byte[] buffer, int end, char type) {
    int i = at;
    if (i >= end || buffer[i++] != type) {
      return NONE;
    }
    int number = 0;
    while (i < end && buffer[i] != '\r') {
      number = number * 10 + buffer[i++] - '0';
      if (number < 0 || number > LONGEST) {
        return NONE;
      }
    }
    at = i + 2;
    return at <= end ? number : NONE;
  }
}
