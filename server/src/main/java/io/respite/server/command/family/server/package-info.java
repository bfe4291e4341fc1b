/**
 * Commands about the server, its clients and its settings. Start at {@link
 * io.respite.server.command.family.server.Instance}. No parameter or result is null unless it says
 * so.
 */
package io.respite.server.command.family.server;
