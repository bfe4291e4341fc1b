package io.respite.peers.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** Several writers at once. */
final class Load {
  private static final int WRITERS = 4;
  private static final int PIPELINE = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How long nothing must come before nothing more is expected of a server that stands still. */
  private static final long QUIET_NANOS = 150_000_000;

  final List<Writer> writers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private Load() {}

  /** Four writers with 16 operations on the way each, whose keys begin with {@code prefix}. */
  static Load on(TestServer server, String prefix) throws IOException {
    return on(server, prefix, WRITERS, PIPELINE, 0);
  }

  /** So many writers; see {@link Writer}. */
  static Load on(TestServer server, String prefix, int writers, int pipeline, int paddingBytes)
      throws IOException {
    Load load = new Load();
    for (int i = 0; i < writers; i++) {
      Writer writer = new Writer(prefix + ":" + i + ":", server.connect(), pipeline, paddingBytes);
      Thread thread = new Thread(writer, "writer " + writer.prefix);
      thread.setDaemon(true);
      load.writers.add(writer);
      load.threads.add(thread);
    }
    load.threads.forEach(Thread::start);
    return load;
  }

  /** Acknowledged so far. */
  long acknowledged() {
    return writers.stream().mapToLong(Writer::acknowledged).sum();
  }

  /** Sent so far. */
  long sent() {
    return writers.stream().mapToLong(Writer::sent).sum();
  }

  /** Whether a writer was answered an error. */
  boolean isRefused() {
    return writers.stream().anyMatch(writer -> !writer.refusal().isEmpty());
  }

  /** Whether all writers have ended. */
  boolean isOver() {
    return threads.stream().noneMatch(Thread::isAlive);
  }

  /** Waits until so many operations more are acknowledged. */
  void awaitMore(long operations) {
    long wanted = acknowledged() + operations;
    Awaitility.await("acknowledgements")
        .pollInterval(Duration.ofMillis(2))
        .atMost(PATIENCE)
        .until(() -> acknowledged() >= wanted || isOver());
  }

  /** Waits until the acknowledgements that a frozen server has sent are all counted. */
  void drain() {
    long[] last = {acknowledged(), System.nanoTime()};
    Awaitility.await("the last acknowledgements")
        .pollInterval(Duration.ofMillis(10))
        .atMost(PATIENCE)
        .until(
            () -> {
              long now = acknowledged();
              if (now != last[0]) {
                last[0] = now;
                last[1] = System.nanoTime();
              }
              return System.nanoTime() - last[1] > QUIET_NANOS;
            });
  }

  /** Lets the writers end after what is on the way, and waits for them. */
  Load stop() {
    writers.forEach(Writer::stop);
    return join();
  }

  /** Waits until the writers have ended, as they do when the server is gone. */
  Load join() {
    Awaitility.await("the end of the writers").atMost(PATIENCE).until(this::isOver);
    return this;
  }
}
