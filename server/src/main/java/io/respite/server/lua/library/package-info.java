/**
 * The library of Lua 5.1 as far as it stays inside the program ("Lua 5.1 Reference Manual", section
 * 5): no files, no operating system, no modules, no debugging.
 */
package io.respite.server.lua.library;
