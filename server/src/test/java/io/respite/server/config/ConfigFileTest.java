package io.respite.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.environment.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ConfigFileTest {
  private final Path folder;
  private final Config config;

  ConfigFileTest(@TempDir Path folder) {
    this.folder = folder;
    config = new Config(Storage.system(), folder);
  }

  private Path write(String name, String... lines) throws IOException {
    return Files.writeString(
        folder.resolve(name), String.join("\n", lines), StandardCharsets.ISO_8859_1);
  }

  private void load(Path file) throws ConfigFileException {
    ConfigFile.load(config, Optional.of(file), "", "");
  }

  private void arguments(String... arguments) throws ConfigFileException {
    CommandLine line = CommandLine.parse(Arrays.asList(arguments));
    ConfigFile.load(config, line.file(), "", line.options());
  }

  private String shown(String name) {
    return config.show(Directives.find(name).orElseThrow());
  }

  @Nested
  class A_file {
    @Test
    void sets_directives_and_skips_comments_and_blank_lines() throws Exception {
      load(
          write(
              "redis.conf",
              "# comment",
              "",
              "  PORT\t7777  \r",
              "requirepass \"a b\\x00\\\"\\n\"",
              "logfile ''",
              "save 900 1",
              "save 60 10 5 1",
              "slave-read-only no",
              "list-max-ziplist-entries 5",
              "bind 127.0.0.1 -::1"));

      assertThat(shown("port")).isEqualTo("7777");
      assertThat(shown("requirepass")).isEqualTo("a b\0\"\n");
      assertThat(shown("save")).isEqualTo("900 1 60 10 5 1");
      assertThat(shown("replica-read-only")).isEqualTo("no");
      assertThat(shown("bind")).isEqualTo("127.0.0.1 -::1");
    }

    @Test
    void includes_others_by_name_and_by_pattern() throws Exception {
      write("a.part", "timeout 1");
      write("b.part", "timeout 2", "hz 20");
      load(
          write(
              "redis.conf",
              "include " + folder.resolve("a.part"),
              "include " + folder + "/*.part",
              "include " + folder + "/none-*.conf"));

      assertThat(shown("timeout")).isEqualTo("2");
      assertThat(shown("hz")).isEqualTo("20");
    }

    @Test
    void that_includes_itself_is_refused() throws Exception {
      Path file = folder.resolve("loop.conf");
      write("loop.conf", "include " + file);

      assertThatThrownBy(() -> load(file)).hasMessageContaining("levels deep");
    }

    @Test
    void that_does_not_exist_is_named() {
      Path missing = folder.resolve("missing.conf");

      assertThatThrownBy(() -> load(missing))
          .isInstanceOf(ConfigFileException.class)
          .hasMessage(
              "Fatal error, can't open config file '" + missing + "': No such file or directory");
    }

    @Test
    void with_an_unknown_directive_is_refused_by_file_line_and_text() throws Exception {
      Path file = write("redis.conf", "port 1", "", "  porrt 7 ");

      assertThatThrownBy(() -> load(file))
          .hasMessageContaining("*** FATAL CONFIG FILE ERROR")
          .hasMessageContaining("at line 3 of '" + file + "'")
          .hasMessageContaining("\n>>> 'porrt 7'\n")
          .hasMessageEndingWith("Bad directive or wrong number of arguments");
    }

    @Test
    void with_a_bad_value_unbalanced_quotes_or_too_many_words_is_refused() {
      assertThatThrownBy(() -> load(write("a.conf", "port many")))
          .hasMessageEndingWith("argument couldn't be parsed into an integer");
      assertThatThrownBy(() -> load(write("b.conf", "requirepass \"abc")))
          .hasMessageEndingWith("Unbalanced quotes in configuration line");
      assertThatThrownBy(() -> load(write("c.conf", "port 1 2")))
          .hasMessageEndingWith("wrong number of arguments");
      assertThatThrownBy(() -> load(write("d.conf", "save")))
          .hasMessageEndingWith("wrong number of arguments");
    }

    @Test
    void may_rename_commands() throws Exception {
      load(write("redis.conf", "rename-command FLUSHALL \"\"", "rename-command get fetch"));

      List<String> renamed = new ArrayList<>();
      config.renameCommands((from, to) -> renamed.add(from + ">" + to));
      assertThat(renamed).containsExactly("FLUSHALL>", "get>fetch");
    }

    @Test
    void names_the_line_of_a_command_that_cannot_be_renamed() throws Exception {
      Path file = write("redis.conf", "port 1", "rename-command get fetch");
      load(file);

      assertThatThrownBy(
              () ->
                  config.renameCommands(
                      (from, to) -> {
                        throw new BadValueException("No");
                      }))
          .isInstanceOf(BadValueException.class)
          .hasMessage(
              "\n*** FATAL CONFIG FILE ERROR (Respite) ***\n"
                  + "Reading the configuration file, at line 2 of '"
                  + file
                  + "'\n>>> 'rename-command get fetch'\nNo");
    }
  }

  @Nested
  class The_command_line {
    @Test
    void sets_several_words_per_directive_and_wins_over_the_file() throws Exception {
      Path file = write("redis.conf", "port 1", "timeout 7");

      arguments(
          file.toString(), "--port", "7777", "--save", "60", "1", "--bind", "127.0.0.1", "-::1");

      assertThat(shown("port")).isEqualTo("7777");
      assertThat(shown("timeout")).isEqualTo("7");
      assertThat(shown("save")).isEqualTo("60 1");
      assertThat(shown("bind")).isEqualTo("127.0.0.1 -::1");
      assertThat(config.file()).contains(file);
    }

    @Test
    void knows_the_forms_of_an_empty_save() throws Exception {
      for (String[] form :
          new String[][] {
            {"--save", ""}, {"--save"}, {"--save", "--port", "1"}, {"--save", "", "--port", "1"}
          }) {
        Config fresh = new Config(Storage.system(), folder);
        CommandLine line = CommandLine.parse(Arrays.asList(form));
        ConfigFile.load(fresh, line.file(), "", line.options());
        assertThat(fresh.get(Directives.SAVE)).as(String.join(" ", form)).isEmpty();
      }
    }

    @Test
    void takes_name_and_value_in_one_argument() throws Exception {
      arguments("--port 7777", "--save 60 1 5 1", "--requirepass", "--secret", "--hz", "20");

      assertThat(shown("port")).isEqualTo("7777");
      assertThat(shown("save")).isEqualTo("60 1 5 1");
      assertThat(shown("requirepass")).isEqualTo("--secret");
      assertThat(shown("hz")).isEqualTo("20");
    }

    @Test
    void reads_standard_input_when_a_dash_stands_first_or_last() {
      assertThat(CommandLine.parse(Arrays.asList("-")).standardInput()).isTrue();
      assertThat(CommandLine.parse(Arrays.asList("a.conf", "--port", "1", "-")).standardInput())
          .isTrue();
      assertThat(CommandLine.parse(Arrays.asList("a.conf", "-", "--port", "1")).standardInput())
          .isFalse();
    }

    @Test
    void that_is_wrong_is_refused_with_the_directive() {
      assertThatThrownBy(() -> arguments("--porrt", "1"))
          .hasMessageContaining("of the command line\n>>> 'porrt \"1\"'\n");
    }
  }

  @Nested
  class Rewriting {
    @Test
    void keeps_comments_order_and_unknown_lines_and_appends_what_is_new() throws Exception {
      Path file =
          write(
              "redis.conf",
              "# my server",
              "port 7777",
              "",
              "",
              "save 900 1",
              "save 60 10",
              "# the end",
              "include other.part");
      write("other.part", "hz 10");
      load(file);
      config.set(
          java.util.List.of("save", "5 1", "maxmemory", "100mb", "timeout", "0"), true, false);
      config.set(java.util.List.of("requirepass", "a \"b\"\n"), true, false);

      ConfigRewriter.rewrite(config);

      assertThat(Files.readString(file))
          .isEqualTo(
              """
              # my server
              port 7777

              save 5 1

              # the end
              include other.part
              # Generated by CONFIG REWRITE
              dir "%s"
              requirepass "a \\"b\\"\\n"
              maxmemory 100mb
              """
                  .formatted(folder));
    }

    @Test
    void gives_a_file_that_loads_to_the_same_values() throws Exception {
      Path file = write("redis.conf", "port 7777");
      load(file);
      config.set(
          java.util.List.of(
              "client-output-buffer-limit", "pubsub 1mb 2k 3",
              "save", "",
              "latency-tracking-info-percentiles", "",
              "notify-keyspace-events", "KEA",
              "maxmemory-clients", "7%",
              "bind", ""),
          true,
          false);
      ConfigRewriter.rewrite(config);

      Config again = new Config(Storage.system(), folder);
      ConfigFile.load(again, Optional.of(file), "", "");

      for (Directive<?> directive : Directives.all()) {
        assertThat(again.show(directive)).as(directive.name()).isEqualTo(config.show(directive));
      }
    }
  }
}
