package io.respite.server.lua.machine;

import io.respite.server.lua.value.LuaFunction;

/**
 * A function of the library that calls Lua functions, such as {@code table.sort} with a function
 * that compares. It does not call them itself: it tells the machine which one, returns, and is
 * resumed with the results.
 *
 * <pre>
 *   start ──▶ request(f, a, b) ──▶ the machine runs f(a, b) ──▶ resume ──▶ request(...) ... done
 * </pre>
 */
public final class ResumableFunction extends LuaFunction {
  final Start start;

  /** The beginning of a call. */
  @FunctionalInterface
  public interface Start {
    /**
     * Takes the arguments from the call, which are gone when it returns.
     *
     * @return null when the call is done and its results are pushed; else what goes on when the
     *     function given to {@link LuaCall#request} has returned
     */
    Activity start(LuaCall call);
  }

  /** A call in the middle. */
  @FunctionalInterface
  public interface Activity {
    /**
     * Goes on: the arguments of the call are now what the requested function has returned.
     *
     * @return true when the call is done and its results are pushed; false after another {@link
     *     LuaCall#request}
     */
    boolean resume(LuaCall call);
  }

  /** A function that begins like this. */
  public ResumableFunction(Start start) {
    this.start = start;
  }
}
