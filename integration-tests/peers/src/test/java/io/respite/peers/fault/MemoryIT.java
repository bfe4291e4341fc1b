package io.respite.peers.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is given more than its heap can hold. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MemoryIT {
  private static final int PADDING = 10_000;
  private static final long LOAD_BYTES = 1L << 30;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** How a virtual machine ends that was told to end when its memory is exhausted. */
  private static final int EXHAUSTED = 3;

  @TempDir private Path folder;

  @Test
  void a_server_without_memory_ends_or_refuses_and_loses_nothing_acknowledged() throws Exception {
    Check check = new Check("jvm-oom").needsRespite("a real server has no such heap");
    Load load;
    String end;
    try (TestServer server =
        new TestServer.Options(folder)
            .journal("always")
            .with("RESPITE_JAVA_OPTS", "-Xmx64m")
            .start()) {
      load = Load.on(server, "oom", 4, 16, PADDING);
      Awaitility.await("an error or the end")
          .atMost(PATIENCE)
          .until(() -> load.isRefused() || load.isOver() || load.sent() * PADDING / 5 > LOAD_BYTES);
      if (load.isRefused()) {
        end = "refused";
        assertThat(server.ask("PING").text()).isEqualTo("PONG");
        load.stop();
      } else {
        int code = server.awaitExit();
        assertThat(code).as(server.output()).isEqualTo(EXHAUSTED);
        end = "exit=" + code;
      }
    }
    load.join();
    try (TestServer server = new TestServer.Options(folder).journal("always").start()) {
      Readback readback = new Readback().add(server, load);
      check.report("N=%d K=1 lost=%d then=%s", readback.acknowledged(), readback.lost(), end);
      assertThat(readback.acknowledged()).isPositive();
      assertThat(readback.lost()).as("lost, seed %d", check.seed).isZero();
    }
  }
}
