package io.respite.jcache.store.remote.wire;

/** An error that the datastore answered. Its message is the datastore's own. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Refusal(String message) {
    super(message);
  }

  public Refusal(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether the error is of a kind, which is its first word. */
  public boolean is(String kind) {
    return getMessage().startsWith(kind);
  }
}
