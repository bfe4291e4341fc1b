package io.respite.server.config;

/** A directive's value is refused. The message is Redis's own, without the directive's name. */
public final class BadValueException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Refuses with a reason such as {@code argument must be 'yes' or 'no'}. */
  public BadValueException(String reason) {
    super(reason);
  }
}
