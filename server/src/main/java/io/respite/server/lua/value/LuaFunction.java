package io.respite.server.lua.value;

/** A value of type function: written in Lua, or a part of the library. Compared by identity. */
public abstract class LuaFunction {
  private int marked;

  /**
   * Marks the value for one count of all values that are in use.
   *
   * @param census which count; each has a number of its own
   * @return whether it was not marked for it yet
   */
  public boolean mark(int census) {
    boolean first = marked != census;
    marked = census;
    return first;
  }
}
