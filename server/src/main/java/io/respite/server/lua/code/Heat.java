package io.respite.server.lua.code;

/**
 * How much a function has run, and what has been made of it since to run faster. Shared by all who
 * execute it. Counts may get lost between threads; that does not matter.
 */
public final class Heat {
  private int rounds;
  private volatile Object translation;

  /** For a function that has not run yet. */
  public Heat() {}

  /** Adds calls, or rounds of loops; how many there have been since the count was reset. */
  public int add(int more) {
    rounds += more;
    return rounds;
  }

  /** Begins to count anew. */
  public void reset() {
    rounds = 0;
  }

  /** What {@link #translation(Object)} was told last; null at first. Whose it is knows its type. */
  public Object translation() {
    return translation;
  }

  /** Keeps what has been made of the function. */
  public void translation(Object made) {
    translation = made;
  }
}
