/**
 * The server's own log lines in Redis's format. A leaf: everything may log, and the log knows
 * nothing of the server. Start at {@link io.respite.server.log.ServerLog}. No parameter or result
 * is null unless it says so.
 */
package io.respite.server.log;
