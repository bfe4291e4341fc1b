package io.respite.server.keyspace;

import io.respite.server.encoding.Pieces;
import java.util.Arrays;

/**
 * Where changes go that must happen again elsewhere: the journal on disk, replicas. One stream of
 * commands, deterministic, with absolute times.
 */
public interface Effects {
  /** Nobody wants to know. */
  Effects NONE =
      new Effects() {
        @Override
        public boolean active() {
          return false;
        }

        @Override
        public void append(int database, byte[]... command) {}
      };

  /** Whether anybody wants to know; callers build commands only then. */
  boolean active();

  /** Appends a command that has taken effect. The arrays are taken over. */
  void append(int database, byte[]... command);

  /** Appends a command that has taken effect. The bytes are the caller's again afterwards. */
  default void append(int database, Pieces command) {
    byte[][] words = new byte[command.count()][];
    for (int i = 0; i < words.length; i++) {
      int from = command.offset(i);
      words[i] = Arrays.copyOfRange(command.buffer(), from, from + command.length(i));
    }
    append(database, words);
  }

  /** How much has been appended so far: a number that grows with each command. */
  default long offset() {
    return 0;
  }
}
