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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The direct lines to one server: few, shared by all who call.
 *
 * <p>A call through a client whose event loop has the connection is handed over four times: to the
 * loop, to the server, to the loop, to the caller. On a {@link Line} it is handed over twice, and
 * one of those who call at the same time works for all of them.
 *
 * <p>What holds:
 *
 * <ol>
 *   <li>Who calls takes a line that nobody uses; where there is none, and no place for one more,
 *       the line with the fewest callers.
 *   <li>A line that nobody uses is looked at before it is used: one that the server has closed
 *       meanwhile is replaced, and nothing has been sent.
 *   <li>Nothing of a call has been written: it is sent again, until its time is over. Something has
 *       been written when the line is lost: what only reads is sent again; what may change
 *       something fails with the words that it may have, and is never sent twice.
 *   <li>After a failure a slot rests, 1 ms and then twice as long each time, up to 500 ms.
 *   <li>A call ends when its time is over, whatever it has waited for: a line, a connection, a
 *       reply. Each reply gives the next one as much time again.
 * </ol>
 */
public final class Lines {
  private static final long FIRST_REST_NANOS = 1_000_000;
  private static final long LONGEST_REST_NANOS = 500_000_000;

  /** How often who waits for slots that rest looks whether there is a line. */
  private static final long LOOK_NANOS = 2_000_000;

  private final RemoteUri uri;
  private final Failures failures;
  private final long timeoutNanos;
  private final Slot[] slots;
  private final Glance glance = new Glance(Runtime.getRuntime().availableProcessors());
  private volatile boolean closed;

  /** A place for a line. */
  private static final class Slot {
    /** Whether somebody makes a line for it. */
    private final AtomicBoolean taken = new AtomicBoolean();

    /** Null while there is none; set by who has taken the slot. */
    volatile Line line;

    private volatile long restsUntilNanos = System.nanoTime();
    private volatile long nextRestNanos = FIRST_REST_NANOS;

    /** Why there is no line. */
    private volatile IOException failure;

    boolean take() {
      return taken.compareAndSet(false, true);
    }

    void giveBack() {
      taken.set(false);
    }

    long restNanos() {
      return restsUntilNanos - System.nanoTime();
    }

    void worked() {
      if (nextRestNanos != FIRST_REST_NANOS) {
        nextRestNanos = FIRST_REST_NANOS;
      }
    }

    /** Forgets a line, if it is still this slot's; whether it was. */
    synchronized boolean drop(Line ended) {
      if (line != ended) {
        return false;
      }
      line = null;
      return true;
    }

    /** Forgets a line that has failed, and rests; once, however many callers it had. */
    void failed(Line ended, IOException why) {
      if (drop(ended)) {
        rests(why);
      }
    }

    void rests(IOException why) {
      failure = why;
      restsUntilNanos = System.nanoTime() + nextRestNanos;
      nextRestNanos = Math.min(LONGEST_REST_NANOS, 2 * nextRestNanos);
    }
  }

  private Lines(RemoteUri uri, Failures failures) {
    this.uri = uri;
    this.failures = failures;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(uri.timeoutMillis());
    this.slots = new Slot[uri.directLines()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new Slot();
    }
  }

  /**
   * Makes the first line; the others are made when they are needed.
   *
   * @throws StoreException when the datastore cannot be reached
   */
  public static Lines open(RemoteUri uri, Failures failures) {
    var lines = new Lines(uri, failures);
    try {
      long deadline = System.nanoTime() + lines.timeoutNanos;
      lines.slots[0].line = Line.open(uri, failures, lines.glance, deadline);
      return lines;
    } catch (SocketTimeoutException e) {
      throw failures.unreachable(e);
    } catch (InterruptedIOException e) {
      throw failures.interrupted(e);
    } catch (IOException | Refusal e) {
      throw failures.unreachable(e);
    }
  }

  /** Sends requests together and waits for all replies; each request has its own or its failure. */
  public void exchange(List<? extends Request<?>> requests) {
    long deadline = System.nanoTime() + timeoutNanos;
    List<? extends Request<?>> left = requests;
    while (!left.isEmpty()) {
      Slot slot;
      try {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("the thread was interrupted");
        }
        slot = slot(deadline);
      } catch (InterruptedIOException e) {
        fail(left, isTimeout(e) ? failures.notAsked(e) : failures.interrupted(e));
        return;
      } catch (IOException | Refusal e) {
        fail(left, failures.notAsked(e));
        return;
      }
      left = exchange(slot, left, deadline);
    }
  }

  private static boolean isTimeout(InterruptedIOException e) {
    return e instanceof SocketTimeoutException;
  }

  /** Uses a slot's line; returns what is to be sent again. */
  private List<? extends Request<?>> exchange(
      Slot slot, List<? extends Request<?>> requests, long deadline) {
    Line line = slot.line;
    if (line == null) {
      return requests; // It has failed just now.
    }
    var exchange = new Exchange(requests, Thread.currentThread(), deadline, timeoutNanos);
    Exception failure;
    try {
      line.exchange(exchange);
      if (exchange.isDone()) {
        slot.worked();
        return List.of();
      }
      failure = exchange.failure();
    } catch (IOException e) {
      failure = e;
    }
    List<? extends Request<?>> open = requests.subList(exchange.answered(), requests.size());
    if (failure instanceof IOException e) {
      slot.failed(line, e);
      return after(e, open, exchange.hasBegun());
    }
    slot.drop(line);
    // An answer cannot be what its request expects.
    return refuse(failure, open);
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
    Slot slot = openSlot();
    Line line = slot == null ? null : slot.line;
    return line != null && line.forget(request);
  }

  // ---- slots

  /**
   * A slot with a line that can be used.
   *
   * @throws SocketTimeoutException when there is none in time
   * @throws InterruptedIOException when the thread is interrupted meanwhile
   */
  private Slot slot(long deadline) throws IOException {
    while (true) {
      if (closed) {
        throw new IOException("it has been closed here", new ClosedChannelException());
      }
      Slot open = openSlot();
      Line line = open == null ? null : open.line;
      if (line != null && line.callers() == 0) {
        return open;
      }
      long pause = LOOK_NANOS;
      IOException failure = null;
      for (Slot slot : slots) {
        if (slot.line == null && slot.restNanos() <= 0 && slot.take()) {
          try {
            if (slot.line != null || connect(slot, line == null ? deadline : halfOf(deadline))) {
              return slot;
            }
          } finally {
            slot.giveBack();
          }
        }
        failure = slot.failure == null ? failure : slot.failure;
        long rest = slot.restNanos();
        pause = rest > 0 ? Math.min(pause, rest) : pause;
      }
      if (line != null) {
        return open;
      }
      if (System.nanoTime() - deadline >= 0) {
        throw failure == null ? new SocketTimeoutException("it took too long to connect") : failure;
      }
      LockSupport.parkNanos(this, pause);
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("the thread was interrupted");
      }
    }
  }

  /** There is a line already: enough time has to be left for it. */
  private static long halfOf(long deadline) {
    long now = System.nanoTime();
    return now + (deadline - now) / 2;
  }

  /** The slot whose line has the fewest callers; null when there is no line. */
  private Slot openSlot() {
    Slot best = null;
    int fewest = Integer.MAX_VALUE;
    for (Slot slot : slots) {
      Line line = slot.line;
      if (line == null) {
        continue;
      }
      int callers = line.callers();
      if (!line.isOpen() || (callers == 0 && !line.isUsable())) {
        if (slot.drop(line) && line.callers() == 0) {
          line.close();
        }
      } else if (callers == 0) {
        return slot;
      } else if (callers < fewest) {
        fewest = callers;
        best = slot;
      }
    }
    return best;
  }

  /**
   * Makes a line in a slot that has been taken.
   *
   * @return whether there is one; else the slot rests
   * @throws InterruptedIOException when the thread is interrupted meanwhile
   * @throws Refusal when the server does not let it in, and would not a moment later
   */
  private boolean connect(Slot slot, long deadline) throws IOException {
    try {
      Line line = Line.open(uri, failures, glance, deadline);
      slot.line = line;
      if (closed) {
        line.close();
        throw new ClosedChannelException();
      }
      slot.failure = null;
      return true;
    } catch (SocketTimeoutException e) {
      slot.rests(e);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      slot.rests(e);
    } catch (Refusal refusal) {
      slot.rests(new IOException(refusal.getMessage(), refusal));
      if (!refusal.is("ERR max number of clients")) {
        throw refusal;
      }
    }
    return false;
  }

  /** How many call at the moment. */
  int callers() {
    int sum = 0;
    for (Slot slot : slots) {
      Line line = slot.line;
      sum += line == null ? 0 : line.callers();
    }
    return sum;
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
