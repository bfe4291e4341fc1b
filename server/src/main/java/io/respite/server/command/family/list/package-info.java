/**
 * Lists: {@link io.respite.server.command.family.list.ListCommands} for one list, {@link
 * io.respite.server.command.family.list.ListMoveCommands} for those that take from the first of
 * several lists, move between two, or wait for an element. No parameter or result is null unless it
 * says so.
 */
package io.respite.server.command.family.list;
