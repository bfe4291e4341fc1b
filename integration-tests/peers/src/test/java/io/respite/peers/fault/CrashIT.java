package io.respite.peers.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.RespClient;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's process ends at once, under load; the system goes on, with all it was given. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CrashIT {
  /** So many keys that a rewrite takes a while. */
  private static final int BALLAST = 60_000;

  private static final int BATCH = 1_000;

  @TempDir private Path folder;

  static void ballast(TestServer server) throws Exception {
    try (RespClient client = server.connect()) {
      for (int from = 0; from < BALLAST; from += BATCH) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = from; i < from + BATCH; i++) {
          RespClient.write(out, "SET", "ballast:" + i, "ballast ".repeat(10) + i);
        }
        client.send(out.toByteArray());
        for (int i = 0; i < BATCH; i++) {
          assertThat(client.receive().text()).isEqualTo("OK");
        }
      }
    }
  }

  private TestServer start() {
    return new TestServer.Options(folder).journal("always").start();
  }

  @Test
  void with_always_nothing_acknowledged_is_lost_when_the_process_is_killed() throws Exception {
    Check check = new Check("crash-always");
    int kills = check.times(8);
    List<Load> loads = new ArrayList<>();
    long acknowledged = 0;
    int inRewrite = 0;
    TestServer server = start();
    try {
      ballast(server);
      for (int kill = 0; kill < kills; kill++) {
        Load load = Load.on(server, "round" + kill);
        loads.add(load);
        load.awaitMore(200 + check.random.nextInt(2_000));
        if (kill % 2 == 1) {
          assertThat(server.ask("BGREWRITEAOF").isError()).isFalse();
          // Somewhere within it, and sometimes behind it.
          TimeUnit.MILLISECONDS.sleep(check.random.nextInt(80));
          inRewrite += server.figure("aof_rewrite_in_progress").equals("1") ? 1 : 0;
        }
        server.kill();
        load.join();
        server = start();
        Readback readback = new Readback().add(server, load);
        assertThat(readback.lost()).as("lost in round %d, seed %d", kill, check.seed).isZero();
        acknowledged += readback.acknowledged();
      }
      Readback all = new Readback();
      for (Load load : loads) {
        all.add(server, load);
      }
      assertThat(all.lost()).as("lost in the end, seed %d", check.seed).isZero();
      check.report("N=%d K=%d in-rewrite=%d lost=0", acknowledged, kills, inRewrite);
    } finally {
      server.close();
    }
  }

  @Test
  void what_is_written_during_a_rewrite_is_there_after_it() throws Exception {
    Check check = new Check("rewrite-concurrent");
    int rewrites = check.times(4);
    String digest;
    Load load;
    try (TestServer server = start()) {
      ballast(server);
      load = Load.on(server, "all");
      for (int i = 0; i < rewrites; i++) {
        load.awaitMore(check.random.nextInt(1_000));
        assertThat(server.ask("BGREWRITEAOF").isError()).isFalse();
        server.awaitRewritten();
        assertThat(server.figure("aof_last_bgrewrite_status")).isEqualTo("ok");
      }
      load.stop();
      digest = server.ask("DEBUG", "DIGEST").text();
    }
    try (TestServer server = start()) {
      Readback readback = new Readback().add(server, load);
      assertThat(server.ask("DEBUG", "DIGEST").text()).as("seed %d", check.seed).isEqualTo(digest);
      assertThat(readback.lost()).as("lost, seed %d", check.seed).isZero();
      check.report("N=%d K=%d lost=0 digest=equal", readback.acknowledged(), rewrites);
    }
  }
}
