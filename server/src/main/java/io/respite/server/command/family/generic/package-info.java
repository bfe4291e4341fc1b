/**
 * Commands on keys, whatever they hold. Start at {@link
 * io.respite.server.command.family.generic.KeyCommands}. No parameter or result is null unless it
 * says so.
 */
package io.respite.server.command.family.generic;
