package io.respite.server.keyspace;

import java.util.Arrays;

/**
 * A window on the string at a key. One view is moved from key to key, so its content is good until
 * the database is asked or changed again.
 */
public final class StringView {
  byte[] bytes = new byte[0];
  int offset;
  int length;
  long expireAt;
  int form;
  boolean growable;

  /** What the database holds and this is a view of. */
  Object entry;

  StringView() {}

  /** The array that holds the string; shared, not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the string begins. */
  public int offset() {
    return offset;
  }

  /** Length in bytes. */
  public int length() {
    return length;
  }

  /** The key's deadline in milliseconds since 1970, 0 for none. */
  public long expireAt() {
    return expireAt;
  }

  /** A copy of the content. */
  public byte[] copy() {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }
}
