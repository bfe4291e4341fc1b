package io.respite.server.command.family.server;

import static io.respite.server.command.CommandFlag.ADMIN;
import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.STALE;
import static io.respite.server.command.CommandFlag.WRITE;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Clients;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Gate;
import io.respite.server.command.Session;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * MONITOR: clients that are sent every request that is executed, as a line each.
 *
 * <pre>
 *   +1339518083.107412 [0 127.0.0.1:60866] "SET" "key" "value"
 *    seconds.micros     database, client    the request; a script's calls come from the client lua
 * </pre>
 *
 * <p>Requests of operators (the flag {@code admin}) are not shown, nor are passwords. A line shows
 * {@value #LONGEST_LINE} bytes of arguments at most: who sets half a gigabyte does not make the
 * server build a line of two. Of a transaction the requests are shown as they are executed, EXEC
 * behind them; of a script, the script's own request first.
 *
 * <p>While nobody watches, the dispatcher calls nobody. What is sent to a client that does not read
 * is limited like messages to subscribers.
 */
public final class Monitors implements Gate {
  private static final int LONGEST_LINE = 1 << 20;
  private static final int FIRST_PRINTABLE = 0x20;
  private static final int LAST_PRINTABLE = 0x7E;
  private static final int MICROS = 1_000_000;

  /** In sessions that have watched once, so that their end is listened to once. */
  private static final Session.Attachment<Monitors> SEEN = Session.Attachment.of(Monitors.class);

  private final Instance instance;
  private final Set<Session> watching = new LinkedHashSet<>();

  /** Nobody watches. */
  public Monitors(Instance instance) {
    this.instance = instance;
  }

  /** The row. */
  public List<Command> rows() {
    return List.of(
        Command.named("monitor")
            .group(CommandGroup.SERVER)
            .since("1.0.0")
            .arity(1)
            .flags(ADMIN, NOSCRIPT, LOADING, STALE)
            .summary("Shows every request that the server executes, as it comes.")
            .handler(this::monitor));
  }

  private void monitor(Call call) {
    Session session = call.session();
    if (!call.mayBlock()) {
      throw new CommandError("ERR MONITOR isn't allowed for DENY BLOCKING client");
    }
    if (session.isMonitor()) {
      return; // it is one already, and hears nothing of that, as with Redis
    }
    session.monitor(true);
    if (watching.isEmpty()) {
      instance.dispatcher().onExecuted(this::executed);
    }
    watching.add(session);
    if (session.get(SEEN) == null) {
      session.set(SEEN, this);
      session.onClose(() -> reset(session));
    }
    call.reply().ok();
  }

  /** Lets a session watch no longer. */
  public void reset(Session session) {
    if (watching.remove(session)) {
      session.monitor(false);
      if (watching.isEmpty()) {
        instance.dispatcher().onExecuted(null);
      }
    }
  }

  /** Who watches may not touch keys: its replies could not be told from what it is shown. */
  @Override
  public boolean pass(Call call) {
    if (call.session().isMonitor() && (call.command().is(WRITE) || call.command().is(READONLY))) {
      throw new CommandError("ERR Replica can't interact with the keyspace");
    }
    return true;
  }

  private void executed(Call call, Dispatcher.Origin origin) {
    if (origin == Dispatcher.Origin.JOURNAL || call.command().is(ADMIN)) {
      return;
    }
    byte[] line = line(call, origin);
    for (Session session : List.copyOf(watching)) {
      session.connection().send(line, 0, line.length);
    }
  }

  private byte[] line(Call call, Dispatcher.Origin origin) {
    long micros = instance.keyspace().environment().clock().micros();
    var line = new ByteArrayOutputStream();
    append(
        line,
        "+%d.%06d [%d %s]"
            .formatted(
                micros / MICROS,
                micros % MICROS,
                call.session().database(),
                origin == Dispatcher.Origin.SCRIPT ? "lua" : client(call.session())));
    BitSet secret = Secrets.of(call);
    Arguments arguments = call.arguments();
    for (int i = 0; i < arguments.count(); i++) {
      int left = LONGEST_LINE - line.size();
      if (left <= 0) {
        append(line, " \"... (" + (arguments.count() - i) + " more arguments)\"");
        break;
      }
      line.write(' ');
      if (secret.get(i)) {
        append(line, '"' + Secrets.REDACTED + '"');
      } else {
        quote(line, arguments, i, left);
      }
    }
    append(line, "\r\n");
    return line.toByteArray();
  }

  private static String client(Session session) {
    Clients.Traffic traffic = session.get(Clients.TRAFFIC);
    String address = session.connection().remoteAddress();
    if (traffic == null || !traffic.unixSocket()) {
      return address;
    }
    return "unix:" + address.substring(0, address.lastIndexOf(':'));
  }

  private static void quote(
      ByteArrayOutputStream line, Arguments arguments, int argument, int most) {
    byte[] buffer = arguments.buffer();
    int from = arguments.offset(argument);
    int length = arguments.length(argument);
    int shown = Math.min(length, most);
    line.write('"');
    for (int i = from; i < from + shown; i++) {
      escape(line, buffer[i] & 0xFF);
    }
    if (shown < length) {
      append(line, "... (" + (length - shown) + " more bytes)");
    }
    line.write('"');
  }

  private static void escape(ByteArrayOutputStream line, int character) {
    switch (character) {
      case '\\', '"' -> {
        line.write('\\');
        line.write(character);
      }
      case '\n' -> append(line, "\\n");
      case '\r' -> append(line, "\\r");
      case '\t' -> append(line, "\\t");
      case '\b' -> append(line, "\\b");
      case 7 -> append(line, "\\a");
      default -> {
        if (character >= FIRST_PRINTABLE && character <= LAST_PRINTABLE) {
          line.write(character);
        } else {
          append(line, "\\x");
          line.write(Character.forDigit(character >> 4, 16));
          line.write(Character.forDigit(character & 15, 16));
        }
      }
    }
  }

  private static void append(ByteArrayOutputStream line, String text) {
    line.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
