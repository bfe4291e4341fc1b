/**
 * The commands on sorted sets. Begin at {@link
 * io.respite.server.command.family.sortedset.SortedSetFamily}, which lists all rows; what they
 * share is in {@link io.respite.server.command.family.sortedset.SortedSets}.
 *
 * <p>Nothing is null unless its documentation says so.
 */
package io.respite.server.command.family.sortedset;
