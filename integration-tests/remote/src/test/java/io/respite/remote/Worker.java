package io.respite.remote;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** An application in a JVM of its own, {@link WorkerMain}, that does what it is told. */
final class Worker implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "stop workers"));
  }

  private final Process process;
  private final BufferedWriter orders;
  private final BufferedReader answers;
  private final Path log;

  private Worker(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.orders = process.outputWriter(StandardCharsets.UTF_8);
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts a JVM, with the class path of this one. */
  static Worker start() {
    try {
      Path log = Files.createTempFile("respite-worker", ".txt");
      log.toFile().deleteOnExit();
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-Xshare:auto",
                  "-cp",
                  System.getProperty("java.class.path"),
                  WorkerMain.class.getName())
              .redirectError(log.toFile())
              .start();
      RUNNING.add(process);
      return new Worker(process, log);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Starts so many, which attach to the same cache. */
  static Group start(int count, String uri, String cache) {
    Group group = new Group();
    try {
      for (int i = 0; i < count; i++) {
        group.workers.add(start());
      }
      group.tell("open " + uri + " " + cache);
      group.answers();
      return group;
    } catch (RuntimeException failed) {
      group.close();
      throw failed;
    }
  }

  /** Tells it what to do; it may take its time. */
  void tell(String order) {
    try {
      orders.write(order);
      orders.newLine();
      orders.flush();
    } catch (IOException gone) {
      throw new IllegalStateException("the worker has ended: " + log(), gone);
    }
  }

  /** Waits until it has done what it was told, and answers what it says. */
  List<String> answer() {
    List<String> lines = new ArrayList<>();
    try {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        if (line.equals(WorkerMain.OK)) {
          return lines;
        }
        if (line.startsWith(WorkerMain.ERROR)) {
          throw new IllegalStateException("the worker fails: " + line + "\n" + log());
        }
        lines.add(line);
      }
    } catch (IOException gone) {
      throw new IllegalStateException("the worker has ended: " + log(), gone);
    }
    throw new IllegalStateException("the worker has ended: " + log());
  }

  /** Tells it what to do and waits for what it says. */
  List<String> ask(String order) {
    tell(order);
    return answer();
  }

  /** What it has written to its log. */
  private String log() {
    try {
      return Files.readString(log);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Ends it at once, whatever it is doing. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "the worker does not end within " + PATIENCE_SECONDS + " s: " + log());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    } finally {
      RUNNING.remove(process);
    }
  }

  /** Lets it close its manager and end. */
  @Override
  public void close() {
    quit();
    awaitEnd();
  }

  private void quit() {
    if (process.isAlive()) {
      try {
        tell("quit");
      } catch (IllegalStateException ended) {
        // It has just ended by itself, and that is what is wanted.
        process.destroy();
      }
    }
  }

  /** Several workers that do the same. */
  static final class Group implements AutoCloseable {
    final List<Worker> workers = new ArrayList<>();

    /** Tells all of them. */
    void tell(String order) {
      workers.forEach(worker -> worker.tell(order));
    }

    /** What all of them answer. */
    List<String> answers() {
      List<String> all = new ArrayList<>();
      workers.forEach(worker -> all.addAll(worker.answer()));
      return all;
    }

    @Override
    public void close() {
      workers.forEach(Worker::quit);
      RuntimeException first = null;
      for (Worker worker : workers) {
        try {
          worker.awaitEnd();
        } catch (RuntimeException failed) {
          first = first == null ? failed : first;
        }
      }
      if (first != null) {
        throw first;
      }
    }
  }
}
