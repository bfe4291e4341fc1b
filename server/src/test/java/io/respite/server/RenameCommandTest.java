package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import io.respite.server.config.BadValueException;
import io.respite.server.config.Config;
import io.respite.server.config.ConfigFile;
import io.respite.server.config.ConfigFileException;
import io.respite.server.config.Words;
import io.respite.server.environment.Environment;
import io.respite.server.log.ServerLog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** {@code rename-command}: which names an engine knows its commands by. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RenameCommandTest {
  private static Engine engine(String... lines) throws ConfigFileException, BadValueException {
    Environment environment = Environment.system();
    Config config = new Config(environment.storage(), Path.of("").toAbsolutePath());
    ConfigFile.load(config, Optional.empty(), "", String.join("\n", lines));
    return Engine.open(environment, config, new ServerLog(environment.clock(), 1, (l, b) -> {}));
  }

  private static String run(Engine engine, String... requests) {
    Session session = engine.newSession(Session.Connection.NONE, true);
    String last = "";
    for (String request : requests) {
      List<String> words = Words.split(request).orElseThrow();
      byte[] reply = engine.execute(session, Arguments.of(words.toArray(String[]::new)));
      last = new String(reply, StandardCharsets.UTF_8);
    }
    return last;
  }

  @Test
  void a_command_is_found_by_its_new_name_alone_and_counted_by_its_old_one() throws Exception {
    try (Engine engine = engine("rename-command GET Fetch")) {
      assertThat(run(engine, "SET k v", "fetch k")).isEqualTo("$1\r\nv\r\n");
      assertThat(run(engine, "FETCH k")).isEqualTo("$1\r\nv\r\n");
      assertThat(run(engine, "GET k")).startsWith("-ERR unknown command 'GET'");
      assertThat(run(engine, "fetch"))
          .isEqualTo("-ERR wrong number of arguments for 'get' command\r\n");
      assertThat(run(engine, "COMMAND INFO get")).isEqualTo("*1\r\n$-1\r\n");
      assertThat(run(engine, "COMMAND INFO fetch")).contains("\r\n$3\r\nget\r\n");
      assertThat(run(engine, "INFO commandstats")).contains("cmdstat_get:calls=2,");
    }
  }

  @Test
  void an_empty_name_takes_the_command_away() throws Exception {
    try (Engine whole = engine("");
        Engine without = engine("rename-command FLUSHALL \"\"", "rename-command config \"\"")) {
      assertThat(run(without, "FLUSHALL")).startsWith("-ERR unknown command 'FLUSHALL'");
      assertThat(run(without, "CONFIG GET port")).startsWith("-ERR unknown command 'CONFIG'");
      int before = Integer.parseInt(run(whole, "COMMAND COUNT").substring(1).trim());
      assertThat(run(without, "COMMAND COUNT")).isEqualTo(":" + (before - 2) + "\r\n");
    }
  }

  @Test
  void subcommands_go_with_their_container() throws Exception {
    try (Engine engine = engine("rename-command CONFIG settings", "port 77")) {
      assertThat(run(engine, "SETTINGS GET port")).contains("77");
      assertThat(run(engine, "CONFIG GET port")).startsWith("-ERR unknown command");
    }
  }

  @Test
  void a_renamed_EXEC_still_ends_what_MULTI_began() throws Exception {
    try (Engine engine = engine("rename-command exec perform", "rename-command multi begin")) {
      assertThat(run(engine, "BEGIN", "INCR n", "PERFORM")).isEqualTo("*1\r\n:1\r\n");
      assertThat(run(engine, "BEGIN", "PERFORM with more"))
          .startsWith("-EXECABORT Transaction discarded because of: wrong number of arguments");
    }
  }

  @Test
  void lines_are_obeyed_in_their_order() throws Exception {
    try (Engine engine =
        engine("rename-command get a", "rename-command set get", "rename-command a set")) {
      assertThat(run(engine, "GET k v", "SET k")).isEqualTo("$1\r\nv\r\n");
    }
    engine("rename-command get GET").close();
  }

  @Test
  void a_name_may_be_of_any_bytes() throws Exception {
    String line = Words.fromUnicode("rename-command get \"Ähm Ähm\"");
    try (Engine engine = engine(line)) {
      assertThat(run(engine, "SET k v", "\"Ähm ähm\" k")).startsWith("-ERR unknown command");
      assertThat(run(engine, "\"ÄHM ÄHM\" k")).isEqualTo("$1\r\nv\r\n");
    }
  }

  @Test
  void unknown_and_taken_names_are_fatal_and_shown_with_their_line() {
    assertThatThrownBy(() -> engine("port 0", "rename-command nope x"))
        .hasMessage(
            """

            *** FATAL CONFIG FILE ERROR (Respite) ***
            Reading the configuration file, at line 2 of the command line
            >>> 'rename-command nope x'
            No such command in rename-command""");
    assertThatThrownBy(() -> engine("rename-command get SET"))
        .hasMessageEndingWith("\nTarget command name already exists");
    assertThatThrownBy(() -> engine("rename-command get a", "rename-command get b"))
        .hasMessageContaining("at line 2")
        .hasMessageEndingWith("\nNo such command in rename-command");
    assertThatThrownBy(() -> engine("rename-command config|get a"))
        .hasMessageEndingWith("\nNo such command in rename-command");
  }
}
