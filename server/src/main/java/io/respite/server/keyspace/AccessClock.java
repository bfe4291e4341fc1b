package io.respite.server.keyspace;

import io.respite.server.environment.RandomSource;

/**
 * Turns "this entry was just used" into the 24 bits that an entry keeps, the way Redis does ("Key
 * eviction", redis.io/docs): either the second of the last use, or a logarithmic counter of uses
 * that decays by the minute.
 *
 * <pre>
 *   least recently used     [ seconds, modulo 2^24                 ]
 *   least frequently used   [ minute of last decay, 16 ][ count, 8 ]
 * </pre>
 */
public final class AccessClock {
  private static final int MASK = 0xFFFFFF;

  /** Counter of a new entry, so that it is not the first to go before it had a chance. */
  static final int INITIAL_COUNT = 5;

  private final RandomSource random;
  private boolean frequency;
  private int logFactor = 10;
  private int decayMinutes = 1;

  AccessClock(RandomSource random) {
    this.random = random;
  }

  /**
   * Counts uses if {@code on}, else remembers the last one. Bits kept under the other setting lose
   * their meaning.
   */
  public void countFrequency(boolean on) {
    frequency = on;
  }

  /** Whether uses are counted. */
  public boolean countsFrequency() {
    return frequency;
  }

  /** {@code lfu-log-factor}: how slowly the counter grows. */
  public void logFactor(int factor) {
    logFactor = factor;
  }

  /** {@code lfu-decay-time}: minutes after which the counter loses one; 0 for never. */
  public void decayMinutes(int minutes) {
    decayMinutes = minutes;
  }

  /** The bits of an entry made at {@code now}, milliseconds since 1970. */
  public int fresh(long now) {
    return frequency ? (minutes(now) << 8) | INITIAL_COUNT : (int) (now / 1000) & MASK;
  }

  /** The bits of an entry used at {@code now}, milliseconds since 1970. */
  public int used(int bits, long now) {
    return frequency ? used(bits, now, random.nextDouble()) : (int) (now / 1000) & MASK;
  }

  /** The same with the caller's own chance, a number from 0 to 1; for any thread. */
  int used(int bits, long now, double chance) {
    if (!frequency) {
      return (int) (now / 1000) & MASK;
    }
    int count = count(bits, now);
    if (count < 255) {
      int above = Math.max(0, count - INITIAL_COUNT);
      if (chance < 1.0 / (above * (double) logFactor + 1)) {
        count++;
      }
    }
    return (minutes(now) << 8) | count;
  }

  /** The bits of an entry that was last used some seconds ago; for a clock that remembers that. */
  public int idleFor(long seconds, long now) {
    return (int) (now / 1000 - seconds) & MASK;
  }

  /** The bits of an entry with this counter, 0 to 255; for a clock that counts uses. */
  public int counted(int count, long now) {
    return (minutes(now) << 8) | count;
  }

  /** Seconds since the entry was last used. */
  public long idleSeconds(int bits, long now) {
    return ((now / 1000) - bits) & MASK;
  }

  /** The decayed counter of an entry, 0 to 255. */
  public int count(int bits, long now) {
    int count = bits & 0xFF;
    if (decayMinutes == 0) {
      return count;
    }
    int elapsed = (minutes(now) - (bits >>> 8)) & 0xFFFF;
    return Math.max(0, count - elapsed / decayMinutes);
  }

  private static int minutes(long now) {
    return (int) (now / 60_000) & 0xFFFF;
  }
}
