/**
 * Caches on a Redis-protocol server, one contender in one JVM: how many operations a second, and
 * how many round trips each. The scripts remote.py and round-trips.py put contenders side by side.
 */
package io.respite.benchmarks.remote;
