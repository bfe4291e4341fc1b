package io.respite.server.net;

import io.respite.server.command.Arguments;
import io.respite.server.command.Clients;
import io.respite.server.command.Command;
import io.respite.server.command.CommandFlag;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.config.OutputLimits;
import io.respite.server.environment.Transport;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.log.ServerLog;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * One client's connection.
 *
 * <p>A read's bytes go into an array that all connections of the event loop share; the parser works
 * there, and only the beginning of a request that is not complete is kept in an array of the
 * connection's own. Replies of a batch are written one after the other into a shared {@link Reply}
 * and leave together, earlier when they pass 64 KB. So an idle connection holds next to nothing,
 * and a batch of small requests is one read and one write.
 *
 * <p>A connection can wait in two ways, and both only stop it from looking at its input: it is
 * <em>stalled</em> while its peer does not read the replies, and <em>paused</em> by CLIENT PAUSE.
 * What has been read by then stays in the connection's own array.
 *
 * <p>Everything here happens in the event loop's thread, except {@link #send} and the two ways to
 * close, which whoever holds the baton may call.
 */
final class ClientLink implements Transport.Receiver, Session.Connection, Clients.Traffic {
  private static final byte[] EMPTY = {};
  private static final int SMALLEST_OWN_BYTES = 1 << 10;
  private static final int FLUSH_BYTES = 64 << 10;
  private static final int PIECE_BYTES = 1 << 20;

  /** Unsent replies that a peer may have before AUTH. */
  private static final int UNAUTHENTICATED_UNSENT_BYTES = 1 << 20;

  /** Replies in flight after which a client without limits is not served further until it reads. */
  private static final long STALL_BYTES = 64L << 20;

  /** What a connection costs beside its buffers: link, session, parser. */
  private static final int BASE_BYTES = 2 << 10;

  private final NetServer server;
  private final Transport.Link link;
  private final Session session;
  private final RequestParser parser;

  private byte[] own = EMPTY;
  private int ownEnd;
  private boolean stalled;
  private boolean paused;
  private boolean processing;
  private boolean deaf;
  private volatile boolean closing;
  private long softLimitSince;
  private long lastHeard;
  private ByteArrayOutputStream deferred;

  /** Whether replies wait for the end of the event loop's turn, and whether that is the end. */
  private boolean held;

  private boolean closesWhenLetGo;

  /**
   * What {@link #send} was given and the event loop has not come round to, in pieces of up to
   * {@link #PIECE_BYTES}; guarded by itself. Another piece is another task of the loop's, so that a
   * huge reply does not keep it from its other clients.
   */
  private final Deque<ByteArrayOutputStream> outbox = new ArrayDeque<>();

  private long outboxBytes;

  /** Whether there is any; replies to what was asked later must not get ahead of it. */
  private volatile boolean sending;

  ClientLink(NetServer server, Transport.Link link, boolean authenticated) {
    this.server = server;
    this.link = link;
    this.parser = new RequestParser(server.limits());
    this.session =
        new Session(server.clients().nextId(), this, authenticated, server.clockMillis());
    lastHeard = session.createdMillis();
    session.set(Clients.TRAFFIC, this);
  }

  Session session() {
    return session;
  }

  // ---- what the network tells

  @Override
  public void received(Transport.Input bytes) {
    int count = bytes.available();
    server.statistics().inputBytes += count;
    server.statistics().reads++;
    lastHeard = server.clockMillis();
    if (deaf) {
      return;
    }
    if (ownEnd > 0 || waits()) {
      keep(bytes, count);
      if (!deaf && !waits()) {
        process(own, ownEnd);
      }
      return;
    }
    byte[] scratch = server.scratch(count);
    bytes.read(scratch, 0, count);
    process(scratch, count);
  }

  private boolean waits() {
    return stalled || paused || sending || session.waiting();
  }

  private void keep(Transport.Input bytes, int count) {
    long needed = (long) ownEnd + count;
    if (needed > server.longestQuery()) {
      server.statistics().queryLimitDisconnections++;
      server.log().warning("Closing client that reached max query buffer length: " + describe());
      deaf = true;
      close();
      return;
    }
    if (needed > own.length) {
      // Twice as much as has come, but no more than is known to be missing.
      long missing = parser.missing(ownEnd);
      long wanted = Math.max(needed, Math.min(needed * 2, Math.max(missing + ownEnd, 1)));
      own = Arrays.copyOf(own, (int) Math.min(wanted, Integer.MAX_VALUE - 64));
      parser.moved(own, 0);
    }
    bytes.read(own, ownEnd, count);
    ownEnd += count;
  }

  @Override
  public void receivedAll() {
    // Replies left with their batch already: one read is one batch.
  }

  @Override
  public void drained() {
    if (stalled) {
      link.execute(this::resumeAfterStall);
    }
  }

  private void resumeAfterStall() {
    if (stalled && !closing) {
      stalled = false;
      link.reading(true);
      resumeReading();
    }
  }

  private void resumeAfterPause() {
    if (paused) {
      paused = false;
      resumeReading();
    }
  }

  private void resumeReading() {
    if (!waits() && !deaf && ownEnd > 0 && !processing) {
      process(own, ownEnd);
    }
  }

  @Override
  public void closed() {
    closing = true;
    deaf = true;
    server.keyspace().baton().takeOccupied();
    try {
      server.clients().remove(session);
      session.end();
    } finally {
      server.keyspace().baton().pass();
    }
    own = EMPTY;
    ownEnd = 0;
  }

  // ---- requests

  /** Executes what is complete in the first {@code end} bytes, and keeps the rest. */
  private void process(byte[] buffer, int end) {
    Reply reply = server.reply();
    processing = true;
    server.keyspace().baton().takeOccupied();
    lastHeard = server.keyspace().now();
    try {
      executeAll(buffer, end, reply);
    } finally {
      server.keyspace().baton().pass();
      processing = false;
    }
    send(reply);
    if (closing) {
      deaf = true;
      closeBehindReplies();
    } else {
      keepRest(buffer, end);
    }
  }

  private void executeAll(byte[] buffer, int end, Reply reply) {
    int known = 0;
    while (!closing && !stalled && !session.waiting()) {
      if (known == 0) {
        known = lookAhead(buffer, end);
      }
      known--;
      switch (parser.next(buffer, end, session.authenticated())) {
        case REQUEST -> {
          if (mustWait(parser.arguments())) {
            return;
          }
          execute(parser.arguments(), reply);
          if (reply.size() > FLUSH_BYTES) {
            send(reply);
            server.dispatcher().interrupted();
          }
        }
        case MORE -> {
          return;
        }
        case ERROR -> {
          refuse(reply);
          return;
        }
      }
    }
  }

  /** Fetches the keys of the next requests; for how many, at least one. */
  private int lookAhead(byte[] buffer, int end) {
    Keyspace keyspace = server.keyspace();
    if (keyspace.baton().occupied()) {
      return 1;
    }
    return server
        .keysAhead()
        .look(buffer, parser.upcoming(), end, keyspace.database(session.database()));
  }

  private void execute(Arguments arguments, Reply reply) {
    if (isWebRequest(arguments)) {
      server
          .log()
          .warning(
              "Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host:"
                  + " commands to the server: a browser may be used to reach it. Connection from "
                  + link.remote()
                  + " aborted.");
      closing = true;
      return;
    }
    server.dispatcher().dispatch(session, arguments, reply);
    if (deferred != null) {
      byte[] pushed = deferred.toByteArray();
      deferred = null;
      reply.raw(pushed, 0, pushed.length);
    }
  }

  private static boolean isWebRequest(Arguments arguments) {
    byte first = arguments.length(0) > 3 ? arguments.buffer()[arguments.offset(0)] : 0;
    return ((first | 0x20) == 'p' && arguments.is(0, "post"))
        || ((first | 0x20) == 'h' && arguments.is(0, "host:"));
  }

  /** Whether CLIENT PAUSE holds a request back; it is then looked at again when the pause ends. */
  private boolean mustWait(Arguments arguments) {
    Clients.Pause pause = server.clients().paused(server.keyspace().now());
    if (pause == Clients.Pause.NONE) {
      return false;
    }
    Command command =
        server
            .dispatcher()
            .table()
            .find(arguments.buffer(), arguments.offset(0), arguments.length(0));
    boolean mayChange =
        command != null
            && (command.is(CommandFlag.WRITE)
                || command.is(CommandFlag.MAY_REPLICATE)
                || command.name().equals("exec"));
    if (pause == Clients.Pause.WRITES && !mayChange) {
      return false;
    }
    parser.again();
    paused = true;
    server.clients().whenUnpaused(() -> link.execute(this::resumeAfterPause));
    return true;
  }

  private void refuse(Reply reply) {
    server.log().verbose("Protocol error (" + parser.error() + ") from client: " + describe());
    server.dispatcher().errors().count("ERR");
    reply.error("ERR " + parser.error());
    closing = true;
  }

  private void keepRest(byte[] buffer, int end) {
    int start = parser.start();
    int rest = end - start;
    if (rest == 0) {
      parser.moved(EMPTY, -start);
      own = EMPTY;
      ownEnd = 0;
      return;
    }
    boolean fits = own.length >= rest && own.length - rest <= Math.max(rest, FLUSH_BYTES);
    byte[] home = fits ? own : new byte[Math.max(rest, SMALLEST_OWN_BYTES)];
    if (home != buffer || start > 0) {
      System.arraycopy(buffer, start, home, 0, rest);
      parser.moved(home, -start);
    }
    own = home;
    ownEnd = rest;
  }

  // ---- replies

  private void send(Reply reply) {
    int size = reply.size();
    if (size == 0) {
      return;
    }
    link.write(reply.buffer(), 0, size);
    reply.clear(NetServer.KEPT_REPLY_BYTES);
    server.statistics().outputBytes += size;
    flush();
  }

  private void flush() {
    if (server.holdsReplies()) {
      hold();
    } else {
      flushNow();
    }
  }

  private void hold() {
    if (!held) {
      held = true;
      server.hold(this);
    }
  }

  private void closeBehindReplies() {
    if (server.holdsReplies() || held) {
      closesWhenLetGo = true;
      hold();
    } else {
      link.closeAfterFlush();
    }
  }

  /** What the replies tell of is in the journal, or never will be. */
  void letGo(boolean committed) {
    held = false;
    if (!committed) {
      close();
      return;
    }
    flushNow();
    if (closesWhenLetGo) {
      link.closeAfterFlush();
    }
  }

  private void flushNow() {
    server.statistics().writes++;
    link.flush();
    long unsent = link.unsent();
    if (unsent > 0) {
      checkUnsent(unsent);
    }
  }

  private void checkUnsent(long unsent) {
    OutputLimits.Limit limit = outputLimit();
    if (!session.authenticated() && unsent > UNAUTHENTICATED_UNSENT_BYTES) {
      dropSlowReader();
    } else if (exceeds(limit, unsent)) {
      dropSlowReader();
    } else if (unsent > STALL_BYTES && limit.hardBytes() == 0 && !stalled) {
      stalled = true;
      link.reading(false);
    }
  }

  private OutputLimits.Limit outputLimit() {
    OutputLimits limits = server.outputLimits();
    // Redis counts MONITOR's clients as normal ones, which have no limit unless one is set.
    return session.subscriptions() > 0 || session.isMonitor() ? limits.pubsub() : limits.normal();
  }

  private boolean exceeds(OutputLimits.Limit limit, long unsent) {
    if (limit.hardBytes() > 0 && unsent > limit.hardBytes()) {
      return true;
    }
    if (limit.softBytes() == 0 || unsent <= limit.softBytes()) {
      softLimitSince = 0;
      return false;
    }
    long now = server.clockMillis();
    if (softLimitSince == 0) {
      softLimitSince = now;
    }
    return now - softLimitSince > limit.softSeconds() * 1000;
  }

  private void dropSlowReader() {
    server.statistics().outputLimitDisconnections++;
    server
        .log()
        .warning(
            "Client "
                + describe()
                + " scheduled to be closed ASAP for overcoming of output buffer limits.");
    deaf = true;
    close();
  }

  /** Called every now and then: closes a client that was idle too long or does not read. */
  void tick(long now, long idleMillis) {
    if (closing) {
      return;
    }
    long unsent = link.unsent();
    if (unsent > 0) {
      checkUnsent(unsent);
    }
    if (idleMillis > 0 && now - lastHeard > idleMillis && !paused && !session.waiting()) {
      server.log().verbose("Closing idle client");
      close();
    }
  }

  private String describe() {
    return ServerLog.escaped(server.clients().describe(session, server.keyspace().now()));
  }

  // ---- what the session's owner asks for

  @Override
  public void send(byte[] bytes, int offset, int length) {
    if (processing && link.inThread()) {
      // In the middle of a reply of this very connection: it goes out right behind it.
      deferred = deferred == null ? new ByteArrayOutputStream() : deferred;
      deferred.write(bytes, offset, length);
      return;
    }
    if (closing) {
      // Nobody will read it; kept, it would grow until the event loop comes round.
      return;
    }
    long waiting;
    synchronized (outbox) {
      if (outbox.isEmpty()) {
        sending = true;
        link.execute(this::sendOutbox);
      }
      for (int at = 0; at < length; ) {
        ByteArrayOutputStream piece = outbox.peekLast();
        if (piece == null || piece.size() == PIECE_BYTES) {
          piece = new ByteArrayOutputStream(Math.min(length - at, PIECE_BYTES));
          outbox.add(piece);
        }
        int part = Math.min(length - at, PIECE_BYTES - piece.size());
        piece.write(bytes, offset + at, part);
        at += part;
      }
      outboxBytes += length;
      waiting = outboxBytes;
    }
    // What waits counts like what is unsent: a client that is told more than it reads, faster than
    // the event loop comes round, has to be stopped here.
    if (exceeds(outputLimit(), waiting + link.unsent()) && !closing) {
      dropSlowReader();
    }
  }

  private void sendOutbox() {
    byte[] bytes;
    boolean more;
    synchronized (outbox) {
      ByteArrayOutputStream piece = outbox.poll();
      bytes = piece == null ? EMPTY : piece.toByteArray();
      outboxBytes -= bytes.length;
      more = !outbox.isEmpty();
      sending = more;
    }
    link.write(bytes, 0, bytes.length);
    server.statistics().outputBytes += bytes.length;
    flush();
    if (more) {
      link.execute(this::sendOutbox);
    } else {
      resumeReading();
    }
  }

  @Override
  public void closeAfterReply() {
    closing = true;
    if (!processing) {
      link.execute(this::closeBehindReplies);
    }
  }

  @Override
  public void close() {
    closing = true;
    link.close();
  }

  @Override
  public void resume() {
    link.execute(this::resumeReading);
  }

  @Override
  public String remoteAddress() {
    return link.remote();
  }

  @Override
  public String localAddress() {
    return link.local();
  }

  // ---- figures

  @Override
  public long queryBytes() {
    return ownEnd;
  }

  @Override
  public long queryFreeBytes() {
    return (long) own.length - ownEnd;
  }

  @Override
  public long argumentBytes() {
    Arguments arguments = parser.arguments();
    long bytes = 0;
    for (int i = 0; i < arguments.count(); i++) {
      bytes += arguments.length(i);
    }
    return bytes;
  }

  @Override
  public long unsentBytes() {
    synchronized (outbox) {
      return outboxBytes + link.unsent();
    }
  }

  @Override
  public long totalBytes() {
    return BASE_BYTES + own.length + link.unsent();
  }

  @Override
  public boolean fromHere() {
    return link.fromHere();
  }

  @Override
  public boolean unixSocket() {
    return link.local().endsWith(":0");
  }

  @Override
  public boolean closing() {
    return closing;
  }

  /** Sends an error and closes: the server does not want this client. */
  static void turnAway(Transport.Link link, String error) {
    byte[] line = ("-" + error + "\r\n").getBytes(StandardCharsets.UTF_8);
    link.write(line, 0, line.length);
    link.closeAfterFlush();
  }
}
