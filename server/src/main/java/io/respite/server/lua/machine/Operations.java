package io.respite.server.lua.machine;

import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.code.Prototype;
import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaFunction;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;

/**
 * Instructions in the cases that the {@link Interpreter} does not settle itself: coercions,
 * metamethods ("Lua 5.1 Reference Manual", section 2.8) and errors. A metamethod may be any
 * function, so each of these may leave another frame on top.
 */
final class Operations {
  /** Handlers that may refer to each other before that counts as a loop. */
  private static final int LONGEST_CHAIN = 100;

  private final Machine machine;

  Operations(Machine machine) {
    this.machine = machine;
  }

  // ---- tables

  /** R(a) := object[key]; {@code b} is the object's register, or -1. */
  void index(Object object, Object key, int a, int b) {
    Object holder = object;
    for (int i = 0; i < LONGEST_CHAIN; i++) {
      Object handler;
      if (holder instanceof LuaTable table) {
        Object value = table.get(key);
        handler = value != null ? null : Event.INDEX.in(table.metatable());
        if (handler == null) {
          machine.current.top.registers[a] = value;
          return;
        }
      } else {
        handler = Event.INDEX.in(machine.metatable(holder));
        if (handler == null) {
          throw machine.messages.wrongType("index", holder, i == 0 ? b : -1);
        }
      }
      if (handler instanceof LuaFunction) {
        machine.control.call(handler, new Object[] {holder, key}, 0, 2, Frame.Then.VALUE, a);
        return;
      }
      holder = handler;
    }
    throw new LuaError(machine.positioned("loop in gettable"));
  }

  /** object[key] := value; {@code a} is the object's register, or -1. */
  void setIndex(Object object, Object key, Object value, int a) {
    Object holder = object;
    for (int i = 0; i < LONGEST_CHAIN; i++) {
      Object handler;
      if (holder instanceof LuaTable table) {
        LuaTable metatable = table.metatable();
        handler =
            metatable == null || table.readOnly() || table.get(key) != null
                ? null
                : Event.NEWINDEX.in(metatable);
        if (handler == null || key == null) {
          table.set(key, value);
          return;
        }
      } else {
        handler = Event.NEWINDEX.in(machine.metatable(holder));
        if (handler == null) {
          throw machine.messages.wrongType("index", holder, i == 0 ? a : -1);
        }
      }
      if (handler instanceof LuaFunction) {
        machine.control.call(
            handler, new Object[] {holder, key, value}, 0, 3, Frame.Then.IGNORE, 0);
        return;
      }
      holder = handler;
    }
    throw new LuaError(machine.positioned("loop in settable"));
  }

  /** SETLIST. */
  void setList(Frame frame, int a, int b, int block) {
    LuaTable table = (LuaTable) frame.registers[a];
    int index = (block - 1) * Instruction.FIELDS_PER_FLUSH;
    Object[] values = frame.registers;
    int from = a + 1;
    int count = b;
    if (b == 0) {
      count = frame.openAt - from + frame.openCount;
      values = frame.upToOpenEnd(from);
      from = 0;
    }
    table.ensureArray(index + count);
    for (int i = 0; i < count; i++) {
      table.set(index + i + 1, values[from + i]);
    }
  }

  /** A closure of a function inside the one that a frame executes. */
  LuaClosure closure(Frame frame, Prototype inner) {
    int count = inner.upvalueNames().length;
    machine.meter.allocate(48 + 32L * count);
    Upvalue[] upvalues = new Upvalue[count];
    int[] code = frame.closure.prototype.code();
    for (int i = 0; i < count; i++) {
      int where = code[frame.pc + i];
      int b = Instruction.b(where);
      upvalues[i] =
          Instruction.op(where) == Instruction.MOVE ? frame.upvalue(b) : frame.closure.upvalues[b];
    }
    return new LuaClosure(inner, upvalues, frame.closure.environment);
  }

  // ---- arithmetic

  /** What an operator makes of two numbers. */
  static double compute(int op, double x, double y) {
    return switch (op) {
      case Instruction.ADD -> x + y;
      case Instruction.SUB -> x - y;
      case Instruction.MUL -> x * y;
      case Instruction.DIV -> x / y;
      case Instruction.MOD -> modulo(x, y);
      case Instruction.POW -> power(x, y);
      case Instruction.UNM -> -x;
      default -> throw new IllegalArgumentException("instruction " + op);
    };
  }

  /** What Lua's {@code %} makes of two numbers: the result has the divisor's sign. */
  static double modulo(double x, double y) {
    return x - Math.floor(x / y) * y;
  }

  /** {@code pow} as C defines it: unlike in Java, 1 to the power of anything is 1. */
  public static double power(double x, double y) {
    return x == 1 || (x == -1 && Double.isInfinite(y)) ? 1 : Math.pow(x, y);
  }

  /** R(a) := x operator y; {@code b} and {@code c} are the operands as the instruction has them. */
  void arithmetic(int op, Object x, Object y, int a, int b, int c) {
    Double m = LuaValues.number(x);
    Double n = LuaValues.number(y);
    if (m != null && n != null) {
      machine.current.top.registers[a] = compute(op, m, n);
      return;
    }
    Object handler = binaryHandler(Event.ofArithmetic(op), x, y);
    if (handler == null) {
      throw m == null
          ? machine.messages.wrongType("perform arithmetic on", x, b)
          : machine.messages.wrongType("perform arithmetic on", y, c);
    }
    machine.control.call(handler, new Object[] {x, y}, 0, 2, Frame.Then.VALUE, a);
  }

  private Object binaryHandler(Event event, Object x, Object y) {
    Object handler = event.in(machine.metatable(x));
    return handler != null ? handler : event.in(machine.metatable(y));
  }

  /** A number that a {@code for} loop needs. */
  double loopNumber(Object value, String which) {
    Double number = LuaValues.number(value);
    if (number == null) {
      String name = which.equals("initial") ? "initial value" : which;
      throw new LuaError(machine.positioned("'for' " + name + " must be a number"));
    }
    return number;
  }

  /** R(a) := #object, for what is neither a table nor a string. */
  void length(Object object, int a, int b) {
    Object handler = Event.LEN.in(machine.metatable(object));
    if (handler == null) {
      throw machine.messages.wrongType("get length of", object, b);
    }
    machine.control.call(handler, new Object[] {object, null}, 0, 2, Frame.Then.VALUE, a);
  }

  // ---- strings

  /**
   * Goes on with the CONCAT that a frame is at: its operands up to register {@code last} are left.
   *
   * @return whether it is done, and no metamethod was called
   */
  boolean concat(Frame frame, int last) {
    int instruction = frame.closure.prototype.code()[frame.pc - 1];
    int first = Instruction.b(instruction);
    Object[] r = frame.registers;
    int end = last;
    while (end > first) {
      if (LuaValues.text(r[end]) == null || LuaValues.text(r[end - 1]) == null) {
        concatByMetamethod(r, end);
        return false;
      }
      int begin = end - 1;
      while (begin > first && isText(r[begin - 1])) {
        begin--;
      }
      r[begin] = join(r, begin, end);
      end = begin;
    }
    r[Instruction.a(instruction)] = r[first];
    return true;
  }

  private static boolean isText(Object value) {
    return value instanceof LuaString || value instanceof Double;
  }

  private void concatByMetamethod(Object[] r, int end) {
    Object x = r[end - 1];
    Object y = r[end];
    Object handler = binaryHandler(Event.CONCAT, x, y);
    if (handler == null) {
      throw isText(x)
          ? machine.messages.wrongType("concatenate", y, end)
          : machine.messages.wrongType("concatenate", x, end - 1);
    }
    machine.control.call(handler, new Object[] {x, y}, 0, 2, Frame.Then.CONCAT, end - 1);
  }

  private LuaString join(Object[] r, int begin, int end) {
    long length = 0;
    for (int i = begin; i <= end; i++) {
      LuaString text = LuaValues.text(r[i]);
      r[i] = text;
      length += text.length();
    }
    if (length > LuaString.MAX_LENGTH) {
      throw new LuaError(machine.positioned("string length overflow"));
    }
    machine.meter.allocate(length);
    machine.looksAt(length);
    byte[] bytes = new byte[(int) length];
    int at = 0;
    for (int i = begin; i <= end; i++) {
      byte[] part = ((LuaString) r[i]).bytes();
      System.arraycopy(part, 0, bytes, at, part.length);
      at += part.length;
    }
    return LuaString.wrap(bytes);
  }

  // ---- comparisons

  /** Whether two values are equal without metamethods, the time counted that it takes. */
  boolean sameValue(Object x, Object y) {
    if (x != y
        && x instanceof LuaString a
        && y instanceof LuaString b
        && a.length() == b.length()) {
      machine.looksAt(a.length());
    }
    return LuaValues.rawEquals(x, y);
  }

  /** Whether two values that are not equal may be so by a metamethod. */
  static boolean mayBeEqual(Object x, Object y) {
    return x instanceof LuaTable a
        && y instanceof LuaTable b
        && a != b
        && a.metatable() != null
        && b.metatable() != null;
  }

  /** Skips an instruction unless x == y is as expected; for two tables with metatables. */
  void equal(Object x, Object y, boolean expected) {
    Object handler = Event.EQ.in(machine.metatable(x));
    if (handler == null || !LuaValues.rawEquals(handler, Event.EQ.in(machine.metatable(y)))) {
      skipUnless(!expected);
      return;
    }
    compare(handler, x, y, expected, false);
  }

  /** Skips an instruction unless x < y is as expected. */
  void less(Object x, Object y, boolean expected) {
    if (x instanceof LuaString a && y instanceof LuaString b) {
      machine.looksAt(Math.min(a.length(), b.length()));
      skipUnless((a.compareTo(b) < 0) == expected);
      return;
    }
    Object handler = orderHandler(Event.LT, x, y);
    if (handler == null) {
      throw machine.messages.cannotCompare(x, y);
    }
    compare(handler, x, y, expected, false);
  }

  /** Skips an instruction unless x <= y is as expected. */
  void lessOrEqual(Object x, Object y, boolean expected) {
    if (x instanceof LuaString a && y instanceof LuaString b) {
      machine.looksAt(Math.min(a.length(), b.length()));
      skipUnless((a.compareTo(b) <= 0) == expected);
      return;
    }
    Object handler = orderHandler(Event.LE, x, y);
    if (handler != null) {
      compare(handler, x, y, expected, false);
      return;
    }
    handler = orderHandler(Event.LT, y, x);
    if (handler == null) {
      throw machine.messages.cannotCompare(x, y);
    }
    compare(handler, y, x, expected, true);
  }

  /** The handler of an order: only if both values are of one type and agree on it. */
  private Object orderHandler(Event event, Object x, Object y) {
    if (!LuaValues.typeName(x).equals(LuaValues.typeName(y))) {
      return null;
    }
    Object handler = event.in(machine.metatable(x));
    return handler != null && LuaValues.rawEquals(handler, event.in(machine.metatable(y)))
        ? handler
        : null;
  }

  private void skipUnless(boolean asExpected) {
    if (!asExpected) {
      machine.current.top.pc++;
    }
  }

  private void compare(Object handler, Object x, Object y, boolean expected, boolean negate) {
    int operand = (expected ? Frame.EXPECT_TRUE : 0) | (negate ? Frame.NEGATE : 0);
    machine.control.call(handler, new Object[] {x, y}, 0, 2, Frame.Then.COMPARE, operand);
  }

  /** Raises what has gone wrong in an operation that does not know where it is. */
  static LuaError raised(LuaFault fault, Machine machine) {
    String message = fault.getMessage();
    boolean unpositioned = machine.inLibrary() || message.equals(Machine.NO_MEMORY);
    return new LuaError(unpositioned ? LuaString.of(message) : machine.positioned(message));
  }
}
