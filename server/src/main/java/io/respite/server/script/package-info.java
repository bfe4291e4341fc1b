/**
 * Scripts and functions in Lua ("Scripting with Lua", "Redis functions", redis.io/docs): EVAL and
 * its kin, FUNCTION and FCALL. Start at {@link io.respite.server.script.Scripting}. No parameter or
 * result is null unless it says so; Lua values may be null, which is nil.
 */
package io.respite.server.script;
