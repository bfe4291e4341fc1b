package io.respite.server.keyspace;

import io.respite.server.type.FieldView;

/**
 * Told of every change, by whoever holds the baton, at once: transactions that watch, client-side
 * caches, subscribers. Implementations are quick and change no key. Byte ranges are shared and good
 * only during the call.
 */
public interface KeyListener {
  /** A key was changed, made or removed. */
  void modified(int database, byte[] bytes, int offset, int length, KeyEvent event);

  /**
   * A field of a hash was changed, made or removed; comes beside {@link #modified}. The view shows
   * the field as it is, or as it was last, and is good only during the call.
   */
  default void fieldModified(int database, byte[] key, KeyEvent event, FieldView field) {}

  /** All keys of a database went at once. */
  void flushed(int database);

  /** Two databases changed places. */
  void swapped(int first, int second);
}
