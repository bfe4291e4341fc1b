package io.respite.server.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RedisLibraryTest {
  private final Store store = new Store(2);

  private String eval(String script) {
    return store.call("EVAL", script, "0");
  }

  /** The error of {@code redis.pcall} with these arguments. */
  private String refused(String arguments) {
    return eval("return redis.pcall(" + arguments + ")");
  }

  @Nested
  class Call {
    @Test
    void takes_strings_and_numbers() {
      eval("redis.call('RPUSH', 'l', 3.0, 0.1, 1e15, -0.5, 1e20, 12)");
      assertThat(store.run("LRANGE l 0 -1"))
          .isEqualTo(
              "[\"3\" \"0.10000000000000001\" \"1000000000000000\" \"-0.5\" \"1e+20\" \"12\"]");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "| ERR Please specify at least one argument for this redis lib call",
          "'nosuch' | ERR Unknown Redis command called from script",
          "'GET' | ERR Wrong number of args calling Redis command from script",
          "'GET', true | ERR Lua redis lib command arguments must be strings or integers",
          "'GET', {} | ERR Lua redis lib command arguments must be strings or integers",
          "nil | ERR Lua redis lib command arguments must be strings or integers",
          "'MULTI' | ERR This Redis command is not allowed from script",
        })
    void refuses_what_is_no_command(String arguments, String error) {
      assertThat(refused(arguments == null ? "" : arguments)).isEqualTo("-" + error);
      assertThat(eval("return redis.call(" + (arguments == null ? "" : arguments) + ")"))
          .startsWith("-" + error + " script: ");
    }

    @Test
    void raises_errors_of_commands_and_pcall_answers_them() {
      store.run("SET k x");
      assertThat(eval("redis.call('LPUSH', 'k', 'x') return 1")).startsWith("-WRONGTYPE ");
      assertThat(eval("redis.pcall('LPUSH', 'k', 'x') return 1")).isEqualTo(":1");
      assertThat(eval("return {pcall(redis.call, 'LPUSH', 'k', 'x')}"))
          .startsWith("[nil \"WRONGTYPE ");
    }

    @Test
    void forgets_a_large_request() {
      assertThat(eval("return redis.call('APPEND', 'k', ('x'):rep(1e6))")).isEqualTo(":1000000");
      assertThat(refused("'APPEND', 'k', ('x'):rep(1e6), {}"))
          .startsWith("-ERR Lua redis lib command");
      assertThat(eval("return redis.call('APPEND', 'k', 'y')")).isEqualTo(":1000001");
    }
  }

  @Nested
  class Replies {
    @Test
    void of_errors_get_a_code_word() {
      assertThat(eval("return redis.error_reply('MY x')")).isEqualTo("-MY x");
      assertThat(eval("return redis.error_reply('-MY x')")).isEqualTo("-MY x");
      assertThat(eval("return redis.error_reply('x')")).isEqualTo("-ERR x");
      assertThat(eval("return redis.error_reply({})"))
          .isEqualTo("-ERR wrong number or type of arguments");
    }

    @Test
    void of_statuses_are_tables() {
      assertThat(eval("return redis.status_reply('FINE')")).isEqualTo("FINE");
      assertThat(eval("return redis.status_reply('FINE').ok")).isEqualTo("\"FINE\"");
      assertThat(eval("return redis.status_reply()"))
          .isEqualTo("-ERR wrong number or type of arguments");
    }
  }

  @Nested
  class Sha1hex {
    @Test
    void is_the_digest_in_hexadecimal() {
      assertThat(eval("return redis.sha1hex('')"))
          .isEqualTo("\"da39a3ee5e6b4b0d3255bfef95601890afd80709\"");
      assertThat(eval("return redis.sha1hex('return 1')"))
          .isEqualTo("\"e0e1f9fabfc9d4800c877a703b823ac0578ff8db\"");
      assertThat(eval("return redis.sha1hex(('a'):rep(1000000))"))
          .isEqualTo("\"34aa973cd4c4daa4f61eeb2bdbad27316534016f\"");
      assertThat(eval("return redis.sha1hex()")).startsWith("-ERR wrong number of arguments");
    }
  }

  @Nested
  class Log {
    @Test
    void writes_lines_at_a_level() {
      eval("redis.log(redis.LOG_WARNING, 'a', 1, 'b')");
      assertThat(store.logged()).containsExactly("WARNING a 1 b");
    }

    @Test
    void cannot_forge_lines() {
      eval("redis.log(redis.LOG_NOTICE, 'a\\r\\nb')");
      assertThat(store.logged()).hasSize(1);
      assertThat(store.logged().get(0)).doesNotContain("\n");
    }

    @Test
    void refuses_what_is_no_line() {
      assertThat(eval("redis.log(1)"))
          .startsWith("-ERR redis.log() requires two arguments or more.");
      assertThat(eval("redis.log('x', 'y')"))
          .startsWith("-ERR First argument must be a number (log level).");
      assertThat(eval("redis.log(10, 'y')")).startsWith("-ERR Invalid debug level.");
    }
  }

  @Nested
  class Settings {
    @Test
    void of_the_protocol_are_2_and_3() {
      assertThat(eval("redis.setresp()")).startsWith("-ERR redis.setresp() requires one argument.");
      assertThat(eval("redis.setresp(4)")).startsWith("-ERR RESP version must be 2 or 3.");
      assertThat(eval("return redis.setresp(3)")).isEqualTo("nil");
    }

    @Test
    void of_replication_are_all_or_nothing() {
      assertThat(eval("redis.set_repl(redis.REPL_AOF)"))
          .startsWith("-ERR the journal and the replicas get the same effects here");
      assertThat(eval("redis.set_repl(9)")).startsWith("-ERR Invalid replication flags.");
      assertThat(eval("redis.set_repl()")).startsWith("-ERR redis.set_repl() requires");
      assertThat(eval("return redis.replicate_commands()")).isEqualTo(":1");
    }

    @Test
    void of_a_debugger_do_nothing() {
      assertThat(eval("return redis.breakpoint()")).isEqualTo("nil");
      assertThat(eval("return redis.debug('x')")).isEqualTo("nil");
    }
  }

  @Nested
  class Acl_check_cmd {
    @Test
    void says_whether_the_user_may() {
      assertThat(eval("return redis.acl_check_cmd('SET', 'k', 'v')")).isEqualTo(":1");
      assertThat(eval("return redis.acl_check_cmd('nosuch')"))
          .startsWith("-ERR Invalid command passed to redis.acl_check_cmd()");
    }
  }

  @Nested
  class Constants {
    @Test
    void are_those_of_the_version() {
      assertThat(eval("return {redis.REDIS_VERSION, redis.REDIS_VERSION_NUM}"))
          .isEqualTo("[\"7.2.4\" :" + (7 << 16 | 2 << 8 | 4) + "]");
      assertThat(
              eval(
                  "return {redis.LOG_DEBUG, redis.LOG_WARNING, redis.REPL_NONE, redis.REPL_AOF,"
                      + " redis.REPL_SLAVE, redis.REPL_REPLICA, redis.REPL_ALL}"))
          .isEqualTo("[:0 :3 :0 :1 :2 :2 :3]");
    }
  }
}
