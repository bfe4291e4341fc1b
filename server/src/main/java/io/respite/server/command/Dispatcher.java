package io.respite.server.command;

import io.respite.server.environment.Clock;
import io.respite.server.keyspace.Keyspace;
import io.respite.server.keyspace.WrongTypeException;
import io.respite.server.metrics.ErrorStatistics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a request through the table and the gates to its handler, and sees to it that exactly one
 * reply is written.
 *
 * <p>A fault, that is an exception or a stack overflow that nobody foresaw, is no different: what
 * was written of the reply makes place for one error, changes made until then are journalled like
 * any others, and the fault goes to whoever {@linkplain #onFault looks after faults}. In a
 * transaction the commands behind the faulty one still run.
 *
 * <p>The caller holds the baton. Calls may nest: a transaction executes its queue, a script its
 * commands.
 */
public final class Dispatcher {
  /**
   * A command that takes so long lets time move on for the rest of its batch: deadlines count
   * milliseconds.
   */
  private static final long NOTICEABLE_NANOS = 1_000_000;

  /** Text of the client's that an error quotes, at most. */
  private static final int QUOTED = 128;

  private static final String FAULT = "ERR internal error, see the log of the server";

  private final Keyspace keyspace;
  private final CommandTable table;
  private final Clock clock;
  private final List<Call> calls = new ArrayList<>();
  private final ErrorStatistics errors = new ErrorStatistics();
  private Gate[] gates = {};
  private int depth;
  private long calledTotal;

  // When the last command ended, and in which of the baton's turns: within one, the next command of
  // a batch begins there, and the clock is read once for each and not twice.
  private long endNanos;
  private long endTurn = -1;
  private final BlockedClients blocked;
  private final LongCalls longCalls;
  private RejectedListener rejected = (session, arguments, reply, start) -> {};
  private long slowNanos = Long.MAX_VALUE;
  private SlowListener slow = (call, nanos) -> {};

  private long longNanos = Long.MAX_VALUE;
  private SlowListener takesLong = (call, nanos) -> {};

  /** Null for nobody, as most of the time. */
  private ExecutedListener executed;

  private FaultListener faults =
      (arguments, fault) -> {
        throw new IllegalStateException("nobody looks after faults", fault);
      };

  /** Told of faults. */
  @FunctionalInterface
  public interface FaultListener {
    /** The arguments are good only during this method. */
    void failed(Arguments arguments, Throwable fault);
  }

  /** Told of calls that took long. */
  @FunctionalInterface
  public interface SlowListener {
    /** The call is good only during this method. */
    void executed(Call call, long nanos);
  }

  /** Where a call comes from. */
  public enum Origin {
    /** A client's request, or one of its transaction. */
    CLIENT,
    /** A script or a function. */
    SCRIPT,
    /** A file that is being loaded. */
    JOURNAL
  }

  /** Told of calls as they are executed. */
  @FunctionalInterface
  public interface ExecutedListener {
    /** The call is good only during this method. */
    void executed(Call call, Origin origin);
  }

  /**
   * Told when a request was refused before it was executed: a transaction that was being queued is
   * spoilt.
   */
  @FunctionalInterface
  public interface RejectedListener {
    /** The error is what the reply holds from {@code start} on; the listener may replace it. */
    void rejected(Session session, Arguments arguments, Reply reply, int start);
  }

  /** A dispatcher without gates. */
  public Dispatcher(Keyspace keyspace, CommandTable table) {
    this.keyspace = keyspace;
    this.table = table;
    this.clock = keyspace.environment().clock();
    this.blocked = new BlockedClients(keyspace, this);
    this.longCalls = new LongCalls(keyspace, this);
  }

  /** Sets the gates, first to last. */
  public void gates(List<Gate> inOrder) {
    gates = inOrder.toArray(Gate[]::new);
  }

  /** Sets who is told of refused requests. */
  public void onRejected(RejectedListener listener) {
    rejected = listener;
  }

  /** Sets who is told of calls that took at least so long. */
  public void onSlow(long nanos, SlowListener listener) {
    slowNanos = nanos;
    slow = listener;
  }

  /** Sets who is told of calls of clients that took at least so long, for the latency monitor. */
  public void onLong(long nanos, SlowListener listener) {
    longNanos = nanos;
    takesLong = listener;
  }

  /**
   * Sets who is told of every call that passes the gates: behind it, also when it has failed, but
   * before one with the flag {@code skip_monitor}, which makes calls of its own. Null for nobody.
   */
  public void onExecuted(ExecutedListener listener) {
    executed = listener;
  }

  /** Sets who is told of faults; without one, they are thrown on to the caller. */
  public void onFault(FaultListener listener) {
    faults = listener;
  }

  /** The table. */
  public CommandTable table() {
    return table;
  }

  /** What INFO errorstats shows. */
  public ErrorStatistics errors() {
    return errors;
  }

  /** Time has gone by that is not the next command's: its begin is read from the clock. */
  public void interrupted() {
    endTurn = -1;
  }

  /** Number of commands executed since the start. */
  public long called() {
    return calledTotal;
  }

  /** Back to zero, as CONFIG RESETSTAT does. */
  public void resetCalled() {
    calledTotal = 0;
  }

  /**
   * Executes one request of a client, or lets a gate deal with it.
   *
   * @param arguments at least the command's name
   * @param reply where the answer is appended, unless the session wants none
   */
  public void dispatch(Session session, Arguments arguments, Reply reply) {
    int start = reply.size();
    reply.protocol(session.protocol());
    Session.Replies wanted = session.replies();
    if (wanted == Session.Replies.SKIP_NEXT) {
      session.replies(Session.Replies.SKIP);
    }
    Command command = null;
    Call call = enter();
    try {
      command = find(arguments);
      session.used(command, keyspace.now());
      call.start(session, command, arguments, reply);
      if (depth == 1 && session.connection() != Session.Connection.NONE) {
        call.blocking(Call.Blocking.YES);
      }
      boolean passed = true;
      for (int i = 0; passed && i < gates.length; i++) {
        passed = gates[i].pass(call);
      }
      if (passed) {
        run(call, start, Origin.CLIENT);
      }
    } catch (CommandError e) {
      reply.truncate(start);
      refuse(command, reply, e.getMessage());
      rejected.rejected(session, arguments, reply, start);
    } catch (RuntimeException | StackOverflowError fault) {
      // Of a gate or a listener; a handler's is caught where its call ends.
      faults.failed(arguments, fault);
      reply.truncate(start);
      refuse(command, reply, FAULT);
    } finally {
      depth--;
    }
    if (session.replies() == Session.Replies.OFF) {
      reply.truncate(start);
    } else if (session.replies() == Session.Replies.SKIP) {
      reply.truncate(start);
      session.replies(Session.Replies.ON);
    }
    if (depth == 0 && !keyspace.baton().occupied()) {
      blocked.serve();
    }
  }

  /** The clients that wait. */
  public BlockedClients blocked() {
    return blocked;
  }

  /**
   * Executes a request again that has been waiting, through the gates.
   *
   * @return whether it is done and its reply written; else it waits on
   */
  boolean again(Session session, Command command, Arguments arguments, Reply reply) {
    reply.protocol(session.protocol());
    Call call = enter();
    try {
      call.start(session, command, arguments, reply);
      call.blocking(Call.Blocking.AGAIN);
      boolean passed = true;
      for (int i = 0; passed && i < gates.length; i++) {
        passed = gates[i].pass(call);
      }
      if (passed) {
        run(call, 0, Origin.CLIENT);
      }
      return !call.blocked();
    } catch (CommandError e) {
      reply.truncate(0);
      refuse(command, reply, e.getMessage());
      return true;
    } catch (RuntimeException | StackOverflowError fault) {
      // Whose request made the key ready must not suffer for who waits.
      faults.failed(arguments, fault);
      reply.truncate(0);
      refuse(command, reply, FAULT);
      return true;
    } finally {
      depth--;
    }
  }

  /**
   * Executes a request that has passed the gates before: one of a transaction's queue. Writes
   * exactly one reply, unless it leaves something to do.
   *
   * @param mayContinueLater what {@link Call#mayContinueLater} says to its handler
   * @param origin where it comes from
   * @return what it has left to do, or null
   */
  public Unfinished execute(
      Session session,
      Command command,
      Arguments arguments,
      Reply reply,
      boolean mayContinueLater,
      Origin origin) {
    reply.protocol(session.protocol());
    Call call = enter();
    try {
      call.start(session, command, arguments, reply);
      call.mayContinueLater(mayContinueLater);
      run(call, reply.size(), origin);
      return call.unfinished();
    } finally {
      depth--;
    }
  }

  /**
   * Executes a request on behalf of one that is being executed, through the gates: what a script
   * calls. Writes exactly one reply.
   */
  public void executeInside(Session session, Command command, Arguments arguments, Reply reply) {
    int start = reply.size();
    reply.protocol(session.protocol());
    // Deeper than any request, also where the outer one goes on in a thread of its own.
    depth++;
    Call call = enter();
    try {
      call.start(session, command, arguments, reply);
      boolean passed = true;
      for (int i = 0; passed && i < gates.length; i++) {
        passed = gates[i].pass(call);
      }
      if (passed) {
        run(call, start, Origin.SCRIPT);
      }
    } catch (CommandError e) {
      reply.truncate(start);
      refuse(command, reply, e.getMessage());
    } finally {
      depth -= 2;
    }
  }

  /** Lets unfinished work go on; whether it is done, if only by a fault. */
  boolean goOn(Arguments request, Unfinished work, Reply reply) {
    depth++;
    try {
      return work.goOn(reply);
    } catch (CommandError e) {
      reply.truncate(0);
      reply.error(e.getMessage());
      return true;
    } catch (RuntimeException | StackOverflowError fault) {
      faults.failed(request, fault);
      reply.truncate(0);
      reply.error(FAULT);
      keyspace.baton().occupied(false);
      return true;
    } finally {
      depth--;
    }
  }

  /** Counts a request that has ended later than its handler. */
  void ended(Session session, Command command, Arguments request, Reply reply, long beganNanos) {
    long took = clock.nanos() - beganNanos;
    calledTotal++;
    command.statistics().executed(took);
    if (reply.size() > 0 && reply.buffer()[0] == '-') {
      command.statistics().failed++;
      errors.count(firstLine(reply, 0));
    }
    if (took >= Math.min(slowNanos, longNanos)) {
      Call call = enter();
      try {
        call.start(session, command, request, reply);
        tellHowLong(call, took, Origin.CLIENT);
      } finally {
        depth--;
      }
    }
    keyspace.refreshNow();
    blocked.serve();
  }

  private Call enter() {
    while (depth >= calls.size()) {
      calls.add(new Call(keyspace, blocked));
    }
    return calls.get(depth++);
  }

  /** The row for a request, subcommands resolved; the number of arguments is right. */
  public Command find(Arguments arguments) {
    byte[] buffer = arguments.buffer();
    Command command = table.find(buffer, arguments.offset(0), arguments.length(0));
    if (command == null) {
      throw unknown(arguments);
    }
    if (!command.subcommands().isEmpty() && arguments.count() > 1) {
      Command child =
          command.subcommands().get(arguments.text(1).toLowerCase(java.util.Locale.ROOT));
      if (child == null) {
        throw new CommandError(
            "ERR unknown subcommand '"
                + arguments.quoted(1, QUOTED)
                + "'. Try "
                + command.name().toUpperCase(java.util.Locale.ROOT)
                + " HELP.");
      }
      command = child;
    }
    if (!command.accepts(arguments.count()) || command.handler() == null) {
      command.statistics().rejected++;
      throw CommandError.arity(command.fullName());
    }
    return command;
  }

  private static CommandError unknown(Arguments arguments) {
    StringBuilder text = new StringBuilder("ERR unknown command '");
    text.append(arguments.quoted(0, QUOTED)).append("', with args beginning with: ");
    StringBuilder rest = new StringBuilder();
    for (int i = 1; i < arguments.count() && rest.length() < QUOTED; i++) {
      String argument = arguments.quoted(i, QUOTED - rest.length());
      rest.append('\'').append(argument).append("' ");
    }
    return new CommandError(text.append(rest).toString());
  }

  private void run(Call call, int start, Origin origin) {
    Command command = call.command();
    Reply reply = call.reply();
    ExecutedListener told = call.isRepeated() ? null : executed;
    if (told != null && command.is(CommandFlag.SKIP_MONITOR)) {
      told.executed(call, origin);
      told = null;
    }
    long begin = endTurn == keyspace.turns() ? endNanos : clock.nanos();
    calledTotal++;
    String error = null;
    try {
      command.handler().handle(call);
      if (reply.size() > start && reply.buffer()[start] == '-') {
        error = firstLine(reply, start);
      }
    } catch (CommandError e) {
      error = e.getMessage();
      reply.truncate(start);
      reply.error(error);
    } catch (WrongTypeException e) {
      error = "WRONGTYPE " + e.getMessage();
      reply.truncate(start);
      reply.error(error);
    } catch (RuntimeException | StackOverflowError fault) {
      faults.failed(call.arguments(), fault);
      error = FAULT;
      reply.truncate(start);
      reply.error(error);
    } finally {
      // First of all: nothing that follows may cost the journal a change.
      call.finish();
      if (told != null) {
        told.executed(call, origin);
      }
      endNanos = clock.nanos();
      endTurn = keyspace.turns();
      long took = endNanos - begin;
      boolean answered = !call.blocked() && call.unfinished() == null;
      if (answered) {
        command.statistics().executed(took);
      } else {
        // Counted when it is answered.
        calledTotal--;
        if (call.unfinished() != null && depth == 1) {
          longCalls.begin(call, call.unfinished(), begin);
        }
      }
      if (answered) {
        tellHowLong(call, took, origin);
      }
      if (took >= NOTICEABLE_NANOS && depth == 1) {
        // Time stands still for a command and for all of a transaction, not for what a client sends
        // behind them.
        keyspace.refreshNow();
      }
    }
    if (error != null) {
      command.statistics().failed++;
      if (!call.errorCounted()) {
        errors.count(error);
      }
    }
  }

  private void tellHowLong(Call call, long took, Origin origin) {
    if (took >= slowNanos && !call.command().is(CommandFlag.SKIP_SLOWLOG)) {
      slow.executed(call, took);
    }
    if (took >= longNanos && origin == Origin.CLIENT) {
      takesLong.executed(call, took);
    }
  }

  private static String firstLine(Reply reply, int start) {
    int end = start + 1;
    while (end < reply.size() && reply.buffer()[end] != '\r') {
      end++;
    }
    return new String(reply.buffer(), start + 1, end - start - 1, StandardCharsets.ISO_8859_1);
  }

  private void refuse(Command command, Reply reply, String error) {
    if (command != null) {
      command.statistics().rejected++;
    }
    errors.count(error);
    reply.error(error);
  }
}
