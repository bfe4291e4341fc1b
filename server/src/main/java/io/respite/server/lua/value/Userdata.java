package io.respite.server.lua.value;

/** A value of type userdata that holds nothing but its metatable, as {@code newproxy} makes it. */
public final class Userdata extends Counted {
  private LuaTable metatable;

  /** A userdata with this metatable, or null. */
  public Userdata(LuaTable metatable) {
    this.metatable = metatable;
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
