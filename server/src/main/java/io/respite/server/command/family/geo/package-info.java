/**
 * The commands on places, which are members of sorted sets whose scores are cells of a grid. Begin
 * at {@link io.respite.server.command.family.geo.GeoFamily}, which lists all rows; the arithmetic
 * is in {@link io.respite.server.encoding.GeoHash} and {@link io.respite.server.encoding.GeoShape}.
 *
 * <p>Nothing is null unless its documentation says so.
 */
package io.respite.server.command.family.geo;
