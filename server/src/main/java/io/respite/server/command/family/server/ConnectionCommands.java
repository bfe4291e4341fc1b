package io.respite.server.command.family.server;

import static io.respite.server.command.CommandFlag.ALLOW_BUSY;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.NO_AUTH;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.command.Call;
import io.respite.server.command.Clients;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** AUTH, ECHO, HELLO, PING, QUIT, RESET, SELECT: who a client is and what it speaks. */
public final class ConnectionCommands {
  private static final String WRONG_PASSWORD =
      "WRONGPASS invalid username-password pair or user is disabled.";

  private final Instance instance;
  private final List<SessionReset> resets;

  /** Puts a session's state of one mechanism back to its beginning, for RESET. */
  @FunctionalInterface
  public interface SessionReset {
    /** Forgets what the mechanism keeps for the session. */
    void reset(Session session);
  }

  /**
   * The family.
   *
   * @param resets what else RESET has to put back; may grow until the first request
   */
  public ConnectionCommands(Instance instance, List<SessionReset> resets) {
    this.instance = instance;
    this.resets = resets;
  }

  /** The rows. */
  public List<Command> rows() {
    return List.of(
        row("auth", "1.0.0", -2)
            .flags(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)
            .complexity("O(N) where N is the number of passwords defined for the user")
            .summary("Proves to the server who the client is.")
            .syntax("[username] password")
            .changed("6.0.0", "Takes a user name.")
            .handler(this::auth),
        row("echo", "1.0.0", 2)
            .flags(LOADING, STALE, FAST)
            .complexity("O(1)")
            .summary("Answers the text it is given.")
            .syntax("message")
            .handler(call -> bulkArgument(call, 1)),
        row("hello", "6.0.0", -1)
            .flags(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)
            .complexity("O(1)")
            .summary("Agrees on the protocol, and may prove who the client is and name it.")
            .syntax("[protover:integer [AUTH username password] [SETNAME clientname]]")
            .changed("6.2.0", "The protocol's version became optional.")
            .handler(this::hello),
        row("ping", "1.0.0", -1)
            .flags(FAST)
            .complexity("O(1)")
            .summary("Answers PONG, or the text it is given: the server is alive.")
            .syntax("[message]")
            .tip("request_policy:all_shards")
            .tip("response_policy:all_succeeded")
            .handler(ConnectionCommands::ping),
        row("quit", "1.0.0", -1)
            .flags(ALLOW_BUSY, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH)
            .complexity("O(1)")
            .summary("Closes the connection after what was asked before is answered.")
            .deprecated("7.2.0", "closing the connection on the client's side")
            .handler(ConnectionCommands::quit),
        row("reset", "6.2.0", 1)
            .flags(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)
            .complexity("O(1)")
            .summary("Makes the connection what it was when it was opened.")
            .handler(this::reset),
        row("select", "1.0.0", 2)
            .flags(LOADING, STALE, FAST)
            .complexity("O(1)")
            .summary("Changes the database that the connection works on.")
            .syntax("index:integer")
            .handler(ConnectionCommands::select));
  }

  private static Command row(String name, String since, int arity) {
    return Command.named(name).group(CommandGroup.CONNECTION).since(since).arity(arity);
  }

  private static void bulkArgument(Call call, int i) {
    call.reply()
        .bulk(call.arguments().buffer(), call.arguments().offset(i), call.arguments().length(i));
  }

  private static void ping(Call call) {
    if (call.count() > 2) {
      throw CommandError.arity("ping");
    }
    if (call.session().subscriptions() > 0 && call.session().protocol() == 2) {
      // Among messages a reply has to look like one.
      call.reply().array(2);
      call.reply().bulk("pong");
      if (call.count() == 2) {
        bulkArgument(call, 1);
      } else {
        call.reply().bulk("");
      }
    } else if (call.count() == 2) {
      bulkArgument(call, 1);
    } else {
      call.reply().simple("PONG");
    }
  }

  private void auth(Call call) {
    if (call.count() > 3) {
      throw CommandError.syntax();
    }
    if (call.count() == 2 && !instance.authenticator().needsPassword()) {
      throw new CommandError(
          "ERR AUTH <password> called without any password configured for the default user. Are"
              + " you sure your configuration is correct?");
    }
    String user = call.count() == 3 ? call.text(1) : "default";
    logIn(call, user, call.bytes(call.count() - 1));
    call.reply().ok();
  }

  private void logIn(Call call, String user, byte[] password) {
    if (!instance.authenticator().authenticate(call.session(), user, password)) {
      throw new CommandError(WRONG_PASSWORD);
    }
  }

  private void hello(Call call) {
    Session session = call.session();
    int protocol = session.protocol();
    if (call.count() > 1) {
      long version = Numeral.of(call, 1, "ERR Protocol version is not an integer or out of range");
      if (version != 2 && version != 3) {
        throw new CommandError("NOPROTO unsupported protocol version");
      }
      protocol = (int) version;
    }
    String user = null;
    byte[] password = null;
    String name = null;
    for (int i = 2; i < call.count(); i++) {
      int more = call.count() - 1 - i;
      if (call.is(i, "auth") && more >= 2) {
        user = call.text(i + 1);
        password = call.bytes(i + 2);
        i += 2;
      } else if (call.is(i, "setname") && more >= 1) {
        name = call.text(++i);
        ClientCommands.requireName(name);
      } else {
        throw new CommandError("ERR Syntax error in HELLO option '" + call.quoted(i) + "'");
      }
    }
    if (user != null) {
      logIn(call, user, password);
    }
    if (!session.authenticated()) {
      throw new CommandError(
          "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO"
              + " AUTH <user> <pass> option can be used to authenticate the client and select the"
              + " RESP protocol version at the same time");
    }
    if (name != null) {
      session.name(name);
    }
    session.protocol(protocol);
    introduce(call, session);
  }

  private void introduce(Call call, Session session) {
    Reply reply = call.reply();
    reply.protocol(session.protocol());
    reply.map(7);
    reply.bulk("server");
    reply.bulk("redis");
    reply.bulk("version");
    reply.bulk(Instance.REDIS_VERSION);
    reply.bulk("proto");
    reply.integer(session.protocol());
    reply.bulk("id");
    reply.integer(session.id());
    reply.bulk("mode");
    reply.bulk("standalone");
    reply.bulk("role");
    reply.bulk("master");
    reply.bulk("modules");
    reply.array(0);
  }

  private static void quit(Call call) {
    call.reply().ok();
    call.session().connection().closeAfterReply();
  }

  private void reset(Call call) {
    Session session = call.session();
    resets.forEach(mechanism -> mechanism.reset(session));
    instance.authenticator().reset(session);
    session.database(0);
    session.protocol(2);
    session.name("");
    session.replies(Session.Replies.ON);
    session.touchesKeys(true);
    session.evictable(true);
    call.reply().protocol(2);
    call.reply().simple("RESET");
  }

  private static void select(Call call) {
    long index = Numeral.ofInt(call, 1);
    if (index < 0 || index >= call.keyspace().size()) {
      throw new CommandError("ERR DB index is out of range");
    }
    call.session().database((int) index);
    call.reply().ok();
  }

  /** The bytes of a text that holds one byte per char. */
  static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Where a session's connection keeps its figures. */
  static Clients.Traffic traffic(Session session) {
    return session.get(Clients.TRAFFIC);
  }
}
