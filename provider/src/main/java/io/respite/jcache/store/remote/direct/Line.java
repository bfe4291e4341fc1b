package io.respite.jcache.store.remote.direct;

import io.respite.jcache.config.RemoteUri;
import io.respite.jcache.store.remote.wire.Failures;
import io.respite.jcache.store.remote.wire.Refusal;
import io.respite.jcache.store.remote.wire.Request;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, which all who call at the same time share, without a thread of its own.
 *
 * <pre>
 *   callers      A   B   C   D
 *   waiting      [ D C ]            what is to be written; whoever gets {@link #out} writes all of it
 *   under way    [ B A ]            what has been, or is being, written, in that order
 *   socket       ------------- reply of A
 * </pre>
 *
 * <p>Who calls puts its {@link Exchange} in line, writes what waits unless somebody else is doing
 * so, and then either reads or sleeps. One caller at a time reads: it takes the replies of all, in
 * the order of what is under way, and wakes the others as theirs come. When its own have come, it
 * wakes one of those that still wait, who goes on reading. So with one caller there is nobody to be
 * handed over to, and with many, one reading and one writing serves several.
 *
 * <p>What holds:
 *
 * <ol>
 *   <li>While somebody waits, somebody reads, or has been woken to do so: who ends a call, however
 *       it ends, wakes a waiting caller if nobody reads ({@link #wakeNext}).
 *   <li>What is put in line is written: who fails to get {@link #out} is seen by its holder, who
 *       looks again after giving it back; what the socket does not take is written by who reads.
 *   <li>A caller leaves between two replies only. If it does so before its replies have come, the
 *       line is <i>retired</i>: nobody else begins to use it, and the last one out closes it.
 *   <li>When anything goes wrong, nobody knows which replies are still to come: the line breaks for
 *       all, each of whom knows what has been answered and whether a byte had been written.
 * </ol>
 */
final class Line implements ReplyReader.Source, Consumer<SelectionKey> {
  private static final Logger LOG = LoggerFactory.getLogger(Line.class);

  /** Replies that may be outstanding for which nobody waits. */
  private static final int MOST_OWED = 256;

  private final Failures failures;
  private final Glance glance;
  private final SocketChannel channel;
  private final Selector selector;
  private final Queue<Exchange> waiting = new ConcurrentLinkedQueue<>();
  private final Queue<Exchange> underWay = new ConcurrentLinkedQueue<>();

  /** How many call at the moment. */
  private final AtomicInteger callers = new AtomicInteger();

  /** How many replies are outstanding for which nobody waits. */
  private final AtomicInteger owed = new AtomicInteger();

  private volatile boolean retired;

  /** Why it is gone; null while it is not. */
  private volatile IOException broken;

  // ---- the one who writes

  private final ReentrantLock out = new ReentrantLock();
  private final RequestWriter writer = new RequestWriter(waiting, underWay);

  /** The socket takes nothing more at the moment: who reads has to look for that. */
  private volatile boolean full;

  // ---- the one who reads

  private final AtomicBoolean read = new AtomicBoolean();
  private final ReplyReader reader = new ReplyReader(this);
  private SelectionKey key;

  /** What the selector is to look for. */
  private int interest;

  /** Whose time counts. */
  private Exchange own;

  /** Whether it is too early to look for a reply. */
  private boolean tooEarly;

  /** Whether a reply has been read in part, so that who reads must not leave. */
  private boolean amidst;

  /** The thread was interrupted amidst a reply, and has to be told so again. */
  private boolean interrupted;

  private Line(RemoteUri uri, Failures failures, Glance glance) throws IOException {
    this.failures = failures;
    this.glance = glance;
    this.channel =
        uri.socket() == null
            ? SocketChannel.open()
            : SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      if (uri.socket() == null) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      }
      this.selector = channel.provider().openSelector();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  // ---- connecting

  /**
   * Connects, and says who it is.
   *
   * @throws SocketTimeoutException when that takes too long
   * @throws InterruptedIOException when the thread is interrupted meanwhile
   * @throws Refusal when the server does not let it in
   */
  static Line open(RemoteUri uri, Failures failures, Glance glance, long deadlineNanos)
      throws IOException {
    var line = new Line(uri, failures, glance);
    boolean open = false;
    try {
      line.connect(address(uri), deadlineNanos);
      new Introduction(line, deadlineNanos).of(uri);
      open = true;
      return line;
    } finally {
      if (!open) {
        line.close();
      }
    }
  }

  private static SocketAddress address(RemoteUri uri) throws UnknownHostException {
    if (uri.socket() != null) {
      return UnixDomainSocketAddress.of(uri.socket());
    }
    RemoteUri.Host host = uri.hosts().get(0);
    var address = new InetSocketAddress(host.name(), host.port());
    if (address.isUnresolved()) {
      throw new UnknownHostException("there is no host " + host.name());
    }
    return address;
  }

  private void connect(SocketAddress address, long deadlineNanos) throws IOException {
    boolean connected = channel.connect(address);
    interest = connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT;
    key = channel.register(selector, interest);
    while (!connected) {
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted();
      }
      select(SelectionKey.OP_CONNECT, deadlineNanos - System.nanoTime());
      connected = channel.finishConnect();
    }
  }

  // ---- calling

  /** Whether new calls may use it. */
  boolean isOpen() {
    return broken == null && !retired;
  }

  /** How many call at the moment. */
  int callers() {
    return callers.get();
  }

  /**
   * Whether one that nobody uses can be used: it has neither been closed by the other end nor told
   * anything that nobody asked for.
   */
  boolean isUsable() {
    if (!read.compareAndSet(false, true)) {
      return true; // Somebody has just begun to use it.
    }
    try {
      int count = reader.isEmpty() ? reader.poll() : 1;
      // Somebody may have begun to use it meanwhile, and have been answered.
      boolean expected = owed.get() > 0 || callers.get() > 0;
      return count == 0 || (count > 0 && expected);
    } catch (IOException e) {
      LOG.debug("A line to {} has ended", failures.place(), e);
      return false;
    } finally {
      read.set(false);
      wakeNext();
    }
  }

  /**
   * Sends an exchange and waits until it is done or broken.
   *
   * @throws SocketTimeoutException when a reply is not there in time
   * @throws InterruptedIOException when the thread is interrupted meanwhile
   */
  void exchange(Exchange mine) throws IOException {
    boolean told = false;
    callers.incrementAndGet();
    try {
      waiting.add(mine);
      flush();
      while (!mine.isOver()) {
        if (read.compareAndSet(false, true)) {
          try {
            read(mine);
          } finally {
            read.set(false);
          }
        } else {
          mine.park();
          // Who is interrupted could not sleep until a reply has been read.
          told |= Thread.interrupted();
          if (told || mine.leftNanos() <= 0) {
            leave(mine, told);
          }
        }
      }
    } finally {
      if (told) {
        Thread.currentThread().interrupt();
      }
      wakeNext();
      if (callers.decrementAndGet() == 0 && retired) {
        close();
      }
    }
  }

  /** Waits no longer, unless a reply is being read. */
  private void leave(Exchange mine, boolean told) throws IOException {
    if (mine.leave()) {
      retired = true;
      throw told ? interrupted() : late();
    }
  }

  private static SocketTimeoutException late() {
    return new SocketTimeoutException("it did not answer");
  }

  private static InterruptedIOException interrupted() {
    return new InterruptedIOException("the thread was interrupted");
  }

  /**
   * Sends a request whose reply nobody waits for; itself it does not wait either.
   *
   * @return whether it was put in line; not if too many such replies are outstanding
   */
  boolean forget(Request<?> request) {
    if (owed.incrementAndGet() > MOST_OWED) {
      owed.decrementAndGet();
      return false;
    }
    waiting.add(new Exchange(List.of(request), null, 0, 0));
    flush();
    wakeNext();
    return broken == null;
  }

  /** If nobody reads, somebody who waits is woken to do so. */
  private void wakeNext() {
    if (read.get()) {
      return;
    }
    for (Exchange exchange : underWay) {
      if (exchange.isAwaited()) {
        exchange.wake();
        return;
      }
    }
    for (Exchange exchange : waiting) {
      if (exchange.isAwaited()) {
        exchange.wake();
        return;
      }
    }
  }

  // ---- writing

  /** Writes what waits, unless somebody else does. */
  private void flush() {
    boolean all = true;
    while (all && !waiting.isEmpty() && out.tryLock()) {
      try {
        all = writer.write(channel);
        full = !all;
      } catch (IOException e) {
        fail(e);
        return;
      } finally {
        out.unlock();
      }
    }
    if (!all && read.get()) {
      selector.wakeup();
    }
  }

  /** Writes what the socket did not take before. */
  private void flushRest() throws IOException {
    out.lock();
    try {
      full = !writer.write(channel);
    } finally {
      out.unlock();
    }
  }

  // ---- reading

  /** Reads replies until the caller's own have come; called by who is to read. */
  private void read(Exchange mine) throws IOException {
    own = mine;
    interrupted = false;
    tooEarly = reader.isEmpty();
    boolean intact = false;
    try {
      while (broken == null && !mine.isOver()) {
        readReply(mine);
      }
      while (broken == null && reader.holdsText()) {
        readReply(mine);
      }
      intact = broken == null;
    } catch (Leaving e) {
      intact = true;
      throw e.why;
    } catch (SocketTimeoutException e) {
      mine.breaks(e, writer.written());
      fail(new IOException("another caller's reply did not end in time", e));
    } catch (IOException e) {
      fail(e);
    } catch (ClosedSelectorException | CancelledKeyException e) {
      fail(closedMeanwhile(e));
    } finally {
      if (!intact) {
        fail(new IOException("the connection was given up"));
        breakAll();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Who reads has left between two replies. */
  private static final class Leaving extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException why;

    Leaving(IOException why) {
      super(why);
      this.why = why;
    }
  }

  private void readReply(Exchange mine) throws IOException {
    if (reader.isEmpty()) {
      reader.more();
    }
    Exchange next = underWay.peek();
    if (next == null) {
      throw new ProtocolException("it answered before it was asked");
    }
    amidst = true;
    String error;
    try {
      error = reader.read(next.beginReply());
    } catch (IllegalStateException | IllegalArgumentException | ProtocolException e) {
      // An answer cannot be what its request expects, or is none: that is the end for its caller.
      next.breaks(e, writer.written());
      throw new IOException("a reply to somebody else could not be read", e);
    }
    amidst = false;
    Request<?> request = next.reading();
    if (request != null && error == null) {
      request.answered(this);
    } else if (request != null) {
      request.failed(failures.refused(new Refusal(error)));
    }
    if (next.endReply()) {
      underWay.poll();
      if (!next.hasOwner()) {
        owed.decrementAndGet();
      } else if (next != mine) {
        next.wake();
      }
    }
  }

  @Override
  public int read(ByteBuffer into, boolean wait) throws IOException {
    if (!wait) {
      return channel.read(into);
    }
    boolean looked = amidst;
    while (true) {
      if (!tooEarly) {
        int count = channel.read(into);
        if (count > 0) {
          return count;
        }
        if (count < 0) {
          throw new EOFException("the datastore has closed the connection");
        }
      }
      tooEarly = false;
      if (full) {
        flushRest();
      } else if (!looked && callers.get() == 1 && glance.begin()) {
        looked = true;
        int count = 0;
        try {
          count = look(into);
        } finally {
          glance.end(count > 0);
        }
        if (count > 0) {
          return count;
        }
      }
      await(full ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }
  }

  /** Looks for bytes for a moment; how many have come. */
  private int look(ByteBuffer into) throws IOException {
    long began = System.nanoTime();
    do {
      int count = channel.read(into);
      if (count > 0) {
        return count;
      }
      if (count < 0) {
        throw new EOFException("the datastore has closed the connection");
      }
      Thread.onSpinWait();
    } while (System.nanoTime() - began < Glance.NANOS && callers.get() == 1);
    return 0;
  }

  private void await(int what) throws IOException {
    // It would keep the selector from waiting.
    interrupted |= Thread.interrupted();
    if (interrupted && !amidst && own.leave()) {
      retired = true;
      throw new Leaving(interrupted());
    }
    long left = own.leftNanos();
    if (left <= 0) {
      if (!amidst && own.leave()) {
        retired = true;
        throw new Leaving(late());
      }
      throw late();
    }
    select(what, left);
  }

  private void select(int what, long leftNanos) throws IOException {
    if (leftNanos <= 0) {
      throw late();
    }
    if (interest != what) {
      interest = what;
      key.interestOps(what);
    }
    // Whole milliseconds, and none of them too early.
    selector.select(this, (leftNanos + 999_999) / 1_000_000);
  }

  /** There is one key; that it is ready is all there is to know. */
  @Override
  public void accept(SelectionKey ready) {
    // The caller of select goes on.
  }

  // ---- ending

  private static AsynchronousCloseException closedMeanwhile(RuntimeException cause) {
    var closed = new AsynchronousCloseException();
    closed.initCause(cause);
    return closed;
  }

  /** It is gone, for this reason unless there is another one already; who reads hears of that. */
  private void fail(IOException why) {
    synchronized (this) {
      if (broken == null) {
        broken = why;
      }
    }
    close();
  }

  /** Gives all exchanges back; by who reads. */
  private void breakAll() {
    out.lock();
    try {
      breakAll(underWay);
      breakAll(waiting);
    } finally {
      out.unlock();
    }
  }

  private void breakAll(Queue<Exchange> exchanges) {
    for (Exchange next = exchanges.poll(); next != null; next = exchanges.poll()) {
      next.breaks(broken, writer.written());
    }
  }

  /** Ends it; who waits on it in another thread hears of that. */
  void close() {
    synchronized (this) {
      if (broken == null) {
        broken = new AsynchronousCloseException();
      }
    }
    try {
      channel.close();
      selector.close();
    } catch (IOException e) {
      LOG.debug("A line to {} did not end as it should", failures.place(), e);
    }
    wakeNext();
  }
}
