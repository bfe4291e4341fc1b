package io.respite.server.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ConversionTest {
  private final Store two = new Store(2);
  private final Store three = new Store(3);

  private static String eval(Store store, String script) {
    return store.call("EVAL", script, "0");
  }

  @Nested
  class Values_of_scripts {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "1 | :1 | :1",
          "1.9 | :1 | :1",
          "-1.9 | :-1 | :-1",
          "1e300 | :-9223372036854775808 | :-9223372036854775808",
          "0/0 | :-9223372036854775808 | :-9223372036854775808",
          "'x' | \"x\" | \"x\"",
          "true | :1 | :1",
          "false | nil | nil",
          "nil | nil | nil",
          "{} | [] | []",
          "{1, nil, 3} | [:1] | [:1]",
          "{1, {2, 'x'}, true, false} | [:1 [:2 \"x\"] :1 nil] | [:1 [:2 \"x\"] :1 nil]",
          "{x = 1} | [] | []",
          "{ok = 'fine'} | fine | fine",
          "{err = 'MY x'} | -MY x | -MY x",
          "{double = 1.5} | \"1.5\" | ,1.5",
          "{double = 'x'} | [] | []",
          "{map = {a = 1}} | [\"a\" :1] | {\"a\" :1}",
          "{set = {a = true}} | [\"a\"] | ~[\"a\"]",
          "{big_number = '12'} | \"12\" | (12",
          "{verbatim_string = {format = 'txt', string = 'x'}} | \"x\" | =\"txt:x\"",
          "function() end | nil | nil",
          "cjson.null | nil | nil",
        })
    void become_replies(String value, String reply2, String reply3) {
      assertThat(eval(two, "return " + value)).isEqualTo(reply2);
      assertThat(eval(three, "return " + value)).isEqualTo(reply3);
    }

    @Test
    void are_booleans_for_scripts_that_talk_resp3() {
      assertThat(eval(three, "redis.setresp(3) return {true, false}")).isEqualTo("[true false]");
      assertThat(eval(two, "redis.setresp(3) return {true, false}")).isEqualTo("[:1 :0]");
    }

    @Test
    void may_nest_deeply_but_not_without_end() throws InterruptedException {
      AtomicReference<Throwable> failed = new AtomicReference<>();
      // It is the test that reads replies by recursion.
      Thread deep = new Thread(null, this::nest, "deep", 256L << 20);
      deep.setUncaughtExceptionHandler((thread, failure) -> failed.set(failure));
      deep.start();
      deep.join();
      assertThat(failed.get()).isNull();
    }

    private void nest() {
      String nested = "local t = {} for i = 1, 7900 do t = {t} end return t";
      assertThat(eval(two, nested)).startsWith("[[[[").doesNotContain("ERR");
      String deeper = "local t = {} for i = 1, 20000 do t = {t} end return t";
      assertThat(eval(two, deeper)).contains("-ERR reached lua stack limit");
      assertThat(eval(two, "local t = {} t[1] = t return t"))
          .contains("-ERR reached lua stack limit");
    }

    @Test
    void may_not_make_a_reply_that_is_larger_than_memory() {
      assertThat(eval(two, "local t = {1} for i = 1, 60 do t = {t, t} end return t"))
          .matches("-ERR the reply would be larger than \\d+ bytes");
      assertThat(eval(two, "local t = {} t[1] = t t[2] = t return t"))
          .matches("-ERR the reply would be larger than \\d+ bytes");
      assertThat(eval(two, "return 1")).isEqualTo(":1");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "return {ok = 'a\\r\\n:1'}",
          "return redis.status_reply('a\\r\\n:1')",
        })
    void cannot_add_a_reply(String script) {
      assertThat(eval(two, script)).isEqualTo("a  :1");
    }
  }

  @Nested
  class Replies_of_commands {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "'SET', 'k', 'v' | table OK",
          "'GET', 'nosuch' | boolean false",
          "'INCR', 'n' | number 1",
          "'TYPE', 'x' | table none",
        })
    void become_values(String request, String value) {
      assertThat(
              eval(
                  two,
                  "local r = redis.call("
                      + request
                      + ") return type(r) .. ' ' .. tostring(type(r) == 'table' and r.ok or r)"))
          .isEqualTo("\"" + value + "\"");
    }

    @Test
    void are_tables_of_errors() {
      assertThat(eval(two, "return redis.pcall('GET').err"))
          .isEqualTo("\"ERR Wrong number of args calling Redis command from script\"");
    }

    @Test
    void are_maps_sets_and_doubles_after_setresp_3() {
      two.run("HSET h f v");
      two.run("SADD s m");
      two.run("ZADD z 1.5 m");
      assertThat(eval(two, "return redis.call('HGETALL', 'h')")).isEqualTo("[\"f\" \"v\"]");
      assertThat(eval(two, "redis.setresp(3) return redis.call('HGETALL', 'h').map.f"))
          .isEqualTo("\"v\"");
      assertThat(eval(two, "redis.setresp(3) return tostring(redis.call('SMEMBERS', 's').set.m)"))
          .isEqualTo("\"true\"");
      assertThat(
              eval(two, "redis.setresp(3) return tostring(redis.call('ZSCORE', 'z', 'm').double)"))
          .isEqualTo("\"1.5\"");
      assertThat(eval(two, "redis.setresp(3) return tostring(redis.call('GET', 'nosuch'))"))
          .isEqualTo("\"nil\"");
    }

    @Test
    void are_those_of_resp2_again_in_the_next_script() {
      eval(two, "redis.setresp(3)");
      assertThat(eval(two, "return tostring(redis.call('GET', 'nosuch'))")).isEqualTo("\"false\"");
      assertThat(eval(three, "return tostring(redis.call('GET', 'nosuch'))"))
          .isEqualTo("\"false\"");
    }
  }
}
