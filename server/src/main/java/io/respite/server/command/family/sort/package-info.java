/**
 * SORT and SORT_RO: the elements of a list, set or sorted set in another order, or what other keys
 * hold of them. Begin at {@link io.respite.server.command.family.sort.SortCommands}. No parameter
 * or result is null unless it says so.
 */
package io.respite.server.command.family.sort;
