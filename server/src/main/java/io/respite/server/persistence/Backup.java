package io.respite.server.persistence;

import static io.respite.server.command.CommandFlag.ADMIN;
import static io.respite.server.command.CommandFlag.ALLOW_BUSY;
import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.NO_ASYNC_LOADING;
import static io.respite.server.command.CommandFlag.NO_MULTI;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.command.Call;
import io.respite.server.command.Clients;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Session;
import io.respite.server.environment.Clock;
import io.respite.server.environment.RandomSource;
import io.respite.server.environment.Storage;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.log.ServerLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A copy of the data over the wire, as {@code redis-cli --rdb} and {@code --functions-rdb} ask for
 * it: SYNC behind {@code REPLCONF rdb-only 1} or {@code REPLCONF rdb-filter-only functions}.
 *
 * <pre>
 *   $EOF:&lt;40 characters&gt;\r\n &lt;RDB file&gt; &lt;the same 40 characters&gt;
 * </pre>
 *
 * The snapshot is encoded and sent as fast as the client takes it, and nothing is written to disk.
 * A client that takes nothing for a minute is left, because the snapshot keeps old values alive.
 * Replicas, who would want to hear what happens afterwards, are refused in words.
 */
final class Backup {
  private static final int MARK_LENGTH = 40;
  private static final int PIECE_BYTES = 1 << 16;

  /** Bytes that may be on their way to the client. */
  private static final long MOST_UNSENT = 4 << 20;

  private static final long POLL_NANOS = 1_000_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /** What a client has said that it wants. */
  private static final class Wish {
    boolean rdbOnly;
    boolean functionsOnly;
  }

  private static final Session.Attachment<Wish> WISH = Session.Attachment.of(Wish.class);

  /** Makes the writer for a client, with the baton held and nothing else under way. */
  interface Source {
    /**
     * What is to be written.
     *
     * @param functionsOnly whether keys are left out
     */
    RdbSave open(boolean functionsOnly);
  }

  private final Keyspace keyspace;
  private final Background background;
  private final Source source;
  private final ServerLog log;
  private final Clock clock;
  private final RandomSource random;
  private final Deque<Session> waiting = new ArrayDeque<>();

  Backup(Keyspace keyspace, Background background, Source source, ServerLog log) {
    this.keyspace = keyspace;
    this.background = background;
    this.source = source;
    this.log = log;
    this.clock = keyspace.environment().clock();
    this.random = keyspace.environment().random().split();
  }

  List<Command> rows() {
    return List.of(
        Command.named("replconf")
            .group(CommandGroup.SERVER)
            .since("3.0.0")
            .arity(-1)
            .flags(ADMIN, NOSCRIPT, LOADING, STALE, ALLOW_BUSY)
            .complexity("O(1)")
            .summary("Says what a SYNC that follows is to bring.")
            .handler(this::configure),
        Command.named("sync")
            .group(CommandGroup.SERVER)
            .since("1.0.0")
            .arity(1)
            .flags(ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)
            .complexity("O(N) where N is the number of keys, beside the clients")
            .summary("Sends a copy of all databases.")
            .handler(this::sync));
  }

  private void configure(Call call) {
    if (call.count() % 2 == 0) {
      throw CommandError.syntax();
    }
    Wish wish = call.session().get(WISH);
    if (wish == null) {
      wish = new Wish();
      call.session().set(WISH, wish);
    }
    for (int i = 1; i < call.count(); i += 2) {
      if (call.is(i, "rdb-only")) {
        wish.rdbOnly = !call.is(i + 1, "0");
      } else if (call.is(i, "rdb-filter-only")) {
        wish.functionsOnly = call.is(i + 1, "functions");
        if (!wish.functionsOnly && call.arguments().length(i + 1) > 0) {
          throw new CommandError("ERR Unsupported rdb-filter-only option: " + call.quoted(i + 1));
        }
      } else if (!call.is(i, "capa")) {
        throw new CommandError(
            "ERR Unrecognized REPLCONF option: " + call.quoted(i) + " (there is no replication)");
      }
    }
    call.reply().ok();
  }

  private void sync(Call call) {
    Wish wish = call.session().get(WISH);
    if (wish == null || !(wish.rdbOnly || wish.functionsOnly)) {
      throw new CommandError(
          "ERR this version serves no replicas; REPLCONF rdb-only 1 before SYNC asks for a copy of"
              + " the data");
    }
    if (keyspace.inAtomic()) {
      throw new CommandError("ERR SYNC is not possible in the middle of a transaction or script");
    }
    waiting.add(call.session());
    tick();
  }

  /** Serves the next one, if nothing else is under way. */
  void tick() {
    while (background.current() == null && !waiting.isEmpty()) {
      Session session = waiting.poll();
      Clients.Traffic traffic = session.get(Clients.TRAFFIC);
      if (traffic == null || traffic.closing()) {
        continue;
      }
      begin(session, traffic, session.get(WISH).functionsOnly);
    }
  }

  private void begin(Session session, Clients.Traffic traffic, boolean functionsOnly) {
    RdbSave work = source.open(functionsOnly);
    byte[] mark = new byte[MARK_LENGTH];
    for (int i = 0; i < mark.length; i++) {
      mark[i] = (byte) Character.forDigit(random.nextInt(16), 16);
    }
    log.notice("Sending a copy of the data to " + session.connection().remoteAddress());
    background.begin(
        Background.Work.BACKUP,
        () -> {
          Stream stream = new Stream(session.connection(), traffic);
          stream.send(
              ("$EOF:" + new String(mark, StandardCharsets.US_ASCII) + "\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
          work.send(stream);
          stream.send(mark);
          stream.await(0);
        },
        failure -> {
          if (failure == null) {
            log.notice("The copy has been sent");
            session.connection().closeAfterReply();
          } else {
            log.warning("The copy could not be sent: " + RdbSaving.reason(failure));
            session.connection().close();
          }
        });
  }

  /** A connection as a file that is written; waits for a client that is slower. */
  private final class Stream implements Storage.Output {
    private final Session.Connection connection;
    private final Clients.Traffic traffic;
    private final byte[] piece = new byte[PIECE_BYTES];
    private long sent;

    Stream(Session.Connection connection, Clients.Traffic traffic) {
      this.connection = connection;
      this.traffic = traffic;
    }

    void send(byte[] bytes) throws IOException {
      write(ByteBuffer.wrap(bytes));
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        await(MOST_UNSENT);
        int count = Math.min(bytes.remaining(), piece.length);
        bytes.get(piece, 0, count);
        connection.send(piece, 0, count);
        sent += count;
      }
    }

    /** Waits until no more than this is on its way. */
    void await(long most) throws IOException {
      long unsent = traffic.unsentBytes();
      long since = clock.nanos();
      while (unsent > most) {
        LockSupport.parkNanos(POLL_NANOS);
        long now = traffic.unsentBytes();
        if (now < unsent) {
          since = clock.nanos();
        } else if (clock.nanos() - since > PATIENCE_NANOS) {
          throw new IOException("the client has taken nothing for a minute");
        }
        unsent = now;
        if (traffic.closing()) {
          throw new IOException("the client has gone");
        }
      }
      if (traffic.closing()) {
        throw new IOException("the client has gone");
      }
    }

    @Override
    public void force() {
      // The wire keeps nothing.
    }

    @Override
    public long size() {
      return sent;
    }

    @Override
    public void close() {
      // The connection is closed by its owner.
    }
  }
}
