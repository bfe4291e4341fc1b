package io.respite.server.lua.value;

/** A value whose memory counts: it can be marked, so that a count of all values meets it once. */
public abstract class Counted {
  private int marked;

  /** A value that no count has met. */
  protected Counted() {}

  /**
   * Marks the value for one count of all values that are in use.
   *
   * @param census which count; each has a number of its own
   * @return whether it was not marked for it yet
   */
  public final boolean mark(int census) {
    boolean first = marked != census;
    marked = census;
    return first;
  }
}
