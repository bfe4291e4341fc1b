/**
 * The databases: what a key holds, when it dies, and who is told that it changed. The only place
 * where a key or a field expires or is evicted.
 *
 * <p>All of it belongs to whoever holds the {@link io.respite.server.keyspace.Baton}. No parameter
 * or result is null unless it says so.
 */
package io.respite.server.keyspace;
