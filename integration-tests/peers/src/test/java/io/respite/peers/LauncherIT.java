package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.Ports;
import io.respite.rigs.RawClient;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/respite-server} as an operator uses it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LauncherIT {
  @TempDir private Path folder;

  /** What a finished program printed, and how it ended. */
  private record Ended(int code, String output) {}

  private Ended run(String input, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(ServerProcess.LAUNCHER.toString()));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("ended.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    assertThat(process.waitFor(ServerProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), Files.readString(output));
  }

  @Nested
  class The_program {
    @Test
    void tells_its_version() throws Exception {
      Ended ended = run("", "--version");

      assertThat(ended.code).isZero();
      assertThat(ended.output).startsWith("Redis server v=7.2").contains("Respite");
    }

    @Test
    void tells_how_it_is_called() throws Exception {
      assertThat(run("", "--help").output)
          .startsWith("Usage: respite-server [/path/to/redis.conf]");
    }

    @Test
    void rehearses_a_start_beside_data_that_it_neither_reads_nor_writes() throws Exception {
      Path data = Files.writeString(folder.resolve("dump.rdb"), "somebody's");

      Ended ended = run("", "--rehearse");

      assertThat(ended.code).as(ended.output).isZero();
      assertThat(data).hasContent("somebody's");
      assertThat(folder).isDirectoryNotContaining("glob:**rehears*");
    }

    @Test
    void refuses_in_words_what_it_cannot_do() throws Exception {
      Ended memory = run("", "--test-memory", "100");
      Ended system = run("", "--check-system");

      assertThat(memory.code).isEqualTo(1);
      assertThat(memory.output).contains("--test-memory is refused");
      assertThat(system.code).isEqualTo(1);
      assertThat(system.output).contains("--check-system is refused");
    }

    @Test
    void names_file_line_and_text_of_a_bad_directive() throws Exception {
      Path file = Files.writeString(folder.resolve("bad.conf"), "# fine\nport 1\nporrt 7\n");

      Ended ended = run("", file.toString());

      assertThat(ended.code).isEqualTo(1);
      assertThat(ended.output)
          .contains("*** FATAL CONFIG FILE ERROR")
          .contains("at line 3 of '" + file + "'")
          .contains(">>> 'porrt 7'")
          .contains("Bad directive or wrong number of arguments");
    }

    @Test
    void ends_with_1_when_the_port_is_taken() throws Exception {
      try (ServerProcess first = ServerProcess.respite()) {
        Ended ended = run("", "--port", Integer.toString(first.port));

        assertThat(ended.code).isEqualTo(1);
        assertThat(ended.output)
            .contains("Could not create server TCP listening socket 127.0.0.1:" + first.port)
            .contains("Address already in use")
            .contains("aborting");
      }
    }

    @Test
    void says_how_to_build_when_it_is_not_built() throws Exception {
      Path lonely = Files.createDirectories(folder.resolve("server/bin"));
      Path script = Files.copy(ServerProcess.LAUNCHER, lonely.resolve("respite-server"));
      Process process = new ProcessBuilder(script.toString()).redirectErrorStream(true).start();

      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(process.waitFor()).isEqualTo(1);
      assertThat(output).contains("is not built yet; build it with: ./mvnw");
    }
  }

  @Nested
  class A_server {
    @Test
    void is_the_process_that_was_started_even_through_symbolic_links() throws Exception {
      Path first = Files.createSymbolicLink(folder.resolve("first"), ServerProcess.LAUNCHER);
      Path second = Files.createSymbolicLink(folder.resolve("second"), Path.of("first"));
      assertThat(first).exists();
      try (ServerProcess server =
          ServerProcess.launch(second, List.of(), Map.of(), "--always-show-logo", "yes")) {
        server.awaitAnswer();
        long pid = server.process.pid();

        assertThat(server.output()).contains(" PID: " + pid + "\n");
        assertThat(server.connect().ask("INFO server")).contains("process_id:" + pid + "\r\n");
      }
    }

    @Test
    void logs_in_the_usual_format_and_says_when_it_is_ready() throws Exception {
      try (ServerProcess server = ServerProcess.respite("--replica-priority", "10")) {
        assertThat(server.output())
            .containsPattern(
                "(?m)^\\d+:M \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d\\.\\d{3} \\* Server"
                    + " initialized$")
            .contains("* Ready to accept connections tcp\n")
            .contains("# WARNING: the directive 'replica-priority' has no effect");
      }
    }

    @Test
    void ends_orderly_by_signals_and_by_SHUTDOWN() throws Exception {
      for (String signal : List.of("TERM", "INT")) {
        try (ServerProcess server = ServerProcess.respite()) {
          new ProcessBuilder("kill", "-" + signal, Long.toString(server.process.pid()))
              .start()
              .waitFor();
          assertThat(server.awaitExit()).as(signal).isZero();
          assertThat(server.output()).contains("scheduling shutdown").contains("bye bye");
        }
      }
      try (ServerProcess server = ServerProcess.respite()) {
        assertThat(server.connect().ask("SHUTDOWN NOSAVE")).isEqualTo(RawClient.CLOSED);
        assertThat(server.awaitExit()).isZero();
        assertThat(server.output()).contains("User requested shutdown...").contains("bye bye");
      }
    }

    @Test
    void reads_its_configuration_from_standard_input() throws Exception {
      Ended ended = run("port abc\n", "-");
      assertThat(ended.output).contains("at line 1 of standard input").contains(">>> 'port abc'");
    }

    @Test
    void writes_log_and_pid_file_into_its_data_folder() throws Exception {
      Path data = Files.createDirectory(folder.resolve("data"));
      try (ServerProcess server =
          ServerProcess.respite(
              "--dir", data.toString(), "--logfile", "server.log", "--pidfile", "server.pid")) {
        assertThat(Files.readString(data.resolve("server.log"))).contains("Server initialized");
        assertThat(Files.readString(data.resolve("server.pid")))
            .isEqualTo(server.process.pid() + "\n");
        Files.move(data.resolve("server.log"), data.resolve("rotated.log"));
        server.connect().ask("CONFIG SET replica-priority 77");
        assertThat(Files.readString(data.resolve("server.log"))).contains("has no effect");
      }
      assertThat(data.resolve("server.pid")).doesNotExist();
    }

    @Test
    void goes_into_the_background_and_leaves_its_pid() throws Exception {
      assumeTrue(ServerProcess.installed("setsid").isPresent(), "setsid is not installed here");
      int port = Ports.free();
      Ended ended =
          run(
              "timeout 1234\n",
              "--port",
              Integer.toString(port),
              "--daemonize",
              "yes",
              "--pidfile",
              folder.resolve("daemon.pid").toString(),
              "-");
      assertThat(ended.code).isZero();
      Awaitility.await().atMost(ServerProcess.PATIENCE).until(() -> ServerProcess.answers(port));
      long pid = Long.parseLong(Files.readString(folder.resolve("daemon.pid")).trim());
      ProcessHandle daemon = ProcessHandle.of(pid).orElseThrow();
      try (RawClient client = new RawClient(port)) {
        assertThat(client.ask("INFO server")).contains("process_id:" + pid);
        assertThat(client.ask("CONFIG GET timeout")).endsWith("$4\r\n1234\r\n");
      } finally {
        daemon.destroy();
      }
      daemon.onExit().get(10, TimeUnit.SECONDS);
      assertThat(folder.resolve("daemon.pid")).doesNotExist();
    }

    @Test
    void listens_on_a_unix_socket_with_no_more_than_the_permissions_asked_for() throws Exception {
      Path socket = folder.resolve("s.sock");
      try (ServerProcess server =
          ServerProcess.respite("--unixsocket", socket.toString(), "--unixsocketperm", "700")) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
            .isEqualTo("rwx------");
        assumeTrue(ServerProcess.installed("redis-cli").isPresent(), "redis-cli is not installed");
        Process cli = new ProcessBuilder("redis-cli", "-s", socket.toString(), "ping").start();
        assertThat(new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .isEqualTo("PONG\n");
        assertThat(server.output()).contains("Ready to accept connections unix");
      }
      assertThat(socket).doesNotExist();
    }

    @Test
    void brings_its_configuration_file_up_to_date() throws IOException {
      Path file = Files.writeString(folder.resolve("redis.conf"), "# mine\ntimeout 100\n");
      try (ServerProcess server =
          ServerProcess.launch(
              ServerProcess.LAUNCHER, List.of(file.toString()), Map.of(), "--hz", "20")) {
        server.awaitAnswer();
        try (RawClient client = server.connect()) {
          assertThat(client.ask("CONFIG SET timeout 55 maxmemory 3mb")).isEqualTo("+OK\r\n");
          assertThat(client.ask("CONFIG REWRITE")).isEqualTo("+OK\r\n");
        }
        assertThat(Files.readString(file))
            .startsWith("# mine\ntimeout 55\n# Generated by CONFIG REWRITE\n")
            .contains("\nmaxmemory 3mb\n")
            .contains("\nhz 20\n")
            .contains("\nport " + server.port + "\n");
      }
    }
  }
}
