package io.respite.jcache.store.remote;

import io.respite.jcache.config.RemoteUri;
import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.remote.direct.Lines;
import io.respite.jcache.store.remote.lettuce.LettuceClient;
import io.respite.jcache.store.remote.lettuce.Subscriptions;
import io.respite.jcache.store.remote.wire.Failures;
import io.respite.jcache.store.remote.wire.Request;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries requests to what a URI names, and answers back: by direct lines for as long as few
 * threads ask one server, by Lettuce where they are not enough, or cannot be had.
 *
 * <p>Lettuce's classes are loaded when it is needed: at once where there are no direct lines, in
 * the background when more callers come than there are lines, and when somebody listens.
 */
final class Carrier implements Lines.Elsewhere {
  private static final Logger LOG = LoggerFactory.getLogger(Carrier.class);

  /** How long not to try again to connect when that has failed. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final RemoteUri uri;
  private final Failures failures;

  /** Null where there are none. */
  private final Lines lines;

  /** For what must not wait where it comes from. */
  private final ScheduledExecutorService scheduler;

  /** Null until it is needed; guarded by this. */
  private LettuceClient lettuce;

  private boolean closed;

  /** The same, when it takes requests. */
  private volatile LettuceClient ready;

  private final AtomicBoolean making = new AtomicBoolean();
  private volatile long restsUntilNanos = System.nanoTime();

  /**
   * Connects.
   *
   * @throws StoreException when the datastore cannot be reached
   */
  Carrier(RemoteUri uri, Failures failures, ScheduledExecutorService scheduler) {
    this.uri = uri;
    this.failures = failures;
    this.scheduler = scheduler;
    if (uri.directLines() > 0) {
      this.lines = Lines.open(uri, failures, this);
      return;
    }
    this.lines = null;
    try {
      connect();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Sends requests together; what becomes of them they know themselves. */
  void send(List<? extends Request<?>> requests) {
    List<? extends Request<?>> left = lines == null ? requests : lines.exchange(requests);
    if (!left.isEmpty()) {
      ready.send(left);
    }
  }

  /** Sends a request for nobody who waits; itself it does not wait either. */
  void forget(Request<?> request) {
    if (lines != null && lines.forget(request)) {
      return;
    }
    LettuceClient client = ready;
    if (client != null) {
      client.send(List.of(request));
      return;
    }
    try {
      scheduler.execute(() -> sendLate(request));
    } catch (RejectedExecutionException e) {
      throw failures.notAsked(e);
    }
  }

  private void sendLate(Request<?> request) {
    try {
      send(List.of(request));
      request.await();
    } catch (StoreException e) {
      LOG.debug("Something that nobody waits for did not reach {}", failures.place(), e);
    }
  }

  // ---- Lettuce

  @Override
  public boolean isReady() {
    return ready != null;
  }

  @Override
  public void isWanted() {
    if (restsUntilNanos - System.nanoTime() > 0 || !making.compareAndSet(false, true)) {
      return;
    }
    var thread = new Thread(this::make, "respite-connect");
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.start();
  }

  private void make() {
    try {
      connect();
    } catch (StoreException e) {
      restsUntilNanos = System.nanoTime() + REST_NANOS;
      LOG.debug("Many callers at once have to wait for lines to {}", failures.place(), e);
    } finally {
      making.set(false);
    }
  }

  private synchronized void connect() {
    LettuceClient client = client();
    client.connect();
    ready = client;
  }

  private synchronized LettuceClient client() {
    if (closed) {
      throw failures.notAsked(new IllegalStateException("it has been closed here"));
    }
    if (lettuce == null) {
      lettuce = LettuceClient.of(uri, failures);
    }
    return lettuce;
  }

  /** Makes a connection for channels. */
  Subscriptions subscriptions() {
    return client().subscriptions(scheduler);
  }

  /** Ends all connections. */
  void close() {
    if (lines != null) {
      lines.close();
    }
    synchronized (this) {
      closed = true;
      if (lettuce != null) {
        lettuce.close();
      }
    }
  }
}
