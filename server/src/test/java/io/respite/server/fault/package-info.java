/**
 * Faults from below: storage that loses what was not forced, files and payloads that somebody
 * damaged. Each check prints one line {@code CHECK name seed=.. N=.. ...} to standard output and to
 * {@code target/checks.txt}; docs/faults.md explains them. Begin with {@link
 * io.respite.server.fault.CrashStorage}.
 */
package io.respite.server.fault;
