package io.respite.jcache.store.remote.direct;

import io.respite.jcache.config.RemoteUri;
import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.remote.wire.Failures;
import io.respite.jcache.store.remote.wire.Refusal;
import io.respite.jcache.store.remote.wire.Request;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The direct lines to one server: few, each used by one caller at a time.
 *
 * <p>A call through a client whose event loop has the connection is handed over four times: to the
 * loop, to the server, to the loop, to the caller. On a line of its own it is handed over twice.
 * That pays for as long as there are few callers; many at once are served better by one connection
 * that carries the requests of all of them, and worst by both ways at the same time. So who finds
 * no free line goes elsewhere, and for some time everybody else does; where there is nothing else
 * yet, it waits for a line while that is made.
 *
 * <p>What holds:
 *
 * <ol>
 *   <li>A line is used by who holds it, until all replies have come or it is closed; so a reply can
 *       only be taken for the request that it answers.
 *   <li>A line is looked at before it is used: one that the server has closed meanwhile is
 *       replaced, and nothing has been sent.
 *   <li>Nothing of a request has been written: it is sent again, until its time is over. Something
 *       has been written when the line is lost: it is sent again if it only reads; if it may change
 *       something, it fails with the words that it may have, and is never sent twice.
 *   <li>After a failure a slot rests, 1 ms and then twice as long each time, up to 500 ms.
 *   <li>A call ends when its time is over, whatever it has waited for: a line, a connection, a
 *       reply. Each reply gives the next one as much time again.
 * </ol>
 */
public final class Lines {
  private static final long FIRST_REST_NANOS = 1_000_000;
  private static final long LONGEST_REST_NANOS = 500_000_000;

  /**
   * How long all go elsewhere when one has found no free line; twice as long each time that it is
   * so again soon after.
   */
  private static final long FIRST_CROWDED_NANOS = 50_000_000;

  private static final long LONGEST_CROWDED_NANOS = 2_000_000_000;

  /** How often who waits for slots that rest looks whether another one is free. */
  private static final long LOOK_NANOS = 2_000_000;

  /** Who serves those for whom no line is free. */
  public interface Elsewhere {
    /** Whether requests can go there now. */
    boolean isReady();

    /** It would be of use; to be made without waiting for it. */
    void isWanted();
  }

  private final RemoteUri uri;
  private final Failures failures;
  private final Elsewhere elsewhere;
  private final long timeoutNanos;
  private final Slot[] slots;

  /** As many permits as there are slots that nobody holds; first come, first served. */
  private final Semaphore free;

  private volatile long crowdedUntilNanos = System.nanoTime();

  /** How long the last time was. Racy: it is a guess. */
  private long crowdedNanos = FIRST_CROWDED_NANOS;

  private volatile boolean closed;

  /** A place for a line. */
  private static final class Slot {
    private final AtomicBoolean held = new AtomicBoolean();

    /** Null while there is none; changed by who holds the slot. */
    volatile Line line;

    private volatile long restsUntilNanos = System.nanoTime();
    private long nextRestNanos = FIRST_REST_NANOS;

    /** Why there is no line. */
    private volatile IOException failure;

    boolean take() {
      return held.compareAndSet(false, true);
    }

    void giveBack() {
      held.set(false);
    }

    long restNanos() {
      return restsUntilNanos - System.nanoTime();
    }

    void worked() {
      nextRestNanos = FIRST_REST_NANOS;
    }

    /** Ends the line, which can be replaced at once. */
    void drop() {
      Line ended = line;
      line = null;
      if (ended != null) {
        ended.close();
      }
    }

    /** Ends the line, and rests. */
    void failed(IOException why) {
      drop();
      failure = why;
      restsUntilNanos = System.nanoTime() + nextRestNanos;
      nextRestNanos = Math.min(LONGEST_REST_NANOS, 2 * nextRestNanos);
    }
  }

  private Lines(RemoteUri uri, Failures failures, Elsewhere elsewhere) {
    this.uri = uri;
    this.failures = failures;
    this.elsewhere = elsewhere;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(uri.timeoutMillis());
    this.slots = new Slot[uri.directLines()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new Slot();
    }
    this.free = new Semaphore(slots.length, true);
  }

  /**
   * Makes the first line; the others are made when they are needed.
   *
   * @throws StoreException when the datastore cannot be reached
   */
  public static Lines open(RemoteUri uri, Failures failures, Elsewhere elsewhere) {
    var lines = new Lines(uri, failures, elsewhere);
    try {
      lines.slots[0].line = Line.open(uri, failures, System.nanoTime() + lines.timeoutNanos);
      return lines;
    } catch (SocketTimeoutException e) {
      throw failures.unreachable(e);
    } catch (InterruptedIOException e) {
      throw failures.interrupted(e);
    } catch (IOException | Refusal e) {
      throw failures.unreachable(e);
    }
  }

  /**
   * Sends requests together and waits for all replies, unless others can do so and no line is free.
   *
   * @return what others have to send: nothing, or what has neither been answered nor failed
   */
  public List<? extends Request<?>> exchange(List<? extends Request<?>> requests) {
    long deadline = System.nanoTime() + timeoutNanos;
    List<? extends Request<?>> left = requests;
    while (!left.isEmpty()) {
      Slot slot;
      try {
        slot = acquire(deadline);
      } catch (SocketTimeoutException e) {
        return fail(left, failures.notAsked(e));
      } catch (InterruptedIOException e) {
        return fail(left, failures.interrupted(e));
      } catch (IOException | Refusal e) {
        return fail(left, failures.notAsked(e));
      }
      if (slot == null) {
        return left;
      }
      left = exchange(slot, left, deadline);
    }
    return left;
  }

  /** Uses a line; returns what is to be sent again. */
  private List<? extends Request<?>> exchange(
      Slot slot, List<? extends Request<?>> requests, long deadline) {
    Line line = slot.line;
    boolean intact = false;
    try {
      line.exchange(requests, deadline, timeoutNanos);
      slot.worked();
      intact = true;
      return List.of();
    } catch (IOException e) {
      intact = true;
      slot.failed(e);
      return after(e, requests.subList(line.answered(), requests.size()), line.hasBegun());
    } catch (IllegalStateException | IllegalArgumentException e) {
      // An answer cannot be what its request expects.
      return refuse(e, requests.subList(line.answered(), requests.size()));
    } finally {
      if (!intact) {
        slot.drop();
      }
      release(slot);
    }
  }

  private List<? extends Request<?>> after(
      IOException failure, List<? extends Request<?>> open, boolean begun) {
    if (failure instanceof SocketTimeoutException) {
      return fail(open, failures.silent(failure));
    }
    if (failure instanceof InterruptedIOException) {
      return fail(open, failures.interrupted(failure));
    }
    if (failure instanceof ProtocolException) {
      return refuse(failure, open);
    }
    if (!begun) {
      return open;
    }
    List<Request<?>> again = new ArrayList<>(open.size());
    for (Request<?> request : open) {
      if (request.changes()) {
        request.failed(failures.lost(failure));
      } else {
        again.add(request);
      }
    }
    return again;
  }

  private List<Request<?>> refuse(Exception failure, List<? extends Request<?>> open) {
    for (Request<?> request : open) {
      request.failed(request.changes() ? failures.lost(failure) : failures.notAsked(failure));
    }
    return List.of();
  }

  private static List<Request<?>> fail(List<? extends Request<?>> open, StoreException why) {
    for (Request<?> request : open) {
      request.failed(why);
    }
    return List.of();
  }

  /**
   * Sends a request for nobody who waits, if that can be done without waiting.
   *
   * @return whether it was sent
   */
  public boolean forget(Request<?> request) {
    if (!free.tryAcquire()) {
      return false;
    }
    Slot slot = null;
    try {
      slot = openSlot();
      return slot != null && slot.line.forget(request);
    } catch (IOException e) {
      slot.failed(e);
      return false;
    } finally {
      if (slot != null) {
        slot.giveBack();
      }
      free.release();
    }
  }

  // ---- slots

  /**
   * Takes a slot with a line that can be used.
   *
   * @return null when no slot is free and others can be asked
   * @throws SocketTimeoutException when there is none in time
   */
  private Slot acquire(long deadline) throws IOException {
    try {
      boolean ready = elsewhere.isReady();
      if (ready && crowdedUntilNanos - System.nanoTime() > 0) {
        return null;
      }
      // Not the other form, which would get in before those who wait already.
      if (!free.tryAcquire(0, TimeUnit.NANOSECONDS)) {
        if (ready) {
          crowded();
          return null;
        }
        elsewhere.isWanted();
        if (!free.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          throw new SocketTimeoutException("all lines to it were in use");
        }
      }
      Slot slot = null;
      try {
        slot = slot(deadline);
        return slot;
      } finally {
        if (slot == null) {
          free.release();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var interrupted = new InterruptedIOException("the thread was interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private void crowded() {
    long now = System.nanoTime();
    if (crowdedUntilNanos - now > 0) {
      return; // Somebody else has just seen the same.
    }
    boolean again = now - crowdedUntilNanos < crowdedNanos;
    crowdedNanos = again ? Math.min(LONGEST_CROWDED_NANOS, 2 * crowdedNanos) : FIRST_CROWDED_NANOS;
    crowdedUntilNanos = now + crowdedNanos;
  }

  private void release(Slot slot) {
    slot.giveBack();
    free.release();
  }

  /** Who asks has a permit, so there is a slot that is free or rests. */
  private Slot slot(long deadline) throws IOException, InterruptedException {
    while (true) {
      Slot open = openSlot();
      if (open != null) {
        return open;
      }
      if (closed) {
        throw new IOException("it has been closed here", new ClosedChannelException());
      }
      long pause = LOOK_NANOS;
      IOException failure = null;
      for (Slot slot : slots) {
        if (slot.line == null && slot.restNanos() <= 0 && slot.take()) {
          boolean connected = false;
          try {
            connected = slot.line != null || connect(slot, deadline);
            if (connected) {
              return slot;
            }
          } finally {
            if (!connected) {
              slot.giveBack();
            }
          }
        }
        failure = slot.failure == null ? failure : slot.failure;
        long rest = slot.restNanos();
        pause = rest > 0 ? Math.min(pause, rest) : pause;
      }
      if (System.nanoTime() - deadline >= 0) {
        throw failure == null ? new SocketTimeoutException("all lines to it were in use") : failure;
      }
      if (failure != null && elsewhere.isReady()) {
        return null;
      }
      TimeUnit.NANOSECONDS.sleep(pause);
    }
  }

  /** Takes a slot with a line, the first one if it is free; null when there is none. */
  private Slot openSlot() {
    for (Slot slot : slots) {
      if (slot.line != null && slot.take()) {
        if (slot.line != null && slot.line.isUsable()) {
          return slot;
        }
        slot.drop();
        slot.giveBack();
      }
    }
    return null;
  }

  /**
   * Makes a line in a slot that is held.
   *
   * @return whether there is one; else the slot rests
   * @throws InterruptedIOException when the thread is interrupted meanwhile
   * @throws Refusal when the server does not let it in, and would not a moment later
   */
  private boolean connect(Slot slot, long deadline) throws IOException {
    boolean connected = false;
    try {
      slot.line = Line.open(uri, failures, deadline);
      if (closed) {
        throw new ClosedChannelException();
      }
      slot.failure = null;
      connected = true;
    } catch (SocketTimeoutException e) {
      slot.failed(e);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      slot.failed(e);
    } catch (Refusal refusal) {
      slot.failed(new IOException(refusal.getMessage(), refusal));
      if (!refusal.is("ERR max number of clients")) {
        throw refusal;
      }
    }
    return connected;
  }

  /** Ends all lines; who waits on one in another thread hears of that. */
  public void close() {
    closed = true;
    for (Slot slot : slots) {
      Line line = slot.line;
      if (line != null) {
        line.close();
      }
    }
  }
}
