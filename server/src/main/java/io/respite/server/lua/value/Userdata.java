package io.respite.server.lua.value;

/** A value of type userdata that holds nothing but its metatable, as {@code newproxy} makes it. */
public final class Userdata {
  private LuaTable metatable;
  private int marked;

  /** A userdata with this metatable, or null. */
  public Userdata(LuaTable metatable) {
    this.metatable = metatable;
  }

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

  /** The metatable, or null. */
  public LuaTable metatable() {
    return metatable;
  }

  /** Sets the metatable; null for none. */
  public void metatable(LuaTable table) {
    metatable = table;
  }
}
