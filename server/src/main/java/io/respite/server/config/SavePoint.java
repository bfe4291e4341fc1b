package io.respite.server.config;

/**
 * When a snapshot is due: this many seconds after the last one, if there were this many changes.
 *
 * @param seconds at least 1
 * @param changes at least 0
 */
public record SavePoint(long seconds, int changes) {}
