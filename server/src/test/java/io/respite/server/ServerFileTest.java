package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import io.respite.server.config.Config;
import io.respite.server.config.ConfigFile;
import io.respite.server.environment.Environment;
import io.respite.server.log.ServerLog;
import io.respite.server.net.NettyTransport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server loads when it starts and saves when it ends. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ServerFileTest {
  @TempDir private Path folder;
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

  private RespiteServer server(String... options) throws Exception {
    Environment environment = Environment.system();
    Config config = new Config(environment.storage(), folder.toAbsolutePath());
    ServerLog log =
        new ServerLog(
            environment.clock(),
            1,
            (level, bytes) -> lines.add(new String(bytes, StandardCharsets.UTF_8).strip()));
    ConfigFile.load(config, Optional.empty(), "", "port 0\n" + String.join("\n", options));
    RespiteServer server =
        new RespiteServer(environment, config, log, new NettyTransport(true, false));
    server.start();
    return server;
  }

  private static String run(RespiteServer server, String line) {
    Session session = server.engine().newSession(Session.Connection.NONE, true);
    return new String(
        server.engine().execute(session, Arguments.of(line.split(" ", -1))),
        StandardCharsets.ISO_8859_1);
  }

  private boolean saved() {
    return Files.exists(folder.resolve("dump.rdb"));
  }

  @Test
  void SHUTDOWN_saves_where_there_are_save_points_and_the_next_start_loads() throws Exception {
    try (RespiteServer server = server("save 3600 1")) {
      run(server, "SET a 1");
      run(server, "SHUTDOWN");
      server.awaitStop();
      assertThat(run(server, "SET a 2")).isEqualTo("-ERR the server is shutting down\r\n");
    }
    assertThat(lines).anyMatch(line -> line.endsWith("* DB saved on disk"));
    try (RespiteServer server = server()) {
      assertThat(run(server, "GET a")).isEqualTo("$1\r\n1\r\n");
    }
    assertThat(lines)
        .anyMatch(line -> line.contains("* Loading RDB produced by version 7.2.4"))
        .anyMatch(line -> line.contains("* Done loading RDB, keys loaded: 1, keys expired: 0."))
        .anyMatch(line -> line.matches(".*\\* DB loaded from disk: 0\\.[0-9]{3} seconds"));
  }

  @Test
  void SHUTDOWN_without_save_points_or_with_NOSAVE_does_not_save() throws Exception {
    try (RespiteServer server = server("save \"\"")) {
      run(server, "SET a 1");
      run(server, "SHUTDOWN");
    }
    try (RespiteServer server = server("save 3600 1")) {
      run(server, "SHUTDOWN NOSAVE");
    }
    assertThat(saved()).isFalse();
    try (RespiteServer server = server("save \"\"")) {
      run(server, "SHUTDOWN SAVE");
    }
    assertThat(saved()).isTrue();
  }

  @Test
  void SHUTDOWN_that_cannot_save_is_refused_unless_it_is_forced() throws Exception {
    Path obstacle = folder.resolve("temp-" + ProcessHandle.current().pid() + ".rdb");
    Files.createDirectories(obstacle.resolve("full"));
    try (RespiteServer server = server("save 3600 1")) {
      assertThat(run(server, "SHUTDOWN"))
          .isEqualTo("-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
      assertThat(run(server, "PING")).isEqualTo("+PONG\r\n");
      assertThat(run(server, "SHUTDOWN FORCE")).isEmpty();
      server.awaitStop();
    }
    assertThat(lines).anyMatch(line -> line.contains("can't exit"));
  }

  @Test
  void a_signal_saves_as_configured() throws Exception {
    try (RespiteServer server = server("save 3600 1", "shutdown-on-sigterm nosave")) {
      server.stopBySignal();
    }
    assertThat(saved()).isFalse();
    try (RespiteServer server = server("save \"\"", "shutdown-on-sigterm save")) {
      server.stopBySignal();
    }
    assertThat(saved()).isTrue();
  }

  @Test
  void a_damaged_file_is_refused_in_a_sentence() throws Exception {
    Files.write(folder.resolve("dump.rdb"), "REDIS0010".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(this::server)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Can't load the databases from "
                + folder.resolve("dump.rdb")
                + ": Unexpected EOF (at byte 9, while reading what comes next)");
  }
}
