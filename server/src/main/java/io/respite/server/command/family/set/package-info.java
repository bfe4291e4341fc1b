/**
 * Sets: {@link io.respite.server.command.family.set.SetCommands} for one set, {@link
 * io.respite.server.command.family.set.SetRandomCommands} for those that choose by chance, {@link
 * io.respite.server.command.family.set.SetAlgebraCommands} for intersection, union and difference.
 * No parameter or result is null unless it says so.
 */
package io.respite.server.command.family.set;
