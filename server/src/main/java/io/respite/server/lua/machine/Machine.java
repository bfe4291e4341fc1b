package io.respite.server.lua.machine;

import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaFunction;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.Meter;
import io.respite.server.lua.value.Userdata;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A world of Lua values, and what runs a program in it.
 *
 * <p>A program is a function that is {@linkplain #begin begun} and then {@linkplain #run run} until
 * it has ended, or until the {@link Watch} wants it suspended: then {@code run} returns, and may be
 * called again, also by another thread, to go on where it was. One program at a time; between
 * programs the global variables stay.
 *
 * <p>Not for several threads at once.
 */
public final class Machine {
  static final String NO_MEMORY = "not enough memory";

  /** Ticks between two looks of the watch. */
  private static final int TICKS = 1_000;

  /** Units of work that a library function may go on when the program is to be suspended. */
  private static final long MOST_OVERTIME = 50_000_000;

  /** Bytes compared or copied that take as long as an instruction. */
  private static final int BYTES_PER_TICK = 256;

  /** Units of work in the library that count as a tick. */
  private static final int UNITS_PER_TICK = 8;

  /** What became of a program. */
  public enum Outcome {
    /** It has returned; see {@link Machine#results}. */
    RETURNED,
    /** It has raised an error; see {@link Machine#failure}. */
    FAILED,
    /** It is to go on by another {@link Machine#run}. */
    SUSPENDED
  }

  final MachineLimits limits;
  final Meter meter;
  final LuaCall call;
  final Control control;
  final Operations operations;
  final Messages messages;
  final Translations translations;
  private final Interpreter interpreter;
  private LuaTable globals;
  private LuaTable stringMetatable;
  private Watch watch = () -> Watch.Verdict.CONTINUE;
  private Runnable breather = () -> {};
  UnaryOperator<Object> caught = UnaryOperator.identity();
  Supplier<? extends Collection<?>> alsoInUse = List::of;

  Coroutine current = new Coroutine(null);
  boolean finished = true;
  int ticks = TICKS;

  private int ticksPerLook = TICKS;

  /** Whether the program is to be suspended and is in a library function, and since when. */
  private boolean overdue;

  private long overtime;
  private Object[] results = Interpreter.none();
  private LuaError failure;
  private String failureSource = "";
  private int failureLine = -1;

  /** A machine without any global variable. */
  public Machine(MachineLimits limits) {
    this(limits, TranslateWhen.configured());
  }

  /** A machine that translates functions to bytecode at a time of its own. */
  public Machine(MachineLimits limits, TranslateWhen when) {
    this.limits = limits;
    this.translations = new Translations(when);
    this.meter = new Meter(limits.memoryBytes());
    this.globals = new LuaTable(meter);
    this.call = new LuaCall(this);
    this.messages = new Messages(this);
    this.control = new Control(this);
    this.operations = new Operations(this);
    this.interpreter = new Interpreter(this);
    meter.census(this::census);
    meter.effort(this::looksAt);
  }

  /** Sets who looks at running programs. */
  public void watch(Watch newWatch) {
    watch = newWatch;
  }

  /** Sets what {@code pcall} makes of an error that it has caught. */
  public void onCaught(UnaryOperator<Object> translation) {
    caught = translation;
  }

  /**
   * Sets what is run now and then while all values are counted, which the program waits for. It
   * must not touch the machine.
   */
  public void breather(Runnable pause) {
    breather = pause;
  }

  /** Sets what else is in use, beside what can be reached from global variables and the program. */
  public void alsoInUse(Supplier<? extends Collection<?>> values) {
    alsoInUse = values;
  }

  /** How far programs may go. */
  public MachineLimits limits() {
    return limits;
  }

  /** Where memory counts. */
  public Meter meter() {
    return meter;
  }

  /** The global variables. */
  public LuaTable globals() {
    return globals;
  }

  /** Sets the table of global variables, which functions get that are made from now on. */
  public void globals(LuaTable table) {
    globals = table;
  }

  /** The metatable of all strings, or null. */
  public LuaTable stringMetatable() {
    return stringMetatable;
  }

  /** Sets the metatable of all strings; null for none. */
  public void stringMetatable(LuaTable table) {
    stringMetatable = table;
  }

  /** The metatable of a value, or null. */
  public LuaTable metatable(Object value) {
    if (value instanceof LuaTable table) {
      return table.metatable();
    } else if (value instanceof LuaString) {
      return stringMetatable;
    } else if (value instanceof Userdata userdata) {
      return userdata.metatable();
    }
    return null;
  }

  /** Lets looking at bytes count like the instructions that could have been executed meanwhile. */
  void looksAt(long bytes) {
    ticks -= (int) (bytes / BYTES_PER_TICK);
  }

  private long census() {
    // It takes a while where there is much to count.
    ticks = 0;
    return new Census(this).bytes(breather);
  }

  // ---- programs

  /** Begins a program, and forgets the one before. */
  public void begin(LuaFunction function, Object... arguments) {
    current = new Coroutine(null);
    current.status = Coroutine.Status.RUNNING;
    finished = false;
    failure = null;
    failureSource = "";
    failureLine = -1;
    results = Interpreter.none();
    ticks = ticksPerLook;
    overdue = false;
    overtime = 0;
    try {
      control.call(function, arguments, 0, arguments.length, Frame.Then.END, 0);
    } catch (LuaError error) {
      raise(error);
    } catch (LuaFault fault) {
      raise(Operations.raised(fault, this));
    }
  }

  /**
   * Runs the program.
   *
   * @throws LuaKilled when the watch has ended it
   */
  public Outcome run() {
    boolean ended = false;
    try {
      while (!ended) {
        try {
          if (!interpreter.run()) {
            ended = true;
            return Outcome.SUSPENDED;
          }
          ended = true;
        } catch (LuaError error) {
          raise(error);
        } catch (LuaFault fault) {
          raise(Operations.raised(fault, this));
        } catch (LuaKilled end) {
          noteFailure();
          throw end;
        } catch (StackOverflowError tooDeep) {
          raise(new LuaError(positioned("stack overflow")));
        }
      }
    } finally {
      if (!ended) {
        // Killed, or a fault of the host: nothing of it is left.
        current = new Coroutine(null);
        finished = true;
      }
    }
    return failure == null ? Outcome.RETURNED : Outcome.FAILED;
  }

  private void raise(LuaError first) {
    LuaError error = first;
    while (true) {
      noteFailure();
      try {
        control.raise(error.value());
        return;
      } catch (LuaError another) {
        error = another;
      } catch (LuaFault fault) {
        error = Operations.raised(fault, this);
      }
    }
  }

  /** Remembers where the program is, because it fails there. */
  private void noteFailure() {
    Frame at = current.top;
    while (at != null && !at.isLua()) {
      at = at.previous;
    }
    failureSource = at == null ? "" : at.closure.prototype.source();
    failureLine = at == null ? -1 : at.line();
  }

  void finish(Object[] returned) {
    results = returned;
    finished = true;
  }

  void finish(LuaError error) {
    failure = error;
    finished = true;
  }

  /** What the program has returned. */
  public Object[] results() {
    return results;
  }

  /** The error that the program has raised, or null. */
  public LuaError failure() {
    return failure;
  }

  /** The source of the function that raised the error; empty when that was none written in Lua. */
  public String failureSource() {
    return failureSource;
  }

  /** The line where it did; -1 when unknown. */
  public int failureLine() {
    return failureLine;
  }

  // ---- being watched

  /** Sets how often the watch looks: how finely a program may be suspended. */
  void ticksPerLook(int newTicks) {
    ticksPerLook = newTicks;
  }

  /** Asks the watch, the ticks being used up. */
  boolean mustSuspend() {
    boolean wanted = overdue;
    overdue = false;
    overtime = 0;
    ticks = ticksPerLook;
    return watch.look() != Watch.Verdict.CONTINUE || wanted;
  }

  /** Ends a library function; what the program does about it begins with being suspended. */
  private LuaFault tooLong() {
    overdue = true;
    overtime = 0;
    ticks = 0;
    return new LuaFault("a call of a library function takes too long");
  }

  /** See {@link LuaCall#took}. */
  void took(long units) {
    ticks = (int) Math.max(0, ticks - units / UNITS_PER_TICK);
  }

  /** A function of the library has done some work; see {@link LuaCall#worked}. */
  void worked(long units) {
    if (overdue) {
      overtime += units;
      if (overtime > MOST_OVERTIME) {
        throw tooLong();
      }
    }
    long left = ticks - Math.max(1, units / UNITS_PER_TICK);
    if (left >= 0) {
      ticks = (int) left;
      return;
    }
    ticks = ticksPerLook;
    Watch.Verdict verdict = watch.look();
    if (verdict == Watch.Verdict.HURRY) {
      throw tooLong();
    }
    if (verdict == Watch.Verdict.SUSPEND) {
      // In the middle of a library function nothing can be suspended: right behind it, then.
      overdue = true;
    }
    if (overdue) {
      ticks = 0;
    }
  }

  // ---- where the program is

  /**
   * The frame of the function at a level: 1 is who called the running library function. Null where
   * there is none, or where a tail call has taken its place.
   */
  Frame frameAt(int level) {
    int left = level - 1;
    Frame frame = callerOfLibrary();
    while (frame != null && left > 0) {
      left -= 1 + frame.tailCalls;
      frame = frame.previous;
    }
    return left == 0 ? frame : null;
  }

  /** Who called the function of the library that is running. */
  Frame callerOfLibrary() {
    Frame frame = current.top;
    return frame != null && frame.goingOn ? frame.previous : frame;
  }

  /** Whether there is a function at a level, be it one that a tail call has replaced. */
  boolean hasLevel(int level) {
    int left = level - 1;
    Frame frame = callerOfLibrary();
    while (frame != null && left > 0) {
      left -= 1 + frame.tailCalls;
      frame = frame.previous;
    }
    return left < 0 || frame != null;
  }

  /** The position of the function at a level, as errors begin with it; empty where unknown. */
  public String where(int level) {
    return messages.where(level);
  }

  LuaString positioned(String message) {
    return messages.positioned(message);
  }

  String badArgument(int i, String message) {
    return messages.badArgument(i, message);
  }

  /** Whether a function of the library is running rather than another instruction. */
  boolean inLibrary() {
    Frame frame = current.top;
    if (frame == null || !frame.isLua() || frame.pc == 0) {
      return true;
    }
    int op = Instruction.op(frame.closure.prototype.code()[frame.pc - 1]);
    return op == Instruction.CALL || op == Instruction.TAILCALL || op == Instruction.TFORLOOP;
  }
}
