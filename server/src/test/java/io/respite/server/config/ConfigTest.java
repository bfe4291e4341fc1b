package io.respite.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.environment.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ConfigTest {
  private final Config config;
  private final Path folder;

  ConfigTest(@TempDir Path folder) {
    this.folder = folder;
    config = new Config(Storage.system(), folder);
  }

  private void set(String... pairs) throws ConfigException {
    config.set(List.of(pairs), false, false);
  }

  private String shown(String name) {
    return config.show(Directives.find(name).orElseThrow());
  }

  @Nested
  class Every_directive {
    @Test
    void has_a_name_of_its_own() {
      assertThat(Directives.all()).hasSizeGreaterThanOrEqualTo(185);
      assertThat(Directives.all()).extracting(Directive::name).doesNotHaveDuplicates();
    }

    @Test
    void accepts_the_default_that_it_shows() throws Exception {
      for (Directive<?> directive : Directives.all()) {
        if (directive.is(Directive.Trait.IMMUTABLE) || directive == Directives.DIR) {
          continue;
        }
        String before = config.show(directive);
        config.set(List.of(directive.name(), before), true, false);
        assertThat(config.show(directive)).as(directive.name()).isEqualTo(before);
      }
    }

    @Test
    void is_found_by_its_old_name_and_in_any_case() {
      assertThat(Directives.find("SLAVE-read-only"))
          .contains(Directives.find("replica-read-only").orElseThrow());
      assertThat(Directives.find("nonsense")).isEmpty();
    }
  }

  @Nested
  class Setting {
    @ParameterizedTest
    @CsvSource({
      "maxmemory, 100mb, 104857600",
      "maxmemory, 2Gb, 2147483648",
      "maxmemory, 1k, 1000",
      "maxmemory-clients, 5%, 5%",
      "maxmemory-clients, 10kb, 10240",
      "appendonly, YES, yes",
      "loglevel, Verbose, verbose",
      "shutdown-on-sigterm, force default nosave, nosave force",
      "notify-keyspace-events, KEA, AKE",
      "notify-keyspace-events, Elg, glE",
      "save, 900 1 60 5, 900 1 60 5",
      "save, '', ''",
      "bind, 10.0.0.1 -::1, 10.0.0.1 -::1",
      "latency-tracking-info-percentiles, 50 99.90 100, 50 99.9 100",
      "latency-tracking-info-percentiles, '', ''",
      "client-output-buffer-limit, replica 1mb 2k 3, "
          + "normal 0 0 0 slave 1048576 2000 3 pubsub 33554432 8388608 60",
      "oom-score-adj-values, 1 2 3, 1 2 3"
    })
    void stores_the_value_in_its_usual_form(String name, String value, String expected)
        throws ConfigException {
      set(name, value);

      assertThat(shown(name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
        quoteCharacter = '~',
        value = {
          "timeout, abc, argument couldn't be parsed into an integer",
          "timeout, 01, argument couldn't be parsed into an integer",
          "timeout, +1, argument couldn't be parsed into an integer",
          "timeout, 99999999999999999999, argument couldn't be parsed into an integer",
          "timeout, -1, argument must be between 0 and 2147483647 inclusive",
          "maxmemory, -1, argument must be a memory value",
          "maxmemory, 5x, argument must be a memory value",
          "maxmemory, ~~, argument must be a memory value",
          "maxmemory-clients, x, argument must be a memory or percent value",
          "maxmemory-clients, 101%, percentage argument must be less or equal to 100",
          "appendonly, maybe, argument must be 'yes' or 'no'",
          "appendfsync, x, ~argument(s) must be one of the following: everysec, always, no~",
          "save, 1, Invalid save parameters",
          "save, 0 1, Invalid save parameters",
          "shutdown-on-sigint, save nosave, shutdown options SAVE and NOSAVE can't be used simultaneously",
          "notify-keyspace-events, Q, Invalid event class character. Use 'Ag$lshzxeKEtmdnSTIV'.",
          "client-output-buffer-limit, normal 1 1, Wrong number of arguments in buffer limit configuration.",
          "client-output-buffer-limit, master 1 1 1, Invalid client class specified in buffer limit configuration.",
          "oom-score-adj-values, 1 2, wrong number of arguments",
          "latency-tracking-info-percentiles, 101, ~latency-tracking-info-percentiles parameters should sit between [0.0,100.0]~",
          "port, 65536, argument must be between 0 and 65535 inclusive",
          "databases, 3, can't set immutable config",
          "dbfilename, a/b, ~dbfilename can't be a path, just a filename~",
          "enable-debug-command, yes, can't set immutable config",
          "dir, /tmp, can't set protected config"
        })
    void refuses_with_the_argument_and_the_reason(String name, String value, String reason) {
      String before = shown(name);
      boolean mayProtected = name.equals("dbfilename");

      assertThatThrownBy(() -> config.set(List.of(name, value), mayProtected, false))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "CONFIG SET failed (possibly related to argument '" + name + "') - " + reason);
      assertThat(shown(name)).isEqualTo(before);
    }

    @Test
    void refuses_an_unknown_name() {
      assertThatThrownBy(() -> set("timeout", "5", "nonsense", "1"))
          .hasMessage("Unknown option or number of arguments for CONFIG SET - 'nonsense'");
      assertThat(config.get(Directives.TIMEOUT)).isZero();
    }

    @Test
    void refuses_a_directive_named_twice_even_by_its_old_name() {
      assertThatThrownBy(() -> set("lua-time-limit", "5", "busy-reply-threshold", "6"))
          .hasMessageEndingWith("duplicate parameter");
    }

    @Test
    void changes_all_or_nothing() {
      assertThatThrownBy(() -> set("timeout", "5", "hz", "x")).isInstanceOf(ConfigException.class);
      assertThat(config.get(Directives.TIMEOUT)).isZero();
    }

    @Test
    void puts_everything_back_when_a_reader_refuses() throws Exception {
      List<Long> timeouts = new ArrayList<>();
      config.follow(Directives.TIMEOUT, timeouts::add);
      config.onChange(
          Directives.PORT,
          port -> {
            if (port == 1) {
              throw new BadValueException("Unable to listen on this port. Check server logs.");
            }
          });

      assertThatThrownBy(() -> set("timeout", "5", "port", "1"))
          .hasMessage(
              "CONFIG SET failed (possibly related to argument 'port')"
                  + " - Unable to listen on this port. Check server logs.");
      assertThat(timeouts).containsExactly(0L, 5L, 0L);
      assertThat(config.get(Directives.PORT)).isEqualTo(6379);
    }

    @Test
    void resolves_a_relative_folder_against_the_folder_so_far() throws Exception {
      Path inner = java.nio.file.Files.createDirectory(folder.resolve("inner"));

      config.set(List.of("dir", "inner"), true, false);

      assertThat(config.get(Directives.DIR)).isEqualTo(inner);
      assertThat(config.resolve("dump.rdb")).isEqualTo(inner.resolve("dump.rdb"));
      assertThatThrownBy(() -> config.set(List.of("dir", "missing"), true, false))
          .hasMessageEndingWith("No such file or directory");
    }
  }

  @Test
  void shows_a_value_without_giving_it_an_effect() throws Exception {
    set("maxmemory", "100");
    List<Long> seen = new ArrayList<>();
    config.watch(Directives.MAXMEMORY, seen::add);

    assertThat(config.peek(Directives.MAXMEMORY)).isEqualTo(100);
    assertThat(seen).containsExactly(100L);
    assertThat(config.withoutEffect()).containsExactly(Directives.MAXMEMORY);
    config.heed(Directives.MAXMEMORY);
    assertThat(config.withoutEffect()).isEmpty();
  }

  @Test
  void misses_no_effect_of_defaults_and_of_what_is_switched_off() throws Exception {
    set("save", "", "appendonly", "no", "maxmemory", "0");
    assertThat(config.withoutEffect()).isEmpty();

    set("save", "3600 1 300 100 60 10000");
    assertThat(config.withoutEffect()).isEmpty();

    set("save", "60 1", "appendonly", "yes");
    assertThat(config.withoutEffect())
        .containsExactlyInAnyOrder(Directives.SAVE, Directives.APPENDONLY);
  }

  @Test
  void names_what_was_set_but_nobody_reads() throws ConfigException {
    set("timeout", "5", "hll-sparse-max-bytes", "10");
    assertThat(config.get(Directives.TIMEOUT)).isEqualTo(5);

    assertThat(config.withoutEffect()).containsExactly(Directives.HLL_SPARSE_MAX_BYTES);
  }
}
