package io.respite.jcache.store.remote.direct;

import io.respite.jcache.store.remote.wire.Answer;
import io.respite.jcache.store.remote.wire.Request;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests that one caller sends together over a {@link Line}, and how far their replies have come.
 *
 * <pre>
 *   OPEN -> READING -> OPEN     a reply is being read, by whichever caller reads the line
 *                   -> DONE     it was the last one
 *        -> LEFT                the caller waits no longer; replies are passed over
 *        -> BROKEN              the line is gone, see {@link #failure()}
 * </pre>
 *
 * <p>The requests belong to their caller again when the exchange is DONE, LEFT or BROKEN, and
 * nobody else touches them from then on; what was read is visible to it.
 */
final class Exchange {
  private enum State {
    OPEN,
    READING,
    DONE,
    LEFT,
    BROKEN
  }

  /** How often a caller that may have to leave looks whether it can. */
  private static final long LOOK_NANOS = 1_000_000;

  private final List<? extends Request<?>> requests;
  private final Thread owner;
  private final long timeoutNanos;
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

  /** When the next reply has to be there, by {@link System#nanoTime}. */
  private volatile long deadlineNanos;

  /** How many replies have been read, whether the caller was still there or not. */
  private int replies;

  /** How many requests have been answered. */
  private int answered;

  /** Where its first byte is among all that the line writes; set by who writes. */
  private long begin = Long.MAX_VALUE;

  private boolean begun;
  private Exception failure;

  /**
   * Requests that have not been sent.
   *
   * @param owner who waits for the replies; null when nobody does
   * @param deadlineNanos when the first reply has to be there
   * @param timeoutNanos how long each one after it may take
   */
  Exchange(
      List<? extends Request<?>> requests, Thread owner, long deadlineNanos, long timeoutNanos) {
    this.requests = requests;
    this.owner = owner;
    this.deadlineNanos = deadlineNanos;
    this.timeoutNanos = timeoutNanos;
  }

  List<? extends Request<?>> requests() {
    return requests;
  }

  /** Whether it has a caller, who waits or has left. */
  boolean hasOwner() {
    return owner != null;
  }

  /** Whether somebody waits for it. */
  boolean isAwaited() {
    return owner != null && !isOver();
  }

  long leftNanos() {
    return deadlineNanos - System.nanoTime();
  }

  /** Whether its caller has it back, or may take it. */
  boolean isOver() {
    State now = state.get();
    return now != State.OPEN && now != State.READING;
  }

  boolean isDone() {
    return state.get() == State.DONE;
  }

  boolean isLeft() {
    return state.get() == State.LEFT;
  }

  void wake() {
    LockSupport.unpark(owner);
  }

  // ---- writing

  /** Its first byte will be written at this place. */
  void beginsAt(long place) {
    begin = place;
  }

  // ---- reading; by one thread at a time

  /** What takes the next reply. */
  Answer<?> beginReply() {
    if (owner == null || !state.compareAndSet(State.OPEN, State.READING)) {
      return ReplyReader.NOBODY;
    }
    Answer<?> answer = requests.get(replies).answer();
    answer.begin();
    return answer;
  }

  /** The request whose reply is being read; null when its caller has left. */
  Request<?> reading() {
    return state.get() == State.READING ? requests.get(replies) : null;
  }

  /** A reply has been read; whether it was the last one. */
  boolean endReply() {
    replies++;
    boolean last = replies == requests.size();
    if (state.get() == State.READING) {
      answered = replies;
      if (!last) {
        deadlineNanos = System.nanoTime() + timeoutNanos;
      }
      state.set(last ? State.DONE : State.OPEN);
    }
    return last;
  }

  /**
   * The line is gone; its caller has the exchange back unless it has left.
   *
   * @param written how many bytes the line has written
   */
  void breaks(Exception why, long written) {
    State now = state.get();
    if (now != State.OPEN && now != State.READING) {
      return;
    }
    failure = why;
    begun = written > begin;
    // Only who reads comes here, so nobody reads; the caller may leave at this moment.
    if (!state.compareAndSet(now, State.BROKEN)) {
      return;
    }
    wake();
  }

  // ---- its caller

  /** Waits until it is over, it is time to leave, or somebody wakes the caller. */
  void park() {
    long left = leftNanos();
    // It cannot be left while a reply is read, and nobody says when that ends.
    if (state.get() == State.READING) {
      LockSupport.parkNanos(this, left > 0 ? Math.min(left, LOOK_NANOS) : LOOK_NANOS);
    } else if (left > 0) {
      LockSupport.parkNanos(this, left);
    }
  }

  /** Leaves without waiting any longer; false when a reply is being read, or it is over. */
  boolean leave() {
    return state.compareAndSet(State.OPEN, State.LEFT);
  }

  /** How many requests have been answered; the others have no part of a reply that counts. */
  int answered() {
    return answered;
  }

  /** Whether a byte of it had been written when the line broke. */
  boolean hasBegun() {
    return begun;
  }

  /** Why the line broke. */
  Exception failure() {
    return failure;
  }
}
