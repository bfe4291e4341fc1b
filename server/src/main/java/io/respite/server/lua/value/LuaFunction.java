package io.respite.server.lua.value;

/** A value of type function: written in Lua, or a part of the library. Compared by identity. */
public abstract class LuaFunction extends Counted {}
