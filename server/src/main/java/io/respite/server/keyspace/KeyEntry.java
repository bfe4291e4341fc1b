package io.respite.server.keyspace;

import io.respite.server.encoding.Keyed;
import io.respite.server.type.Value;

/** A key whose value is an object of its own. */
public final class KeyEntry extends Keyed {
  private static final int ENTRY_BYTES = 40;
  private static final int ARRAY_HEADER_BYTES = 16;

  private final Value value;

  KeyEntry(byte[] key, Value value, long expireAt) {
    super(key, expireAt);
    this.value = value;
  }

  /** What the key holds. */
  public Value value() {
    return value;
  }

  /** Bytes of heap that the entry takes, with its key and what that holds. */
  public long heapBytes() {
    return ENTRY_BYTES + ARRAY_HEADER_BYTES + key().length + value.heapBytes();
  }

  @Override
  public KeyEntry withExpireAt(long deadline) {
    KeyEntry entry = new KeyEntry(key(), value, deadline);
    entry.access(access());
    entry.countedBytes(countedBytes());
    return entry;
  }

  @Override
  public long innerDeadline() {
    return value.innerDeadline();
  }
}
