package io.respite.server.lua.machine;

import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaFunction;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import io.respite.server.lua.value.Meter;
import io.respite.server.lua.value.NumberText;
import java.util.Arrays;

/**
 * One call of a function of the library: its arguments, counted from 1 as in Lua's messages, and
 * its results. Good until the function returns; then it is used again.
 *
 * <p>The methods that take an argument of a type convert and complain as Lua's auxiliary library
 * does ("Lua 5.1 Reference Manual", section 4.1): {@code bad argument #2 to 'rep' (number expected,
 * got nil)}.
 */
public final class LuaCall {
  /** Most results of one call, and most arguments that a call can have. */
  public static final int MAX_VALUES = 8000;

  private static final Object[] NONE = {};

  private final Machine machine;
  private Object[] arguments = NONE;
  private int base;
  private int count;

  Object[] results = new Object[16];
  int resultCount;
  Object requested;
  Object[] requestedArguments = NONE;

  LuaCall(Machine machine) {
    this.machine = machine;
  }

  void start(Object[] newArguments, int newBase, int newCount) {
    arguments = newArguments;
    base = newBase;
    count = newCount;
    resultCount = 0;
    requested = null;
  }

  /** The machine that runs the program. */
  public Machine machine() {
    return machine;
  }

  /** Where memory counts. */
  public Meter meter() {
    return machine.meter();
  }

  // ---- arguments

  /** How many arguments there are. */
  public int count() {
    return count;
  }

  /** Argument {@code i}; null when it is nil or missing. */
  public Object get(int i) {
    return i <= count ? arguments[base + i - 1] : null;
  }

  /** Whether argument {@code i} is missing or nil. */
  public boolean isNil(int i) {
    return get(i) == null;
  }

  /** Argument {@code i}, which may be nil but not missing. */
  public Object any(int i) {
    if (i > count) {
      throw argumentError(i, "value expected");
    }
    return get(i);
  }

  /** Argument {@code i} as a string; numbers are converted. */
  public LuaString string(int i) {
    Object value = get(i);
    if (value instanceof LuaString string) {
      return string;
    } else if (value instanceof Double number) {
      return NumberText.of(number);
    }
    throw typeError(i, "string");
  }

  /** Argument {@code i} as a string, or another when it is missing or nil. */
  public LuaString string(int i, LuaString otherwise) {
    return isNil(i) ? otherwise : string(i);
  }

  /** Argument {@code i} as a number; strings are converted. */
  public double number(int i) {
    Object value = get(i);
    if (value instanceof Double number) {
      return number;
    }
    Double converted = LuaValues.number(value);
    if (converted == null) {
      throw typeError(i, "number");
    }
    return converted;
  }

  /** Argument {@code i} as a number, or another when it is missing or nil. */
  public double number(int i, double otherwise) {
    return isNil(i) ? otherwise : number(i);
  }

  /** Argument {@code i} as a 64-bit integer; see {@link LuaValues#integer}. */
  public long integer(int i) {
    return LuaValues.integer(number(i));
  }

  /** Argument {@code i} as a 64-bit integer, or another when it is missing or nil. */
  public long integer(int i, long otherwise) {
    return isNil(i) ? otherwise : integer(i);
  }

  /** Argument {@code i} as a table. */
  public LuaTable table(int i) {
    if (get(i) instanceof LuaTable table) {
      return table;
    }
    throw typeError(i, "table");
  }

  /** Argument {@code i} as a function. */
  public LuaFunction function(int i) {
    if (get(i) instanceof LuaFunction function) {
      return function;
    }
    throw typeError(i, "function");
  }

  /** Whether argument {@code i} is true in a condition. */
  public boolean truth(int i) {
    return LuaValues.truth(get(i));
  }

  // ---- results

  /** Adds a result. */
  public void push(Object value) {
    if (resultCount == results.length) {
      if (resultCount >= MAX_VALUES + 16) {
        throw error("stack overflow (too many results)");
      }
      results = Arrays.copyOf(results, resultCount * 2);
    }
    results[resultCount++] = value;
  }

  /** Adds a number as a result. */
  public void push(double number) {
    push((Object) number);
  }

  /** Adds a boolean as a result. */
  public void push(boolean truth) {
    push((Object) (truth ? Boolean.TRUE : Boolean.FALSE));
  }

  /** Adds a string of these bytes, which are taken over, as a result; they count as memory. */
  public void push(byte[] bytes) {
    meter().allocate(LuaString.OVERHEAD_BYTES + (long) bytes.length);
    push(LuaString.wrap(bytes));
  }

  /** Takes back all results. */
  public void clearResults() {
    resultCount = 0;
  }

  /** Adds all arguments from {@code i} on as results. */
  public void pushArguments(int i) {
    for (int j = i; j <= count; j++) {
      push(get(j));
    }
  }

  /** A new table. */
  public LuaTable newTable(int arraySize, int hashSize) {
    return new LuaTable(meter(), arraySize, hashSize);
  }

  /**
   * Asks the machine to call a value with arguments, and to resume the activity with what it
   * returned. The value need not be a function: that is found out, and complained about, by then.
   */
  public void request(Object function, Object... requestArguments) {
    requested = function;
    requestedArguments = requestArguments;
  }

  // ---- errors

  /** An error with this message behind the position of whoever called the function. */
  public LuaError error(String message) {
    return new LuaError(LuaString.of(machine.where(1) + message));
  }

  /** {@code bad argument #i to 'function' (message)}. */
  public LuaError argumentError(int i, String message) {
    return error(machine.badArgument(i, message));
  }

  /** {@code bad argument #i to 'function' (expected expected, got type)}. */
  public LuaError typeError(int i, String expected) {
    String actual = i > count ? "no value" : LuaValues.typeName(get(i));
    return argumentError(i, expected + " expected, got " + actual);
  }

  /** Checks a condition that argument {@code i} must meet. */
  public void check(boolean met, int i, String message) {
    if (!met) {
      throw argumentError(i, message);
    }
  }

  /**
   * Says that so much work has been done at a stretch, in units of about a nanosecond each, so that
   * a long loop in the library can be interrupted like one of a program.
   *
   * @throws LuaKilled when the program is to end
   */
  public void worked(long units) {
    machine.worked(units);
  }

  /**
   * Says the same of work that is done and not to be undone: the program is looked at soon, but the
   * call itself goes on.
   */
  public void took(long units) {
    machine.took(units);
  }
}
