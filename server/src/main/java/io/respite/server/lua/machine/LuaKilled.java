package io.respite.server.lua.machine;

/** Ends a program. No {@code pcall} catches it, no coroutine outlives it. */
public final class LuaKilled extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The end, for this reason. */
  public LuaKilled(String reason) {
    super(reason, null, false, false);
  }
}
