package io.respite.examples.web;

/**
 * A country with its capital.
 *
 * @param code of the country, two letters
 * @param latitude of the capital, in degrees
 * @param longitude of the capital, in degrees
 */
public record Capital(
    String code,
    String country,
    String name,
    String continent,
    double latitude,
    double longitude) {}
