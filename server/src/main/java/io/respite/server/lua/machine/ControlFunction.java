package io.respite.server.lua.machine;

import io.respite.server.lua.value.LuaFunction;

/** A function of the library that is the machine's own business: it changes what runs next. */
final class ControlFunction extends LuaFunction {
  /** What it does. */
  enum Kind {
    PCALL,
    XPCALL,
    RESUME,
    /** What {@code coroutine.wrap} made. */
    WRAPPED,
    YIELD
  }

  final Kind kind;

  /** Of {@link Kind#WRAPPED}; else null. */
  final Coroutine coroutine;

  ControlFunction(Kind kind, Coroutine coroutine) {
    this.kind = kind;
    this.coroutine = coroutine;
  }
}
