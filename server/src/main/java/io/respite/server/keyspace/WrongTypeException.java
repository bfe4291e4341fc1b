package io.respite.server.keyspace;

/**
 * The key holds a value of another type than the operation is for. Without a stack trace: it is an
 * everyday answer.
 */
public final class WrongTypeException extends RuntimeException {
  /** The one there is. */
  @SuppressWarnings(
      "StaticAssignmentOfThrowable") // no trace, no cause, nothing suppressed: nothing in it can
  // differ
  public static final WrongTypeException INSTANCE = new WrongTypeException();

  private WrongTypeException() {
    super("Operation against a key holding the wrong kind of value", null, false, false);
  }
}
