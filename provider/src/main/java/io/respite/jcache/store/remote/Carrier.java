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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries requests to what a URI names, and answers back: by direct lines where it is one server,
 * by Lettuce where they cannot be had.
 *
 * <p>Lettuce's classes are loaded when it is needed: at once where there are no direct lines, and
 * when somebody listens.
 */
final class Carrier {
  private static final Logger LOG = LoggerFactory.getLogger(Carrier.class);

  private final RemoteUri uri;
  private final Failures failures;

  /** Null where there are none. */
  private final Lines lines;

  /** For what must not wait where it comes from. */
  private final ScheduledExecutorService scheduler;

  /** Who carries requests; null where there are lines. */
  private final LettuceClient carrying;

  /** Null until it is needed; guarded by this. */
  private LettuceClient lettuce;

  private boolean closed;

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
      this.lines = Lines.open(uri, failures);
      this.carrying = null;
      return;
    }
    this.lines = null;
    try {
      this.carrying = client();
      carrying.connect();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Sends requests together; what becomes of them they know themselves. */
  void send(List<? extends Request<?>> requests) {
    if (lines == null) {
      carrying.send(requests);
    } else {
      lines.exchange(requests);
    }
  }

  /** Sends a request for nobody who waits; itself it does not wait either. */
  void forget(Request<?> request) {
    if (lines == null) {
      carrying.send(List.of(request));
      return;
    }
    if (lines.forget(request)) {
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
