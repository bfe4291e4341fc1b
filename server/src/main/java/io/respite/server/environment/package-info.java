/**
 * The seams to the world outside: time, files, the network and chance.
 *
 * <p>Nothing else in the server reads a clock, opens a file or draws a random number. A test that
 * replaces the members of an {@link io.respite.server.environment.Environment} therefore owns
 * everything that could differ between two runs, and can replay crashes and jumps in time from a
 * seed. No parameter or result is null unless it says so.
 */
package io.respite.server.environment;
