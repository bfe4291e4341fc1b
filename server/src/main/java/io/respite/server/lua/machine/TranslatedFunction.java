package io.respite.server.lua.machine;

import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;

/**
 * A function as a class of the JVM: what {@link io.respite.server.lua.translation.Translator}
 * writes extends this one and calls what is here. It does what the {@link Interpreter} would, and
 * leaves to it what is unusual.
 */
abstract class TranslatedFunction {
  /** Another frame is on top, or the program has ended. */
  static final int LEFT = 0;

  /** The interpreter is to go on at the frame's {@code pc}. */
  static final int INTERPRET = 1;

  /** The ticks are used up; the frame's {@code pc} is where to go on. */
  static final int TICK = 2;

  /** Instead of a value: it takes a metamethod, or is an error. */
  static final Object NOWHERE = new Object();

  /**
   * Executes the function.
   *
   * @param registers those of the frame
   * @param constants those of the function
   * @param pc where to begin; INTERPRET is answered where that is not possible
   */
  abstract int run(Machine machine, Frame frame, Object[] registers, Object[] constants, int pc);

  // ---- called by name from translated code

  static Object upvalue(Frame frame, int index) {
    Upvalue upvalue = frame.closure.upvalues[index];
    return upvalue.home[upvalue.index];
  }

  static void setUpvalue(Frame frame, int index, Object value) {
    Upvalue upvalue = frame.closure.upvalues[index];
    upvalue.home[upvalue.index] = value;
  }

  static LuaTable environment(Frame frame) {
    return frame.closure.environment;
  }

  static LuaTable table(Machine machine, int arraySize, int hashSize) {
    return new LuaTable(machine.meter, arraySize, hashSize);
  }

  static Boolean not(Object value) {
    return LuaValues.truth(value) ? Boolean.FALSE : Boolean.TRUE;
  }

  static boolean concat(Machine machine, Frame frame, int last) {
    return machine.operations.concat(frame, last);
  }

  /** The value of a string in a table; {@link #NOWHERE} if that is for others to say. */
  static Object get(Object object, Object key) {
    if (object instanceof LuaTable table) {
      return orElsewhere(table, table.get((LuaString) key));
    }
    return NOWHERE;
  }

  static Object getNumber(Object object, double key) {
    if (object instanceof LuaTable table) {
      return orElsewhere(table, table.get(key));
    }
    return NOWHERE;
  }

  static Object getAny(Object object, Object key) {
    if (object instanceof LuaTable table) {
      return orElsewhere(table, table.get(key));
    }
    return NOWHERE;
  }

  private static Object orElsewhere(LuaTable table, Object value) {
    return value != null || table.metatable() == null ? value : NOWHERE;
  }

  /** Sets a table's value; false, and nothing is done, if that is for others to do. */
  static boolean set(Object object, Object key, Object value) {
    if (object instanceof LuaTable table && table.metatable() == null) {
      table.set(key, value);
      return true;
    }
    return false;
  }

  static boolean setNumber(Object object, double key, Object value) {
    if (object instanceof LuaTable table && table.metatable() == null) {
      table.setNumber(key, value);
      return true;
    }
    return false;
  }

  /** The slow way to index; whether the frame is still on top, and its register set. */
  static boolean index(Machine machine, Frame frame, Object object, Object key, int a, int b) {
    machine.operations.index(object, key, a, b);
    return !machine.finished && machine.current.top == frame;
  }

  static boolean isNumber(Object value, double number) {
    return value instanceof Double other && other == number;
  }

  /** 1 if two values are equal, 0 if not, -1 if a metamethod has to say. */
  static int same(Machine machine, Object x, Object y) {
    if (machine.operations.sameValue(x, y)) {
      return 1;
    }
    return Operations.mayBeEqual(x, y) ? -1 : 0;
  }

  static NumericLoop loop(double start, double limit, double step) {
    return new NumericLoop(start, limit, step);
  }

  static void setList(Machine machine, Frame frame, int a, int b, int block) {
    machine.operations.setList(frame, a, b, block);
  }

  static LuaClosure closure(Machine machine, Frame frame, int inner) {
    return machine.operations.closure(frame, frame.closure.prototype.inner()[inner]);
  }

  static void varargs(Frame frame, int a, int b) {
    frame.copyVarargs(a, b);
  }

  /** Begins a call of the library whose arguments go up to an open end. */
  static void startOpen(Machine machine, Frame frame, int a) {
    int from = a + 1;
    int count = frame.openAt - from + frame.openCount;
    machine.call.start(frame.upToOpenEnd(from), 0, count);
  }

  static Object first(LuaCall call) {
    return call.resultCount > 0 ? call.results[0] : null;
  }

  /** Puts the results of the library's function where an instruction wants them. */
  static void results(LuaCall call, Frame frame, int a, int c) {
    if (c == 0) {
      frame.open(a, call.results, 0, call.resultCount);
      return;
    }
    Object[] r = frame.registers;
    int wanted = c - 1;
    for (int i = 0; i < wanted; i++) {
      r[a + i] = i < call.resultCount ? call.results[i] : null;
    }
  }

  static void leave(Machine machine, Frame frame, int a, int b) {
    machine.control.leave(frame, a, b);
  }
}
