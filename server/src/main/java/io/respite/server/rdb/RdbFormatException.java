package io.respite.server.rdb;

/** What is being read is not what it should be; the message says where it stops making sense. */
public class RdbFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** With a message for the operator. */
  public RdbFormatException(String message) {
    super(message);
  }

  /** With a message for the operator, and what was noticed first. */
  public RdbFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
