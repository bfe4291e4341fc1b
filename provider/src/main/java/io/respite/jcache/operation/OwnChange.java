package io.respite.jcache.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A change that a thread of this JVM is making to one key, among those that others make.
 *
 * <p>The store tells others' changes in the order in which they happened, and in between, by an
 * <i>echo</i>, where this one has its place. What was told before the echo listeners hear first;
 * what is told of the key behind it is kept back until they have heard of this change.
 *
 * <p>A change that has no echo, because it did not come to be or nothing is heard at the moment,
 * keeps nothing back. Nor does one within which its key is changed again, from then on: of several
 * echoes nobody could tell which is whose.
 */
final class OwnChange {
  /** Something that was told, and whose doing it is. */
  private record Behind(long who, StoreEvents.Pending what) {}

  private final Thread thread = Thread.currentThread();

  /** Guarded by this, as are the next two. */
  private boolean echoed;

  private boolean over;
  private List<Behind> behind = List.of();

  boolean isOfThisThread() {
    return thread == Thread.currentThread();
  }

  /** The store has told where this change has its place. */
  synchronized void echo() {
    echoed = true;
    notifyAll();
  }

  /** Waits for the echo for some milliseconds; whether it has come. */
  synchronized boolean awaitEcho(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!echoed) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** Keeps back what has been told of the key, unless its time has come. */
  synchronized boolean keepBack(long who, StoreEvents.Pending told) {
    if (!echoed || over) {
      return false;
    }
    add(who, told);
    return true;
  }

  /** Keeps back what has to come after all that somebody has done, if some of that is kept back. */
  synchronized boolean keepBackAfter(long who, StoreEvents.Pending what) {
    if (over || behind.stream().noneMatch(each -> each.who == who)) {
      return false;
    }
    add(who, what);
    return true;
  }

  private void add(long who, StoreEvents.Pending what) {
    if (behind.isEmpty()) {
      behind = new ArrayList<>();
    }
    behind.add(new Behind(who, what));
  }

  /**
   * Keeps nothing back any more, because listeners have heard of it or never will, or because its
   * place is not known: hands over, in order, what was kept back.
   */
  synchronized void release(Consumer<StoreEvents.Pending> queue) {
    behind.forEach(each -> queue.accept(each.what));
    behind = List.of();
    over = true;
  }
}
