package io.respite.server.keyspace;

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

  /** How much has been appended so far: a number that grows with each command. */
  default long offset() {
    return 0;
  }
}
