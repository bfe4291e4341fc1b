package io.respite.jcache.store.remote.wire;

/** Who hears a channel. It is called by the thread that reads the connection: it must not wait. */
public interface Receiver {
  /** A message. */
  void received(byte[] message);

  /** From now on messages are missed. */
  void interrupted();

  /** From now on none is. */
  void resumed();
}
