/**
 * What a command is: a {@link io.respite.server.command.Command} is one row of the table and one
 * handler; a {@link io.respite.server.command.Call} is one execution; a {@link
 * io.respite.server.command.Session} is a client without its socket. Start at {@link
 * io.respite.server.command.Dispatcher}. No parameter or result is null unless it says so.
 */
package io.respite.server.command;
