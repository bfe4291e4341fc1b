/**
 * From compiled Lua to JVM bytecode, for functions that run often: {@link
 * io.respite.server.lua.translation.RegisterFlow} finds out which registers hold numbers where, and
 * {@link io.respite.server.lua.translation.Translator} writes a class. What that class calls is in
 * the machine's package, which also decides when to translate and defines the class; here it is
 * known by name alone.
 */
package io.respite.server.lua.translation;
