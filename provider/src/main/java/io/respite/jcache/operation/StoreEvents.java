package io.respite.jcache.operation;

import io.respite.jcache.event.Listeners;
import io.respite.jcache.management.Statistics;
import io.respite.jcache.store.ChangeKind;
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
 * Takes what the store tells of entries that leave by themselves or are changed by others, and
 * passes it on: evictions to the statistics, all else to the listeners.
 *
 * <p>The store speaks while it is busy, so what it tells is only queued; a thread of the manager
 * delivers it soon, in the order in which it was told. The queue is bounded: beyond it events are
 * dropped and the log says how many, because neither waiting nor memory can be had here.
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
  private final Queue<Pending> pending = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger dropped = new AtomicInteger();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final ReentrantLock delivering = new ReentrantLock();

  /** The parts of the cache, which exist only after the store does; nothing is delivered before. */
  private volatile Target<K, V> target;

  /** The thread that tells listeners at the moment, or null. */
  private volatile Thread teller;

  /**
   * What is to be told: an entry as it is now or, when it is gone, was; and as it was before. Or a
   * task, and nothing to tell.
   */
  @SuppressWarnings("ArrayRecordComponent") // Records of a store, compared by nobody.
  private record Pending(EventType type, byte[] record, byte[] old, Runnable task) {}

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
    tellLater(EventType.EXPIRED, record, record);
  }

  @Override
  public void changed(ChangeKind kind, byte[] record, byte[] oldRecord) {
    EventType type =
        switch (kind) {
          case CREATED -> EventType.CREATED;
          case UPDATED -> EventType.UPDATED;
          case REMOVED -> EventType.REMOVED;
          case EXPIRED -> EventType.EXPIRED;
        };
    tellLater(type, record, oldRecord);
  }

  private void tellLater(EventType type, byte[] record, byte[] old) {
    Target<K, V> to = target;
    if (to == null || !to.listeners.hear(type)) {
      return;
    }
    add(new Pending(type, record, old, null));
  }

  @Override
  public void afterwards(Runnable task) {
    add(new Pending(null, null, null, task));
  }

  @Override
  public boolean isTelling() {
    return teller == Thread.currentThread();
  }

  @Override
  public void unanswered() {
    statistics.listenerTimeout();
  }

  private void add(Pending next) {
    if (waiting.incrementAndGet() > CAPACITY) {
      waiting.decrementAndGet();
      dropped.incrementAndGet();
      return;
    }
    pending.add(next);
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
    if (!pending.isEmpty()) {
      schedule();
    }
    int lost = dropped.getAndSet(0);
    if (lost > 0) {
      LOG.warn(
          "Cache {}: {} changes came faster than their listeners could be told of", cache, lost);
    }
  }

  private void deliverAll() {
    Target<K, V> to = target;
    Thread before = teller;
    teller = Thread.currentThread();
    try {
      for (Pending next = pending.poll(); next != null; next = pending.poll()) {
        if (next.task == null) {
          tell(to, next);
        } else {
          next.task.run();
        }
        waiting.decrementAndGet();
      }
    } finally {
      teller = before;
    }
  }

  private void tell(Target<K, V> to, Pending next) {
    boolean gone = next.type == EventType.REMOVED || next.type == EventType.EXPIRED;
    try {
      to.listeners.publish(
          next.type,
          to.marshalling.keyOf(next.record),
          gone ? null : to.marshalling.valueOf(next.record),
          () -> next.old == null ? null : to.marshalling.valueOf(next.old));
    } catch (RuntimeException | Error e) {
      LOG.warn("Cache {}: a listener failed for a change that it did not make", cache, e);
    }
  }
}
