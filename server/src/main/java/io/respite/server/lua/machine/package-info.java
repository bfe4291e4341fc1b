/**
 * Executes compiled Lua. One {@link io.respite.server.lua.machine.Machine} is one world of Lua
 * values; it never recurses on the Java stack, whatever a program calls, so a program can be
 * suspended between any two instructions and go on later, in another thread.
 */
package io.respite.server.lua.machine;
