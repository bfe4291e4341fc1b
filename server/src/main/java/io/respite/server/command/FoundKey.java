package io.respite.server.command;

/**
 * A key in a request.
 *
 * @param index of the argument that holds it
 * @param spec whose flags say what happens to it
 */
public record FoundKey(int index, KeySpec spec) {}
