package io.respite.jcache.store.remote.wire;

import io.respite.jcache.store.StoreException;

/** A request that has been handed over and may not have been answered yet. */
public interface Pending {

  /**
   * Waits for the reply, which the request's answer has got then.
   *
   * @throws StoreException when there is none in time, or when it is an error
   */
  void await();

  /** Whether it was sent on the same connection as another one, and so behind it or before it. */
  boolean wentWith(Pending other);

  /**
   * Sends a request on the very connection on which this one was sent and answered, however it came
   * there, and nowhere else.
   */
  void sendBehind(Request<?> next);
}
