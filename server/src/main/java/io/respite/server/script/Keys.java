package io.respite.server.script;

import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.command.Parse;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.Meter;

/** The arguments of EVAL and FCALL: {@code name numkeys key... arg...}. */
final class Keys {
  /** Index of the number of keys, and of the first key. */
  private static final int COUNT = 2;

  static final int FIRST = 3;

  private Keys() {}

  /**
   * How many keys a call says it has.
   *
   * @throws CommandError when that is no number, or cannot be
   */
  static int count(Call call) {
    long count = Parse.integer(call, COUNT);
    if (count > call.count() - FIRST) {
      throw new CommandError("ERR Number of keys can't be greater than number of args");
    } else if (count < 0) {
      throw new CommandError("ERR Number of keys can't be negative");
    }
    return (int) count;
  }

  /** A list of arguments. */
  static LuaTable table(Call call, Meter meter, int from, int count) {
    LuaTable table = new LuaTable(meter, count, 0);
    byte[] buffer = call.arguments().buffer();
    for (int i = 0; i < count; i++) {
      int length = call.arguments().length(from + i);
      meter.allocate(length);
      table.set(i + 1, LuaString.copyOf(buffer, call.arguments().offset(from + i), length));
    }
    return table;
  }
}
