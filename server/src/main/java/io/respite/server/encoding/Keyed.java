package io.respite.server.encoding;

/**
 * A table entry that is an object of its own, because its value is one (a hash, a list, a string
 * that grows). Small entries are {@link PackedEntry}s instead.
 */
public abstract class Keyed {
  private final byte[] key;
  private long expireAt;
  private int access;

  /** An entry without a deadline. The key is taken over, not copied. */
  protected Keyed(byte[] key) {
    this.key = key;
  }

  /** The key; shared, not to be changed. */
  public final byte[] key() {
    return key;
  }

  /** The entry's own deadline in milliseconds since 1970, 0 for none. */
  public final long expireAt() {
    return expireAt;
  }

  /** Only the table sets it, because it keeps books on deadlines. */
  final void expireAt(long deadline) {
    expireAt = deadline;
  }

  /** What eviction remembers of the entry's use, 24 bits. */
  public final int access() {
    return access;
  }

  /** Sets the access bits. */
  public final void access(int bits) {
    access = bits;
  }

  /**
   * The first moment at which something inside the value is due, milliseconds since 1970;
   * Long.MAX_VALUE for never.
   */
  public abstract long innerDeadline();

  final long deadline() {
    long inner = innerDeadline();
    return expireAt != 0 && expireAt < inner ? expireAt : inner;
  }
}
