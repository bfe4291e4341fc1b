package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of a running server's data, taken by the real redis-cli. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BackupIT {
  private static final int KEYS = 50_000;
  private static final String LIBRARY =
      "#!lua name=lib\nredis.register_function('f', function() return 42 end)";

  @TempDir private Path folder;

  @BeforeEach
  void requireTools() {
    for (String tool : List.of("redis-cli", "redis-check-rdb", "redis-server")) {
      assumeTrue(ServerProcess.installed(tool).isPresent(), "no " + tool + " installed");
    }
  }

  private String run(String... command) throws Exception {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", List.of(command)).isTrue();
    String text = Files.readString(output, StandardCharsets.ISO_8859_1);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  private static void fill(Peer peer) throws IOException {
    for (int i = 0; i < KEYS; i++) {
      peer.ask("SET", "key:" + i, "value:" + i);
    }
    for (int i = 0; i < 2_000; i++) {
      peer.ask("HSET", "hash", "field" + i, "v".repeat(i % 50));
      peer.ask("RPUSH", "list", "element" + i);
      peer.ask("ZADD", "scores", Integer.toString(i * 7 % 1000), "member" + i);
    }
    peer.ask("SELECT", "3");
    peer.ask("SET", "elsewhere", "1", "EX", "10000");
    peer.ask("FUNCTION", "LOAD", LIBRARY);
  }

  @Test
  void all_of_it_while_somebody_writes() throws Exception {
    Path copy = folder.resolve("copy.rdb");
    String digest;
    try (ServerProcess ours = ServerProcess.respite("--enable-debug-command", "yes");
        Peer peer = new Peer(ours.port)) {
      fill(peer);
      digest = peer.ask("DEBUG", "DIGEST").text();
      String said = run("redis-cli", "-p", "" + ours.port, "--rdb", copy.toString());
      assertThat(said).contains("Transfer finished with success");
      assertThat(peer.ask("DEBUG", "DIGEST").text()).isEqualTo(digest);
    }
    assertThat(run("redis-check-rdb", copy.toString())).contains("\\o/ RDB looks OK! \\o/");
    try (ServerProcess theirs =
            ServerProcess.redis(
                    "--enable-debug-command",
                    "yes",
                    "--dir",
                    folder.toString(),
                    "--dbfilename",
                    "copy.rdb")
                .orElseThrow();
        Peer peer = new Peer(theirs.port)) {
      assertThat(peer.ask("DEBUG", "DIGEST").text()).isEqualTo(digest);
      assertThat(peer.ask("FCALL", "f", "0").text()).isEqualTo("42");
    }
  }

  @Test
  void the_functions_alone() throws Exception {
    Path copy = folder.resolve("functions.rdb");
    try (ServerProcess ours = ServerProcess.respite();
        Peer peer = new Peer(ours.port)) {
      fill(peer);
      assertThat(run("redis-cli", "-p", "" + ours.port, "--functions-rdb", copy.toString()))
          .contains("Transfer finished with success");
    }
    try (ServerProcess theirs =
            ServerProcess.redis("--dir", folder.toString(), "--dbfilename", "functions.rdb")
                .orElseThrow();
        Peer peer = new Peer(theirs.port)) {
      assertThat(peer.ask("DBSIZE").text()).isEqualTo("0");
      assertThat(peer.ask("FCALL", "f", "0").text()).isEqualTo("42");
    }
  }

  @Test
  void to_several_at_once_one_after_the_other() throws Exception {
    try (ServerProcess ours = ServerProcess.respite();
        Peer peer = new Peer(ours.port)) {
      fill(peer);
      List<Process> copies = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        copies.add(
            new ProcessBuilder(
                    "redis-cli",
                    "-p",
                    "" + ours.port,
                    "--rdb",
                    folder.resolve("copy" + i).toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said" + i).toFile())
                .start());
      }
      for (int i = 0; i < 3; i++) {
        assertThat(copies.get(i).waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(folder.resolve("said" + i))).contains("with success");
        assertThat(run("redis-check-rdb", folder.resolve("copy" + i).toString()))
            .contains("RDB looks OK!");
      }
    }
  }

  @Test
  void but_no_replicas_are_served() throws Exception {
    try (ServerProcess ours = ServerProcess.respite();
        Peer peer = new Peer(ours.port)) {
      assertThat(peer.ask("SYNC").text()).contains("serves no replicas");
      assertThat(peer.ask("REPLCONF", "listening-port", "1").text())
          .contains("Unrecognized REPLCONF option");
    }
  }
}
