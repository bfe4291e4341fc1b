/**
 * Streams: XADD, XRANGE, XREAD, and the groups of consumers that share one. Start with {@link
 * io.respite.server.command.family.stream.StreamCommands}. No parameter or result is null unless it
 * says so.
 */
package io.respite.server.command.family.stream;
