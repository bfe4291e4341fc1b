package io.respite.jcache.store;

/**
 * What of others' changes somebody wants to hear.
 *
 * @param changes whether anything at all
 * @param oldValues whether the values before, too
 * @param synchronously whether others shall wait until he has heard
 * @param expirations whether what has expired is among it
 */
public record Heard(
    boolean changes, boolean oldValues, boolean synchronously, boolean expirations) {
  /** Nothing. */
  public static final Heard NOTHING = new Heard(false, false, false, false);
}
