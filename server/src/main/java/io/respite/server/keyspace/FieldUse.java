package io.respite.server.keyspace;

import io.respite.server.environment.Clock;
import io.respite.server.type.EntryUse;

/**
 * The use of fields, in the same bits as that of keys, so that one can be compared with the other.
 */
final class FieldUse implements EntryUse {
  private final Keyspace keyspace;
  private final Clock clock;
  private long noise;

  FieldUse(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.clock = keyspace.environment().clock();
    this.noise = keyspace.random().nextLong() | 1;
  }

  @Override
  public int fresh() {
    return keyspace.accessClock().fresh(clock.millis());
  }

  @Override
  public int used(int bits) {
    return keyspace.touches() ? keyspace.accessClock().used(bits, clock.millis(), chance()) : bits;
  }

  /** Chance for readers that hold nothing: a race repeats a number, which does no harm. */
  private double chance() {
    long n = noise;
    n ^= n << 13;
    n ^= n >>> 7;
    n ^= n << 17;
    noise = n;
    return (n >>> 11) * 0x1.0p-53;
  }
}
