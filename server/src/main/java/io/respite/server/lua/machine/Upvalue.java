package io.respite.server.lua.machine;

/**
 * A local variable that closures share. While its function may still change it as a register, it
 * <em>is</em> that register; closed, it has a place of its own. A function that returns need not
 * close anything: nobody else writes to its registers any more.
 */
final class Upvalue {
  Object[] home;
  int index;

  /** The next open one of the same frame. */
  Upvalue next;

  private int marked;

  Upvalue(Object[] home, int index, Upvalue next) {
    this.home = home;
    this.index = index;
    this.next = next;
  }

  /** Whether this is the first time that this count of all values comes by. */
  boolean mark(int census) {
    boolean first = marked != census;
    marked = census;
    return first;
  }

  void close() {
    home = new Object[] {home[index]};
    index = 0;
  }
}
