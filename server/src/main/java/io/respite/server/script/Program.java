package io.respite.server.script;

import io.respite.server.lua.value.LuaFunction;
import java.util.Set;

/**
 * Something that can be run: a script, or a function of a library.
 *
 * @param name by which errors and FUNCTION STATS call it: a script's digest, a function's name
 * @param function what is run
 * @param flags what it says of itself
 * @param declared whether it says anything: a script without a first line of that kind may do what
 *     any may
 */
record Program(String name, LuaFunction function, Set<ScriptFlag> flags, boolean declared) {}
