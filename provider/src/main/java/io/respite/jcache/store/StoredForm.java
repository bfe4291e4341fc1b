package io.respite.jcache.store;

import static java.util.Objects.requireNonNull;

/**
 * How a cache is to be stored.
 *
 * @param limit how large it may grow
 * @param buckets into how many parts it is split; 0 for whatever it has, or else one
 * @param keys the name of the keys' codec
 * @param values the name of the values' codec
 * @param nearEntries how many entries of a remote store are also kept in this JVM
 * @param listenerTimeoutMillis how long a change waits for other JVMs' synchronous listeners
 */
public record StoredForm(
    SizeLimit limit,
    int buckets,
    String keys,
    String values,
    long nearEntries,
    long listenerTimeoutMillis) {
  /** The most buckets that a cache may have. */
  public static final int MOST_BUCKETS = 16_384;

  public StoredForm {
    requireNonNull(limit, "limit");
    requireNonNull(keys, "keys");
    requireNonNull(values, "values");
    if (buckets < 0 || buckets > MOST_BUCKETS) {
      throw new IllegalArgumentException(
          "%d buckets; a cache has at least one and at most %d".formatted(buckets, MOST_BUCKETS));
    }
  }
}
