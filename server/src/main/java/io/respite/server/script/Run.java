package io.respite.server.script;

import io.respite.server.command.AtomicEffects;
import io.respite.server.command.Call;
import io.respite.server.command.Reply;
import io.respite.server.command.Unfinished;
import io.respite.server.lua.machine.LuaKilled;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;

/** One run of a script or a function, from its beginning to its reply. */
final class Run implements Unfinished {
  private static final LuaString COUNTED = LuaString.name("ignore_error_stats_update");

  private final Runner runner;
  private final Sandbox sandbox;
  private final Machine machine;
  private final Program program;
  private final boolean readOnly;
  private final boolean isFunction;
  private final byte[][] request;
  private final long beganNanos;
  private final AtomicEffects held;
  private boolean written;

  /** Of a reply that takes a while to write; else null. */
  private ReplyWriter writer;

  private boolean errorIsCounted;
  private volatile boolean killed;

  /** Whether it goes on where it may rest: in a thread of its own, or of an embedded caller. */
  private boolean resumed;

  Run(
      Runner runner,
      Sandbox sandbox,
      Program program,
      Call call,
      boolean readOnly,
      boolean isFunction) {
    this.runner = runner;
    this.sandbox = sandbox;
    this.machine = sandbox.machine();
    this.program = program;
    this.readOnly = readOnly;
    this.isFunction = isFunction;
    // Only FUNCTION STATS shows it.
    this.request = isFunction ? call.arguments().toArrays() : new byte[0][];
    this.beganNanos = runner.nanos();
    this.held = readOnly ? null : AtomicEffects.hold(runner.keyspace());
  }

  /** Begins and goes on, until it ends or is to be suspended; see {@link #goOn}. */
  boolean begin(LuaTable keys, LuaTable arguments, Reply reply) {
    runner.keyspace().beginAtomic();
    return goOn(
        reply,
        () -> {
          if (isFunction) {
            sandbox.begin(program.function(), keys, arguments);
          } else {
            sandbox.arguments(keys, arguments);
            sandbox.begin(program.function());
          }
        });
  }

  @Override
  public boolean goOn(Reply reply) {
    return goOn(reply, () -> {});
  }

  private boolean goOn(Reply reply, Runnable first) {
    boolean ended = true;
    int start = reply.size();
    try {
      runner.stretchBegins();
      machine.breather(resumed ? runner::breathe : () -> {});
      resumed = true;
      first.run();
      ended = writer == null ? execute(reply) : writer.goOn(reply, runner::mustPause);
    } catch (LuaKilled end) {
      reply.truncate(start);
      reply.error(end.getMessage() + place());
    } catch (LuaFault fault) {
      reply.truncate(start);
      reply.error("ERR " + fault.getMessage());
    } finally {
      if (ended) {
        runner.keyspace().endAtomic();
        if (held != null) {
          held.release(runner.keyspace());
        }
        runner.ended(this);
      }
    }
    return ended;
  }

  /** Lets the program go on, and writes the reply; whether both are done. */
  private boolean execute(Reply reply) {
    Machine.Outcome outcome = machine.run();
    if (outcome == Machine.Outcome.SUSPENDED) {
      return false;
    } else if (outcome == Machine.Outcome.RETURNED) {
      Object[] results = machine.results();
      Object result = results.length == 0 ? null : results[0];
      errorIsCounted = isCounted(result);
      int mostBytes = (int) Math.min(Integer.MAX_VALUE, machine.meter().limit());
      writer =
          ReplyWriter.write(result, reply, runner.answersInResp3(), mostBytes, runner::mustPause);
      return writer == null;
    }
    Object error = machine.failure().value();
    errorIsCounted = isCounted(error);
    reply.error(Sandbox.message(error) + place());
    return true;
  }

  /** Whether a command that the script has called has counted an error as its own. */
  private static boolean isCounted(Object value) {
    return value instanceof LuaTable table && table.get(COUNTED) == Boolean.TRUE;
  }

  private String place() {
    String source = machine.failureSource();
    return source.isEmpty()
        ? " script: " + program.name()
        : " script: " + program.name() + ", on " + source + ":" + machine.failureLine() + ".";
  }

  /** Whether the error in the reply is one that a command has counted. */
  boolean errorIsCounted() {
    return errorIsCounted;
  }

  /** What runs. */
  Program program() {
    return program;
  }

  /** Whether it is a function of a library. */
  boolean isFunction() {
    return isFunction;
  }

  /** The request that runs it; empty for a script. */
  byte[][] request() {
    return request;
  }

  long beganNanos() {
    return beganNanos;
  }

  boolean readOnly() {
    return readOnly;
  }

  /** Says that it changes data from now on. */
  void writes() {
    written = true;
  }

  /**
   * Whether it must not take more memory: there was none when it began, and it neither said that it
   * needs none nor has changed anything, which would be left half done.
   */
  boolean mayNotGrow() {
    return runner.keyspace().memory().fullAtStart()
        && !written
        && !program.flags().contains(ScriptFlag.ALLOW_OOM);
  }

  boolean hasWritten() {
    return written;
  }

  /** Says whether what it does is journalled from now on. */
  void propagates(boolean yes) {
    if (held != null) {
      held.drops(!yes);
    }
  }

  /** Ends it as soon as it is looked at. */
  void kill() {
    killed = true;
  }

  boolean killed() {
    return killed;
  }
}
