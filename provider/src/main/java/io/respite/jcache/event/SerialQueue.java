package io.respite.jcache.event;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in order, on threads of a shared pool, and holds a bounded number
 * of them.
 *
 * <p>When it is full, whoever adds waits: a slow listener slows the cache down rather than filling
 * the memory. Only the thread that is running this queue's tasks never waits, because it would wait
 * for itself.
 */
final class SerialQueue {
  private static final Logger LOG = LoggerFactory.getLogger(SerialQueue.class);
  private static final int CAPACITY = 16_384;
  private static final long CLOSE_SECONDS = 10;

  private final Executor executor;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  /** The thread that runs tasks at the moment, or null. */
  private Thread runner;

  /** Whether a run is scheduled or under way. */
  private boolean active;

  private boolean closed;

  SerialQueue(Executor executor) {
    this.executor = executor;
  }

  void add(Runnable task) {
    lock.lock();
    try {
      while (waiting.size() >= CAPACITY && !closed && runner != Thread.currentThread()) {
        changed.awaitUninterruptibly();
      }
      if (closed) {
        return;
      }
      waiting.add(task);
      if (!active) {
        active = true;
        executor.execute(this::run);
      }
    } catch (RejectedExecutionException e) {
      // The manager is closing, and its listeners with it.
      active = false;
      LOG.debug("An event came after its cache manager was closed", e);
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    for (Runnable task = next(); task != null; task = next()) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        // Whatever one event does to its listener, the next one is delivered.
        LOG.warn("An asynchronous listener failed", e);
      }
    }
  }

  /** The next task; null when there is none, which ends the run. */
  private Runnable next() {
    lock.lock();
    try {
      Runnable task = waiting.poll();
      active = task != null;
      runner = active ? Thread.currentThread() : null;
      changed.signalAll();
      return task;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses new tasks and waits until those that are here have run, or ten seconds have passed. */
  void close() {
    lock.lock();
    try {
      closed = true;
      long nanos = TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
      while (active && runner != Thread.currentThread() && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      if (active && runner != Thread.currentThread()) {
        LOG.warn(
            "{} events are dropped: their listener is still busy after {} s",
            waiting.size(),
            CLOSE_SECONDS);
      }
      waiting.clear();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      waiting.clear();
    } finally {
      lock.unlock();
    }
  }
}
