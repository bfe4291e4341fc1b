package io.respite.server.keyspace;

/**
 * Told of every change, by whoever holds the baton, at once: transactions that watch, client-side
 * caches, subscribers. Implementations are quick and change no key. Byte ranges are shared and good
 * only during the call.
 */
public interface KeyListener {
  /** A key was changed, made or removed. */
  void modified(int database, byte[] bytes, int offset, int length, KeyEvent event);

  /** All keys of a database went at once. */
  void flushed(int database);

  /** Two databases changed places. */
  void swapped(int first, int second);
}
