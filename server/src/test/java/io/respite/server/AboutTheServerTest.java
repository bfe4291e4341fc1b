package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import io.respite.server.command.family.TestConnection;
import io.respite.server.config.Words;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The commands that are about connections and the server, on an engine without a network. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AboutTheServerTest {
  private Engine engine;
  private Session session;

  @BeforeEach
  void open() {
    engine = Engine.open(Map.of("enable-debug-command", "yes", "databases", "4"));
    session = engine.newSession(Session.Connection.NONE, true);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private String run(String line) {
    List<String> words = Words.split(line).orElseThrow();
    byte[] reply = engine.execute(session, Arguments.of(words.toArray(String[]::new)));
    return new String(reply, StandardCharsets.UTF_8);
  }

  private void answers(String line, String reply) {
    assertThat(run(line)).as(line).isEqualTo(reply + "\r\n");
  }

  @Nested
  class Hello {
    @Test
    void changes_the_protocol_and_the_name_together_or_not_at_all() {
      assertThat(run("HELLO 3 SETNAME a")).startsWith("%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n");
      answers(
          "HELLO 2 SETNAME 'b b'",
          "-ERR Client names cannot contain spaces, newlines or special characters.");
      answers("CLIENT GETNAME", "$1\r\na");
      answers("GET nothing", "_");
      assertThat(run("HELLO 2")).startsWith("*14\r\n");
      answers("GET nothing", "$-1");
    }
  }

  @Nested
  class Select {
    @Test
    void knows_as_many_databases_as_configured() {
      answers("SELECT 3", "+OK");
      answers("SET k v", "+OK");
      answers("SELECT 4", "-ERR DB index is out of range");
      answers("SELECT -1", "-ERR DB index is out of range");
      answers("DBSIZE", ":1");
      answers("SELECT 0", "+OK");
      answers("DBSIZE", ":0");
    }
  }

  @Nested
  class Reset {
    @Test
    void makes_the_session_what_it_was() {
      run("HELLO 3 SETNAME a");
      run("SELECT 2");
      run("CLIENT NO-TOUCH ON");
      run("MULTI");
      answers("RESET", "+RESET");
      assertThat(session.database()).isZero();
      assertThat(session.protocol()).isEqualTo(2);
      assertThat(session.touchesKeys()).isTrue();
      answers("CLIENT GETNAME", "$-1");
      answers("EXEC", "-ERR EXEC without MULTI");
    }
  }

  @Nested
  class Client {
    @Test
    void describes_itself() {
      run("CLIENT SETINFO LIB-NAME lib");
      run("CLIENT SETINFO LIB-VER 1.2");
      run("SELECT 1");
      assertThat(run("CLIENT INFO"))
          .contains("id=" + session.id() + " ")
          .contains(" db=1 ")
          .contains(" multi=-1 ")
          .contains(" cmd=client|info user=default redir=-1 resp=2 lib-name=lib lib-ver=1.2\n");
    }

    @Test
    void is_silent_as_long_as_it_wants() {
      assertThat(run("CLIENT REPLY SKIP")).isEmpty();
      assertThat(run("PING")).isEmpty();
      answers("PING", "+PONG");
      assertThat(run("CLIENT REPLY OFF")).isEmpty();
      assertThat(run("PING")).isEmpty();
      answers("CLIENT REPLY ON", "+OK");
    }
  }

  @Nested
  class Config {
    @Test
    void get_answers_every_pattern_once() {
      answers(
          "CONFIG GET hash-max-listpack-value hash-max-list*-value",
          "*2\r\n$23\r\nhash-max-listpack-value\r\n$2\r\n64");
      assertThat(run("CONFIG GET *")).startsWith("*");
    }

    @Test
    void get_hides_hidden_directives_from_patterns() {
      answers("CONFIG GET watchdog-*", "*0");
      answers("CONFIG GET watchdog-period", "*2\r\n$15\r\nwatchdog-period\r\n$1\r\n0");
    }

    @Test
    void set_takes_effect_at_once() {
      answers("CONFIG SET hash-max-listpack-entries 1", "+OK");
      run("HSET h a 1 b 2");
      answers("OBJECT ENCODING h", "$9\r\nhashtable");
    }

    @Test
    void resetstat_puts_counters_back() {
      run("GET nothing");
      run("nonsense");
      assertThat(run("INFO stats")).contains("keyspace_misses:1\r\n");
      answers("CONFIG RESETSTAT", "+OK");
      assertThat(run("INFO all"))
          .contains("keyspace_misses:0\r\n")
          .contains("total_error_replies:0\r\n")
          .doesNotContain("cmdstat_get:");
    }
  }

  @Nested
  class Commands {
    @Test
    void count_and_list_agree_with_the_table() {
      int count = engine.dispatcher().table().commands().size();
      answers("COMMAND COUNT", ":" + count);
      int all =
          engine.dispatcher().table().commands().stream()
              .mapToInt(command -> 1 + command.subcommands().size())
              .sum();
      assertThat(run("COMMAND LIST"))
          .startsWith("*" + all + "\r\n")
          .contains("\r\nxgroup\r\n", "\r\nxgroup|create\r\n");
      answers("COMMAND LIST FILTERBY PATTERN hgetd*", "*1\r\n$7\r\nhgetdel");
      assertThat(run("COMMAND LIST FILTERBY ACLCAT hash"))
          .contains("hexpire")
          .doesNotContain("\r\nmget\r\n");
    }

    @Test
    void getkeys_finds_keys_by_the_rows() {
      answers("COMMAND GETKEYS MSET a 1 b 2", "*2\r\n$1\r\na\r\n$1\r\nb");
      answers("COMMAND GETKEYS MEMORY USAGE k", "*1\r\n$1\r\nk");
      answers("COMMAND GETKEYS PING x", "-ERR The command has no key arguments");
      answers("COMMAND GETKEYS NONSENSE x", "-ERR Invalid command specified");
      answers("COMMAND GETKEYS GET a b", "-ERR Invalid number of arguments specified for command");
      assertThat(run("COMMAND GETKEYSANDFLAGS HSET h f v"))
          .isEqualTo("*1\r\n*2\r\n$1\r\nh\r\n*2\r\n+RW\r\n+update\r\n");
    }

    @Test
    void docs_derives_arguments_from_the_syntax() {
      assertThat(run("COMMAND DOCS CONFIG|SET"))
          .startsWith("*2\r\n$10\r\nconfig|set\r\n")
          .contains("$9\r\narguments\r\n")
          .contains("$9\r\nparameter\r\n")
          .contains("+multiple\r\n");
    }

    @Test
    void info_describes_subcommands_inside_their_container() {
      assertThat(run("COMMAND INFO CONFIG"))
          .contains("$10\r\nconfig|get\r\n:-3\r\n")
          .contains("$10\r\nconfig|set\r\n:-4\r\n");
    }
  }

  @Nested
  class Info {
    @Test
    void shows_the_sections_asked_for() {
      assertThat(run("INFO server CLIENTS"))
          .contains("# Server\r\nredis_version:7.2.")
          .contains("\r\nrespite_version:")
          .contains("\r\n\r\n# Clients\r\nconnected_clients:")
          .doesNotContain("# Memory");
      assertThat(run("INFO")).contains("# Keyspace\r\n").doesNotContain("# Commandstats");
      assertThat(run("INFO everything")).contains("# Commandstats\r\n");
    }

    @Test
    void counts_commands_errors_keys_and_latencies() {
      run("SELECT 2");
      run("SET k v EX 100");
      run("INCR k");
      run("GET");
      assertThat(run("INFO all"))
          .contains("db2:keys=1,expires=1,")
          .containsPattern(
              "cmdstat_incr:calls=1,usec=\\d+,usec_per_call=[0-9.]+,rejected_calls=0,"
                  + "failed_calls=1\r\n")
          .containsPattern("cmdstat_get:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,")
          .contains("errorstat_ERR:count=2\r\n")
          .containsPattern(
              "latency_percentiles_usec_set:p50=[0-9.]+,p99=[0-9.]+,p99.9=[0-9.]+\r\n");
    }
  }

  @Nested
  class Debug {
    @Test
    void digest_is_that_of_a_real_server() {
      answers("DEBUG DIGEST", "+0000000000000000000000000000000000000000");
      run("SELECT 3");
      run("SET a 1");
      answers("DEBUG DIGEST", "+bc8f01911f375369cc100f32d768813c62974af0");
      run("SELECT 0");
      run("HSET h a 1 b 2");
      answers(
          "DEBUG DIGEST-VALUE h nokey",
          "*2\r\n+6c8f22b3bf510fdcfd6122dd0f908a80e88243bf\r\n"
              + "+0000000000000000000000000000000000000000");
    }

    @Test
    void set_active_expire_stops_the_removal_of_keys_that_nobody_asks_for() {
      answers("DEBUG SET-ACTIVE-EXPIRE 0", "+OK");
      run("SET k v PX 1");
      assertThat(engine.housekeepingSlice()).isFalse();
      answers("DEBUG SET-ACTIVE-EXPIRE 1", "+OK");
    }

    @Test
    void object_describes_an_entry() {
      run("SET k 12");
      assertThat(run("DEBUG OBJECT k")).startsWith("+Value at:0x").contains(" encoding:int ");
      answers("DEBUG OBJECT nokey", "-ERR no such key");
      answers(
          "DEBUG nonsense",
          "-ERR unknown subcommand or wrong number of arguments for 'nonsense'. Try DEBUG HELP.");
    }
  }

  @Nested
  class FlushAll {
    @Test
    void empties_all_databases_and_flushdb_one() {
      run("SET a 1");
      run("SELECT 1");
      run("SET b 1");
      answers("FLUSHDB ASYNC", "+OK");
      answers("DBSIZE", ":0");
      run("SET b 1");
      answers("FLUSHALL SYNC", "+OK");
      answers("DBSIZE", ":0");
      run("SELECT 0");
      answers("DBSIZE", ":0");
    }
  }

  @Nested
  class SwapDb {
    @Test
    void lets_two_databases_change_places() {
      run("SET a 1");
      answers("SWAPDB 0 2", "+OK");
      answers("GET a", "$-1");
      run("SELECT 2");
      answers("GET a", "$1\r\n1");
    }
  }

  @Nested
  class Memory {
    @Test
    void usage_grows_with_the_value() {
      run("SET small v");
      run("SET large " + "v".repeat(1000));
      long small = Long.parseLong(run("MEMORY USAGE small").substring(1).trim());
      long large = Long.parseLong(run("MEMORY USAGE large SAMPLES 5").substring(1).trim());
      assertThat(large - small).isBetween(990L, 1010L);
    }

    private long stat(String field) {
      String stats = run("MEMORY STATS");
      int at = stats.indexOf(field + "\r\n:") + field.length() + 3;
      return Long.parseLong(stats.substring(at, stats.indexOf('\r', at)));
    }

    @Test
    void stats_are_about_all_data() {
      long before = stat("total.allocated");
      run("SET large " + "v".repeat(10_000));
      run("SELECT 2");
      run("SET k v");
      assertThat(stat("total.allocated") - before).isBetween(10_000L, 13_000L);
      assertThat(stat("keys.count")).isEqualTo(2);
      assertThat(run("MEMORY STATS")).contains("$4\r\ndb.0\r\n*6\r\n", "$4\r\ndb.2\r\n*6\r\n");
      run("FLUSHALL");
      assertThat(stat("peak.allocated")).isGreaterThan(stat("total.allocated") + 9_000);
    }

    @Test
    void doctor_says_what_is_wrong() {
      assertThat(run("MEMORY DOCTOR")).contains("There is hardly any data");
      run("SET large " + "v".repeat(8 << 20));
      assertThat(run("MEMORY DOCTOR")).contains("Nothing is wrong");
      run("CONFIG SET maxmemory 7mb");
      assertThat(run("MEMORY DOCTOR")).contains("more than maxmemory, 7.0 MB", "noeviction");
    }

    @Test
    void malloc_stats_and_purge_are_about_the_virtual_machine() {
      assertThat(run("MEMORY MALLOC-STATS")).contains("Metaspace", "Collections:");
      answers("MEMORY PURGE", "+OK");
    }
  }

  @Nested
  class Time {
    @Test
    void is_the_clock_of_the_environment() {
      long before = engine.environment().clock().millis() / 1000;
      assertThat(Long.parseLong(run("TIME").split("\r\n", -1)[2])).isBetween(before, before + 5);
    }
  }

  @Nested
  class LolWut {
    @Test
    void draws_within_bounds_and_tells_the_version() {
      assertThat(run("LOLWUT VERSION 5 1000000 1000000"))
          .contains("Redis ver. 7.2.")
          .hasSizeLessThan(6000);
    }
  }

  @Nested
  class SlowLog {
    @Test
    void remembers_the_newest_requests_in_part_and_without_passwords() {
      answers("CONFIG SET slowlog-log-slower-than 0 slowlog-max-len 3", "+OK");
      run("SLOWLOG RESET");
      run("AUTH user secret");
      run("CONFIG SET requirepass secret timeout 1");
      run("SET k " + "v".repeat(200));
      run("DEL" + " k".repeat(50));
      answers("SLOWLOG LEN", ":3");
      assertThat(run("SLOWLOG GET -1"))
          .startsWith("*3\r\n")
          .contains("... (20 more arguments)")
          .contains("v".repeat(128) + "... (72 more bytes)")
          .doesNotContain("secret");
      answers("SLOWLOG GET -2", "-ERR count should be greater than or equal to -1");
      assertThat(run("SLOWLOG GET 1")).startsWith("*1\r\n");
      answers("CONFIG SET slowlog-log-slower-than -1", "+OK");
      answers("SLOWLOG RESET", "+OK");
      answers("SLOWLOG LEN", ":0");
    }

    @Test
    void redacts_what_is_secret() {
      run("CONFIG SET slowlog-log-slower-than 0");
      run("HELLO 3 AUTH user secret SETNAME me");
      run("AUTH secret");
      run("CONFIG SET requirepass secret");
      assertThat(run("SLOWLOG GET")).contains("(redacted)").doesNotContain("secret");
    }
  }

  @Nested
  class Monitor {
    private final TestConnection watcher = new TestConnection();
    private final TestConnection client = new TestConnection();

    private List<String> shownAfter(String... lines) {
      Session other = engine.newSession(client, true);
      for (String line : lines) {
        List<String> words = Words.split(line).orElseThrow();
        engine.execute(other, Arguments.of(words.toArray(String[]::new)));
      }
      return watcher.received().stream()
          .map(line -> line.replaceFirst("^\\+?\\d+\\.\\d{6} ", ""))
          .toList();
    }

    private Session watch() {
      Session session = engine.newSession(watcher, true);
      byte[] reply = engine.execute(session, Arguments.of("MONITOR"));
      assertThat(new String(reply, StandardCharsets.UTF_8)).isEqualTo("+OK\r\n");
      return session;
    }

    @Test
    void shows_requests_with_database_and_client_quoted() {
      watch();
      assertThat(shownAfter("SELECT 2", "set k \"a\\x00\\xff\\\"\\\\ \\n\\r\\t\\a\\b\"", "GET"))
          .containsExactly(
              "[2 127.0.0.1:1] \"SELECT\" \"2\"",
              "[2 127.0.0.1:1] \"set\" \"k\" \"a\\x00\\xc3\\xbf\\\"\\\\ \\n\\r\\t\\a\\b\"");
    }

    @Test
    void shows_neither_passwords_nor_what_operators_ask() {
      watch();
      assertThat(
              shownAfter(
                  "AUTH user secret",
                  "HELLO 2 AUTH user secret",
                  "MIGRATE 127.0.0.1 1 auth 0 1 COPY AUTH2 user secret",
                  "MIGRATE 127.0.0.1 1 '' 0 1 AUTH secret KEYS auth key",
                  "CONFIG SET requirepass ''"))
          .containsExactly(
              "[0 127.0.0.1:1] \"AUTH\" \"(redacted)\" \"(redacted)\"",
              "[0 127.0.0.1:1] \"HELLO\" \"2\" \"AUTH\" \"(redacted)\" \"(redacted)\"",
              "[0 127.0.0.1:1] \"MIGRATE\" \"127.0.0.1\" \"1\" \"auth\" \"0\" \"1\" \"COPY\" \"AUTH2\""
                  + " \"(redacted)\" \"(redacted)\"",
              "[0 127.0.0.1:1] \"MIGRATE\" \"127.0.0.1\" \"1\" \"\" \"0\" \"1\" \"AUTH\" \"(redacted)\""
                  + " \"KEYS\" \"auth\" \"key\"");
    }

    @Test
    void looks_at_each_of_very_many_options_once() {
      watch();
      Session other = engine.newSession(client, true);
      String options = "MIGRATE 127.0.0.1 1 k 0 1" + " C".repeat(200_000) + " AUTH secret";
      engine.execute(other, Arguments.of(options.split(" ")));
      engine.execute(other, Arguments.of((options + " KEYS auth k").split(" ")));
      assertThat(watcher.received()).hasSize(2).noneMatch(line -> line.contains("secret"));
    }

    @Test
    void ends_with_a_client_that_has_begun_it_several_times() {
      Session session = engine.newSession(watcher, true);
      for (int i = 0; i < 3; i++) {
        engine.execute(session, Arguments.of("MONITOR"));
        engine.execute(session, Arguments.of("RESET"));
      }
      engine.execute(session, Arguments.of("MONITOR"));
      session.end();
      assertThat(session.isMonitor()).isFalse();
      assertThat(shownAfter("PING")).isEmpty();
    }

    @Test
    void shows_a_script_before_its_calls_and_a_transaction_as_it_is_executed() {
      watch();
      assertThat(
              shownAfter("EVAL 'return redis.call(\"GET\", KEYS[1])' 1 k", "MULTI", "PING", "EXEC"))
          .containsExactly(
              "[0 127.0.0.1:1] \"EVAL\" \"return redis.call(\\\"GET\\\", KEYS[1])\" \"1\" \"k\"",
              "[0 lua] \"GET\" \"k\"",
              "[0 127.0.0.1:1] \"MULTI\"",
              "[0 127.0.0.1:1] \"PING\"",
              "[0 127.0.0.1:1] \"EXEC\"");
    }

    @Test
    void shows_a_request_that_waits_once() {
      watch();
      Session waiter = engine.newSession(client, true);
      engine.execute(waiter, Arguments.of("BLPOP", "list", "0"));
      assertThat(watcher.received()).hasSize(1);
      run("LPUSH list x");
      assertThat(client.received()).containsExactly("[\"list\" \"x\"]");
      assertThat(watcher.received()).hasSize(1);
    }

    @Test
    void cuts_what_is_too_long_to_be_shown() {
      watch();
      String shown = shownAfter("ECHO " + "x".repeat(2 << 20), "PING").get(0);
      assertThat(shown).hasSizeLessThan((1 << 20) + 100).endsWith(" more bytes)\"");
      byte[] many =
          engine.execute(
              engine.newSession(client, true),
              Arguments.of(("DEL" + " k".repeat(1 << 19)).split(" ")));
      assertThat(new String(many, StandardCharsets.UTF_8)).isEqualTo(":0\r\n");
      assertThat(watcher.received().get(0)).endsWith(" more arguments)\"");
    }

    @Test
    void ends_by_RESET_and_with_the_client() {
      Session first = watch();
      assertThat(first.isMonitor()).isTrue();
      engine.execute(first, Arguments.of("RESET"));
      Session second = watch();
      second.end();
      assertThat(shownAfter("PING")).isEmpty();
    }

    @Test
    void keeps_its_client_from_the_keys() {
      Session session = watch();
      byte[] reply = engine.execute(session, Arguments.of("GET", "k"));
      assertThat(new String(reply, StandardCharsets.UTF_8))
          .isEqualTo("-ERR Replica can't interact with the keyspace\r\n");
      assertThat(engine.execute(session, Arguments.of("MONITOR"))).isEmpty();
      engine.execute(session, Arguments.of("RESET"));
      reply = engine.execute(session, Arguments.of("GET", "k"));
      assertThat(new String(reply, StandardCharsets.UTF_8)).isEqualTo("$-1\r\n");
    }

    @Test
    void is_refused_where_nobody_can_be_told() {
      answers("MONITOR", "-ERR MONITOR isn't allowed for DENY BLOCKING client");
      Session session = engine.newSession(watcher, true);
      engine.execute(session, Arguments.of("MULTI"));
      engine.execute(session, Arguments.of("MONITOR"));
      byte[] reply = engine.execute(session, Arguments.of("EXEC"));
      assertThat(new String(reply, StandardCharsets.UTF_8))
          .isEqualTo("*1\r\n-ERR MONITOR isn't allowed for DENY BLOCKING client\r\n");
    }
  }

  @Nested
  class Role {
    @Test
    void is_a_masters_without_replicas() {
      answers("ROLE", "*3\r\n$6\r\nmaster\r\n:0\r\n*0");
    }
  }

  @Nested
  class Latency {
    private void takeLong() {
      run("CONFIG SET latency-monitor-threshold 5");
      run("DEBUG SLEEP 0.02");
    }

    @Test
    void remembers_what_took_long_and_forgets_it() {
      answers("LATENCY LATEST", "*0");
      takeLong();
      run("PING");
      assertThat(run("LATENCY LATEST"))
          .matches("\\*1\r\n\\*4\r\n\\$7\r\ncommand\r\n:\\d{10}\r\n:(\\d+)\r\n:\\1\r\n");
      assertThat(run("LATENCY HISTORY command")).matches("\\*1\r\n\\*2\r\n:\\d{10}\r\n:\\d+\r\n");
      answers("LATENCY HISTORY fast-command", "*0");
      answers("LATENCY RESET nosuch", ":0");
      answers("LATENCY RESET command nosuch", ":1");
      answers("LATENCY LATEST", "*0");
      takeLong();
      answers("LATENCY RESET", ":1");
    }

    @Test
    void watches_nothing_unless_asked_to() {
      run("DEBUG SLEEP 0.01");
      answers("LATENCY LATEST", "*0");
      assertThat(run("LATENCY DOCTOR")).contains("CONFIG SET latency-monitor-threshold");
    }

    @Test
    void names_what_a_transaction_executed_and_not_EXEC() {
      run("CONFIG SET latency-monitor-threshold 5");
      run("MULTI");
      run("DEBUG SLEEP 0.01");
      run("EXEC");
      assertThat(run("LATENCY LATEST")).startsWith("*1\r\n*4\r\n$7\r\ncommand\r\n");
      run("LATENCY RESET");
      run("EVAL 'local t = redis.call(\"TIME\") for i = 1, 3000000 do end return 1' 0");
      assertThat(run("LATENCY LATEST")).doesNotContain("fast-command");
    }

    @Test
    void tells_in_pictures_and_words() {
      answers("LATENCY GRAPH command", "-ERR No samples available for event 'command'");
      takeLong();
      assertThat(run("LATENCY GRAPH command"))
          .containsPattern(
              "command - high \\d+ ms, low \\d+ ms \\(all time high \\d+ ms\\)\n-{80}\n");
      assertThat(run("LATENCY DOCTOR"))
          .contains("- command: in 1 seconds of the last 1; ")
          .contains("SLOWLOG GET");
    }

    @Test
    void counts_how_long_commands_take() {
      run("SET k v");
      run("SET k v");
      run("SET k");
      run("DEBUG SLEEP 0.03");
      assertThat(run("LATENCY HISTOGRAM nosuch set config"))
          .startsWith("*2\r\n$3\r\nset\r\n*4\r\n$5\r\ncalls\r\n:2\r\n$14\r\nhistogram_usec\r\n*")
          .endsWith(":2\r\n");
      assertThat(run("LATENCY HISTOGRAM debug")).startsWith("*2\r\n$5\r\ndebug\r\n");
      assertThat(run("LATENCY HISTOGRAM")).contains("$3\r\nset\r\n").contains("latency|histogram");
      answers("LATENCY HISTOGRAM config|nosuch", "*0");
      assertThat(run("LATENCY HISTOGRAM set SET set")).isEqualTo(run("LATENCY HISTOGRAM set"));
    }
  }
}
