package io.respite.server.keyspace;

import java.util.Locale;

/** Which keys make room, by the names of the directive {@code maxmemory-policy}. */
public enum EvictionPolicy {
  NOEVICTION(Order.NONE, false),
  ALLKEYS_LRU(Order.LEAST_RECENTLY_USED, false),
  ALLKEYS_LFU(Order.LEAST_FREQUENTLY_USED, false),
  ALLKEYS_RANDOM(Order.RANDOM, false),
  VOLATILE_LRU(Order.LEAST_RECENTLY_USED, true),
  VOLATILE_LFU(Order.LEAST_FREQUENTLY_USED, true),
  VOLATILE_RANDOM(Order.RANDOM, true),
  VOLATILE_TTL(Order.FIRST_DUE, true);

  /** Who goes first. */
  enum Order {
    NONE,
    LEAST_RECENTLY_USED,
    LEAST_FREQUENTLY_USED,
    RANDOM,
    FIRST_DUE
  }

  private final Order order;
  private final boolean volatileOnly;

  EvictionPolicy(Order order, boolean volatileOnly) {
    this.order = order;
    this.volatileOnly = volatileOnly;
  }

  /** The policy of this name, such as {@code allkeys-lru}. */
  public static EvictionPolicy named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  Order order() {
    return order;
  }

  /** Whether those alone go that have a deadline. */
  public boolean volatileOnly() {
    return volatileOnly;
  }

  /** Whether entries count their uses, and do not remember the last one. */
  public boolean countsUses() {
    return order == Order.LEAST_FREQUENTLY_USED;
  }
}
