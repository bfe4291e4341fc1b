package io.respite.server.lua.library;

import io.respite.server.lua.value.LuaError;

/** Adds up what it is told. */
final class Told implements Progress {
  long units;

  /** The longest stretch that nothing was told. */
  long longest;

  @Override
  public void worked(long more) {
    units += more;
    longest = Math.max(longest, more);
  }

  @Override
  public RuntimeException error(String message) {
    return new LuaError(message);
  }
}
