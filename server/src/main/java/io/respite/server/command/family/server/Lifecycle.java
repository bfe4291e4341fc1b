package io.respite.server.command.family.server;

/** What SHUTDOWN asks of the server. */
public interface Lifecycle {
  /** Ends the server; the caller's connection is closed without a reply. */
  void shutdown();
}
