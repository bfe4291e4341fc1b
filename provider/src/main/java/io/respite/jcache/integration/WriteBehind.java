package io.respite.jcache.integration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes later, many entries at a time, in a thread of its own.
 *
 * <pre>
 *   change ──▶ waiting (by key, in order) ──▶ a batch ──▶ writer
 *                 ▲                              │ what has failed, unless it has changed again
 *                 └──────────────────────────────┘
 * </pre>
 *
 * <ul>
 *   <li>Of a key the last change alone waits.
 *   <li>A batch goes when its oldest change has waited long enough, or when there are enough of
 *       them.
 *   <li>What the writer refuses is tried again, first soon and then once in a while, for as long as
 *       the cache is open; the log says so.
 *   <li>The queue is bounded: whoever wants to change more waits, and after a time is refused.
 *   <li>Closing the cache writes what waits. What the writer refuses then is lost, and the log says
 *       how much.
 *   <li>Who loads an entry that waits to be written gets what waits: the source does not know it
 *       yet.
 * </ul>
 *
 * <p>When the process dies, what waited and what was being written is lost to the source: changes
 * of the last delay as long as the writer keeps up, and never more than the queue's capacity and a
 * batch. The changes are in the cache all the same, as far as that outlives the process.
 *
 * @param <K> the cache's keys
 * @param <V> the cache's values
 */
public final class WriteBehind<K, V> implements Writing<K, V> {
  private static final Logger LOG = LoggerFactory.getLogger(WriteBehind.class);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;
  private static final int CLOSE_ATTEMPTS = 3;
  private static final long CLOSE_MILLIS = 60_000;

  /**
   * What is allowed.
   *
   * @param delay how long a change may wait
   * @param batch how many go at a time
   * @param capacity how many may wait
   * @param patience how long who changes more waits for room
   */
  public record Limits(Duration delay, int batch, int capacity, Duration patience) {
    public Limits {
      if (batch < 1 || capacity < batch) {
        throw new IllegalArgumentException(
            "A batch of %d changes and a queue of %d: a batch has at least one, and the queue has room for one"
                .formatted(batch, capacity));
      }
    }
  }

  /** A change; the value is null when the entry is deleted. */
  private record Change<V>(V value, long sinceNanos) {}

  private final String cache;
  private final WriteThrough<K, V> writer;
  private final Limits limits;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final Condition less = lock.newCondition();

  // By the lock.
  private final LinkedHashMap<K, Change<V>> waiting = new LinkedHashMap<>();
  private Map<K, Change<V>> underWay = Map.of();
  private long notBeforeNanos = System.nanoTime();
  private boolean closing;

  /**
   * Begins to take changes.
   *
   * @param loader the class loader that the writer expects as its thread's context
   */
  public WriteBehind(String cache, WriteThrough<K, V> writer, Limits limits, ClassLoader loader) {
    this.cache = cache;
    this.writer = writer;
    this.limits = limits;
    this.thread = new Thread(this::run, "respite-write-behind-" + cache);
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
  }

  // ---- taking changes

  @Override
  public void write(K key, V value) {
    take(key, value);
  }

  @Override
  public void delete(K key) {
    take(key, null);
  }

  private void take(K key, V value) {
    lock.lock();
    try {
      long left = limits.patience.toNanos();
      while (waiting.size() >= limits.capacity && !waiting.containsKey(key)) {
        if (left <= 0) {
          throw new CacheWriterException(
              "Cache '%s': %d changes wait to be written already, and none has been written for %s"
                  .formatted(cache, waiting.size(), limits.patience));
        }
        left = less.awaitNanos(left);
      }
      if (closing) {
        throw new CacheWriterException(
            "Cache '%s' is closing; nothing more is written".formatted(cache));
      }
      Change<V> before = waiting.get(key);
      // A change of what waits already does not make it wait longer.
      waiting.put(key, new Change<>(value, before == null ? System.nanoTime() : before.sinceNanos));
      more.signal();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheWriterException(
          "Cache '%s': the thread was interrupted while it waited for the writer".formatted(cache),
          e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Batch<K> writeAll(Map<? extends K, ? extends V> entries) {
    Set<K> done = new HashSet<>();
    try {
      entries.forEach(
          (key, value) -> {
            take(key, value);
            done.add(key);
          });
    } catch (CacheWriterException e) {
      return new Batch<>(done, e);
    }
    return new Batch<>(done, null);
  }

  @Override
  public Batch<K> deleteAll(Collection<? extends K> keys) {
    Set<K> done = new HashSet<>();
    try {
      for (K key : keys) {
        take(key, null);
        done.add(key);
      }
    } catch (CacheWriterException e) {
      return new Batch<>(done, e);
    }
    return new Batch<>(done, null);
  }

  /** How many changes have not been written. */
  public int pending() {
    lock.lock();
    try {
      return waiting.size() + underWay.size();
    } finally {
      lock.unlock();
    }
  }

  // ---- writing

  private void run() {
    while (true) {
      Map<K, Change<V>> batch;
      try {
        batch = next();
      } catch (InterruptedException e) {
        LOG.warn("Cache '{}': the thread that writes behind was interrupted", cache, e);
        return;
      }
      if (batch.isEmpty()) {
        return;
      }
      Set<K> done = Set.of();
      try {
        done = writeNow(batch);
      } catch (RuntimeException | Error e) {
        // Whatever it is, those who come after must not wait for a thread that is gone.
        LOG.error("Cache '{}': the writer failed; the batch is tried again", cache, e);
      }
      wrote(batch, done);
    }
  }

  /** Waits for the next batch; an empty one when the cache closes and nothing waits. */
  private Map<K, Change<V>> next() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        if (closing) {
          break;
        }
        if (waiting.isEmpty()) {
          more.await();
          continue;
        }
        long now = System.nanoTime();
        long due = waiting.values().iterator().next().sinceNanos + limits.delay.toNanos();
        long left = waiting.size() >= limits.batch ? 0 : due - now;
        left = Math.max(left, notBeforeNanos - now);
        if (left <= 0) {
          break;
        }
        more.awaitNanos(left);
      }
      Map<K, Change<V>> batch = new LinkedHashMap<>();
      Iterator<Map.Entry<K, Change<V>>> oldest = waiting.entrySet().iterator();
      while (oldest.hasNext() && batch.size() < limits.batch) {
        Map.Entry<K, Change<V>> change = oldest.next();
        batch.put(change.getKey(), change.getValue());
        oldest.remove();
      }
      underWay = batch;
      less.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Gives a batch to the writer; which keys are done. */
  private Set<K> writeNow(Map<K, Change<V>> batch) {
    Map<K, V> written = new LinkedHashMap<>();
    List<K> deleted = new ArrayList<>();
    batch.forEach(
        (key, change) -> {
          if (change.value == null) {
            deleted.add(key);
          } else {
            written.put(key, change.value);
          }
        });
    Set<K> done = new HashSet<>();
    if (!written.isEmpty()) {
      done.addAll(told(writer.writeAll(written)).done());
    }
    if (!deleted.isEmpty()) {
      done.addAll(told(writer.deleteAll(deleted)).done());
    }
    return done;
  }

  private Batch<K> told(Batch<K> batch) {
    if (batch.failure() != null) {
      LOG.warn(
          "Cache '{}': the writer failed; what it has not written is tried again: {}",
          cache,
          batch.failure().getMessage());
      LOG.debug("Cache '{}': how the writer failed", cache, batch.failure());
    }
    return batch;
  }

  private long pauseMillis = FIRST_PAUSE_MILLIS;
  private int closeAttempts;

  private void wrote(Map<K, Change<V>> batch, Set<K> done) {
    lock.lock();
    try {
      underWay = Map.of();
      if (done.size() == batch.size()) {
        pauseMillis = FIRST_PAUSE_MILLIS;
        return;
      }
      if (closing && ++closeAttempts >= CLOSE_ATTEMPTS) {
        LOG.error(
            "Cache '{}' closes, and {} changes have not been written: the writer refuses them",
            cache,
            batch.size() - done.size() + waiting.size());
        waiting.clear();
        return;
      }
      // What has failed goes before what has come since, unless that is about the same key.
      LinkedHashMap<K, Change<V>> again = new LinkedHashMap<>();
      batch.forEach(
          (key, change) -> {
            if (!done.contains(key) && !waiting.containsKey(key)) {
              again.put(key, change);
            }
          });
      again.putAll(waiting);
      waiting.clear();
      waiting.putAll(again);
      notBeforeNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
      pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, 2 * pauseMillis);
    } finally {
      lock.unlock();
    }
  }

  /** Writes what waits, and ends. */
  public void close() {
    lock.lock();
    try {
      closing = true;
      more.signal();
      less.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(CLOSE_MILLIS);
      if (thread.isAlive()) {
        LOG.error(
            "Cache '{}' is closed, and its writer has not come back for {} s: {} changes may be lost",
            cache,
            TimeUnit.MILLISECONDS.toSeconds(CLOSE_MILLIS),
            pending());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("Cache '{}' does not wait for {} changes to be written", cache, pending(), e);
    }
  }

  // ---- loading what is not written yet

  /** A loader that knows what waits to be written. */
  public CacheLoader<K, V> before(CacheLoader<K, V> source) {
    return new PendingFirst(source);
  }

  /** The change of a key that has not been written, or null. */
  private Change<V> pendingChange(K key) {
    lock.lock();
    try {
      Change<V> change = waiting.get(key);
      return change == null ? underWay.get(key) : change;
    } finally {
      lock.unlock();
    }
  }

  private final class PendingFirst implements CacheLoader<K, V> {
    private final CacheLoader<K, V> source;

    PendingFirst(CacheLoader<K, V> source) {
      this.source = source;
    }

    @Override
    public V load(K key) {
      Change<V> change = pendingChange(key);
      return change == null ? source.load(key) : change.value;
    }

    @Override
    public Map<K, V> loadAll(Iterable<? extends K> keys) {
      Map<K, V> known = new HashMap<>();
      List<K> asked = new ArrayList<>();
      for (K key : keys) {
        Change<V> change = pendingChange(key);
        if (change == null) {
          asked.add(key);
        } else if (change.value != null) {
          known.put(key, change.value);
        }
      }
      Map<K, V> loaded = asked.isEmpty() ? Map.of() : source.loadAll(asked);
      if (loaded != null) {
        known.putAll(loaded);
      }
      return known;
    }
  }
}
