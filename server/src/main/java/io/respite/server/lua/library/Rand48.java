package io.respite.server.lua.library;

/**
 * The random numbers of {@code lrand48} of C: a linear congruential generator of 48 bits, of which
 * the upper 31 are answered (IEEE Std 1003.1, "drand48"). The same seed gives the same numbers on
 * every machine, which is what scripts that are executed more than once need.
 */
public final class Rand48 {
  private static final long FACTOR = 0x5DEECE66DL;
  private static final long ADDEND = 0xB;
  private static final long MASK = (1L << 48) - 1;

  /** The lower 16 bits behind a seed. */
  private static final long SEED_LOW = 0x330E;

  /** Where C begins when nobody gives a seed. */
  private static final long UNSEEDED = 0x1234ABCD330EL;

  private long state = UNSEEDED;

  /** Starts anew from a seed. */
  public void seed(int seed) {
    state = (seed & 0xffffffffL) << 16 | SEED_LOW;
  }

  /** The next number, from 0 to 2^31-1. */
  public int next() {
    state = (state * FACTOR + ADDEND) & MASK;
    return (int) (state >>> 17);
  }
}
