package io.respite.server.type;

import io.respite.server.encoding.Sorted;
import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.function.Function;

/**
 * What callers see of states that are kept in order: each by the handle that stands for it.
 *
 * @param <S> the states
 * @param <H> their handles
 */
final class Handles<S, H> extends AbstractCollection<H> {
  private final Sorted<?, S> states;
  private final Function<S, H> handle;

  Handles(Sorted<?, S> states, Function<S, H> handle) {
    this.states = states;
    this.handle = handle;
  }

  @Override
  public int size() {
    return states.size();
  }

  @Override
  public Iterator<H> iterator() {
    Iterator<S> all = states.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public H next() {
        return handle.apply(all.next());
      }
    };
  }
}
