package io.respite.server.type;

/** What a key holds when it is more than a small string; small strings are records of their own. */
public sealed interface Value permits Capturable, ScoredMembers {
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

  /**
   * The value as it was at the last cut; to be asked for once after each cut, by the owner. What
   * comes back is an image: it tells its size and shows all its elements, for those who write or
   * digest it, from any one thread and without the owner's right; nothing else may be done with it.
   * When all is read, {@link #release} must follow.
   *
   * @throws IllegalStateException when the value is newer than the cut, or has been asked before
   */
  Value atCut();

  /** Whether an image shows its elements one time only, because it gives them up as they pass. */
  default boolean shownOnce() {
    return false;
  }

  /**
   * Compares an image with what it was when it was made, where the cuts are checked.
   *
   * @throws IllegalStateException when it is another
   */
  void check();

  /** Says that an image is not needed any more; by the owner. */
  default void release() {}
}
