package io.respite.server.command;

/** Executes a command: reads the call's arguments, acts on its database, writes its reply. */
@FunctionalInterface
public interface Handler {
  /**
   * Executes one call.
   *
   * @throws CommandError with the reply instead; then nothing has been changed
   */
  void handle(Call call);
}
