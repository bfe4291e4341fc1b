/**
 * Commands on strings. Start at {@link io.respite.server.command.family.string.StringCommands}. No
 * parameter or result is null unless it says so.
 */
package io.respite.server.command.family.string;
