package io.respite.server.encoding;

/** Who may touch structures that are changed by one thread at a time: whoever has taken this. */
public interface Owner {
  /** Nobody else is there: for structures that only one thread knows. */
  Owner ALONE =
      new Owner() {
        @Override
        public void take() {}

        @Override
        public void pass() {}
      };

  /** Waits for the right to touch them. */
  void take();

  /** Gives it back. */
  void pass();
}
