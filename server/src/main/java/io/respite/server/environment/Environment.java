package io.respite.server.environment;

/**
 * Everything the server asks of the world outside itself.
 *
 * @param clock time
 * @param storage files
 * @param random chance; each owner splits its own source
 * @param dialer connections to other servers
 */
public record Environment(Clock clock, Storage storage, RandomSource random, Dialer dialer) {
  /** With the machine's network. */
  public Environment(Clock clock, Storage storage, RandomSource random) {
    this(clock, storage, random, Dialer.system());
  }

  /** The machine as it is. */
  public static Environment system() {
    return new Environment(Clock.system(), Storage.system(), RandomSource.system());
  }
}
