package io.respite.examples.web;

import java.util.List;

/**
 * A round trip, and what it took to find it.
 *
 * @param stops codes of the countries in order; the journey ends where it begins
 * @param kilometres of the whole round trip
 * @param queryMillis how long the database took, in milliseconds
 */
public record Journey(List<String> stops, long kilometres, double queryMillis) {}
