package io.respite.peers.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Resp;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk is full, and later it is not. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FullDiskIT {
  private static final int SMALL = 2;
  private static final int LARGE = 64;
  private static final int PADDING = 300;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How soon writing must be possible again. */
  private static final double SOON_SECONDS = 2.0;

  private static final String JOURNAL_REFUSAL =
      "MISCONF Errors writing to the AOF file: No space left on device";
  private static final String SNAPSHOT_REFUSAL =
      "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to"
          + " disk. Commands that may modify the data set are disabled, because this instance is"
          + " configured to report errors during writes if RDB snapshotting fails"
          + " (stop-writes-on-bgsave-error option). Please check the Redis logs for details about"
          + " the RDB error.";

  @TempDir private Path folder;

  private Check ready(String name) {
    Check check = new Check(name).needsRoot().needsProgram("mount");
    String obstacle = SmallDisk.obstacle(folder);
    return check.needs(obstacle.isEmpty(), obstacle);
  }

  @Test
  void with_always_no_write_is_acknowledged_that_is_not_on_the_disk() throws Exception {
    Check check = ready("disk-full-always");
    try (SmallDisk disk = new SmallDisk(folder, SMALL)) {
      Load load;
      String end;
      try (TestServer server = new TestServer.Options(disk.folder()).journal("always").start()) {
        load = Load.on(server, "full", 4, 16, PADDING);
        Awaitility.await("an error or the end")
            .atMost(PATIENCE)
            .until(() -> load.isRefused() || load.isOver());
        end = load.isRefused() ? "refused" : "exit=" + server.awaitExit();
      }
      load.join();
      disk.resize(LARGE);
      try (TestServer server = new TestServer.Options(disk.folder()).journal("always").start()) {
        Readback readback = new Readback().add(server, load);
        assertThat(readback.acknowledged()).isPositive();
        assertThat(readback.lost()).as("lost, seed %d", check.seed).isZero();
        assertThat(server.ask("SET", "after", "1").text()).isEqualTo("OK");
        check.report("N=%d K=1 lost=0 then=%s", readback.acknowledged(), end);
      }
    }
  }

  @Test
  void with_everysec_writes_are_refused_and_reads_served_until_there_is_room() throws Exception {
    Check check = ready("disk-full-everysec");
    try (SmallDisk disk = new SmallDisk(folder, SMALL)) {
      Load load;
      double seconds;
      try (TestServer server = new TestServer.Options(disk.folder()).journal("everysec").start()) {
        load = Load.on(server, "full", 4, 16, PADDING);
        Awaitility.await("a refusal")
            .atMost(PATIENCE)
            .until(() -> server.ask("SET", "probe", "1").isError());
        load.stop();
        assertThat(server.ask("SET", "probe", "2").text()).isEqualTo(JOURNAL_REFUSAL);
        assertThat(server.ask("PING").text()).isEqualTo(JOURNAL_REFUSAL);
        Resp read = server.ask("GET", load.writers.get(0).prefix + "k:5");
        assertThat(read.text()).isEqualTo(load.writers.get(0).value(5));
        assertThat(server.figure("aof_last_write_status")).isEqualTo("err");

        long room = System.nanoTime();
        disk.resize(LARGE);
        Awaitility.await("a write")
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(10))
            .until(() -> !server.ask("SET", "probe", "3").isError());
        seconds = (System.nanoTime() - room) / 1e9;
        Awaitility.await("a good write")
            .atMost(PATIENCE)
            .until(() -> server.figure("aof_last_write_status").equals("ok"));
        assertThat(server.ask("SET", "probe", "4").text()).isEqualTo("OK");
        assertThat(server.ask("PING").text()).isEqualTo("PONG");
        // What is acknowledged leaves the process within a second.
        Awaitility.await("the last write in the journal")
            .atMost(PATIENCE)
            .until(() -> server.figure("aof_buffer_length").equals("0"));
      }
      try (TestServer server = new TestServer.Options(disk.folder()).journal("everysec").start()) {
        Readback readback = new Readback().add(server, load);
        assertThat(server.ask("GET", "probe").text()).isEqualTo("4");
        check.report(
            "N=%d K=1 lost=%d refused-and-there=%d worst=%.2fs-to-recover",
            readback.acknowledged(), readback.lost(), readback.refusedAndThere(), seconds);
        assertThat(readback.acknowledged()).isPositive();
        assertThat(readback.lost()).as("lost, seed %d", check.seed).isZero();
        assertThat(readback.refusedAndThere()).as("seed %d", check.seed).isZero();
        assertThat(seconds).as("seconds, seed %d", check.seed).isLessThan(SOON_SECONDS);
      }
    }
  }

  @Test
  void a_snapshot_that_fails_stops_writes_until_one_succeeds() throws Exception {
    Check check = ready("disk-full-snapshot");
    try (SmallDisk disk = new SmallDisk(folder, SMALL);
        TestServer server =
            new TestServer.Options(disk.folder())
                .set("save", "3600 1")
                .set("rdbcompression", "no")
                .start()) {
      for (int i = 0; i < 40; i++) {
        assertThat(server.ask("SET", "large:" + i, "x".repeat(100_000)).text()).isEqualTo("OK");
      }
      assertThat(server.ask("BGSAVE").text()).isEqualTo("Background saving started");
      Awaitility.await("a failure")
          .atMost(PATIENCE)
          .until(() -> server.figure("rdb_last_bgsave_status").equals("err"));
      assertThat(server.ask("SET", "refused", "1").text()).isEqualTo(SNAPSHOT_REFUSAL);
      assertThat(server.ask("GET", "large:7").text()).hasSize(100_000);

      disk.resize(LARGE);
      assertThat(server.ask("BGSAVE").text()).isEqualTo("Background saving started");
      Awaitility.await("a success")
          .atMost(PATIENCE)
          .until(() -> server.figure("rdb_last_bgsave_status").equals("ok"));
      assertThat(server.ask("SET", "after", "1").text()).isEqualTo("OK");
      assertThat(server.ask("EXISTS", "refused").text()).isEqualTo("0");
      check.report("K=1 lost=0");
    }
  }
}
