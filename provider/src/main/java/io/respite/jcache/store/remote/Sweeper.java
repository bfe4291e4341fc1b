package io.respite.jcache.store.remote;

import io.respite.jcache.store.StoreException;
import io.respite.jcache.store.remote.Layout.Bucket;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes entries whose time is over, on servers that do not do so themselves. They are invisible
 * already; this frees their memory, and tells who listens. On servers that do so and do not tell,
 * it tells of them.
 *
 * <p>Every JVM that has the cache open sweeps it: no one of them has to live for that, and since a
 * sweep is one script, an entry is found by one of them. Each comes again sooner when it has found
 * much and later when it has found nothing, and at no fixed time, so that they do not all come at
 * once.
 */
final class Sweeper {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final int ENTRIES = 200;
  private static final long SOONEST_MILLIS = 100;
  private static final long LATEST_MILLIS = 10_000;

  private final Server server;
  private final Layout layout;
  private final Script script;
  private final SplittableRandom random = new SplittableRandom();
  private long pauseMillis = 1_000;
  private boolean closed;
  private ScheduledFuture<?> next;

  /**
   * Begins to sweep.
   *
   * @param script what does it in one bucket
   */
  Sweeper(Server server, Layout layout, Script script) {
    this.server = server;
    this.layout = layout;
    this.script = script;
    comeAgain();
  }

  private synchronized void comeAgain() {
    if (!closed) {
      long pause = random.nextLong(pauseMillis / 2, pauseMillis * 3 / 2);
      next = server.scheduler().schedule(this::sweep, pause, TimeUnit.MILLISECONDS);
    }
  }

  private void sweep() {
    try {
      long most = 0;
      for (int i = 0; i < layout.buckets(); i++) {
        most = Math.max(most, sweepBucket(layout.bucket(i)));
      }
      pauseMillis =
          most == ENTRIES
              ? SOONEST_MILLIS
              : most > 0 ? Math.max(SOONEST_MILLIS, pauseMillis / 2) : 2 * pauseMillis;
    } catch (StoreException e) {
      LOG.debug("A sweep of {} has to wait", server, e);
      pauseMillis = 2 * pauseMillis;
    }
    pauseMillis = Math.min(LATEST_MILLIS, pauseMillis);
    comeAgain();
  }

  private long sweepBucket(Bucket bucket) {
    return server
        .<Long>run(
            script,
            new Outputs.Count(),
            bucket.keys(server.fieldsExpire()),
            bucket.speaker,
            Server.bytes(ENTRIES))
        .send()
        .await();
  }

  synchronized void close() {
    closed = true;
    next.cancel(false);
  }
}
