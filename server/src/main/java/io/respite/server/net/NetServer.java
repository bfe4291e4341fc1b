package io.respite.server.net;

import io.respite.server.command.Clients;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.config.BadValueException;
import io.respite.server.config.Config;
import io.respite.server.config.Directives;
import io.respite.server.config.OutputLimits;
import io.respite.server.environment.Clock;
import io.respite.server.environment.Transport;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.log.ServerLog;
import io.respite.server.metrics.NetStatistics;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Opens the doors that the configuration asks for, lets clients in, and looks after them.
 *
 * <p>It owns what the connections of the event loop share: the array that reads go to, the reply
 * that is being written, and the limits, kept in plain fields that CONFIG SET changes.
 */
public final class NetServer implements AutoCloseable {
  /** The shared reply keeps an array of up to this size between batches. */
  static final int KEPT_REPLY_BYTES = 256 << 10;

  private static final int TICK_MILLIS = 100;
  private static final String PROTECTED_MODE =
      "DENIED Redis is running in protected mode because protected mode is enabled and no password"
          + " is set for the default user. In this mode connections are only accepted from the"
          + " loopback interface. If you want to connect from external computers to Redis you may"
          + " adopt one of the following solutions: 1) Just disable protected mode sending the"
          + " command 'CONFIG SET protected-mode no' from the loopback interface by connecting to"
          + " Redis from the same host the server is running, however MAKE SURE Redis is not"
          + " publicly accessible from internet if you do so. Use CONFIG REWRITE to make this change"
          + " permanent. 2) Alternatively you can just disable the protected mode by editing the"
          + " Redis configuration file, and setting the protected mode option to 'no', and then"
          + " restarting the server. 3) If you started the server manually just for testing, restart"
          + " it with the '--protected-mode no' option. 4) Set up an authentication password for the"
          + " default user. NOTE: You only need to do one of the above things in order for the server"
          + " to start accepting connections from the outside.";

  private final Transport transport;
  private final Keyspace keyspace;
  private final Dispatcher dispatcher;
  private final Clients clients;
  private final Config config;
  private final ServerLog log;
  private final Clock clock;
  private final BooleanSupplier passwordNeeded;
  private final NetStatistics statistics;
  private final Runnable eachTick;
  private final Durability durability;

  /** Who has replies that wait for the end of this turn. */
  private final List<ClientLink> held = new ArrayList<>();

  /** How many there were when others were waited for. */
  private int heldBefore;

  private final ParserLimits limits = new ParserLimits();
  private final Reply reply = new Reply();
  private final KeysAhead keysAhead = new KeysAhead();
  private final List<Transport.Door> doors = new ArrayList<>();
  private byte[] scratch = new byte[64 << 10];
  private boolean open;

  private volatile boolean protectedMode;
  private volatile long maxClients;
  private volatile long longestQuery;
  private volatile long idleMillis;
  private volatile int keepAliveSeconds;
  private volatile OutputLimits outputLimits;

  /** What is promised to those who get a reply: that what they changed is in the journal. */
  public interface Durability {
    /** Whether replies wait for {@link #commit}. */
    boolean holdsReplies();

    /** Whether a commit waits for the disk, so that it pays to let many share one. */
    boolean waitsForDisk();

    /**
     * Makes what has been changed as durable as is promised; without the baton.
     *
     * @return false when that is impossible, and nobody may get a reply
     */
    boolean commit();
  }

  /**
   * A server with closed doors.
   *
   * @param statistics counts what happens here
   * @param passwordNeeded whether a client has to give a password before it may do anything
   * @param eachTick is done ten times a second, with the baton held
   * @param durability what comes before replies leave
   */
  public NetServer(
      Transport transport,
      Keyspace keyspace,
      Dispatcher dispatcher,
      Clients clients,
      Config config,
      ServerLog log,
      NetStatistics statistics,
      BooleanSupplier passwordNeeded,
      Runnable eachTick,
      Durability durability)
      throws BadValueException {
    this.transport = transport;
    this.keyspace = keyspace;
    this.dispatcher = dispatcher;
    this.clients = clients;
    this.config = config;
    this.log = log;
    this.clock = keyspace.environment().clock();
    this.statistics = statistics;
    this.passwordNeeded = passwordNeeded;
    this.eachTick = eachTick;
    this.durability = durability;
    config.follow(Directives.PROTECTED_MODE, value -> protectedMode = value);
    config.follow(Directives.MAXCLIENTS, value -> maxClients = value);
    config.follow(Directives.CLIENT_QUERY_BUFFER_LIMIT, value -> longestQuery = value);
    config.follow(Directives.TIMEOUT, value -> idleMillis = value * 1000);
    config.follow(Directives.TCP_KEEPALIVE, value -> keepAliveSeconds = value.intValue());
    config.follow(Directives.CLIENT_OUTPUT_BUFFER_LIMIT, value -> outputLimits = value);
    config.follow(Directives.PROTO_MAX_BULK_LEN, value -> limits.longestBulk = value);
    config.heed(Directives.UNIXSOCKET, Directives.UNIXSOCKETPERM, Directives.TCP_BACKLOG);
    config.onChange(Directives.PORT, this::reopen);
    config.onChange(Directives.BIND, this::reopen);
  }

  /**
   * Opens the doors: every address of {@code bind} and the Unix socket. Nobody is answered at one
   * of them before all are open.
   *
   * @throws IOException when one that is not optional cannot be opened; then none is open
   */
  public void open() throws IOException {
    String socket = config.get(Directives.UNIXSOCKET);
    long permissions = config.get(Directives.UNIXSOCKETPERM);
    int backlog = config.get(Directives.TCP_BACKLOG).intValue();
    keyspace.baton().take();
    try {
      openTcp(config.get(Directives.PORT).intValue(), config.get(Directives.BIND));
      if (!socket.isEmpty()) {
        String path = config.resolve(socket).toString();
        doors.add(
            transport.listen(
                new Transport.Endpoint.Unix(path, (int) permissions, backlog), this::accept));
      }
    } catch (IOException failed) {
      close();
      throw failed;
    } finally {
      keyspace.baton().pass();
    }
    if (!open) {
      open = true;
      transport.every(TICK_MILLIS, this::tick);
    }
  }

  /**
   * Opens one more door on the loopback interface; returns the port, useful when 0 was asked for.
   */
  public int openLoopback(int port) throws IOException {
    int backlog = config.get(Directives.TCP_BACKLOG).intValue();
    Transport.Door door =
        transport.listen(new Transport.Endpoint.Tcp("127.0.0.1", port, backlog), this::accept);
    doors.add(door);
    if (!open) {
      open = true;
      transport.every(TICK_MILLIS, this::tick);
    }
    return door.port();
  }

  private void openTcp(int port, List<String> addresses) throws IOException {
    if (port == 0) {
      return;
    }
    int backlog = config.get(Directives.TCP_BACKLOG).intValue();
    List<Transport.Door> opened = new ArrayList<>();
    for (String address : addresses) {
      boolean optional = address.startsWith("-");
      String host = optional ? address.substring(1) : address;
      try {
        opened.add(transport.listen(new Transport.Endpoint.Tcp(host, port, backlog), this::accept));
      } catch (IOException failed) {
        log.warning(
            "Could not create server TCP listening socket "
                + host
                + ":"
                + port
                + ": bind: "
                + reason(failed));
        if (!optional || isTaken(failed)) {
          opened.forEach(Transport.Door::close);
          throw failed;
        }
      }
    }
    if (opened.isEmpty() && !addresses.isEmpty()) {
      throw new IOException("none of the addresses can be bound");
    }
    doors.addAll(opened);
  }

  /** What went wrong, in the system's words. */
  static String reason(IOException failed) {
    if (failed instanceof UnknownHostException) {
      return "Name or service not known";
    }
    String message = String.valueOf(failed.getMessage());
    int words = message.lastIndexOf("): ");
    return words < 0 ? message : message.substring(words + 3);
  }

  private static boolean isTaken(IOException failed) {
    return String.valueOf(failed.getMessage()).contains("in use");
  }

  private void reopen(Object changed) throws BadValueException {
    if (!open) {
      return;
    }
    // The Unix socket stays; it has no port.
    List<Transport.Door> old = doors.stream().filter(door -> door.port() != 0).toList();
    old.forEach(Transport.Door::close);
    doors.removeAll(old);
    try {
      openTcp(config.get(Directives.PORT).intValue(), config.get(Directives.BIND));
    } catch (IOException failed) {
      throw new BadValueException(
          changed instanceof Long
              ? "Unable to listen on this port. Check server logs."
              : "Failed to bind to specified addresses.");
    }
  }

  private Transport.Receiver accept(Transport.Link link) {
    keyspace.baton().takeOccupied();
    try {
      statistics.connectionsReceived++;
      boolean stranger = passwordNeeded.getAsBoolean();
      if (clients.count() >= maxClients) {
        statistics.rejectedConnections++;
        ClientLink.turnAway(link, "ERR max number of clients reached");
        return new Nobody();
      }
      if (protectedMode && !stranger && !link.fromHere()) {
        statistics.rejectedConnections++;
        ClientLink.turnAway(link, PROTECTED_MODE);
        return new Nobody();
      }
      if (keepAliveSeconds > 0) {
        link.keepAlive(keepAliveSeconds);
      }
      ClientLink client = new ClientLink(this, link, !stranger);
      clients.add(client.session());
      return client;
    } finally {
      keyspace.baton().pass();
    }
  }

  private void tick() {
    keyspace.baton().takeOccupied();
    try {
      long now = keyspace.now();
      clients.paused(now);
      eachTick.run();
      for (Session session : clients.snapshot()) {
        if (session.connection() instanceof ClientLink link) {
          link.tick(now, idleMillis);
        }
      }
    } catch (RuntimeException fault) {
      // A tick that failed must not be the last one.
      log.warning("Internal error while looking after clients", fault);
    } finally {
      keyspace.baton().pass();
    }
  }

  /** Closes the doors; clients stay until the transport is closed. */
  @Override
  public void close() {
    doors.forEach(Transport.Door::close);
    doors.clear();
  }

  /** The first TCP port that is open; 0 when there is none. */
  public int port() {
    return doors.stream()
        .mapToInt(Transport.Door::port)
        .filter(port -> port > 0)
        .findFirst()
        .orElse(0);
  }

  /** What INFO shows of the network. */
  public NetStatistics statistics() {
    return statistics;
  }

  // ---- for the links

  Keyspace keyspace() {
    return keyspace;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  Clients clients() {
    return clients;
  }

  ServerLog log() {
    return log;
  }

  ParserLimits limits() {
    return limits;
  }

  Reply reply() {
    return reply;
  }

  KeysAhead keysAhead() {
    return keysAhead;
  }

  boolean holdsReplies() {
    return durability.holdsReplies();
  }

  /** Lets a link's replies leave at the end of this turn, when all of it is in the journal. */
  void hold(ClientLink link) {
    if (held.isEmpty()) {
      transport.afterTurn(this::letGo);
    }
    held.add(link);
  }

  /**
   * Commits, and lets replies leave. Where that waits for the disk, those who have asked by now are
   * heard first: clients that were answered together ask again at nearly the same time, and each
   * turn that brings another of them saves it, and those after it, a commit of their own.
   */
  private void letGo() {
    if (held.size() > heldBefore && held.size() < clients.count() && durability.waitsForDisk()) {
      heldBefore = held.size();
      // A task for the next turn, which then does not wait for somebody to ask.
      transport.execute(() -> transport.afterTurn(this::letGo));
      return;
    }
    heldBefore = 0;
    boolean committed = durability.commit();
    for (ClientLink link : held) {
      link.letGo(committed);
    }
    held.clear();
  }

  OutputLimits outputLimits() {
    return outputLimits;
  }

  long longestQuery() {
    return longestQuery;
  }

  long clockMillis() {
    return clock.millis();
  }

  /** The array that reads go to, at least so long. */
  byte[] scratch(int bytes) {
    if (scratch.length < bytes) {
      scratch = new byte[bytes];
    }
    return scratch;
  }

  /** Hears nothing: for a link that is being turned away. */
  private static final class Nobody implements Transport.Receiver {
    @Override
    public void received(Transport.Input bytes) {}

    @Override
    public void receivedAll() {}

    @Override
    public void drained() {}

    @Override
    public void closed() {}
  }
}
