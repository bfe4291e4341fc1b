package io.respite.server.type;

/** What a key holds when it is more than a small string; small strings are records of their own. */
public sealed interface Value
    permits StringValue, HashValue, ListValue, ScoredMembers, StreamValue {
  /** The name that the TYPE command shows. */
  String typeName();

  /** The name that OBJECT ENCODING shows. */
  String encoding();

  /**
   * The first moment at which a part of the value is due, milliseconds since 1970; Long.MAX_VALUE
   * for never.
   */
  default long innerDeadline() {
    return Long.MAX_VALUE;
  }

  /**
   * Bytes of heap that the value takes; exact for small values, estimated from samples for large
   * ones.
   */
  long heapBytes();

  /** Number of elements: what it costs to visit or free the value. */
  long elements();

  /** The number that Redis gives the type; part of {@link ValueDigest} and frozen by files. */
  int typeNumber();

  /** Adds the content to a checksum as Redis does: the same content gives the same sum. */
  void digest(ValueDigest digest);

  /** A value of its own with the same content; changing one does not change the other. */
  Value copy();
}
