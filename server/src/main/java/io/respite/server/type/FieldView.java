package io.respite.server.type;

import io.respite.server.encoding.PackedEntry;
import java.util.Arrays;

/**
 * A window on one field of a hash: where its name and value lie, and its deadline. One view is
 * moved from field to field, so its content is good until the hash is asked or changed again.
 */
public final class FieldView {
  byte[] nameBytes = new byte[0];
  int nameOffset;
  int nameLength;
  byte[] valueBytes = new byte[0];
  int valueOffset;
  int valueLength;
  long expireAt;

  /** Whether name and value lie in one packed entry of the hash's table. */
  boolean packed;

  FieldView() {}

  /** The array that holds the name; shared, not to be changed. */
  public byte[] nameBytes() {
    return nameBytes;
  }

  /** Where the name begins. */
  public int nameOffset() {
    return nameOffset;
  }

  /** Length of the name in bytes. */
  public int nameLength() {
    return nameLength;
  }

  /** The array that holds the value; shared, not to be changed. */
  public byte[] valueBytes() {
    return valueBytes;
  }

  /** Where the value begins. */
  public int valueOffset() {
    return valueOffset;
  }

  /** Length of the value in bytes. */
  public int valueLength() {
    return valueLength;
  }

  /** The field's deadline in milliseconds since 1970, 0 for none. */
  public long expireAt() {
    return expireAt;
  }

  /** Whether the field is dead at {@code now}, milliseconds since 1970. */
  public boolean expired(long now) {
    return expireAt != 0 && expireAt <= now;
  }

  /** The field as a packed entry: the stored one where the hash keeps such, else a new one. */
  public byte[] packed() {
    if (packed) {
      return nameBytes;
    }
    return PackedEntry.of(
        nameBytes,
        nameOffset,
        nameLength,
        valueBytes,
        valueOffset,
        valueLength,
        expireAt,
        PackedEntry.FORM_PLAIN,
        0);
  }

  /** A copy of the name. */
  public byte[] name() {
    return Arrays.copyOfRange(nameBytes, nameOffset, nameOffset + nameLength);
  }

  /** A copy of the value. */
  public byte[] value() {
    return Arrays.copyOfRange(valueBytes, valueOffset, valueOffset + valueLength);
  }
}
