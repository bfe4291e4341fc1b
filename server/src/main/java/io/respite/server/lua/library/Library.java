package io.respite.server.lua.library;

import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.machine.ResumableFunction;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import java.util.Locale;

/** What the parts of the library share: how their tables are filled and how values leave them. */
final class Library {
  /** What a string takes in memory beside its bytes. */
  static final int STRING_BYTES = LuaString.OVERHEAD_BYTES;

  /** What a function of the library takes in memory that a program made, its state included. */
  static final int FUNCTION_BYTES = 128;

  private Library() {}

  /**
   * A new table in a global variable.
   *
   * @param size entries to make room for, as many as Lua 5.1 does: the order in which {@code pairs}
   *     goes through the table follows from it
   */
  static LuaTable table(Machine machine, String name, int size) {
    LuaTable table = new LuaTable(machine.meter(), 0, size);
    machine.globals().set(LuaString.name(name), table);
    return table;
  }

  static void function(LuaTable table, String name, JavaFunction.Body body) {
    table.set(LuaString.name(name), new JavaFunction(body));
  }

  static void resumable(LuaTable table, String name, ResumableFunction.Start start) {
    table.set(LuaString.name(name), new ResumableFunction(start));
  }

  /** Argument {@code i} as C's int: the lower half of the 64-bit integer. */
  static int integer(LuaCall call, int i) {
    return (int) call.integer(i);
  }

  /** Argument {@code i} as C's int, or another when it is missing or nil. */
  static int integer(LuaCall call, int i, int otherwise) {
    return call.isNil(i) ? otherwise : integer(call, i);
  }

  /** A part of a string, counted as memory. */
  static LuaString substring(LuaCall call, LuaString source, int from, int to) {
    int length = to - from;
    if (length > 1 && length < source.length()) {
      call.meter().allocate(STRING_BYTES + (long) length);
    }
    return source.substring(from, to);
  }

  /** Adds a string of these bytes, which are taken over and have been counted, as a result. */
  static void pushCounted(LuaCall call, byte[] bytes) {
    call.push(LuaString.wrap(bytes));
  }

  /** New bytes for a string, counted as memory. */
  static byte[] bytes(LuaCall call, int length) {
    call.meter().allocate(STRING_BYTES + (long) length);
    return new byte[length];
  }

  /** What the metatable of a value has under a name; null when there is neither. */
  static Object metamethod(Machine machine, Object value, LuaString name) {
    LuaTable metatable = machine.metatable(value);
    return metatable == null ? null : metatable.get(name);
  }

  /** A message with arguments in it, the same in all countries. */
  static String message(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
