package io.respite.server.environment;

/**
 * Everything the server asks of the world outside itself.
 *
 * @param clock time
 * @param storage files
 * @param random chance; each owner splits its own source
 */
public record Environment(Clock clock, Storage storage, RandomSource random) {
  /** The machine as it is. */
  public static Environment system() {
    return new Environment(Clock.system(), Storage.system(), RandomSource.system());
  }
}
