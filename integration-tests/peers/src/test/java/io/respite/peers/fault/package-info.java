/**
 * A server that is killed, cut from power, or given a disk that is full or broken, under load: what
 * it has acknowledged must be there afterwards, as far as it has promised.
 *
 * <p>{@link io.respite.peers.fault.TestServer} is the server, {@link io.respite.peers.fault.Load}
 * writes and remembers what was acknowledged, {@link io.respite.peers.fault.Readback} compares that
 * with what is there. Each check prints one line {@code CHECK name seed=.. N=.. K=.. lost=..
 * worst=..} to standard output and to {@code target/checks.txt}, or says why it was skipped;
 * docs/faults.md explains them. {@code -Drespite.peer=redis} runs them against a real redis-server.
 */
package io.respite.peers.fault;
