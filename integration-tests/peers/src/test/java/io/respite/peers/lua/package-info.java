/**
 * The Lua engine beside a real Lua 5.1: the same sources compiled by both, the same programs run by
 * both. {@link io.respite.peers.lua.LuaPeer} is the other one.
 */
package io.respite.peers.lua;
