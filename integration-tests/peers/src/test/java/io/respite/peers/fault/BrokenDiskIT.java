package io.respite.peers.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Resp;
import io.respite.rigs.RespClient;
import io.respite.rigs.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that takes half of what it is given, or does not keep it. A library between the server and
 * the system plays the disk; {@code strace} plays it once more, so that one does not depend on the
 * other.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BrokenDiskIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private Path control() {
    return folder.resolve("control");
  }

  private Path mark() {
    return folder.resolve("mark");
  }

  private Path files() throws IOException {
    return Files.createDirectories(folder.resolve("files"));
  }

  /** A server on the broken disk, which is whole until the control file says otherwise. */
  private TestServer.Options broken(Path files) throws IOException {
    return new TestServer.Options(files)
        .with("LD_PRELOAD", Compiler.library("shim", folder).toString())
        .with("RESPITE_FAULT_FILES", ".incr.aof")
        .with("RESPITE_FAULT_CONTROL", control().toString())
        .with("RESPITE_FAULT_MARK", mark().toString());
  }

  // ---- a force that fails

  @Test
  void with_always_nothing_is_acknowledged_after_a_failed_fsync() throws Exception {
    Check check = new Check("fsync-eio").needsProgram("gcc");
    Load load;
    String end;
    try (TestServer server = broken(files()).journal("always").start()) {
      load = Load.on(server, "eio");
      load.awaitMore(500 + check.random.nextInt(2_000));
      Files.writeString(control(), "eio");
      Awaitility.await("a failed fsync")
          .pollInterval(Duration.ofMillis(1))
          .atMost(PATIENCE)
          .until(() -> Files.exists(mark()));
      // The disk is whole again: a second try would succeed, and prove nothing of the first.
      TimeUnit.MILLISECONDS.sleep(50);
      Files.delete(control());
      // What was acknowledged before the failure may be on its way; after that nothing comes.
      load.drain();
      long acknowledged = load.acknowledged();
      TimeUnit.MILLISECONDS.sleep(700);
      assertThat(load.acknowledged()).as("seed %d", check.seed).isEqualTo(acknowledged);
      end = server.process.isAlive() ? "refused" : "exit=" + server.process.exitValue();
      if (server.process.isAlive()) {
        assertThat(server.ask("SET", "refused", "1").isError()).isTrue();
        load.writers.forEach(Writer::stop);
      } else {
        assertThat(server.process.exitValue()).isEqualTo(1);
        assertThat(server.output()).contains("Input/output error");
      }
    }
    load.join();
    try (TestServer server = new TestServer.Options(files()).journal("always").start()) {
      Readback readback = new Readback().add(server, load);
      check.report("N=%d K=1 lost=%d then=%s", readback.acknowledged(), readback.lost(), end);
      assertThat(readback.acknowledged()).isPositive();
      assertThat(readback.lost()).as("lost, seed %d", check.seed).isZero();
    }
  }

  @Test
  void with_everysec_writes_are_refused_after_a_failed_fsync() throws Exception {
    Check check = new Check("fsync-eio-everysec").needsProgram("gcc");
    try (TestServer server = broken(files()).journal("everysec").start()) {
      assertThat(server.ask("SET", "before", "1").text()).isEqualTo("OK");
      Files.writeString(control(), "eio");
      Awaitility.await("a refusal")
          .atMost(PATIENCE)
          .until(() -> server.ask("SET", "k", "1").isError());
      Resp refusal = server.ask("SET", "k", "2");
      assertThat(refusal.text())
          .isEqualTo("MISCONF Errors writing to the AOF file: Input/output error");
      assertThat(server.ask("GET", "before").text()).isEqualTo("1");
      check.report("K=1 refusal=\"%s\"", refusal.text());
    }
  }

  @Test
  void a_tracer_that_lets_fsync_fail_finds_the_same() throws Exception {
    Check check = new Check("fsync-eio-strace").needsProgram("strace");
    Shell.Ended allowed = Shell.run("strace", "-qq", "-o", "/dev/null", "true");
    check.needs(allowed.code() == 0, "strace may not trace: " + allowed.output().trim());
    int first = 20 + check.random.nextInt(100);
    Path trace = folder.resolve("trace.txt");
    Load load;
    int code;
    // The tracer stands aside, so that the process we hold is the server's.
    try (TestServer server =
        new TestServer.Options(files())
            .under(
                "strace",
                "-D",
                "-f",
                "-qq",
                "-o",
                trace.toString(),
                "-e",
                "trace=fdatasync",
                "-e",
                "inject=fdatasync:error=EIO:when=" + first + "+")
            .journal("always")
            .start()) {
      load = Load.on(server, "trace");
      Awaitility.await("an error or the end")
          .atMost(PATIENCE)
          .until(() -> load.isRefused() || load.isOver());
      TimeUnit.MILLISECONDS.sleep(100);
      code = server.process.isAlive() ? -1 : server.awaitExit();
      load.writers.forEach(Writer::stop);
    }
    load.join();
    assertThat(Files.readString(trace)).contains("EIO");
    try (TestServer server = new TestServer.Options(files()).journal("always").start()) {
      Readback readback = new Readback().add(server, load);
      check.report(
          "N=%d K=1 first-failed=%d lost=%d then=%s",
          readback.acknowledged(), first, readback.lost(), code < 0 ? "refused" : "exit=" + code);
      assertThat(readback.acknowledged()).isPositive();
      assertThat(readback.lost()).as("lost, seed %d", check.seed).isZero();
    }
  }

  // ---- writes that take a part

  @Test
  void writes_that_take_a_part_give_the_same_journal() throws Exception {
    Check check = new Check("short-write").needsProgram("gcc");
    Path whole = Files.createDirectories(folder.resolve("whole"));
    byte[] expected;
    try (TestServer server = broken(whole).journal("always").start()) {
      write(server, new Random(check.seed));
      expected = journal(whole);
    }
    assertThat(mark()).doesNotExist();
    Files.writeString(control(), "short");
    String digest;
    byte[] found;
    try (TestServer server = broken(files()).journal("always").start()) {
      write(server, new Random(check.seed));
      digest = server.ask("DEBUG", "DIGEST").text();
      found = journal(files());
    }
    assertThat(mark()).exists();
    assertThat(found).as("the journal, seed %d", check.seed).isEqualTo(expected);
    Files.delete(control());
    try (TestServer server = new TestServer.Options(files()).journal("always").start()) {
      assertThat(server.ask("DEBUG", "DIGEST").text()).isEqualTo(digest);
    }
    check.report("N=%d bytes=%d diffs=0", 2 * REQUESTS, expected.length);
  }

  private static final int REQUESTS = 300;

  private static void write(TestServer server, Random random) throws IOException {
    try (RespClient client = server.connect()) {
      for (int i = 0; i < REQUESTS; i++) {
        String value = "v".repeat(random.nextInt(i % 50 == 0 ? 200_000 : 300));
        assertThat(client.ask("SET", "k" + random.nextInt(50), value).text()).isEqualTo("OK");
        assertThat(client.ask("RPUSH", "list", "" + i).isError()).isFalse();
      }
    }
  }

  /** What lies in the journal's growing file. */
  private static byte[] journal(Path files) throws IOException {
    try (Stream<Path> names = Files.walk(files)) {
      List<Path> growing =
          names.filter(name -> name.getFileName().toString().endsWith(".incr.aof")).toList();
      assertThat(growing).hasSize(1);
      return Files.readAllBytes(growing.get(0));
    }
  }
}
