package io.respite.server;

/**
 * Told of entries that leave an {@link EmbeddedHash} without anybody removing them. Called while
 * the engine is held, by whatever thread made them leave: implementations note what they need and
 * return.
 */
public interface HashListener {
  /** An entry's time had come. The entry is given as a packed entry. */
  void expired(byte[] packedEntry);

  /** An entry had to make room. The entry is given as a packed entry. */
  void evicted(byte[] packedEntry);
}
