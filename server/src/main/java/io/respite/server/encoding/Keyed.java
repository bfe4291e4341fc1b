package io.respite.server.encoding;

/**
 * A table entry that is an object of its own, because its value is one (a hash, a list, a string
 * that grows). Small entries are {@link PackedEntry}s instead.
 */
public abstract class Keyed {
  private final byte[] key;
  private final long expireAt;
  private int access;
  private long countedBytes;

  /**
   * An entry. The key is taken over, not copied.
   *
   * @param expireAt milliseconds since 1970, 0 for none
   */
  protected Keyed(byte[] key, long expireAt) {
    this.key = key;
    this.expireAt = expireAt;
  }

  /** The key; shared, not to be changed. */
  public final byte[] key() {
    return key;
  }

  /** The entry's own deadline in milliseconds since 1970, 0 for none. */
  public final long expireAt() {
    return expireAt;
  }

  /** The same key and value with another deadline, in another object. */
  public abstract Keyed withExpireAt(long deadline);

  /** What eviction remembers of the entry's use, 24 bits. */
  public final int access() {
    return access;
  }

  /** Sets the access bits. */
  public final void access(int bits) {
    access = bits;
  }

  /** Bytes of heap that the entry took when they were last counted; 0 before. */
  public final long countedBytes() {
    return countedBytes;
  }

  /** Sets them; of an entry in a table only by {@link RecordTable#recount}. */
  public final void countedBytes(long bytes) {
    countedBytes = bytes;
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
