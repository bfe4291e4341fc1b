package io.respite.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.Engine;
import io.respite.server.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What an engine says and does when its journal's disk fails. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class JournalDiskTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path JOURNAL =
      Samples.FOLDER.resolve("appendonlydir").resolve("appendonly.aof.1.incr.aof");

  private final CrashStorage storage = CrashStorage.withFolders(Samples.FOLDER);
  private final ManualClock clock = new ManualClock();

  @BeforeAll
  static void quiet() {
    Samples.quiet();
  }

  @AfterAll
  static void loud() {
    Samples.loud();
  }

  private Engine open(CrashStorage on, String fsync) {
    return Samples.engine(on, clock, "appendonly", "yes", "appendfsync", fsync);
  }

  /** Lets some calls of force fail, and every rewrite. */
  private AtomicInteger failingForces(int count) {
    AtomicInteger calls = new AtomicInteger();
    storage.onOperation(
        (operation, path, bytes) -> {
          if (operation == CrashStorage.Operation.FORCE && calls.getAndIncrement() < count) {
            throw new IOException("Input/output error");
          }
          if (operation == CrashStorage.Operation.CREATE) {
            throw new IOException("no rewrite");
          }
        });
    return calls;
  }

  @Test
  void a_force_that_succeeds_after_one_that_failed_makes_nothing_durable() {
    try (Engine engine = open(storage, "everysec")) {
      KeyTraffic client = new KeyTraffic(engine);
      AtomicInteger forces = failingForces(1);
      client.line("SET a 1");
      Awaitility.await("a second call of force")
          .atMost(PATIENCE)
          .until(
              () -> {
                clock.advanceMillis(500);
                return forces.get() > 2;
              });
      assertThat(client.line("WAITAOF 1 0 0")).startsWith("*2\r\n:0\r\n");
      assertThat(client.line("SET b 1"))
          .isEqualTo("-MISCONF Errors writing to the AOF file: Input/output error\r\n");
      assertThat(client.line("GET a")).isEqualTo("$1\r\n1\r\n");

      // Only a journal that is new from its beginning helps.
      storage.onOperation((operation, path, bytes) -> {});
      Awaitility.await("a rewrite")
          .atMost(PATIENCE)
          .until(
              () -> {
                clock.advanceMillis(60_000);
                return client.line("SET b 1").equals("+OK\r\n");
              });
      Awaitility.await("the durability of all")
          .atMost(PATIENCE)
          .until(
              () -> {
                clock.advanceMillis(500);
                return client.line("WAITAOF 1 0 0").startsWith("*2\r\n:1\r\n");
              });
    }
  }

  @Test
  void under_always_nothing_is_acknowledged_or_appended_any_more() throws IOException {
    byte[] good;
    try (Engine engine = open(storage, "always")) {
      KeyTraffic client = new KeyTraffic(engine);
      assertThat(client.line("SET a 1")).isEqualTo("+OK\r\n");
      good = storage.content(JOURNAL);
      failingForces(1);
      assertThat(client.line("SET a 2")).startsWith("-the append-only file cannot be written");
      // The disk works again, and what it lost stays lost.
      assertThat(client.line("SET a 3")).startsWith("-");
      assertThat(client.line("SET b 1")).startsWith("-");
    }
    CrashStorage left = storage.afterPowerCut(new SplittableRandom(1));
    assertThat(left.content(JOURNAL)).isEqualTo(good);
    try (Engine engine = open(left, "always")) {
      KeyTraffic client = new KeyTraffic(engine);
      assertThat(client.line("GET a")).isEqualTo("$1\r\n1\r\n");
      assertThat(client.line("EXISTS b")).isEqualTo(":0\r\n");
    }
  }

  @Test
  void a_journal_that_was_off_and_on_while_its_rewrite_began_has_no_gap() {
    try (Engine engine = open(storage, "everysec")) {
      KeyTraffic client = new KeyTraffic(engine);
      AtomicInteger bases = new AtomicInteger();
      storage.onOperation(
          (operation, path, bytes) -> {
            boolean base = path.getFileName().toString().startsWith("temp-rewriteaof");
            if (operation == CrashStorage.Operation.CREATE
                && base
                && bases.getAndIncrement() == 0) {
              throw new IOException("No space left on device");
            }
          });
      engine.keyspace().baton().take();
      try {
        // The thread that rewrites can get no farther than to its cut.
        client.line("BGREWRITEAOF");
        client.line("CONFIG SET appendonly no");
        client.line("SET gap 1");
        client.line("CONFIG SET appendonly yes");
      } finally {
        engine.keyspace().baton().pass();
      }
      Awaitility.await("a journal of all there is")
          .atMost(PATIENCE)
          .until(
              () -> {
                clock.advanceMillis(60_000);
                return bases.get() > 1
                    && client
                        .line("INFO persistence")
                        .contains("\r\naof_rewrite_in_progress:0\r\n");
              });
      assertThat(client.line("SET after 1")).isEqualTo("+OK\r\n");
    }
    try (Engine engine = open(storage.afterProcessEnd(), "everysec")) {
      assertThat(new KeyTraffic(engine).line("EXISTS gap after")).isEqualTo(":2\r\n");
    }
  }

  @Test
  void what_a_rewrite_has_made_durable_need_not_be_written_any_more() {
    String before;
    try (Engine engine = open(storage, "everysec")) {
      KeyTraffic client = new KeyTraffic(engine);
      client.line("SET a 1");
      // The journal's file takes a part of a write, and cannot be cut back.
      storage.onOperation(
          (operation, path, bytes) -> {
            if (path.equals(JOURNAL)) {
              if (operation == CrashStorage.Operation.WRITE) {
                throw new CrashStorage.Full((int) bytes / 2);
              }
              if (operation == CrashStorage.Operation.TRUNCATE) {
                throw new IOException("Input/output error");
              }
            }
          });
      Awaitility.await("an error")
          .atMost(PATIENCE)
          .until(
              () -> {
                clock.advanceMillis(500);
                return client
                    .line("SET a 2")
                    .startsWith("-the append-only file cannot be written: ");
              });
      client.line("BGREWRITEAOF");
      Awaitility.await("writes in the new file")
          .atMost(PATIENCE)
          .until(() -> client.line("SET b 1").equals("+OK\r\n"));
      before = client.line("GET a");
      Awaitility.await("their durability")
          .atMost(PATIENCE)
          .until(
              () -> {
                clock.advanceMillis(500);
                return client.line("WAITAOF 1 0 0").startsWith("*2\r\n:1\r\n");
              });
    }
    try (Engine engine = open(storage.afterPowerCut(new SplittableRandom(1)), "everysec")) {
      KeyTraffic client = new KeyTraffic(engine);
      assertThat(client.line("GET a")).isEqualTo(before);
      assertThat(client.line("GET b")).isEqualTo("$1\r\n1\r\n");
    }
  }

  @Test
  void a_transaction_that_switches_the_journal_off_leaves_nothing_for_the_next_one() {
    try (Engine engine = open(storage, "everysec")) {
      KeyTraffic client = new KeyTraffic(engine);
      client.line("CONFIG SET aof-checksum-enabled yes");
      client.line("MULTI");
      client.line("SET a 1");
      client.line("CONFIG SET appendonly no");
      client.line("EXEC");
      client.line("CONFIG SET appendonly yes");
      Awaitility.await("the next journal")
          .atMost(PATIENCE)
          .until(
              () -> {
                clock.advanceMillis(500);
                return client.line("INFO persistence").contains("\r\naof_rewrites:1\r\n");
              });
      client.line("SET b 1");
    }
    try (Engine engine = open(storage.afterProcessEnd(), "everysec")) {
      assertThat(new KeyTraffic(engine).line("EXISTS a b")).isEqualTo(":2\r\n");
    }
  }
}
