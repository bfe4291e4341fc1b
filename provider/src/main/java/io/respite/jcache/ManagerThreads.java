package io.respite.jcache;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one cache manager: they run loadAll, asynchronous listeners and asynchronous
 * operations, all of which may wait for the application. They are daemons, end when idle, and have
 * the manager's class loader as their context.
 */
final class ManagerThreads extends ThreadPoolExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(ManagerThreads.class);
  private static final int THREADS = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
  private static final int WAITING_TASKS = 100_000;
  private static final long IDLE_SECONDS = 10;
  private static final long CLOSE_SECONDS = 10;

  ManagerThreads(ClassLoader loader) {
    super(
        THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING_TASKS));
    var number = new AtomicInteger();
    setThreadFactory(
        task -> {
          var thread = new Thread(task, "respite-cache-" + number.incrementAndGet());
          thread.setDaemon(true);
          thread.setContextClassLoader(loader);
          return thread;
        });
    allowCoreThreadTimeOut(true);
  }

  /** Lets what runs and waits come to its end, for ten seconds at most. */
  void close() {
    shutdown();
    try {
      if (!awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn(
            "{} tasks of a closed cache manager are given up after {} s",
            getQueue().size(),
            CLOSE_SECONDS);
        shutdownNow();
      }
    } catch (InterruptedException e) {
      shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
