package io.respite.server.keyspace;

import io.respite.server.environment.Clock;

/**
 * Removes keys and fields that nobody asks for any more, in slices.
 *
 * <p>Every segment of a table knows the earliest deadline in it, so a round looks at one number per
 * segment and opens only those where something is due; nothing is sampled and nothing due is passed
 * over. A slice goes on where the last one stopped.
 */
public final class ActiveExpiry {
  /**
   * Segments between two looks at the clock: 16 full of dead entries take less than a millisecond.
   */
  private static final int STEP = 16;

  private final Keyspace keyspace;
  private final Clock clock;
  private int database;
  private int left;
  private boolean foundInRound;

  /** Expiry in a keyspace. */
  public ActiveExpiry(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.clock = keyspace.environment().clock();
  }

  /**
   * Works for a while; the caller holds the baton.
   *
   * @param budgetNanos about how long
   * @return whether there is more to do right now
   */
  public boolean slice(long budgetNanos) {
    if (!keyspace.expires()) {
      return false;
    }
    long start = clock.nanos();
    int finished = 0;
    while (finished < keyspace.size()) {
      Database current = keyspace.database(database);
      if (left <= 0) {
        left = current.sweepRound();
        foundInRound = false;
      }
      while (left > 0) {
        foundInRound |= current.sweep(Math.min(STEP, left)) > 0;
        left -= STEP;
        if (clock.nanos() - start >= budgetNanos) {
          keyspace.statistics().expireTimeCapReached++;
          return true;
        }
      }
      // A giant hash is swept in part each time round: stay until a round finds nothing.
      if (!foundInRound) {
        finished++;
        database = (database + 1) % keyspace.size();
      } else {
        finished = 0;
      }
    }
    return false;
  }
}
