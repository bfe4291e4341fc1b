/**
 * Commands on hashes and the deadlines of their fields. Start at {@link
 * io.respite.server.command.family.hash.HashCommands}. No parameter or result is null unless it
 * says so.
 */
package io.respite.server.command.family.hash;
