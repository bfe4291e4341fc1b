package io.respite.jcache.store.remote.direct;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether to look for a reply for a moment before sleeping until it comes.
 *
 * <p>To be put to sleep and woken takes a processor about as long as a server on the same machine
 * takes for a reply. So who calls alone looks first, for as long as that has paid: each reply that
 * was seen earns a point, each one that was not costs four. Without points one call in {@value
 * #TRY} looks, to notice when the server has come nearer. Never do more than half of the processors
 * look, because who answers may need one.
 */
final class Glance {
  /** How long to look. */
  static final long NANOS = 30_000;

  private static final int MOST = 32;
  private static final int COST = 4;
  private static final int TRY = 64;

  private final int mostLookers;
  private final AtomicInteger lookers = new AtomicInteger();

  /** Racy, as is the next one: they are guesses. */
  private int points = MOST;

  private int calls;

  /**
   * A guess for one server.
   *
   * @param processors how many there are
   */
  Glance(int processors) {
    this.mostLookers = processors / 2;
  }

  /** Whether to look; whoever does has to {@link #end} it. */
  boolean begin() {
    if (points <= 0 && ++calls % TRY != 0) {
      return false;
    }
    if (lookers.incrementAndGet() > mostLookers) {
      lookers.decrementAndGet();
      return false;
    }
    return true;
  }

  /** It has been looked, and a reply was seen or not. */
  void end(boolean seen) {
    lookers.decrementAndGet();
    points = seen ? Math.min(MOST, points + 1) : Math.max(0, points - COST);
  }
}
