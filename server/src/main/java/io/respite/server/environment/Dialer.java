package io.respite.server.environment;

import java.io.IOException;

/**
 * The network as a command uses it that talks to another server while everybody waits: byte streams
 * that we open. Every step has a limit in time, for a peer may be silent for ever.
 */
@FunctionalInterface
public interface Dialer {
  /**
   * Opens a byte stream.
   *
   * @param host an address or a name
   * @param port 1 to 65535
   * @param timeoutMillis how long connecting, each write and each read may take, at least 1
   * @throws IOException when there is nobody, or not in time; the message says why
   */
  Stream dial(String host, int port, int timeoutMillis) throws IOException;

  /** The machine's network. */
  static Dialer system() {
    return SocketStream::open;
  }

  /** A byte stream to somebody. */
  interface Stream extends AutoCloseable {
    /** Sends all of these bytes. */
    void write(byte[] bytes) throws IOException;

    /**
     * Waits for bytes and reads some.
     *
     * @return how many, at least 1
     * @throws IOException when none come in time, or none will
     */
    int read(byte[] into) throws IOException;

    @Override
    void close();
  }
}
