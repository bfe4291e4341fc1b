/**
 * The four libraries that Redis gives its scripts beside those of Lua: {@code cjson}, {@code
 * cmsgpack}, {@code struct} and {@code bit}, with the results and messages of Redis 7.0.
 *
 * <p>A library is a class with a static {@code install}, which takes arguments and names errors;
 * what it works with ({@link io.respite.server.lua.extension.JsonEncoder}, {@link
 * io.respite.server.lua.extension.MessageReader}, ...) knows values and bytes alone. Whatever nests
 * is walked with a stack in the heap, and is bounded by what Lua's own stack would hold.
 */
package io.respite.server.lua.extension;
