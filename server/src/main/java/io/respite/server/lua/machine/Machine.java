package io.respite.server.lua.machine;

import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.Meter;

/** Executes Lua. */
public final class Machine {
  private final MachineLimits limits;
  private final Meter meter;
  private final LuaTable globals;
  private LuaTable stringMetatable;

  /** A machine. */
  public Machine(MachineLimits limits) {
    this.limits = limits;
    this.meter = new Meter(limits.memoryBytes());
    this.globals = new LuaTable(meter);
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

  /** The metatable of all strings, or null. */
  public LuaTable stringMetatable() {
    return stringMetatable;
  }

  /** Sets the metatable of all strings. */
  public void stringMetatable(LuaTable table) {
    stringMetatable = table;
  }

  String where(int level) {
    return "";
  }

  String badArgument(int i, String message) {
    return "bad argument #" + i + " to '?' (" + message + ")";
  }

  void worked(long units) {}
}
