package io.respite.server.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
@DisplayNameGeneration(ReplaceUnderscores.class)
public class EvalCommandsTest {
  private static final String ONE = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";

  @Parameter int protocol;
  private Store store;

  @BeforeEach
  void open() {
    store = new Store(protocol);
  }

  private String call(String... words) {
    return store.call(words);
  }

  private String eval(String script) {
    return call("EVAL", script, "0");
  }

  @Nested
  class Eval {
    @Test
    void hands_keys_and_arguments_to_the_script() {
      assertThat(call("EVAL", "return {KEYS[1],ARGV[1],#KEYS,#ARGV}", "1", "k", "a", "b"))
          .isEqualTo("[\"k\" \"a\" :1 :2]");
      assertThat(call("EVAL", "return {#KEYS,#ARGV,KEYS[0] or 1}", "0")).isEqualTo("[:0 :0 :1]");
      assertThat(call("EVAL", "return ARGV[1]", "0", "\u0000\r\n\u00ff"))
          .isEqualTo("\"\u0000\r\n\u00ff\"");
    }

    @ParameterizedTest
    @CsvSource({
      "abc, -ERR value is not an integer or out of range",
      "1.5, -ERR value is not an integer or out of range",
      "99999999999999999999, -ERR value is not an integer or out of range",
      "-1, -ERR Number of keys can't be negative",
      "1, -ERR Number of keys can't be greater than number of args",
      "2147483648, -ERR Number of keys can't be greater than number of args",
    })
    void refuses_numbers_of_keys_that_cannot_be(String keys, String error) {
      assertThat(call("EVAL", "return 1", keys)).isEqualTo(error);
    }

    @Test
    void needs_a_number_of_keys() {
      assertThat(call("EVAL", "return 1"))
          .isEqualTo("-ERR wrong number of arguments for 'eval' command");
    }

    @Test
    void says_why_a_script_cannot_be_compiled() {
      assertThat(eval("foo bar"))
          .isEqualTo(
              "-ERR Error compiling script (new function): user_script:1: '=' expected near 'bar'");
      assertThat(eval("\n\nreturn +")).contains("user_script:3: unexpected symbol near '+'");
      assertThat(eval("\u001bLua")).contains("unexpected symbol near 'char(27)'");
      assertThat(store.scripting().cachedScripts()).isZero();
    }

    @Test
    void says_where_a_script_has_failed() {
      assertThat(eval("error('boom')"))
          .matches("-ERR user_script:1: boom script: [0-9a-f]{40}, on @user_script:1\\.");
      assertThat(eval("\n\nerror('line3')")).contains("user_script:3: line3", "on @user_script:3.");
      assertThat(eval("error({err = 'MY boom'})")).startsWith("-MY boom script: ");
      assertThat(eval("error({})")).startsWith("-ERR (error object is a table value) script: ");
      assertThat(eval("error()")).startsWith("-ERR nil script: ");
    }

    @Test
    void answers_nothing_when_the_script_returns_nothing() {
      assertThat(eval("")).isEqualTo("nil");
      assertThat(eval("return")).isEqualTo("nil");
      assertThat(eval("return 1, 2")).isEqualTo(":1");
    }

    @Test
    void lets_evalsha_know_the_script() {
      eval("return 1");
      assertThat(call("EVALSHA", ONE, "0")).isEqualTo(":1");
    }

    @Test
    void may_write_without_naming_keys() {
      assertThat(eval("return redis.call('SET', 'k', 'v')")).isEqualTo("OK");
      assertThat(call("GET", "k")).isEqualTo("\"v\"");
    }

    @Test
    void sees_no_time_go_by() {
      assertThat(
              eval(
                  "redis.call('SET', 'p', '1', 'PX', 5) local a = redis.call('PEXPIRETIME', 'p')"
                      + " for i = 1, 1e5 do end redis.call('PEXPIRE', 'p', 5)"
                      + " return {redis.call('GET', 'p'),"
                      + " redis.call('PEXPIRETIME', 'p') - a}"))
          .isEqualTo("[\"1\" :0]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'EVAL', 'return 1', 0", "'WATCH', 'k'", "'MULTI'"})
    void may_not_call_what_is_not_for_scripts(String request) {
      assertThat(eval("return redis.call(" + request + ")"))
          .startsWith("-ERR This Redis command is not allowed from script script: ");
    }

    @Test
    void never_waits() {
      assertThat(eval("return redis.call('XREAD', 'STREAMS', 's', '$')")).isEqualTo("nil");
      assertThat(eval("return redis.call('XREAD', 'BLOCK', 0, 'STREAMS', 's', '$')"))
          .isEqualTo("nil");
      assertThat(eval("return redis.call('BLPOP', 'l', 0)")).isEqualTo("nil");
      assertThat(eval("return redis.call('BLMOVE', 'a', 'b', 'LEFT', 'LEFT', 0)")).isEqualTo("nil");
    }

    @Test
    void is_refused_with_a_first_line_that_says_what_cannot_be() {
      assertThat(eval("#!lua")).isEqualTo("-ERR Invalid script shebang");
      assertThat(eval("#!js\nreturn 1"))
          .isEqualTo("-ERR Unexpected engine in script shebang: #!js");
      assertThat(eval("#!lua foo=1\nreturn 1")).isEqualTo("-ERR Unknown lua shebang option: foo=1");
      assertThat(eval("#!lua flags=no-writes,bad\nreturn 1"))
          .isEqualTo("-ERR Unexpected flag in script shebang: bad");
      assertThat(eval("#!lua \"\nreturn 1")).isEqualTo("-ERR Invalid engine in script shebang");
    }

    @Test
    void keeps_the_numbers_of_lines_behind_a_first_line() {
      assertThat(eval("#!lua\nerror('x')")).startsWith("-ERR user_script:2: x script: ");
      assertThat(eval("#!lua flags=\nreturn 1")).isEqualTo(":1");
    }

    @Test
    void may_not_write_when_it_has_said_so() {
      assertThat(eval("#!lua flags=no-writes\nreturn redis.call('SET', 'k', 'v')"))
          .startsWith("-ERR Write commands are not allowed from read-only scripts. script: ");
      assertThat(eval("#!lua flags=no-writes,allow-oom\nreturn redis.call('GET', 'k')"))
          .isEqualTo("nil");
      assertThat(call("EXISTS", "k")).isEqualTo(":0");
    }
  }

  @Nested
  class Evalsha {
    @Test
    void runs_what_is_known_by_its_digest_in_either_case() {
      call("SCRIPT", "LOAD", "return 1");
      assertThat(call("EVALSHA", ONE, "0")).isEqualTo(":1");
      assertThat(call("EVALSHA", ONE.toUpperCase(java.util.Locale.ROOT), "0")).isEqualTo(":1");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"", "x", "0000000000000000000000000000000000000000", ONE + "x", "return 1"})
    void does_not_know_others(String digest) {
      assertThat(call("EVALSHA", digest, "0"))
          .isEqualTo("-NOSCRIPT No matching script. Please use EVAL.");
    }

    @Test
    void looks_at_the_number_of_keys_of_what_it_knows() {
      call("SCRIPT", "LOAD", "return 1");
      assertThat(call("EVALSHA", ONE, "x"))
          .isEqualTo("-ERR value is not an integer or out of range");
      assertThat(call("EVALSHA", ONE, "1"))
          .isEqualTo("-ERR Number of keys can't be greater than number of args");
    }
  }

  @Nested
  class Eval_ro {
    @Test
    void reads_but_does_not_write() {
      call("SET", "k", "v");
      assertThat(call("EVAL_RO", "return redis.call('GET', KEYS[1])", "1", "k")).isEqualTo("\"v\"");
      assertThat(call("EVAL_RO", "return redis.pcall('SET', KEYS[1], 'x')", "1", "k"))
          .isEqualTo("-ERR Write commands are not allowed from read-only scripts.");
      assertThat(call("GET", "k")).isEqualTo("\"v\"");
    }

    @Test
    void runs_of_those_with_a_first_line_only_the_ones_that_promise_to_read() {
      assertThat(call("EVAL_RO", "#!lua flags=allow-oom\nreturn 1", "0"))
          .isEqualTo("-ERR Can not execute a script with write flag using *_ro command.");
      assertThat(call("EVAL_RO", "#!lua flags=no-writes\nreturn 1", "0")).isEqualTo(":1");
    }
  }

  @Nested
  class Evalsha_ro {
    @Test
    void reads_but_does_not_write() {
      String digest = call("SCRIPT", "LOAD", "return redis.call('SET', 'k', 'v')");
      assertThat(call("EVALSHA_RO", digest.replace("\"", ""), "0"))
          .startsWith("-ERR Write commands are not allowed from read-only scripts. script: ");
      eval("return 1");
      assertThat(call("EVALSHA_RO", ONE, "0")).isEqualTo(":1");
    }

    @Test
    void does_not_know_others() {
      assertThat(call("EVALSHA_RO", "x", "0"))
          .isEqualTo("-NOSCRIPT No matching script. Please use EVAL.");
    }
  }
}
