package io.respite.jcache.store.remote.direct;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.respite.jcache.config.RemoteUri;
import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.remote.wire.Command;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, used by one thread at a time, which writes requests and reads the replies.
 *
 * <p>Requests that are sent together are written as far as the socket takes them; then replies are
 * read, and whenever there is nothing to read more is written. So neither end waits for the other
 * with full hands, however much there is to say. Where anything goes wrong the line has to be
 * closed: nobody knows then which replies are still to come.
 */
final class Line implements ReplyReader.Source, Consumer<SelectionKey> {
  private static final Logger LOG = LoggerFactory.getLogger(Line.class);

  /** Replies that may be outstanding for which nobody waits. */
  private static final int MOST_OWED = 256;

  private final Failures failures;
  private final SocketChannel channel;
  private final Selector selector;
  private final RequestWriter writer = new RequestWriter();
  private final ReplyReader reader = new ReplyReader(this);
  private SelectionKey key;

  /** What the selector is to look for. */
  private int interest;

  /** When to give up, and how long each further reply may take. */
  private long deadlineNanos;

  private long timeoutNanos;

  /** Whether a reply has come since the deadline was set. */
  private boolean progress;

  /** Whether it is too early to look for a reply. */
  private boolean tooEarly;

  /** Replies to come for which nobody waits. */
  private int owed;

  private int answered;

  private Line(RemoteUri uri, Failures failures) throws IOException {
    this.failures = failures;
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
  static Line open(RemoteUri uri, Failures failures, long deadlineNanos) throws IOException {
    var line = new Line(uri, failures);
    boolean open = false;
    try {
      line.deadlineNanos = deadlineNanos;
      line.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(uri.timeoutMillis());
      line.connect(address(uri));
      line.introduce(uri);
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

  private void connect(SocketAddress address) throws IOException {
    boolean connected = channel.connect(address);
    interest = connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT;
    key = channel.register(selector, interest);
    while (!connected) {
      await(SelectionKey.OP_CONNECT);
      connected = channel.finishConnect();
    }
  }

  private void introduce(RemoteUri uri) throws IOException {
    if (!greet(uri)) {
      if (uri.password() != null) {
        ask(
            Command.AUTH,
            uri.user() == null ? List.of(uri.password()) : List.of(uri.user(), uri.password()));
      }
      ask(Command.CLIENT, List.of("SETNAME", "respite"));
    }
    if (uri.database() != 0) {
      ask(Command.SELECT, List.of(Integer.toString(uri.database())));
    }
  }

  /** Asks for RESP3; whether the server knows of it. */
  private boolean greet(RemoteUri uri) throws IOException {
    List<String> words = new ArrayList<>();
    words.add("3");
    if (uri.password() != null) {
      words.add("AUTH");
      words.add(uri.user() == null ? "default" : uri.user());
      words.add(uri.password());
    }
    words.add("SETNAME");
    words.add("respite");
    try {
      ask(Command.HELLO, words);
      return true;
    } catch (Refusal refusal) {
      if (refusal.is("ERR unknown command") || refusal.is("NOPROTO")) {
        return false;
      }
      throw refusal;
    }
  }

  private void ask(Command command, List<String> words) throws IOException {
    var arguments = new byte[words.size()][];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = words.get(i).getBytes(UTF_8);
    }
    var request = new Request<>(command, ReplyReader.NOBODY, true, null, arguments);
    exchange(List.of(request), deadlineNanos, timeoutNanos);
    try {
      request.await();
    } catch (StoreException e) {
      throw e.getCause() instanceof Refusal refusal ? refusal : e;
    }
  }

  // ---- calling

  /**
   * Whether it can be used: it has neither been closed by the other end nor told anything that
   * nobody asked for.
   */
  boolean isUsable() {
    if (owed == 0 && !reader.isEmpty()) {
      return false;
    }
    try {
      int count = reader.poll();
      return owed == 0 ? count == 0 : count >= 0;
    } catch (IOException e) {
      LOG.debug("A line to {} has ended", failures.place(), e);
      return false;
    }
  }

  /**
   * Sends requests and waits for all replies, which the requests have then, errors too.
   *
   * @param deadline when, by {@link System#nanoTime}, the first reply has to be there
   * @param timeout how many nanoseconds may pass between it and the next one
   * @throws SocketTimeoutException when one is not there in time
   * @throws InterruptedIOException when the thread is interrupted meanwhile
   * @throws ProtocolException when what comes is no reply
   * @throws IOException when the connection is lost
   */
  void exchange(List<? extends Request<?>> requests, long deadline, long timeout)
      throws IOException {
    answered = 0;
    deadlineNanos = deadline;
    timeoutNanos = timeout;
    progress = false;
    writer.begin(requests);
    try {
      tooEarly = writer.write(channel);
      for (; owed > 0; owed--) {
        reader.read(ReplyReader.NOBODY);
      }
      for (; answered < requests.size(); answered++) {
        Request<?> request = requests.get(answered);
        request.answer().begin();
        String error = reader.read(request.answer());
        progress = true;
        if (error == null) {
          request.answered(this);
        } else {
          request.failed(failures.refused(new Refusal(error)));
        }
      }
    } catch (ClosedSelectorException | CancelledKeyException e) {
      throw closedMeanwhile(e);
    }
    if (!writer.isDone()) {
      throw new ProtocolException("it answered before it was asked");
    }
  }

  private static AsynchronousCloseException closedMeanwhile(RuntimeException cause) {
    var closed = new AsynchronousCloseException();
    closed.initCause(cause);
    return closed;
  }

  /** How many of the requests sent last have been answered. */
  int answered() {
    return answered;
  }

  /** Whether a byte of the requests sent last has been written. */
  boolean hasBegun() {
    return writer.hasBegun();
  }

  /**
   * Sends a request whose reply nobody waits for; itself it does not wait either.
   *
   * @return whether it was sent; not if too many such replies are outstanding
   * @throws IOException when it cannot be sent at once as a whole
   */
  boolean forget(Request<?> request) throws IOException {
    if (owed >= MOST_OWED) {
      return false;
    }
    writer.begin(List.of(request));
    if (!writer.write(channel)) {
      throw new IOException("the datastore takes nothing more");
    }
    owed++;
    return true;
  }

  @Override
  public int read(ByteBuffer into, boolean wait) throws IOException {
    if (!wait) {
      return channel.read(into);
    }
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
      if (writer.isDone()) {
        await(SelectionKey.OP_READ);
      } else if (!writer.write(channel)) {
        await(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      }
    }
  }

  private void await(int what) throws IOException {
    if (interest != what) {
      interest = what;
      key.interestOps(what);
    }
    long now = System.nanoTime();
    if (progress) {
      progress = false;
      deadlineNanos = now + timeoutNanos;
    }
    long left = deadlineNanos - now;
    if (left <= 0) {
      throw new SocketTimeoutException("it did not answer");
    }
    // Whole milliseconds, and none of them too early.
    long millis = (left + 999_999) / 1_000_000;
    if (selector.select(this, millis) == 0 && Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("the thread was interrupted");
    }
  }

  /** There is one key; that it is ready is all there is to know. */
  @Override
  public void accept(SelectionKey ready) {
    // The caller of select goes on.
  }

  /** Ends it; who waits on it in another thread hears of that. */
  void close() {
    try {
      channel.close();
      selector.close();
    } catch (IOException e) {
      LOG.debug("A line to {} did not end as it should", failures.place(), e);
    }
  }
}
