package io.respite.server.lua.machine;

import io.respite.server.lua.value.LuaFunction;

/** A function of the library that calls no Lua function itself. */
public final class JavaFunction extends LuaFunction {
  final Body body;

  /** What the function does. */
  @FunctionalInterface
  public interface Body {
    /**
     * Takes its arguments from the call and pushes its results there.
     *
     * @throws io.respite.server.lua.value.LuaError to raise an error; see {@link LuaCall#error}
     */
    void call(LuaCall call);
  }

  /** A function that does this. */
  public JavaFunction(Body body) {
    this.body = body;
  }
}
