package io.respite.server.command.family.server;

/** What SHUTDOWN asks of the server. */
@FunctionalInterface
public interface Lifecycle {
  /**
   * Ends the server; the caller's connection is closed without a reply.
   *
   * @param saves whether to save before; null for what the configuration says
   * @param force whether to end even if saving fails
   * @throws io.respite.server.command.CommandError when it does not end
   */
  void shutdown(Boolean saves, boolean force);
}
