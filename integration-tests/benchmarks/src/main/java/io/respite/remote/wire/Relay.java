package io.respite.remote.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sits between clients and a server and counts round trips, requests and bytes, for each connection
 * and for all. Clients connect to {@link #port} instead of the server's.
 *
 * <p><b>How round trips are told.</b> Requests that a client sends without waiting for a reply are
 * one round trip, even when they leave it in several packets. On the loopback interface a reply may
 * be there before the second packet is sent, and the two would look like a client that waits. So
 * the relay behaves like a slow network: it holds what a client sends until the client has been
 * quiet for a while (the <i>hold</i>) and a request is complete, and only then passes all of it on
 * as one burst. A burst is a round trip if anything was received since the burst before it. A
 * client that thinks for longer than the hold between two requests that it need not wait between is
 * counted with two; so take a hold that is long beside the client's own work.
 *
 * <p>A connection has two threads: one waits for the client, one for the server. The counts are
 * guarded by the relay's lock; those of connections that have ended are kept as one sum.
 */
public final class Relay implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int MOST_CONNECTIONS = 1000;
  private static final int MOST_HELD_PIECES = 1000;
  private static final int CONNECT_MILLIS = 5000;
  private static final String HEARTBEAT = "PING";

  private final InetSocketAddress server;
  private final int holdMillis;
  private final ServerSocket listening;
  private final Set<Connection> open = new HashSet<>();
  private Traffic ended = Traffic.NONE;
  private boolean closed;

  /**
   * Begins to listen on a free port of the loopback interface.
   *
   * @param server where to connect for each client
   * @param hold how long a client must be quiet until what it sent is passed on; 1 ms at least
   * @throws IOException when there is no port
   */
  public Relay(InetSocketAddress server, Duration hold) throws IOException {
    if (hold.toMillis() < 1) {
      throw new IllegalArgumentException("the hold is " + hold + " and must be 1 ms at least");
    }
    this.server = server;
    this.holdMillis = Math.toIntExact(hold.toMillis());
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start("accept", this::accept);
  }

  /** Where clients connect. */
  public int port() {
    return listening.getLocalPort();
  }

  /** All that has passed so far. */
  public synchronized Traffic traffic() {
    Traffic all = ended;
    for (Connection connection : open) {
      all = all.plus(connection.traffic);
    }
    return all;
  }

  /** What has passed in each connection that is open now, in no order. */
  public synchronized List<Traffic> connections() {
    return open.stream().map(connection -> connection.traffic).toList();
  }

  /** Ends all connections. */
  @Override
  public void close() {
    List<Connection> last;
    synchronized (this) {
      closed = true;
      last = new ArrayList<>(open);
    }
    quietly(listening);
    last.forEach(Connection::end);
  }

  private void accept() {
    while (true) {
      try {
        Socket client = listening.accept();
        synchronized (this) {
          if (closed || open.size() == MOST_CONNECTIONS) {
            quietly(client);
            continue;
          }
        }
        serve(client);
      } catch (IOException failed) {
        if (listening.isClosed()) {
          return;
        }
        throw new UncheckedIOException(failed);
      }
    }
  }

  private void serve(Socket client) {
    Socket ours = new Socket();
    try {
      client.setTcpNoDelay(true);
      ours.setTcpNoDelay(true);
      ours.connect(server, CONNECT_MILLIS);
    } catch (IOException unreachable) {
      // To the client it looks as if the server had hung up, which is what a proxy can tell it.
      quietly(client);
      quietly(ours);
      return;
    }
    Connection connection = new Connection(client, ours);
    boolean late;
    synchronized (this) {
      late = closed;
      if (!late) {
        open.add(connection);
      }
    }
    if (late) {
      connection.end();
      return;
    }
    start("requests", connection::passRequests);
    start("replies", connection::passReplies);
  }

  private void start(String what, Runnable work) {
    Thread thread = new Thread(work, "relay-" + port() + "-" + what);
    thread.setDaemon(true);
    thread.start();
  }

  private static void quietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception alreadyGone) {
      // Nothing waits for this socket any more.
      return;
    }
  }

  /** One client and its connection to the server. */
  private final class Connection {
    private final Socket client;
    private final Socket ours;
    private final Requests requests = new Requests();

    // Guarded by the relay.
    private Traffic traffic = Traffic.NONE;
    private boolean clientsTurn = true;

    Connection(Socket client, Socket ours) {
      this.client = client;
      this.ours = ours;
    }

    void passRequests() {
      byte[] buffer = new byte[BUFFER];
      List<String> burst = new ArrayList<>();
      List<byte[]> held = new ArrayList<>();
      try {
        InputStream in = client.getInputStream();
        OutputStream out = ours.getOutputStream();
        while (true) {
          int count = held.isEmpty() ? await(in, buffer) : more(in, buffer);
          if (count > 0) {
            burst.addAll(requests.next(buffer, count));
            held.add(Arrays.copyOf(buffer, count));
          }
          if (count <= 0 || held.size() == MOST_HELD_PIECES) {
            count(burst, held);
            for (byte[] piece : held) {
              out.write(piece);
            }
            burst.clear();
            held.clear();
          }
          if (count < 0) {
            ours.shutdownOutput();
            return;
          }
        }
      } catch (IOException broken) {
        end();
      }
    }

    private int await(InputStream in, byte[] buffer) throws IOException {
      client.setSoTimeout(0);
      return in.read(buffer);
    }

    /** More of the same burst: 0 when the client is quiet after a whole request. */
    private int more(InputStream in, byte[] buffer) throws IOException {
      client.setSoTimeout(holdMillis);
      while (true) {
        try {
          return in.read(buffer);
        } catch (SocketTimeoutException quiet) {
          if (requests.isComplete()) {
            return 0;
          }
        }
      }
    }

    private void count(List<String> burst, List<byte[]> pieces) {
      long bytes = pieces.stream().mapToLong(piece -> piece.length).sum();
      boolean counts = burst.stream().anyMatch(name -> !name.equals(HEARTBEAT));
      Traffic more = new Traffic(0, 0, bytes, 0, Traffic.NONE.commands());
      if (counts) {
        SortedMap<String, Long> names = new TreeMap<>();
        burst.forEach(name -> names.merge(name, 1L, Long::sum));
        more = new Traffic(0, burst.size(), bytes, 0, names);
      }
      synchronized (Relay.this) {
        if (counts) {
          if (clientsTurn) {
            more = more.plus(new Traffic(1, 0, 0, 0, Traffic.NONE.commands()));
          }
          clientsTurn = false;
        }
        traffic = traffic.plus(more);
      }
    }

    void passReplies() {
      byte[] buffer = new byte[BUFFER];
      try {
        InputStream in = ours.getInputStream();
        OutputStream out = client.getOutputStream();
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          synchronized (Relay.this) {
            traffic = traffic.plus(new Traffic(0, 0, 0, count, Traffic.NONE.commands()));
            clientsTurn = true;
          }
          out.write(buffer, 0, count);
        }
      } catch (IOException broken) {
        end();
        return;
      }
      end();
    }

    /** Closes both ends, and adds what has passed to what is kept; may be called more than once. */
    void end() {
      quietly(client);
      quietly(ours);
      synchronized (Relay.this) {
        if (open.remove(this)) {
          ended = ended.plus(traffic);
        }
      }
    }
  }
}
