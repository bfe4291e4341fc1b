package io.respite.server.keyspace;

/**
 * Counters of the INFO section "stats" that the keyspace keeps. Plain fields: they belong to the
 * baton's holder.
 */
public final class KeyspaceStatistics {
  /** Look-ups by reading commands that found, or did not find, their key. */
  public long hits;

  public long misses;

  /** Keys and fields removed because their time had come. */
  public long expiredKeys;

  public long expiredFields;

  /** Keys and fields removed to make room. */
  public long evictedKeys;

  public long evictedFields;

  /** Rounds of active expiry that ran out of their time. */
  public long expireTimeCapReached;

  /** Times that the data took more than their limit, added up; the present one not included. */
  public long evictionExceededNanos;

  /** Changes since the last save, as {@code rdb_changes_since_last_save} counts. */
  public long changes;

  /** Back to zero, as CONFIG RESETSTAT does; the number of changes stays. */
  public void reset() {
    hits = 0;
    misses = 0;
    expiredKeys = 0;
    expiredFields = 0;
    evictedKeys = 0;
    evictedFields = 0;
    evictionExceededNanos = 0;
    expireTimeCapReached = 0;
  }
}
