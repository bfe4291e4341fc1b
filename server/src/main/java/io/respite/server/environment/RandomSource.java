package io.respite.server.environment;

import java.util.SplittableRandom;

/**
 * Source of chance. Not safe for use by several threads; each owner {@link #split() splits} its
 * own.
 *
 * <p>A source made from a seed yields the same numbers in every run.
 */
public final class RandomSource {
  private final SplittableRandom random;

  private RandomSource(SplittableRandom random) {
    this.random = random;
  }

  /** A source that yields the same numbers for the same seed. */
  public static RandomSource seeded(long seed) {
    return new RandomSource(new SplittableRandom(seed));
  }

  /** A source seeded by the operating system. */
  public static RandomSource system() {
    return new RandomSource(new SplittableRandom(new java.security.SecureRandom().nextLong()));
  }

  /** A uniformly chosen long. */
  public long nextLong() {
    return random.nextLong();
  }

  /** A uniformly chosen int in {@code [0, bound)}; {@code bound} must be positive. */
  public int nextInt(int bound) {
    return random.nextInt(bound);
  }

  /** A uniformly chosen long in {@code [0, bound)}; {@code bound} must be positive. */
  public long nextLong(long bound) {
    return random.nextLong(bound);
  }

  /** A uniformly chosen double in {@code [0, 1)}. */
  public double nextDouble() {
    return random.nextDouble();
  }

  /** A new source whose numbers do not depend on how many this one draws later. */
  public RandomSource split() {
    return new RandomSource(random.split());
  }
}
