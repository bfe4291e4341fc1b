package io.respite.server.persistence;

import io.respite.server.keyspace.Baton;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The work that is done beside the clients' requests: saving or rewriting, one at a time, each in a
 * thread of its own. State belongs to the baton's holder.
 */
final class Background {
  /** What it may be. */
  enum Work {
    SAVE("respite-save"),
    REWRITE("respite-rewrite"),
    BACKUP("respite-backup");

    private final String thread;

    Work(String thread) {
      this.thread = thread;
    }
  }

  /** Work that may fail. */
  @FunctionalInterface
  interface Task {
    /** Does it, without the baton. */
    void run() throws IOException;
  }

  /** Is told of the end, with the baton held. */
  @FunctionalInterface
  interface Ending {
    /**
     * It has ended.
     *
     * @param failure null when all went well
     */
    void ended(Exception failure);
  }

  private final Baton baton;
  private final AtomicReference<Thread> thread = new AtomicReference<>();
  private Work current;

  Background(Baton baton) {
    this.baton = baton;
  }

  /** What is under way, or null. */
  Work current() {
    return current;
  }

  /** Begins; nothing may be under way. */
  void begin(Work work, Task task, Ending ending) {
    if (current != null) {
      throw new IllegalStateException(current + " is under way");
    }
    current = work;
    Thread worker = new Thread(() -> run(task, ending), work.thread);
    worker.setDaemon(true);
    worker.setContextClassLoader(null);
    thread.set(worker);
    worker.start();
  }

  private void run(Task task, Ending ending) {
    Exception failure = null;
    try {
      task.run();
    } catch (IOException | RuntimeException failed) {
      failure = failed;
    }
    baton.take();
    try {
      current = null;
      ending.ended(failure);
    } finally {
      baton.pass();
    }
  }

  /** Waits for the thread's end; not by the baton's holder. */
  void await() {
    Thread worker = thread.get();
    boolean interrupted = false;
    while (worker != null && worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
