package io.respite.server.encoding;

/** Bytes that are edited in place and may grow or shrink. */
public interface EditableBytes {
  /** The content is the first {@link #length} bytes; shared, not to be changed or kept. */
  byte[] bytes();

  /** Length in bytes. */
  int length();

  /** Overwrites one byte, which must be there. */
  void set(int at, int value);

  /** Puts {@code count} bytes in the place of {@code removed} bytes at {@code at}. */
  void splice(int at, int removed, byte[] source, int offset, int count);

  /** Makes an array the whole content; it is taken over. */
  void replace(byte[] content);
}
