package io.respite.jcache.store;

import static java.util.Objects.requireNonNull;

/**
 * How large a cache may grow before single entries must make room.
 *
 * @param entries the most entries; 0 for no limit
 * @param bytes the most bytes that the records of all entries take; 0 for no limit
 * @param policy which entry goes first
 */
public record SizeLimit(long entries, long bytes, Policy policy) {
  public static final SizeLimit NONE = new SizeLimit(0, 0, Policy.LRU);

  /** Which entry goes first. */
  public enum Policy {
    /** The one not used for longest. */
    LRU,
    /** The one used least often. */
    LFU,
    /** Any. */
    RANDOM
  }

  public SizeLimit {
    requireNonNull(policy, "policy");
    if (entries < 0 || bytes < 0) {
      throw new IllegalArgumentException(
          "A size limit of %d entries and %d bytes is negative; 0 means no limit"
              .formatted(entries, bytes));
    }
  }

  /** Whether it limits nothing. */
  public boolean isNone() {
    return entries == 0 && bytes == 0;
  }
}
