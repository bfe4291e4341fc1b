package io.respite.server.type;

/**
 * Up to which size values keep their compact form, as the directives of the same names say. One
 * instance is shared by all values of an engine; it belongs to the baton's holder.
 */
public final class EncodingLimits {
  private long hashEntries = 512;
  private long hashValue = 64;

  /** The defaults of Redis 7.2. */
  public EncodingLimits() {}

  /** {@code hash-max-listpack-entries}: fields that a compact hash holds at most. */
  public long hashEntries() {
    return hashEntries;
  }

  /** Sets {@link #hashEntries()}; hashes adapt when they are next written. */
  public void hashEntries(long fields) {
    hashEntries = fields;
  }

  /**
   * {@code hash-max-listpack-value}: bytes of a field or value that a compact hash holds at most.
   */
  public long hashValue() {
    return hashValue;
  }

  /** Sets {@link #hashValue()}; hashes adapt when they are next written. */
  public void hashValue(long bytes) {
    hashValue = bytes;
  }
}
