package io.respite.server.command;

/**
 * An error that is the reply: its message is what the client reads after the minus sign, code word
 * first ({@code ERR syntax error}). Without a stack trace: it is an everyday answer. New instances
 * are cheap; there is no need to share.
 */
public final class CommandError extends RuntimeException {
  /** An error with this reply, code word first. */
  public CommandError(String reply) {
    super(reply, null, false, false);
  }

  /** An option that is unknown, misplaced or in conflict with another. */
  public static CommandError syntax() {
    return new CommandError("ERR syntax error");
  }

  /** An argument that had to be a 64-bit integer. */
  public static CommandError notAnInteger() {
    return new CommandError("ERR value is not an integer or out of range");
  }

  /** An argument that had to be a floating point number. */
  public static CommandError notAFloat() {
    return new CommandError("ERR value is not a valid float");
  }

  /** The wrong number of arguments for a command; subcommands are named {@code config|get}. */
  public static CommandError arity(String command) {
    return new CommandError("ERR wrong number of arguments for '" + command + "' command");
  }

  /** The key holds a value of another type. */
  public static CommandError wrongType() {
    return new CommandError("WRONGTYPE Operation against a key holding the wrong kind of value");
  }
}
