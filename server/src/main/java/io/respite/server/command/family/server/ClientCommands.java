package io.respite.server.command.family.server;

import static io.respite.server.command.CommandFlag.ADMIN;
import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.command.Call;
import io.respite.server.command.Clients;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Help;
import io.respite.server.command.Session;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** CLIENT: what the server knows of its clients, and what they may tell it of themselves. */
public final class ClientCommands {
  private static final Set<String> TYPES = Set.of("normal", "master", "replica", "slave", "pubsub");

  private final Instance instance;

  /** The family. */
  public ClientCommands(Instance instance) {
    this.instance = instance;
  }

  /** The rows. */
  public List<Command> rows() {
    return List.of(
        Command.named("client")
            .group(CommandGroup.CONNECTION)
            .since("2.4.0")
            .arity(-2)
            .summary("A container for commands about clients.")
            .complexity("Depends on subcommand.")
            .subcommand(
                plain("getname", "2.6.9", 2)
                    .summary("Answers the name that the client gave itself.")
                    .handler(ClientCommands::getName))
            .subcommand(
                plain("id", "5.0.0", 2)
                    .summary("Answers the connection's number.")
                    .handler(call -> call.reply().integer(call.session().id())))
            .subcommand(
                plain("info", "6.2.0", 2)
                    .summary("Describes this connection in one line.")
                    .tip("nondeterministic_output")
                    .handler(this::info))
            .subcommand(
                admin("kill", "2.4.0", -3)
                    .complexity("O(N) where N is the number of client connections")
                    .summary("Closes connections, chosen by address, number, type, user or age.")
                    .syntax(
                        "<address | <[ID client-id:integer] [TYPE <NORMAL | MASTER | REPLICA |"
                            + " PUBSUB>] [USER username] [ADDR address] [LADDR address]"
                            + " [SKIPME <YES | NO>] [MAXAGE maxage:integer]>>")
                    .handler(this::kill))
            .subcommand(
                admin("list", "2.4.0", -2)
                    .complexity("O(N) where N is the number of client connections")
                    .summary("Describes the connections, one a line.")
                    .syntax(
                        "[TYPE <NORMAL | MASTER | REPLICA | PUBSUB>] [ID client-id:integer [client-id ...]]")
                    .tip("nondeterministic_output")
                    .handler(this::list))
            .subcommand(
                admin("no-evict", "7.0.0", 3)
                    .summary("Keeps the connection from being closed to save memory.")
                    .syntax("<ON | OFF>")
                    .handler(call -> call.session().evictable(!onOff(call))))
            .subcommand(
                plain("no-touch", "7.2.0", 3)
                    .summary("Lets the connection's reads not count as uses of keys.")
                    .syntax("<ON | OFF>")
                    .handler(call -> call.session().touchesKeys(!onOff(call))))
            .subcommand(
                admin("pause", "3.0.0", -3)
                    .summary("Lets requests wait for some time.")
                    .syntax("timeout [WRITE | ALL]")
                    .handler(this::pause))
            .subcommand(
                plain("reply", "3.2.0", 3)
                    .summary("Says whether the server shall answer.")
                    .syntax("<ON | OFF | SKIP>")
                    .handler(ClientCommands::reply))
            .subcommand(
                plain("setinfo", "7.2.0", 4)
                    .summary("Tells the server which library the client uses.")
                    .syntax("<LIB-NAME libname | LIB-VER libver>")
                    .tip("request_policy:all_nodes")
                    .tip("response_policy:all_succeeded")
                    .handler(ClientCommands::setInfo))
            .subcommand(
                plain("setname", "2.6.9", 3)
                    .summary("Gives the connection a name.")
                    .syntax("connection-name")
                    .tip("request_policy:all_nodes")
                    .tip("response_policy:all_succeeded")
                    .handler(ClientCommands::setName))
            .subcommand(
                admin("unblock", "5.0.0", -3)
                    .complexity("O(log N) where N is the number of client connections")
                    .summary("Ends the wait of a client that a command blocks.")
                    .syntax("client-id:integer [TIMEOUT | ERROR]")
                    .handler(this::unblock))
            .subcommand(
                admin("unpause", "6.2.0", 2)
                    .complexity("O(N) where N is the number of paused clients")
                    .summary("Lets requests that wait go on.")
                    .handler(this::unpause))
            .subcommand(Help.row("5.0.0")));
  }

  private static Command plain(String name, String since, int arity) {
    return Command.named(name)
        .group(CommandGroup.CONNECTION)
        .since(since)
        .arity(arity)
        .complexity("O(1)")
        .flags(NOSCRIPT, LOADING, STALE);
  }

  private static Command admin(String name, String since, int arity) {
    return plain(name, since, arity).flags(ADMIN);
  }

  private static boolean onOff(Call call) {
    boolean on = call.is(2, "on");
    if (!on && !call.is(2, "off")) {
      throw CommandError.syntax();
    }
    call.reply().ok();
    return on;
  }

  // ---- names

  /** Refuses a name that would break the lines of CLIENT LIST. */
  static void requireName(String name) {
    requirePlain(name, "ERR Client names cannot contain spaces, newlines or special characters.");
  }

  private static void requirePlain(String text, String refusal) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '!' || text.charAt(i) > '~') {
        throw new CommandError(refusal);
      }
    }
  }

  private static void getName(Call call) {
    String name = call.session().name();
    if (name.isEmpty()) {
      call.reply().nil();
    } else {
      call.reply().bulk(name);
    }
  }

  private static void setName(Call call) {
    requireName(call.text(2));
    call.session().name(call.text(2));
    call.reply().ok();
  }

  private static void setInfo(Call call) {
    String value = call.text(3);
    boolean library = call.is(2, "lib-name");
    if (!library && !call.is(2, "lib-ver")) {
      throw new CommandError("ERR Unrecognized option '" + call.quoted(2) + "'");
    }
    requirePlain(
        value,
        "ERR "
            + (library ? "lib-name" : "lib-ver")
            + " cannot contain spaces, newlines or special characters.");
    if (library) {
      call.session().libraryName(value);
    } else {
      call.session().libraryVersion(value);
    }
    call.reply().ok();
  }

  // ---- describing

  private void info(Call call) {
    String line = instance.clients().describe(call.session(), call.now()) + "\n";
    call.reply().verbatim("txt", line);
  }

  private void list(Call call) {
    Predicate<Session> chosen = session -> true;
    if (call.count() == 4 && call.is(2, "type")) {
      chosen = ofType(call.text(3));
    } else if (call.count() > 3 && call.is(2, "id")) {
      Set<Long> ids = new HashSet<>();
      for (int i = 3; i < call.count(); i++) {
        ids.add(Numeral.of(call, i, "ERR Invalid client ID"));
      }
      chosen = session -> ids.contains(session.id());
    } else if (call.count() != 2) {
      throw CommandError.syntax();
    }
    StringBuilder lines = new StringBuilder();
    for (Session session : instance.clients().all()) {
      if (chosen.test(session)) {
        lines.append(instance.clients().describe(session, call.now())).append('\n');
      }
    }
    call.reply().verbatim("txt", lines.toString());
  }

  private static Predicate<Session> ofType(String type) {
    String lower = type.toLowerCase(Locale.ROOT);
    if (!TYPES.contains(lower)) {
      throw new CommandError("ERR Unknown client type '" + type + "'");
    }
    // Nobody is a replica or a primary here.
    return session -> lower.equals(session.subscriptions() > 0 ? "pubsub" : "normal");
  }

  // ---- closing

  private void kill(Call call) {
    if (call.count() == 3) {
      killByAddress(call);
      return;
    }
    if (call.count() % 2 != 0) {
      throw CommandError.syntax();
    }
    List<Predicate<Session>> filters = new ArrayList<>();
    boolean skipMe = true;
    for (int i = 2; i < call.count(); i += 2) {
      String value = call.text(i + 1);
      if (call.is(i, "skipme")) {
        skipMe = yesNo(call, i + 1);
      } else {
        filters.add(filter(call, i, value));
      }
    }
    long killed = 0;
    for (Session session : instance.clients().snapshot()) {
      boolean me = session == call.session();
      if (!(me && skipMe) && filters.stream().allMatch(filter -> filter.test(session))) {
        close(call, session);
        killed++;
      }
    }
    call.reply().integer(killed);
  }

  private Predicate<Session> filter(Call call, int i, String value) {
    if (call.is(i, "id")) {
      String refusal = "ERR client-id should be greater than 0";
      long id = Numeral.of(call, i + 1, refusal);
      if (id < 1) {
        throw new CommandError(refusal);
      }
      return session -> session.id() == id;
    }
    if (call.is(i, "type")) {
      return ofType(value);
    }
    if (call.is(i, "addr")) {
      return session -> session.connection().remoteAddress().equals(value);
    }
    if (call.is(i, "laddr")) {
      return session -> session.connection().localAddress().equals(value);
    }
    if (call.is(i, "user")) {
      if (!instance.authenticator().knows(value)) {
        throw new CommandError("ERR No such user '" + value + "'");
      }
      return session -> session.user().equals(value);
    }
    if (call.is(i, "maxage")) {
      String refusal = "ERR maxage is not an integer or out of range";
      long seconds = Numeral.of(call, i + 1, refusal);
      if (seconds < 1) {
        throw new CommandError(refusal);
      }
      return session -> (call.now() - session.createdMillis()) / 1000 >= seconds;
    }
    throw CommandError.syntax();
  }

  private static boolean yesNo(Call call, int i) {
    boolean yes = call.is(i, "yes");
    if (!yes && !call.is(i, "no")) {
      throw CommandError.syntax();
    }
    return yes;
  }

  private void killByAddress(Call call) {
    String address = call.text(2);
    for (Session session : instance.clients().snapshot()) {
      if (session.connection().remoteAddress().equals(address)) {
        close(call, session);
        call.reply().ok();
        return;
      }
    }
    throw new CommandError("ERR No such client");
  }

  private static void close(Call call, Session session) {
    if (session == call.session()) {
      session.connection().closeAfterReply();
    } else {
      session.connection().close();
    }
  }

  // ---- waiting and silence

  private void pause(Call call) {
    Clients.Pause which = Clients.Pause.ALL;
    if (call.count() == 4 && call.is(3, "write")) {
      which = Clients.Pause.WRITES;
    } else if (call.count() > 4 || (call.count() == 4 && !call.is(3, "all"))) {
      throw new CommandError("ERR CLIENT PAUSE mode must be WRITE or ALL");
    }
    String refusal = "ERR timeout is not an integer or out of range";
    long millis = Numeral.of(call, 2, refusal);
    if (millis < 0) {
      throw new CommandError("ERR timeout is negative");
    }
    if (millis > Long.MAX_VALUE - call.now()) {
      throw new CommandError(refusal);
    }
    instance.clients().pause(which, call.now() + millis);
    call.reply().ok();
  }

  private void unblock(Call call) {
    boolean withError = false;
    if (call.count() > 4) {
      throw CommandError.arity(call.command().fullName());
    }
    if (call.count() == 4) {
      withError = call.is(3, "error");
      if (!withError && !call.is(3, "timeout")) {
        throw new CommandError("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
      }
    }
    Session session = instance.clients().find(Numeral.of(call, 2));
    boolean unblocked =
        session != null && instance.dispatcher().blocked().unblock(session, withError);
    call.reply().integer(unblocked ? 1 : 0);
  }

  private void unpause(Call call) {
    instance.clients().unpause();
    call.reply().ok();
  }

  private static void reply(Call call) {
    Session session = call.session();
    if (call.is(2, "on")) {
      session.replies(Session.Replies.ON);
      call.reply().ok();
    } else if (call.is(2, "off")) {
      session.replies(Session.Replies.OFF);
    } else if (call.is(2, "skip")) {
      // Says nothing to this request either, but only when the client hears anything at all.
      if (session.replies() != Session.Replies.OFF) {
        session.replies(Session.Replies.SKIP_NEXT);
      }
    } else {
      throw CommandError.syntax();
    }
  }
}
