package io.respite.server.keyspace;

import io.respite.server.type.FieldView;

/** Told of every change of a hash's field, as {@link KeyListener} is of every change of a key. */
@FunctionalInterface
public interface FieldListener {
  /**
   * A field of a hash was changed, made or removed; comes beside {@link KeyListener#modified}. The
   * view shows the field as it is, or as it was last, and is good only during the call.
   */
  void fieldModified(int database, byte[] key, KeyEvent event, FieldView field);
}
