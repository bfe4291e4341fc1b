/** Compiles Lua 5.1 programs ("Lua 5.1 Reference Manual", sections 2 and 8) to prototypes. */
package io.respite.server.lua.compiler;
