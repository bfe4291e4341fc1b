package io.respite.server.lua.machine;

import io.respite.server.lua.value.Counted;

/**
 * A local variable that closures share. While its function may still change it as a register, it
 * <em>is</em> that register; closed, it has a place of its own. A function that returns need not
 * close anything: nobody else writes to its registers any more.
 */
final class Upvalue extends Counted {
  Object[] home;
  int index;

  /** The next open one of the same frame. */
  Upvalue next;

  Upvalue(Object[] home, int index, Upvalue next) {
    this.home = home;
    this.index = index;
    this.next = next;
  }

  void close() {
    home = new Object[] {home[index]};
    index = 0;
  }
}
