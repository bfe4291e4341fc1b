package io.respite.server.environment;

import java.io.IOException;

/**
 * The network as the server uses it: byte streams that somebody opens to us.
 *
 * <p>All calls that concern one link are made by one thread, the link's own; {@link Link#execute}
 * runs something there. A test's transport is a simulated network in the test's thread.
 */
public interface Transport extends AutoCloseable {
  /**
   * Begins to accept links at an endpoint.
   *
   * @throws IOException when the address cannot be had; the message says why
   */
  Door listen(Endpoint endpoint, Acceptor acceptor) throws IOException;

  /** How it waits for the network, for INFO: {@code epoll}, {@code nio}. */
  String mechanism();

  /** Runs something in the thread of the links again and again, until the result is closed. */
  AutoCloseable every(long millis, Runnable task);

  /** Runs something in the thread of the links, soon. Any thread may call this. */
  void execute(Runnable task);

  /**
   * Runs something in the thread of the links when all that had come in by now has been dealt with,
   * and before it waits for more. To be called in that thread.
   */
  void afterTurn(Runnable task);

  /** Closes all doors and links, and waits until the transport's threads have ended. */
  @Override
  void close();

  /** Where links are accepted. */
  sealed interface Endpoint {
    /**
     * A TCP port.
     *
     * @param host an address or name; {@code *} for all IPv4, {@code ::*} for all IPv6 addresses
     * @param port 0 for any free one
     * @param backlog connections that the system may hold before they are accepted
     */
    record Tcp(String host, int port, int backlog) implements Endpoint {}

    /**
     * A Unix domain socket.
     *
     * @param path where; an old socket there is replaced
     * @param permissions of the file, as in {@code 0700}; 0 leaves them to the system
     * @param backlog as above
     */
    record Unix(String path, int permissions, int backlog) implements Endpoint {}
  }

  /** A place where links are accepted. */
  interface Door extends AutoCloseable {
    /** The port it turned out to be; 0 for a Unix socket. */
    int port();

    /** Accepts no more; links that are open stay. */
    @Override
    void close();
  }

  /** Is offered every new link. */
  @FunctionalInterface
  interface Acceptor {
    /** Who deals with the link from now on. Called in the link's thread. */
    Receiver accepted(Link link);
  }

  /** Deals with what happens on one link. Called in the link's thread. */
  interface Receiver {
    /** Bytes have come; what is not taken is lost. */
    void received(Input bytes);

    /** All bytes that were there have been delivered: a good moment to answer. */
    void receivedAll();

    /** Enough of what was written has been sent: {@link Link#unsent()} fell to the low mark. */
    void drained();

    /** The link is gone. Called once, last. */
    void closed();
  }

  /** Bytes on their way in; good only during the call. */
  interface Input {
    /** How many are left. */
    int available();

    /** Moves bytes into an array. */
    void read(byte[] into, int offset, int length);
  }

  /** A byte stream to somebody. */
  interface Link {
    /** Queues a copy of the bytes; they leave with the next {@link #flush()}. */
    void write(byte[] bytes, int offset, int length);

    /** Sends what is queued, as fast as the peer takes it. */
    void flush();

    /** Bytes queued and not yet taken by the system. */
    long unsent();

    /** Stops or resumes to read, so that a peer that does not listen is not served further. */
    void reading(boolean on);

    /** Closes when everything queued was sent. */
    void closeAfterFlush();

    /** Closes now; what is queued is dropped. Any thread may call this. */
    void close();

    /** Sets after how many idle seconds the system probes the peer; 0 for never. */
    void keepAlive(int seconds);

    /** The peer as {@code ip:port}, or {@code path:0} of a Unix socket. */
    String remote();

    /** Our side, in the same form. */
    String local();

    /** Whether the peer is on this machine. */
    boolean fromHere();

    /**
     * Runs something in the link's thread, soon; nothing once the transport is closed. Any thread
     * may call this.
     */
    void execute(Runnable task);

    /** Whether the calling thread is the link's. */
    boolean inThread();
  }
}
