package io.respite.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Ports;
import io.respite.rigs.ServerProcess;
import io.respite.rigs.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The health check, {@code server/bin/respite-ping}. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RespitePingIT {
  private static final String PING =
      Path.of(System.getProperty("respite.root"), "server/bin/respite-ping").toString();

  @TempDir private Path folder;

  private static Shell.Ended ping(int port, String... options) {
    List<String> command = new ArrayList<>(List.of(PING, "--port", Integer.toString(port)));
    command.addAll(List.of(options));
    return Shell.run(command.toArray(new String[0]));
  }

  private Shell.Ended pingWith(String password, int port, String... options) throws IOException {
    Path file = Files.writeString(folder.resolve("password"), password);
    List<String> command =
        new ArrayList<>(List.of("env", "RESPITE_PASSWORD_FILE=" + file, PING, "--port"));
    command.add(Integer.toString(port));
    command.addAll(List.of(options));
    return Shell.run(command.toArray(new String[0]));
  }

  @Test
  void says_nothing_when_all_is_well() throws IOException {
    try (ServerProcess server = ServerProcess.respite()) {
      assertThat(ping(server.port)).isEqualTo(new Shell.Ended(0, ""));
      assertThat(ping(server.port, "--host", "127.0.0.1", "--alive").code()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"simple", "with blank and 'quotes\" $HOME `id` \\n %s", "pässwörd €"})
  void gives_any_password(String password) throws IOException {
    String word =
        new String(password.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    try (ServerProcess server = ServerProcess.respite()) {
      assertThat(server.ask("CONFIG", "SET", "requirepass", word).text()).isEqualTo("OK");
      assertThat(pingWith(password, server.port)).isEqualTo(new Shell.Ended(0, ""));
      assertThat(pingWith(password + "\n", server.port).code()).as("a line's end").isZero();

      Shell.Ended none = ping(server.port);
      assertThat(none.code()).isEqualTo(1);
      assertThat(none.output()).contains("answers -NOAUTH Authentication required.");
      Shell.Ended wrong = pingWith("wrong", server.port);
      assertThat(wrong.code()).isEqualTo(1);
      assertThat(wrong.output()).contains("answers -WRONGPASS");
      assertThat(pingWith("wrong", server.port, "--alive").code()).isZero();
    }
  }

  @Test
  void needs_a_server_that_listens_and_a_file_that_can_be_read() {
    int port = Ports.free();
    assertThat(ping(port))
        .isEqualTo(new Shell.Ended(1, "respite-ping: 127.0.0.1:" + port + " does not listen\n"));
    Shell.Ended unreadable =
        Shell.run("env", "RESPITE_PASSWORD_FILE=" + folder.resolve("none"), PING);
    assertThat(unreadable.code()).isEqualTo(1);
    assertThat(unreadable.output()).contains("No such file");
  }

  @Test
  void explains_its_options() {
    assertThat(Shell.run(PING, "--what"))
        .isEqualTo(
            new Shell.Ended(2, "Usage: respite-ping [--alive] [--host HOST] [--port PORT]\n"));
    assertThat(Shell.run(PING, "--port"))
        .isEqualTo(new Shell.Ended(2, "respite-ping: --port needs a value\n"));
  }
}
