package io.respite.server.persistence;

import java.io.IOException;

/** What is to be done from time to time while files are being loaded: clients want an answer. */
@FunctionalInterface
public interface LoadPause {
  /** Nothing. */
  LoadPause NONE = bytes -> {};

  /**
   * Called between two keys or two commands, never within a transaction.
   *
   * @param bytes how far the file is read that is being loaded
   * @throws IOException to end the loading
   */
  void pause(long bytes) throws IOException;
}
