package io.respite.server.lua.machine;

import io.respite.server.lua.value.LuaString;
import java.util.Arrays;

/**
 * A function that has not returned: one written in Lua, or one of the library that waits for a
 * function it has called. The latter have no closure.
 *
 * <p>A call or a list whose end is open ({@code f(g())}) leaves its values in {@link #open}; the
 * instruction behind it takes them from there. They would begin at register {@link #openAt}.
 */
final class Frame {
  private static final Object[] NONE = {};

  /** Values of an open end that take so little that nobody counts them. */
  private static final int USUAL_VALUES = 16;

  private static final int REFERENCE_BYTES = 4;

  /** What happens to the values that a function returns; {@link #operand} says more. */
  enum Then {
    /** They go where the CALL or TAILCALL of the caller wants them. */
    RESULTS,
    /** The first goes into register {@code operand} of the caller. */
    VALUE,
    /** Nothing. */
    IGNORE,
    /**
     * The caller skips an instruction unless the first is true; {@code operand}: {@link
     * #EXPECT_TRUE} and {@link #NEGATE}.
     */
    COMPARE,
    /** A TFORLOOP of the caller goes on or ends. */
    ITERATE,
    /** The first goes into register {@code operand} of the caller, and its CONCAT goes on. */
    CONCAT,
    /** The activity below goes on. */
    ACTIVITY,
    /** The protected call below succeeds. */
    PROTECTED,
    /** The protected call below fails with what its handler has said. */
    HANDLED,
    /** The coroutine ends. */
    END
  }

  static final int EXPECT_TRUE = 1;
  static final int NEGATE = 2;

  final Frame previous;
  final LuaClosure closure;
  final Object[] registers;
  final Then then;
  final int operand;

  int pc;
  Object[] varargs = NONE;
  Object[] open = NONE;
  int openCount;
  int openAt;
  Upvalue openUpvalues;

  /** Functions that this one has replaced by tail calls. */
  int tailCalls;

  /** Of a function of the library that waits. */
  ResumableFunction.Activity activity;

  /** Whether it goes on just now; then it is what is called, and its caller is level 1. */
  boolean goingOn;

  /** Of a protected call: whether it is one, and its handler. */
  boolean protectedCall;

  Object handler;

  /** Whether the handler has been called. */
  boolean handling;

  Frame(Frame previous, LuaClosure closure, Object[] registers, Then then, int operand) {
    this.previous = previous;
    this.closure = closure;
    this.registers = registers;
    this.then = then;
    this.operand = operand;
  }

  boolean isLua() {
    return closure != null;
  }

  /** The line of the instruction that is being executed. */
  int line() {
    // Before the first instruction, or back at it, the program is on its line.
    return closure.prototype.lines()[Math.max(0, pc - 1)];
  }

  void open(int at, Object[] values, int from, int count) {
    if (open.length < count) {
      if (count > USUAL_VALUES) {
        closure.environment.meter().allocate((long) REFERENCE_BYTES * count);
      }
      open = new Object[Math.max(4, count)];
    } else if (openCount > count) {
      Arrays.fill(open, count, openCount, null);
    }
    System.arraycopy(values, from, open, 0, count);
    openCount = count;
    openAt = at;
  }

  /** VARARG: the variable arguments into registers from {@code a} on; all of them open for 0. */
  void copyVarargs(int a, int b) {
    if (b == 0) {
      open(a, varargs, 0, varargs.length);
    } else {
      int copied = Math.min(b - 1, varargs.length);
      System.arraycopy(varargs, 0, registers, a, copied);
      Arrays.fill(registers, a + copied, a + b - 1, null);
    }
  }

  /** The values from a register up to the open end, in one array from 0 on. */
  Object[] upToOpenEnd(int from) {
    if (openAt == from) {
      return open;
    }
    int fixed = openAt - from;
    Object[] all = new Object[fixed + openCount];
    System.arraycopy(registers, from, all, 0, fixed);
    System.arraycopy(open, 0, all, fixed, openCount);
    return all;
  }

  /** The upvalue that is this register. */
  Upvalue upvalue(int index) {
    for (Upvalue each = openUpvalues; each != null; each = each.next) {
      if (each.index == index) {
        return each;
      }
    }
    openUpvalues = new Upvalue(registers, index, openUpvalues);
    return openUpvalues;
  }

  /** Closes the upvalues that are registers from this one on. */
  void close(int from) {
    Upvalue kept = null;
    Upvalue each = openUpvalues;
    while (each != null) {
      Upvalue next = each.next;
      if (each.index >= from) {
        each.close();
        each.next = null;
      } else {
        each.next = kept;
        kept = each;
      }
      each = next;
    }
    openUpvalues = kept;
  }

  /** The position of the instruction that is being executed, for messages; empty where unknown. */
  String position() {
    return isLua() ? closure.prototype.shortSource() + ":" + line() + ": " : "";
  }

  /** A message behind the position. */
  LuaString positioned(String message) {
    return LuaString.of(position() + message);
  }
}
