package io.respite.server.script;

import java.util.function.Supplier;

/**
 * Something that is made when it is first asked for: a Lua world takes some milliseconds and a
 * hundred classes, which most embedded engines never need. Not for several threads at once.
 */
final class OnDemand<T> implements Supplier<T> {
  private final Supplier<T> maker;
  private T made;

  OnDemand(Supplier<T> maker) {
    this.maker = maker;
  }

  @Override
  public T get() {
    if (made == null) {
      made = maker.get();
    }
    return made;
  }

  /** What was made; null when nobody has asked yet. */
  T peek() {
    return made;
  }
}
