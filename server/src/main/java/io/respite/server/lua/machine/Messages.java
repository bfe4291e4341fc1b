package io.respite.server.lua.machine;

import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.code.VariableNames;
import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaValues;

/** The messages of errors that name variables: {@code attempt to index local 'x' (a nil value)}. */
final class Messages {
  private final Machine machine;

  Messages(Machine machine) {
    this.machine = machine;
  }

  private LuaError error(String message) {
    return new LuaError(machine.positioned(message));
  }

  /**
   * An operation on a value of the wrong type.
   *
   * @param register where the value is; -1, or a constant's number, when it is in none
   */
  LuaError wrongType(String operation, Object value, int register) {
    Frame frame = machine.current.top;
    String name = null;
    if (register >= 0 && register < Instruction.CONSTANT && frame != null && frame.isLua()) {
      name = VariableNames.describe(frame.closure.prototype, frame.pc - 1, register);
    }
    String type = LuaValues.typeName(value);
    return error(
        name == null
            ? "attempt to " + operation + " a " + type + " value"
            : "attempt to " + operation + " " + name + " (a " + type + " value)");
  }

  /** A value was called that cannot be. */
  LuaError cannotCall(Object value, Frame.Then then) {
    Frame frame = machine.current.top;
    int register = -1;
    if (then == Frame.Then.RESULTS && frame != null && frame.isLua()) {
      register = Instruction.a(frame.closure.prototype.code()[frame.pc - 1]);
    }
    return wrongType("call", value, register);
  }

  /** Two values were compared that have no order. */
  LuaError cannotCompare(Object x, Object y) {
    String a = LuaValues.typeName(x);
    String b = LuaValues.typeName(y);
    // Lua 5.1 looks at the third letter alone, to which string and thread owe their likeness.
    return error(
        a.charAt(2) == b.charAt(2)
            ? "attempt to compare two " + a + " values"
            : "attempt to compare " + a + " with " + b);
  }

  /** What is wrong with an argument of the library function that is being called. */
  String badArgument(int i, String message) {
    Frame frame = machine.callerOfLibrary();
    String name = null;
    int number = i;
    if (frame != null && frame.isLua()) {
      name = VariableNames.calledName(frame.closure.prototype, frame.pc - 1);
      if (name != null
          && VariableNames.callsMethod(frame.closure.prototype, frame.pc - 1)
          && --number == 0) {
        return "calling '" + name + "' on bad self (" + message + ")";
      }
    }
    return "bad argument #"
        + number
        + " to '"
        + (name == null ? "?" : name)
        + "' ("
        + message
        + ")";
  }

  /** The position of the function at a level, with a colon and a space; empty where unknown. */
  String where(int level) {
    Frame frame = machine.frameAt(level);
    return frame == null ? "" : frame.position();
  }

  LuaString positioned(String message) {
    Frame frame = machine.current.top;
    return frame == null ? LuaString.of(message) : frame.positioned(message);
  }
}
