package io.respite.server.script;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandFlag;
import io.respite.server.command.Dispatcher;
import io.respite.server.command.Gate;
import io.respite.server.command.Reply;
import io.respite.server.command.Session;
import io.respite.server.environment.Clock;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.keyspace.MemoryLimit;
import io.respite.server.lua.machine.LuaKilled;
import io.respite.server.lua.machine.Watch;
import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.Meter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Runs scripts and functions, one at a time, and watches over them.
 *
 * <pre>
 *   running ──── busy-reply-threshold ────▶ occupying the engine: others hear BUSY
 *      │                                        │              │
 *      │ ends                                   │ ends         │ SCRIPT KILL, unless it has written
 *      ▼                                        ▼              ▼
 *   reply                                     reply         error reply
 * </pre>
 *
 * <p>What a script calls is executed for a session of its own, which has the rights, the database
 * and nothing else of who runs it.
 *
 * <p>As a {@link Gate} it tells everybody else that the engine is busy.
 */
final class Runner implements Gate {
  private static final String BUSY = "BUSY Redis is busy running a script. You can only call ";
  private static final String KILLED = "ERR Script killed by user with SCRIPT KILL...";
  private static final String CLOSED = "ERR the server is going down";

  /** How long a script that occupies the engine runs before others may have the baton. */
  private static final long STRETCH_NANOS = 2_000_000;

  /** How long the compilation of a script may take. */
  private static final long MOST_COMPILING_NANOS = 500_000_000;

  /** How long after it was to pause a script may be in the middle of something else. */
  private static final long OVERTIME_NANOS = 20_000_000;

  /** Bytes of a reply's buffer that are kept for the next. */
  private static final int KEPT_BYTES = 64 << 10;

  private final Keyspace keyspace;
  private final Dispatcher dispatcher;
  private final Clock clock;
  private final Session session;
  private final Reply scratch = new Reply();
  private ReplyReader reader;
  private Meter readerMeter;
  private long thresholdNanos = Long.MAX_VALUE;
  private Run current;
  private long stretchBegan;
  private long occupiedNanos;
  private volatile boolean closed;

  Runner(Keyspace keyspace, Dispatcher dispatcher) {
    this.keyspace = keyspace;
    this.dispatcher = dispatcher;
    this.clock = keyspace.environment().clock();
    this.session = new Session(0, Session.Connection.NONE, true, keyspace.now());
  }

  /** Sets after how long a script makes the engine busy; 0 for never. */
  void thresholdMillis(long millis) {
    thresholdNanos =
        millis <= 0 || millis > TimeUnit.NANOSECONDS.toMillis(Long.MAX_VALUE)
            ? Long.MAX_VALUE
            : TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Ends what runs, because the engine is closed. */
  void close() {
    closed = true;
  }

  // ---- running

  /**
   * Runs a program to its end, or lets it go on later when it takes too long.
   *
   * @param call EVAL or FCALL, whose argument 2 says how many of those behind it are keys
   * @param readOnly whether the command promises that nothing is changed
   * @param isFunction whether it is a function of a library, which gets its arguments as such
   */
  void run(Call call, Sandbox sandbox, Program program, boolean readOnly, boolean isFunction) {
    int keyCount = Keys.count(call);
    boolean mayNotWrite = program.flags().contains(ScriptFlag.NO_WRITES);
    if (readOnly && program.declared() && !mayNotWrite) {
      throw new CommandError("ERR Can not execute a script with write flag using *_ro command.");
    }
    Session owner = call.session();
    session.database(owner.database());
    session.user(owner.user());
    session.authenticated(owner.authenticated());
    session.protocol(2);
    session.touchesKeys(owner.touchesKeys());
    Meter meter = sandbox.machine().meter();
    if (readerMeter != meter) {
      reader = new ReplyReader(meter);
      readerMeter = meter;
    }
    sandbox.machine().watch(this::look);
    LuaTable keys;
    LuaTable arguments;
    try {
      keys = Keys.table(call, meter, Keys.FIRST, keyCount);
      arguments =
          Keys.table(call, meter, Keys.FIRST + keyCount, call.count() - Keys.FIRST - keyCount);
    } catch (LuaFault tooLarge) {
      throw new CommandError("ERR " + tooLarge.getMessage() + " for the arguments of the script");
    }
    Run run = new Run(this, sandbox, program, call, readOnly || mayNotWrite, isFunction);
    current = run;
    if (run.begin(keys, arguments, call.reply())) {
      if (run.errorIsCounted()) {
        call.errorIsCounted();
      }
    } else if (call.mayContinueLater()) {
      call.continueLater(run);
    } else {
      do {
        keyspace.baton().rest();
      } while (!run.goOn(call.reply()));
    }
  }

  /**
   * Watches over a compilation that begins now: nobody is served before it ends.
   *
   * @return is told of progress; throws CommandError when it takes too long
   */
  LongConsumer compiling() {
    long began = clock.nanos();
    long most = Math.min(thresholdNanos, MOST_COMPILING_NANOS);
    return work -> {
      if (clock.nanos() - began > most) {
        throw new CommandError("ERR Error compiling script: it takes too long");
      }
    };
  }

  void ended(Run run) {
    if (keyspace.baton().occupied()) {
      keyspace.baton().occupied(false);
    }
    if (current == run) {
      current = null;
    }
    if (scratch.size() > 0) {
      scratch.clear(KEPT_BYTES);
    }
  }

  private Watch.Verdict look() {
    Run run = current;
    if (closed) {
      throw new LuaKilled(CLOSED);
    }
    if (run == null) {
      return Watch.Verdict.CONTINUE;
    }
    if (run.killed()) {
      throw new LuaKilled(KILLED);
    }
    long now = clock.nanos();
    if (!keyspace.baton().occupied()) {
      if (now - run.beganNanos() < thresholdNanos) {
        return Watch.Verdict.CONTINUE;
      }
      keyspace.baton().occupied(true);
      occupiedNanos = now;
    } else if (now - stretchBegan < STRETCH_NANOS) {
      return Watch.Verdict.CONTINUE;
    }
    long late = Math.min(now - occupiedNanos, now - stretchBegan - STRETCH_NANOS);
    return late > OVERTIME_NANOS ? Watch.Verdict.HURRY : Watch.Verdict.SUSPEND;
  }

  /**
   * Lets others have the baton, in the middle of what cannot be left: while values are counted.
   *
   * @throws LuaKilled when the script is to end
   */
  void breathe() {
    if (look() != Watch.Verdict.CONTINUE) {
      keyspace.baton().rest();
      stretchBegins();
    }
  }

  /**
   * Whether what runs is to pause, which it must ask now and then when it is not the machine.
   *
   * @throws LuaKilled when it is to end
   */
  boolean mustPause() {
    return look() != Watch.Verdict.CONTINUE;
  }

  void stretchBegins() {
    stretchBegan = clock.nanos();
  }

  long nanos() {
    return clock.nanos();
  }

  Keyspace keyspace() {
    return keyspace;
  }

  /** What runs, or null. */
  Run current() {
    return current;
  }

  // ---- what scripts do

  /** Whether what a script calls answers in RESP3. */
  boolean answersInResp3() {
    return session.protocol() == 3;
  }

  /** Sets the protocol in which what a script calls answers. */
  void protocol(int version) {
    session.protocol(version);
  }

  /** Whether what the script does from now on is journalled. */
  void propagates(boolean yes) {
    current.propagates(yes);
  }

  /** Executes a command for the script; its answer as a Lua value. */
  Object execute(Arguments request, Meter meter) {
    int start = scratch.size();
    try {
      executeInto(request);
      int size = scratch.size() - start;
      // The reply is there already; what is made of it is about as large.
      meter.allocate(size);
      return reader.read(scratch, start);
    } finally {
      scratch.truncate(start);
      scratch.clear(KEPT_BYTES);
    }
  }

  private void executeInto(Arguments request) {
    Command command;
    try {
      command = dispatcher.find(request);
    } catch (CommandError unknown) {
      refuse(
          unknown.getMessage().startsWith("ERR wrong number")
              ? "ERR Wrong number of args calling Redis command from script"
              : "ERR Unknown Redis command called from script");
      return;
    }
    if (command.is(CommandFlag.NOSCRIPT)) {
      command.statistics().rejected++;
      refuse("ERR This Redis command is not allowed from script");
      return;
    }
    if (current.readOnly()
        && (command.is(CommandFlag.WRITE) || command.is(CommandFlag.MAY_REPLICATE))) {
      command.statistics().rejected++;
      refuse("ERR Write commands are not allowed from read-only scripts.");
      return;
    }
    if (command.is(CommandFlag.DENYOOM) && current.mayNotGrow()) {
      command.statistics().rejected++;
      refuse(MemoryLimit.REFUSAL);
      return;
    }
    if (command.is(CommandFlag.WRITE)) {
      current.writes();
    }
    dispatcher.executeInside(session, command, request, scratch);
  }

  private void refuse(String error) {
    dispatcher.errors().count(error);
    scratch.error(error);
  }

  /** Whether the script's user may execute a request; null when it names no command. */
  Boolean mayExecute(Arguments request) {
    Command command =
        dispatcher.table().find(request.buffer(), request.offset(0), request.length(0));
    return command == null ? null : Boolean.TRUE;
  }

  // ---- others meanwhile

  @Override
  public boolean pass(Call call) {
    if (!keyspace.baton().occupied()
        || call.session() == session
        || call.command().is(CommandFlag.ALLOW_BUSY)) {
      return true;
    }
    throw new CommandError(BUSY + remedy());
  }

  private String remedy() {
    boolean function = current != null && current.isFunction();
    return (function ? "FUNCTION KILL" : "SCRIPT KILL") + " or SHUTDOWN NOSAVE.";
  }

  /** SCRIPT KILL and FUNCTION KILL. */
  void kill(boolean function) {
    if (current == null) {
      throw new CommandError("NOTBUSY No scripts in execution right now.");
    }
    if (current.hasWritten()) {
      throw new CommandError(
          "UNKILLABLE Sorry the script already executed write commands against the dataset. You can"
              + " either wait the script termination or kill the server in a hard way using the"
              + " SHUTDOWN NOSAVE command.");
    }
    if (current.isFunction() != function) {
      throw new CommandError(BUSY + remedy());
    }
    current.kill();
  }
}
