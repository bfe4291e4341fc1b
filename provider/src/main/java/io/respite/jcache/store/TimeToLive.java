package io.respite.jcache.store;

/**
 * A time to live, as a {@code long}: a positive number is milliseconds from now; the other values
 * are below. What they mean differs between an entry that is created and one that exists.
 */
public final class TimeToLive {
  /** Expires at once: creating stores nothing, updating and reading remove the entry. */
  public static final long NOW = 0;

  /** Never expires. */
  public static final long ETERNAL = -1;

  /** Expires when it would have; for an entry that is created: never. */
  public static final long KEEP = -2;

  /**
   * Whatever lives longer than this, about 278 years, lives forever: later deadlines would not
   * survive arithmetic.
   */
  private static final long LONGEST_MILLIS = 1L << 43;

  private TimeToLive() {}

  /**
   * The code for a number of milliseconds; very long times become {@link #ETERNAL}, negative ones
   * {@link #NOW}.
   */
  public static long ofMillis(long millis) {
    if (millis <= 0) {
      return NOW;
    }
    return millis > LONGEST_MILLIS ? ETERNAL : millis;
  }
}
