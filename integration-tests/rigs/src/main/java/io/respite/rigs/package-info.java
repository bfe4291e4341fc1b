/**
 * Servers for tests, each in a process of its own on the loopback interface: one alone ({@link
 * io.respite.rigs.SingleServer}), under three sentinels ({@link io.respite.rigs.SentinelTrio}), and
 * in a cluster ({@link io.respite.rigs.RedisCluster}). {@link io.respite.rigs.ServerProcess} is the
 * process below them; it is stopped by its own id, also when the test that started it is stopped.
 */
package io.respite.rigs;
