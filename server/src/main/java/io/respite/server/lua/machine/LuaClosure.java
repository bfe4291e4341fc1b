package io.respite.server.lua.machine;

import io.respite.server.lua.code.Prototype;
import io.respite.server.lua.value.LuaFunction;
import io.respite.server.lua.value.LuaTable;

/** A function written in Lua, with the variables around it and the environment of its globals. */
public final class LuaClosure extends LuaFunction {
  private static final Upvalue[] NONE = {};

  final Prototype prototype;
  final Upvalue[] upvalues;
  LuaTable environment;

  /** A main chunk: a function without upvalues. */
  public LuaClosure(Prototype prototype, LuaTable environment) {
    this(prototype, NONE, environment);
  }

  LuaClosure(Prototype prototype, Upvalue[] upvalues, LuaTable environment) {
    this.prototype = prototype;
    this.upvalues = upvalues;
    this.environment = environment;
  }

  /** The compiled function. */
  public Prototype prototype() {
    return prototype;
  }
}
