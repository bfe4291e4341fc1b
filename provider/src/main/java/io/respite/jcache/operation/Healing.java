package io.respite.jcache.operation;

import io.respite.jcache.store.Store;
import io.respite.jcache.store.StoreException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes entries that the source knows better: the writer has been told of a change, and then the
 * store failed. The keys are kept, up to a number beyond which all entries go, and removed as soon
 * as the store can be reached.
 */
final class Healing {
  private static final Logger LOG = LoggerFactory.getLogger(Healing.class);
  private static final int MOST_KEYS = 100_000;

  private final Store store;
  private final Executor later;
  private final Set<ByteBuffer> keys = new LinkedHashSet<>();
  private boolean all;
  private boolean scheduled;

  Healing(Store store, Executor threads) {
    this.store = store;
    this.later = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, threads);
  }

  /** The store may hold what this entry was before. */
  synchronized void suspect(byte[] key) {
    if (keys.size() < MOST_KEYS) {
      keys.add(ByteBuffer.wrap(key));
    } else {
      all = true;
    }
    schedule();
  }

  private synchronized void schedule() {
    if (scheduled) {
      return;
    }
    try {
      later.execute(this::heal);
      scheduled = true;
    } catch (RejectedExecutionException e) {
      LOG.warn("{} entries that the store may hold in an old state are left there", keys.size(), e);
    }
  }

  private void heal() {
    List<ByteBuffer> old;
    boolean everything;
    synchronized (this) {
      scheduled = false;
      // What is suspected from now on is another matter, also where it is the same key.
      old = new ArrayList<>(keys);
      keys.clear();
      everything = all;
      all = false;
    }
    try {
      if (everything) {
        store.clear();
      } else {
        store.deleteAll(old.stream().map(ByteBuffer::array).toArray(byte[][]::new));
      }
    } catch (StoreException e) {
      LOG.debug("The store cannot be healed yet", e);
      synchronized (this) {
        keys.addAll(old);
        all |= everything || keys.size() > MOST_KEYS;
        schedule();
      }
      return;
    }
    LOG.info("{} entries that the store held in an old state are removed", old.size());
  }
}
