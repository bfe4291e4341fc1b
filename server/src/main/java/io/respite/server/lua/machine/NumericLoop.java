package io.respite.server.lua.machine;

/** The state of a numeric {@code for}, in the register where Lua keeps the index. */
final class NumericLoop {
  double index;
  private final double limit;
  private final double step;

  /**
   * A loop before its first round.
   *
   * @param start the first index
   */
  NumericLoop(double start, double limit, double step) {
    this.index = start - step;
    this.limit = limit;
    this.step = step;
  }

  /** Begins another round, unless the limit is reached; whether it has. */
  boolean next() {
    double following = index + step;
    if (step > 0 ? following <= limit : limit <= following) {
      index = following;
      return true;
    }
    return false;
  }
}
