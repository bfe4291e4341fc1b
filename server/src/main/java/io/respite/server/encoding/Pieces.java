package io.respite.server.encoding;

/** Byte strings that lie in one array and are told by number: a request's arguments, say. */
public interface Pieces {
  /** How many there are. */
  int count();

  /** The array that all pieces lie in; shared, not to be changed. */
  byte[] buffer();

  /** Where piece {@code i} begins. */
  int offset(int i);

  /** Length of piece {@code i} in bytes. */
  int length(int i);
}
