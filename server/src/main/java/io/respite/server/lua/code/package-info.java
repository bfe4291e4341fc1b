/**
 * Compiled Lua: functions as the machine executes them. The instructions are those of the virtual
 * machine of Lua 5.1, so that its listings, its limits and the names in its messages hold here too.
 */
package io.respite.server.lua.code;
