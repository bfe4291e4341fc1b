package io.respite.server.keyspace;

import io.respite.server.encoding.Keyed;
import io.respite.server.type.Value;

/** A key whose value is an object of its own. */
public final class KeyEntry extends Keyed {
  private final Value value;

  KeyEntry(byte[] key, Value value) {
    super(key);
    this.value = value;
  }

  /** What the key holds. */
  public Value value() {
    return value;
  }

  @Override
  public long innerDeadline() {
    return value.innerDeadline();
  }
}
