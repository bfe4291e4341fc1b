/**
 * The values of Lua 5.1 ("Lua 5.1 Reference Manual", section 2.2) as Java objects:
 *
 * <pre>
 *   nil       null                     string     LuaString (bytes)
 *   boolean   Boolean.TRUE, .FALSE     table      LuaTable
 *   number    Double                   function   LuaFunction
 *                                      userdata   Userdata, LightUserdata
 *                                      thread     the machine's coroutines
 * </pre>
 *
 * Wherever a parameter or a result is an {@code Object} that is a Lua value, null means nil.
 */
package io.respite.server.lua.value;
