package io.respite.server.keyspace;

/**
 * Told of every change, by whoever holds the baton, at once: transactions that watch, client-side
 * caches, subscribers. Implementations are quick and change no key. Byte ranges are shared and good
 * only during the call.
 */
public interface KeyListener {
  /** A key was changed, made or removed. */
  void modified(int database, byte[] bytes, int offset, int length, KeyEvent event);

  /**
   * A field of a hash has just been changed, made or removed; names one of those that the next
   * {@link #modified} is about. Told only while {@link Keyspace#namesFields()}.
   */
  default void named(byte[] bytes, int offset, int length) {}

  /**
   * A reader looked for a key that is not there. Told only while {@link Keyspace#tellsMisses()}.
   */
  default void missed(int database, byte[] bytes, int offset, int length) {}

  /**
   * A key was made; {@link #modified} with what made it follows. Told only while {@link
   * Keyspace#tellsNewKeys()}.
   */
  default void added(int database, byte[] bytes, int offset, int length) {}

  /** All keys of a database went at once. */
  void flushed(int database);

  /** Two databases changed places. */
  void swapped(int first, int second);
}
