package io.respite.server.command.family;

import io.respite.server.ManualClock;
import io.respite.server.command.Arguments;
import io.respite.server.command.CommandTable;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.environment.Dialer;
import io.respite.server.environment.Environment;
import io.respite.server.keyspace.Effects;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.KeyListener;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.log.ServerLog;
import io.respite.server.lua.machine.TranslateWhen;
import io.respite.server.script.Scripting;
import io.respite.server.transaction.Transactions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Databases and commands without sockets and with a clock that moves when told. Replies are shown
 * as text: {@code OK}, {@code :1}, {@code "bulk"}, {@code nil}, {@code [array]}, {@code {map}},
 * {@code ~[set]}, {@code >[push]}, {@code ,1.5} for a double, {@code waits} for a client that
 * waits, and errors with their minus sign.
 */
public final class Store {
  final ManualClock clock = new ManualClock();
  final Keyspace keyspace;
  final CommandTable table = new CommandTable();
  final Dispatcher dispatcher;
  final Transactions transactions;
  final Scripting scripting;

  /** What scripts have logged, as {@code LEVEL text}. */
  private final List<String> logged = new ArrayList<>();

  /** What was journalled, a line each, with the database's number where it is not 0. */
  final List<String> effects = new ArrayList<>();

  /** What happened to keys, as {@code event key}. */
  final List<String> events = new ArrayList<>();

  private final int protocol;
  private final Session session;
  private long sessions;

  public Store(int protocol) {
    this(protocol, Dialer.system());
  }

  /** A store whose connections to other servers are these. */
  public Store(int protocol, Dialer dialer) {
    this.protocol = protocol;
    Environment machine = clock.environment(42);
    keyspace =
        new Keyspace(
            new Environment(machine.clock(), machine.storage(), machine.random(), dialer), 16);
    table.add(Families.rows());
    dispatcher = new Dispatcher(keyspace, table);
    transactions = new Transactions(keyspace, dispatcher);
    table.add(transactions.rows());
    ServerLog log = new ServerLog(clock, 1, new Memory());
    log.threshold(ServerLog.Level.DEBUG);
    scripting = new Scripting(keyspace, dispatcher, log, "7.2.4", TranslateWhen.configured());
    table.add(scripting.rows());
    dispatcher.gates(List.of(scripting.gate(), transactions));
    keyspace.effects(new Journal());
    keyspace.addListener(new Listener());
    session = newSession();
  }

  /** A client with a connection: it may wait, and be sent messages. */
  public Session newClient(TestConnection connection) {
    Session fresh = new Session(++sessions, connection, true, 0);
    fresh.protocol(protocol);
    return fresh;
  }

  /** Lets time pass and ends what is overdue, as the engine does by itself. */
  public void advanceMillis(long millis) {
    clock.advanceMillis(millis);
    keyspace.baton().take();
    try {
      dispatcher.blocked().endOverdue();
      dispatcher.blocked().serve();
    } finally {
      keyspace.baton().pass();
    }
  }

  public Dispatcher dispatcher() {
    return dispatcher;
  }

  /** What replies look like. */
  static List<String> show(String resp) {
    List<String> shown = new ArrayList<>();
    Reader reader = new Reader(resp);
    while (!reader.finished()) {
      shown.add(reader.next());
    }
    return shown;
  }

  public Session newSession() {
    Session fresh = new Session(++sessions, Session.Connection.NONE, true, 0);
    fresh.protocol(protocol);
    return fresh;
  }

  public Session session() {
    return session;
  }

  public Transactions transactions() {
    return transactions;
  }

  public Keyspace keyspace() {
    return keyspace;
  }

  public Scripting scripting() {
    return scripting;
  }

  public List<String> logged() {
    return logged;
  }

  public ManualClock clock() {
    return clock;
  }

  public List<String> effects() {
    return effects;
  }

  public List<String> events() {
    return events;
  }

  /** Executes a line whose words are separated by single spaces; {@code ""} is the empty word. */
  public String run(String line) {
    return run(session, line);
  }

  public String run(Session client, String line) {
    String[] words = line.split(" ", -1);
    for (int i = 0; i < words.length; i++) {
      if (words[i].equals("\"\"")) {
        words[i] = "";
      }
    }
    return call(client, words);
  }

  /** Executes a line of one client and shows all replies: there may be several or none. */
  public List<String> replies(Session client, String line) {
    return show(request(client, line.split(" ", -1)));
  }

  /** Executes one request of these words, a byte a char. */
  public String call(String... words) {
    return call(session, words);
  }

  public String call(Session client, String... words) {
    Reader reader = new Reader(request(client, words));
    if (client.waiting() && reader.finished()) {
      return "waits";
    }
    String shown = reader.next();
    if (!reader.finished()) {
      throw new AssertionError("more than one reply: " + shown + " and " + reader.rest());
    }
    return shown;
  }

  private String request(Session client, String... words) {
    byte[][] bytes = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      bytes[i] = words[i].getBytes(StandardCharsets.ISO_8859_1);
    }
    Reply reply = new Reply();
    keyspace.baton().take();
    try {
      dispatcher.dispatch(client, Arguments.of(bytes), reply);
    } finally {
      keyspace.baton().pass();
    }
    return new String(reply.toBytes(), StandardCharsets.ISO_8859_1);
  }

  /** Forgets what was journalled and what happened, then executes a line. */
  public String fresh(String line) {
    effects.clear();
    events.clear();
    return run(line);
  }

  private final class Journal implements Effects {
    @Override
    public boolean active() {
      return true;
    }

    @Override
    public void append(int database, byte[]... command) {
      StringBuilder line = new StringBuilder(database == 0 ? "" : database + "> ");
      for (byte[] word : command) {
        line.append(new String(word, StandardCharsets.ISO_8859_1)).append(' ');
      }
      effects.add(line.toString().trim());
    }
  }

  private final class Listener implements KeyListener {
    @Override
    public void modified(int database, byte[] bytes, int offset, int length, KeyEvent event) {
      if (event == KeyEvent.UNNAMED) {
        return;
      }
      events.add(
          event.eventName() + " " + new String(bytes, offset, length, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void flushed(int database) {}

    @Override
    public void swapped(int first, int second) {}
  }

  /** Keeps what scripts log. */
  private final class Memory implements ServerLog.Sink {
    @Override
    public void write(ServerLog.Level level, byte[] lines) {
      logged.add(level + " " + new String(lines, StandardCharsets.UTF_8).trim());
    }

    @Override
    public boolean wantsStamp() {
      return false;
    }
  }

  /** Turns RESP into text. */
  private static final class Reader {
    private final String resp;
    private int at;

    Reader(String resp) {
      this.resp = resp;
    }

    boolean finished() {
      return at == resp.length();
    }

    String rest() {
      return resp.substring(at);
    }

    String next() {
      int end = resp.indexOf("\r\n", at);
      char type = resp.charAt(at);
      String line = resp.substring(at + 1, end);
      at = end + 2;
      return switch (type) {
        case '+' -> line;
        case '-' -> "-" + line;
        case ':' -> ":" + line;
        case ',', '(' -> type + line;
        case '#' -> line.equals("t") ? "true" : "false";
        case '_' -> "nil";
        case '$' -> bulk(Integer.parseInt(line));
        case '=' -> type + bulk(Integer.parseInt(line));
        case '*' -> line.equals("-1") ? "nil" : "[" + several(Integer.parseInt(line)) + "]";
        case '~' -> "~[" + several(Integer.parseInt(line)) + "]";
        case '>' -> ">[" + several(Integer.parseInt(line)) + "]";
        case '%' -> "{" + several(2 * Integer.parseInt(line)) + "}";
        default -> throw new AssertionError("unexpected RESP: " + type + line);
      };
    }

    private String bulk(int length) {
      if (length < 0) {
        return "nil";
      }
      String content = resp.substring(at, at + length);
      at += length + 2;
      return "\"" + content + "\"";
    }

    private String several(int count) {
      List<String> parts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        parts.add(next());
      }
      return String.join(" ", parts);
    }
  }
}
