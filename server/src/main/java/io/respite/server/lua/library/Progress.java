package io.respite.server.lua.library;

import io.respite.server.lua.machine.LuaCall;

/** Where a long computation says how far it has come, and that it failed. */
interface Progress {
  /** So much work has been done, in nanoseconds or so; may end the program. */
  void worked(long units);

  /** The error to throw, for a message. */
  RuntimeException error(String message);

  /** Tells a call, which must be the one under way. */
  static Progress of(LuaCall call) {
    return new Progress() {
      @Override
      public void worked(long units) {
        call.worked(units);
      }

      @Override
      public RuntimeException error(String message) {
        return call.error(message);
      }
    };
  }
}
