package io.respite.server.lua.machine;

import io.respite.server.lua.code.Instruction;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;

/** An event that a metatable may handle ("Lua 5.1 Reference Manual", section 2.8). */
final class Event {
  static final Event INDEX = new Event(0, "__index");
  static final Event NEWINDEX = new Event(1, "__newindex");
  static final Event EQ = new Event(2, "__eq");
  static final Event LEN = new Event(3, "__len");
  static final Event CALL = new Event(4, "__call");
  static final Event LT = new Event(5, "__lt");
  static final Event LE = new Event(6, "__le");
  static final Event CONCAT = new Event(7, "__concat");

  // From ADD to UNM, in the order of the instructions.
  private static final Event[] ARITHMETIC = {
    new Event(8, "__add"),
    new Event(9, "__sub"),
    new Event(10, "__mul"),
    new Event(11, "__div"),
    new Event(12, "__mod"),
    new Event(13, "__pow"),
    new Event(14, "__unm")
  };

  private final int number;
  private final LuaString key;

  private Event(int number, String key) {
    this.number = number;
    this.key = LuaString.name(key);
  }

  /** The event of an instruction from ADD to UNM. */
  static Event ofArithmetic(int op) {
    return ARITHMETIC[op - Instruction.ADD];
  }

  /** The handler in a metatable, or null; the metatable may be null. */
  Object in(LuaTable metatable) {
    return metatable == null ? null : metatable.metamethod(number, key);
  }
}
