package io.respite.jcache.store.remote.wire;

import io.respite.jcache.store.StoreException;

/**
 * What is said when a datastore does not do what it was asked, in the same words whoever carried
 * the request.
 *
 * @param place where the datastore is, without secrets
 * @param timeoutMillis how long one operation may take
 */
public record Failures(String place, int timeoutMillis) {

  public StoreException unreachable(Throwable cause) {
    return new StoreException(
        "The datastore at %s cannot be reached: %s".formatted(place, reason(cause)), cause);
  }

  /** Nothing has been sent. */
  public StoreException notAsked(Throwable cause) {
    return new StoreException(
        "The datastore at %s cannot be asked: %s".formatted(place, reason(cause)), cause);
  }

  public StoreException silent(Throwable cause) {
    return new StoreException(
        "The datastore at %s did not answer within %d ms; what it was asked to change may have been changed or not"
            .formatted(place, timeoutMillis),
        cause);
  }

  public StoreException interrupted(Throwable cause) {
    return new StoreException(
        "The thread was interrupted while it waited for the datastore at %s".formatted(place),
        cause);
  }

  /** Of a request that changes something. */
  public StoreException lost(Throwable cause) {
    return new StoreException(
        "The connection to the datastore at %s was lost before it answered; what it was asked to change may have been changed or not"
            .formatted(place),
        cause);
  }

  public StoreException refused(Refusal refusal) {
    return new StoreException(
        "The datastore at %s refuses: %s".formatted(place, refusal.getMessage()), refusal);
  }

  public StoreException unheard(Throwable cause) {
    return new StoreException(
        "The datastore at %s cannot be listened to: %s".formatted(place, reason(cause)), cause);
  }

  /** What lies at the bottom of a failure. */
  public static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
