package io.respite.jcache.operation;

import io.respite.jcache.event.Listeners;
import io.respite.jcache.management.Statistics;
import io.respite.jcache.store.ChangeKind;
import io.respite.jcache.store.Store;
import io.respite.jcache.store.StoreListener;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
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

  /**
   * For how long a change waits for what comes before it at most, and for how long none does after
   * one that did in vain.
   */
  private static final long ORDER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long DISORDER_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LOOK_MILLIS = 20;

  private final String cache;
  private final Executor executor;
  private final Statistics statistics;
  private final Queue<Pending> pending = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger dropped = new AtomicInteger();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final ReentrantLock delivering = new ReentrantLock();

  /** What this JVM is changing, by key. */
  private final ConcurrentMap<ByteBuffer, OwnChange> underWay = new ConcurrentHashMap<>();

  /** When a change waited for its echo in vain; 0 when none has since the last echo. */
  private volatile long missedNanos;

  /** The parts of the cache, which exist only after the store does; nothing is delivered before. */
  private volatile Target<K, V> target;

  /** The thread that tells listeners at the moment, or null. */
  private volatile Thread teller;

  /** What it tells them. */
  private volatile Pending telling;

  /**
   * What is to be told: an entry as it is now or, when it is gone, was; and as it was before. Or a
   * task, and nothing to tell.
   */
  @SuppressWarnings("ArrayRecordComponent") // Records of a store, compared by nobody.
  record Pending(EventType type, byte[] record, byte[] old, Task task) {}

  /**
   * What is to be done when everything has been told that somebody did to a key, or to any if the
   * key is null.
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  record Task(long who, byte[] key, Runnable run) {}

  private record Target<K, V>(
      Store store, Marshalling<K, V> marshalling, Listeners<K, V> listeners) {}

  public StoreEvents(String cache, Executor executor, Statistics statistics) {
    this.cache = cache;
    this.executor = executor;
    this.statistics = statistics;
  }

  /** From now on expirations go to these listeners. */
  public void deliverTo(Store store, Marshalling<K, V> marshalling, Listeners<K, V> listeners) {
    target = new Target<>(store, marshalling, listeners);
  }

  @Override
  public void evicted(byte[] record) {
    statistics.eviction();
  }

  @Override
  public void expired(byte[] record) {
    tellLater(0, EventType.EXPIRED, record, record);
  }

  @Override
  public void changed(long who, ChangeKind kind, byte[] record, byte[] oldRecord) {
    EventType type =
        switch (kind) {
          case CREATED -> EventType.CREATED;
          case UPDATED -> EventType.UPDATED;
          case REMOVED -> EventType.REMOVED;
          case EXPIRED -> EventType.EXPIRED;
        };
    tellLater(who, type, record, oldRecord);
  }

  private void tellLater(long who, EventType type, byte[] record, byte[] old) {
    Target<K, V> to = target;
    if (to == null || !to.listeners.hear(type)) {
      return;
    }
    add(who, new Pending(type, record, old, null));
  }

  @Override
  public void afterwards(long who, byte[] key, Runnable task) {
    add(who, new Pending(null, null, null, new Task(who, key, task)));
  }

  @Override
  public void echoed(byte[] key) {
    missedNanos = 0;
    OwnChange change = underWay.get(ByteBuffer.wrap(key));
    if (change != null) {
      change.echo();
    }
  }

  @Override
  public boolean isTelling() {
    return teller == Thread.currentThread();
  }

  @Override
  public void unanswered() {
    statistics.listenerTimeout();
  }

  private void add(long who, Pending next) {
    if (waiting.incrementAndGet() > CAPACITY) {
      waiting.decrementAndGet();
      dropped.incrementAndGet();
      return;
    }
    if (next.task == null && !underWay.isEmpty()) {
      OwnChange change = underWay.get(ByteBuffer.wrap(target.marshalling.keyBytesOf(next.record)));
      if (change != null && change.keepBack(who, next)) {
        return;
      }
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

  // ---- this JVM's own changes among those of others

  /**
   * A key, which the caller holds, is about to be changed: from now on what others do to it is told
   * in its order. To be {@link #end ended}, whether it has been changed or not.
   *
   * <p>There is no circle of those who wait for each other. Who changes a key waits until others'
   * synchronous listeners have heard of it, and those hear of it when changes that came before it
   * have been told; so everybody waits for changes of his key that the store made earlier. Who
   * changes many keys at once has told his own listeners before he waits for others'.
   *
   * @return null where nothing has to be put in order: where the store does not tell what this JVM
   *     does, within a listener, and within another change of the key
   */
  OwnChange begin(byte[] key) {
    Target<K, V> to = target;
    if (to == null
        || !to.listeners.any()
        || !to.store.echoes(key)
        || isTelling()
        || isInDisorder()) {
      return null;
    }
    var mine = new OwnChange();
    OwnChange outer = underWay.putIfAbsent(ByteBuffer.wrap(key), mine);
    if (outer == null) {
      return mine;
    }
    // It stays where it is, so that the next change within it does not take an echo of this one.
    release(outer);
    return null;
  }

  private boolean isInDisorder() {
    long missed = missedNanos;
    return missed != 0 && System.nanoTime() - missed < DISORDER_NANOS;
  }

  /** The change has been told, or never will be; null is none. */
  void end(byte[] key, OwnChange change) {
    if (change != null) {
      // In this order: what is told in between comes behind what was kept back.
      release(change);
      underWay.remove(ByteBuffer.wrap(key), change);
    }
  }

  private void release(OwnChange change) {
    change.release(pending::add);
    if (!pending.isEmpty()) {
      schedule();
    }
  }

  /** Waits for the echo of a change that has been made; whether it has come. */
  private boolean isEchoed(byte[] key, OwnChange change, long deadlineNanos)
      throws InterruptedException {
    while (!change.awaitEcho(LOOK_MILLIS)) {
      // Messages may be lost with their connection. Of many keys one has waited for all.
      if (!target.store.echoes(key) || isInDisorder()) {
        return false;
      }
      if (System.nanoTime() - deadlineNanos >= 0) {
        missedNanos = System.nanoTime() | 1;
        LOG.warn(
            "Cache {}: the datastore has not told of a change that was made here; for {} s the order between changes made here and elsewhere may be another than there",
            cache,
            TimeUnit.NANOSECONDS.toSeconds(DISORDER_NANOS));
        return false;
      }
    }
    return true;
  }

  /**
   * Tells what waits before a change of a key is told of, so that listeners hear of an entry's
   * expiration and of what others did before they hear of its successor. Somebody who is telling
   * already is given a moment to finish, and more if something of the same key is to be told; not
   * for ever, because what he runs may be waiting for the key that the caller holds.
   */
  void deliverPending(byte[] key) {
    long deadline = System.nanoTime() + ORDER_NANOS;
    OwnChange change = underWay.isEmpty() ? null : underWay.get(ByteBuffer.wrap(key));
    try {
      boolean ordered =
          change != null && change.isOfThisThread() && isEchoed(key, change, deadline);
      while (waiting.get() > 0) {
        if (delivering.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
          try {
            deliverAll();
          } finally {
            delivering.unlock();
          }
          return;
        }
        if (!ordered || System.nanoTime() - deadline >= 0 || !waitsToBeTold(key)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean waitsToBeTold(byte[] key) {
    // In this order, which is that in which it goes from one to the other.
    if (pending.stream().anyMatch(next -> isOf(next, key))) {
      return true;
    }
    Pending now = telling;
    return now != null && isOf(now, key);
  }

  private boolean isOf(Pending next, byte[] key) {
    return next.task == null && Arrays.equals(target.marshalling.keyBytesOf(next.record), key);
  }

  /** Whether something has to be done later, because what it has to come after is kept back. */
  private boolean isKeptBack(Pending next) {
    if (underWay.isEmpty()) {
      return false;
    }
    Task task = next.task;
    if (task.key != null) {
      OwnChange change = underWay.get(ByteBuffer.wrap(task.key));
      return change != null && change.keepBackAfter(task.who, next);
    }
    for (OwnChange change : underWay.values()) {
      if (change.keepBackAfter(task.who, next)) {
        return true;
      }
    }
    return false;
  }

  // ---- delivering

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
    Pending outer = telling;
    teller = Thread.currentThread();
    try {
      for (Pending next = pending.peek(); next != null; next = pending.peek()) {
        // In this order: it can always be seen in one of the two.
        telling = next;
        pending.remove();
        if (next.task == null) {
          tell(to, next);
        } else if (isKeptBack(next)) {
          continue;
        } else {
          next.task.run.run();
        }
        waiting.decrementAndGet();
      }
    } finally {
      teller = before;
      telling = outer;
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
