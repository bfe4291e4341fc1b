package io.respite.jcache.operation;

import io.respite.jcache.event.Listeners;
import io.respite.jcache.management.Statistics;
import io.respite.jcache.store.StoreListener;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.event.EventType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what the store tells of entries that leave by themselves, and passes it on: evictions to
 * the statistics, expirations to the listeners.
 *
 * <p>The store speaks while it is busy, so an expired entry is only queued; a thread of the manager
 * delivers it soon. The queue is bounded: beyond it expirations are dropped and the log says how
 * many, because neither waiting nor memory can be had here.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public final class StoreEvents<K, V> implements StoreListener {
  private static final Logger LOG = LoggerFactory.getLogger(StoreEvents.class);
  private static final int CAPACITY = 1 << 18;
  private static final long PATIENCE_MILLIS = 10;

  private final String cache;
  private final Executor executor;
  private final Statistics statistics;
  private final Queue<byte[]> expired = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger dropped = new AtomicInteger();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final ReentrantLock delivering = new ReentrantLock();

  /** The parts of the cache, which exist only after the store does; nothing is delivered before. */
  private volatile Target<K, V> target;

  private record Target<K, V>(Marshalling<K, V> marshalling, Listeners<K, V> listeners) {}

  public StoreEvents(String cache, Executor executor, Statistics statistics) {
    this.cache = cache;
    this.executor = executor;
    this.statistics = statistics;
  }

  /** From now on expirations go to these listeners. */
  public void deliverTo(Marshalling<K, V> marshalling, Listeners<K, V> listeners) {
    target = new Target<>(marshalling, listeners);
  }

  @Override
  public void evicted(byte[] record) {
    statistics.eviction();
  }

  @Override
  public void expired(byte[] record) {
    Target<K, V> to = target;
    if (to == null || !to.listeners.hear(EventType.EXPIRED)) {
      return;
    }
    if (waiting.incrementAndGet() > CAPACITY) {
      waiting.decrementAndGet();
      dropped.incrementAndGet();
      return;
    }
    expired.add(record);
    schedule();
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        executor.execute(this::deliver);
      } catch (RejectedExecutionException e) {
        LOG.debug("Cache {} was closed before an expired entry could be told of", cache, e);
      }
    }
  }

  /**
   * Tells what waits before a change is told of, so that listeners hear of an entry's expiration
   * before they hear of its successor. Somebody who is telling already is given a moment to finish;
   * not longer, because what he runs may be waiting for the key that the caller holds.
   */
  void deliverPending() {
    if (waiting.get() == 0) {
      return;
    }
    try {
      if (delivering.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
        try {
          deliverAll();
        } finally {
          delivering.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliver() {
    delivering.lock();
    try {
      deliverAll();
    } finally {
      delivering.unlock();
      scheduled.set(false);
    }
    if (!expired.isEmpty()) {
      schedule();
    }
    int lost = dropped.getAndSet(0);
    if (lost > 0) {
      LOG.warn(
          "Cache {}: {} entries expired faster than their listeners could be told of", cache, lost);
    }
  }

  private void deliverAll() {
    Target<K, V> to = target;
    for (byte[] record = expired.poll(); record != null; record = expired.poll()) {
      tell(to, record);
      waiting.decrementAndGet();
    }
  }

  private void tell(Target<K, V> to, byte[] record) {
    try {
      to.listeners.publish(
          EventType.EXPIRED,
          to.marshalling.keyOf(record),
          null,
          () -> to.marshalling.valueOf(record));
    } catch (RuntimeException | Error e) {
      LOG.warn("Cache {}: a listener failed for an expired entry", cache, e);
    }
  }
}
