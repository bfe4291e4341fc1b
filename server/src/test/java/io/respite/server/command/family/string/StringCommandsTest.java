package io.respite.server.command.family.string;

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
public class StringCommandsTest {
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";

  @Parameter int protocol;
  private Store store;

  @BeforeEach
  void open() {
    store = new Store(protocol);
    store.run("HSET hash f v");
  }

  private String run(String line) {
    return store.run(line);
  }

  private String now(long more) {
    return Long.toString(store.clock().millis() + more);
  }

  @Nested
  class Set {
    @Test
    void stores_a_string_whatever_the_key_held() {
      assertThat(run("SET k v")).isEqualTo("OK");
      assertThat(run("GET k")).isEqualTo("\"v\"");
      assertThat(run("SET hash v")).isEqualTo("OK");
      assertThat(run("TYPE hash")).isEqualTo("string");
    }

    @Test
    void takes_the_deadline_away_unless_told_to_keep_it() {
      run("SET k v PX 5000");
      assertThat(run("SET k w KEEPTTL")).isEqualTo("OK");
      assertThat(run("PTTL k")).isEqualTo(":5000");
      assertThat(run("SET k w")).isEqualTo("OK");
      assertThat(run("PTTL k")).isEqualTo(":-1");
    }

    @Test
    void obeys_conditions() {
      assertThat(run("SET k v XX")).isEqualTo("nil");
      assertThat(run("SET k v NX")).isEqualTo("OK");
      assertThat(run("SET k w NX")).isEqualTo("nil");
      assertThat(run("SET k w XX")).isEqualTo("OK");
      assertThat(run("GET k")).isEqualTo("\"w\"");
    }

    @Test
    void with_get_answers_the_old_value_whether_or_not_it_sets() {
      assertThat(run("SET k v GET")).isEqualTo("nil");
      assertThat(run("SET k w NX GET")).isEqualTo("\"v\"");
      assertThat(run("GET k")).isEqualTo("\"v\"");
      assertThat(run("SET k w GET")).isEqualTo("\"v\"");
      assertThat(run("GET k")).isEqualTo("\"w\"");
      assertThat(run("SET hash w GET")).isEqualTo(WRONG_TYPE);
      assertThat(run("TYPE hash")).isEqualTo("hash");
    }

    @ParameterizedTest
    @CsvSource({"EX 7, 7000", "PX 7, 7", "EXAT 1700000010, 10000", "PXAT 1700000000011, 11"})
    void understands_times_in_four_ways(String option, long remaining) {
      run("SET k v " + option);
      assertThat(run("PTTL k")).isEqualTo(":" + remaining);
      store.clock().advanceMillis(remaining - 1);
      assertThat(run("GET k")).isEqualTo("\"v\"");
      store.clock().advanceMillis(1);
      assertThat(run("GET k")).isEqualTo("nil");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "EX",
          "NX XX",
          "EX 1 PX 1",
          "EX 1 KEEPTTL",
          "KEEPTTL PX 1",
          "PERSIST",
          "FOO",
          "GET EX"
        })
    void refuses_words_that_are_unknown_or_in_conflict(String options) {
      assertThat(run("SET k v " + options)).isEqualTo("-ERR syntax error");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "EX 0",
          "EX -1",
          "PX 0",
          "EXAT 0",
          "EX 9223372036854775807",
          "PX 9223372036854775807",
          "EXAT 9223372036854775807"
        })
    void refuses_times_that_no_key_can_have(String options) {
      assertThat(run("SET k v " + options)).isEqualTo("-ERR invalid expire time in 'set' command");
      assertThat(run("SET k v EX 1.5")).isEqualTo("-ERR value is not an integer or out of range");
    }

    @Test
    void journals_an_absolute_time_and_no_condition() {
      store.fresh("SET k v EX 5 NX");
      assertThat(store.effects()).containsExactly("SET k v PXAT " + now(5000));
      assertThat(store.events()).containsExactly("set k", "expire k");
      store.fresh("SET k w KEEPTTL GET");
      assertThat(store.effects()).containsExactly("SET k w KEEPTTL");
      store.fresh("SET k w XX GET");
      assertThat(store.effects()).containsExactly("SET k w");
      store.fresh("SET k w NX");
      assertThat(store.effects()).isEmpty();
    }
  }

  @Nested
  class Get {
    @Test
    void answers_the_string_or_nil() {
      run("SET k v");
      assertThat(run("GET k")).isEqualTo("\"v\"");
      assertThat(run("GET none")).isEqualTo("nil");
      assertThat(run("GET hash")).isEqualTo(WRONG_TYPE);
      assertThat(run("GET")).isEqualTo("-ERR wrong number of arguments for 'get' command");
    }

    @Test
    void counts_hits_and_misses() {
      run("SET k v");
      run("GET k");
      run("GET none");
      assertThat(store.keyspace().statistics().hits).isEqualTo(1);
      assertThat(store.keyspace().statistics().misses).isEqualTo(1);
    }

    @Test
    void removes_a_key_past_its_deadline_and_tells_so() {
      run("SET k v PX 10");
      store.clock().advanceMillis(10);
      assertThat(store.fresh("GET k")).isEqualTo("nil");
      assertThat(store.effects()).containsExactly("DEL k");
      assertThat(store.events()).containsExactly("expired k");
    }
  }

  @Nested
  class Setnx {
    @Test
    void sets_only_what_does_not_exist() {
      assertThat(run("SETNX k v")).isEqualTo(":1");
      assertThat(run("SETNX k w")).isEqualTo(":0");
      assertThat(run("SETNX hash w")).isEqualTo(":0");
      assertThat(run("GET k")).isEqualTo("\"v\"");
    }
  }

  @Nested
  class Setex {
    @Test
    void sets_with_a_time_in_seconds() {
      assertThat(store.fresh("SETEX k 5 v")).isEqualTo("OK");
      assertThat(run("PTTL k")).isEqualTo(":5000");
      assertThat(store.effects()).containsExactly("SET k v PXAT " + now(5000));
      assertThat(run("SETEX k 0 v")).isEqualTo("-ERR invalid expire time in 'setex' command");
    }
  }

  @Nested
  class Psetex {
    @Test
    void sets_with_a_time_in_milliseconds() {
      assertThat(run("PSETEX k 5 v")).isEqualTo("OK");
      assertThat(run("PTTL k")).isEqualTo(":5");
      assertThat(run("PSETEX k -1 v")).isEqualTo("-ERR invalid expire time in 'psetex' command");
      assertThat(run("PSETEX k x v")).isEqualTo("-ERR value is not an integer or out of range");
    }
  }

  @Nested
  class Getset {
    @Test
    void answers_the_old_and_stores_the_new_without_deadline() {
      assertThat(run("GETSET k v")).isEqualTo("nil");
      run("PEXPIRE k 1000");
      assertThat(run("GETSET k w")).isEqualTo("\"v\"");
      assertThat(run("PTTL k")).isEqualTo(":-1");
      assertThat(run("GETSET hash w")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Getdel {
    @Test
    void answers_and_removes() {
      run("SET k v");
      assertThat(store.fresh("GETDEL k")).isEqualTo("\"v\"");
      assertThat(store.effects()).containsExactly("DEL k");
      assertThat(store.events()).containsExactly("del k");
      assertThat(run("GETDEL k")).isEqualTo("nil");
      assertThat(run("GETDEL hash")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Getex {
    @Test
    void without_option_changes_nothing() {
      run("SET k v PX 500");
      assertThat(store.fresh("GETEX k")).isEqualTo("\"v\"");
      assertThat(store.effects()).isEmpty();
      assertThat(run("PTTL k")).isEqualTo(":500");
      assertThat(run("GETEX none EX 5")).isEqualTo("nil");
      assertThat(run("GETEX hash")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void sets_takes_and_passes_deadlines() {
      run("SET k v");
      assertThat(store.fresh("GETEX k EX 5")).isEqualTo("\"v\"");
      assertThat(store.effects()).containsExactly("PEXPIREAT k " + now(5000));
      assertThat(store.fresh("GETEX k PERSIST")).isEqualTo("\"v\"");
      assertThat(store.effects()).containsExactly("PERSIST k");
      assertThat(store.fresh("GETEX k PERSIST")).isEqualTo("\"v\"");
      assertThat(store.effects()).isEmpty();
      assertThat(store.fresh("GETEX k PXAT 1")).isEqualTo("\"v\"");
      assertThat(store.effects()).containsExactly("DEL k");
      assertThat(run("EXISTS k")).isEqualTo(":0");
    }

    @Test
    void refuses_what_set_alone_understands() {
      run("SET k v");
      assertThat(run("GETEX k NX")).isEqualTo("-ERR syntax error");
      assertThat(run("GETEX k EX 5 PERSIST")).isEqualTo("-ERR syntax error");
      assertThat(run("GETEX k EX 0")).isEqualTo("-ERR invalid expire time in 'getex' command");
    }
  }

  @Nested
  class Mget {
    @Test
    void answers_nil_for_what_is_no_string() {
      run("MSET a 1 b 2");
      assertThat(run("MGET a none hash b")).isEqualTo("[\"1\" nil nil \"2\"]");
    }
  }

  @Nested
  class Mset {
    @Test
    void sets_all_and_the_last_of_equal_keys_wins() {
      assertThat(run("MSET a 1 b 2 a 3 hash 4")).isEqualTo("OK");
      assertThat(run("MGET a b hash")).isEqualTo("[\"3\" \"2\" \"4\"]");
      assertThat(run("MSET a 1 b")).isEqualTo("-ERR wrong number of arguments for 'mset' command");
    }
  }

  @Nested
  class Msetnx {
    @Test
    void sets_all_or_nothing() {
      assertThat(run("MSETNX a 1 b 2")).isEqualTo(":1");
      assertThat(store.fresh("MSETNX c 1 b 3")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(run("EXISTS c")).isEqualTo(":0");
    }
  }

  @Nested
  class Incr {
    @Test
    void counts_from_zero_and_keeps_the_deadline() {
      assertThat(run("INCR n")).isEqualTo(":1");
      run("PEXPIRE n 1000");
      assertThat(run("INCR n")).isEqualTo(":2");
      assertThat(run("PTTL n")).isEqualTo(":1000");
      assertThat(run("OBJECT ENCODING n")).isEqualTo("\"int\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "1.0", " 1", "+1", "01", "9223372036854775808"})
    void refuses_what_is_no_integer(String value) {
      store.call("SET", "n", value);
      assertThat(run("INCR n")).isEqualTo("-ERR value is not an integer or out of range");
    }

    @Test
    void refuses_to_overflow() {
      run("SET n 9223372036854775807");
      assertThat(run("INCR n")).isEqualTo("-ERR increment or decrement would overflow");
      assertThat(run("GET n")).isEqualTo("\"9223372036854775807\"");
      assertThat(run("INCR hash")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Decr {
    @Test
    void counts_down_to_the_least_integer() {
      assertThat(run("DECR n")).isEqualTo(":-1");
      run("SET n -9223372036854775808");
      assertThat(run("DECR n")).isEqualTo("-ERR increment or decrement would overflow");
    }
  }

  @Nested
  class Incrby {
    @Test
    void adds_an_integer() {
      assertThat(run("INCRBY n 5")).isEqualTo(":5");
      assertThat(run("INCRBY n -7")).isEqualTo(":-2");
      assertThat(run("INCRBY n x")).isEqualTo("-ERR value is not an integer or out of range");
    }
  }

  @Nested
  class Decrby {
    @Test
    void takes_an_integer_other_than_the_least() {
      assertThat(run("DECRBY n 5")).isEqualTo(":-5");
      assertThat(run("DECRBY n -9223372036854775808")).isEqualTo("-ERR decrement would overflow");
    }
  }

  @Nested
  class Incrbyfloat {
    @Test
    void adds_in_extended_precision_and_journals_the_sum() {
      run("SET n 10.50");
      assertThat(store.fresh("INCRBYFLOAT n 0.1")).isEqualTo("\"10.6\"");
      assertThat(store.effects()).containsExactly("SET n 10.6 KEEPTTL");
      assertThat(run("INCRBYFLOAT n -10.6")).isEqualTo("\"0\"");
      assertThat(run("INCRBYFLOAT n 5.0e3")).isEqualTo("\"5000\"");
    }

    @Test
    void gives_a_string_even_where_the_sum_is_whole() {
      run("SET n 3");
      assertThat(run("INCRBYFLOAT n 2")).isEqualTo("\"5\"");
      assertThat(run("OBJECT ENCODING n")).isEqualTo("\"embstr\"");
      assertThat(run("INCR n")).isEqualTo(":6");
    }

    @Test
    void refuses_what_is_no_number_or_becomes_none() {
      assertThat(run("INCRBYFLOAT n nan")).isEqualTo("-ERR value is not a valid float");
      assertThat(run("INCRBYFLOAT n inf"))
          .isEqualTo("-ERR increment would produce NaN or Infinity");
      assertThat(run("INCRBYFLOAT hash 1")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Append {
    @Test
    void makes_and_grows_a_string() {
      assertThat(run("APPEND k ab")).isEqualTo(":2");
      assertThat(run("APPEND k cd")).isEqualTo(":4");
      assertThat(run("GET k")).isEqualTo("\"abcd\"");
      assertThat(run("APPEND hash x")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void keeps_the_deadline_and_grows_beyond_what_one_record_holds() {
      StringBuilder expected = new StringBuilder();
      run("SET k x PX 5000");
      expected.append('x');
      for (int i = 0; i < 100; i++) {
        expected.append("0123456789");
        assertThat(run("APPEND k 0123456789")).isEqualTo(":" + expected.length());
      }
      assertThat(run("GET k")).isEqualTo("\"" + expected + "\"");
      assertThat(run("PTTL k")).isEqualTo(":5000");
    }

    @Test
    void leaves_an_integer_behind_as_a_raw_string() {
      run("APPEND k 10");
      assertThat(run("OBJECT ENCODING k")).isEqualTo("\"int\"");
      run("APPEND k 1");
      assertThat(run("OBJECT ENCODING k")).isEqualTo("\"raw\"");
      assertThat(run("INCR k")).isEqualTo(":102");
    }

    @Test
    void refuses_to_pass_the_limit_of_a_string() {
      store.keyspace().maxStringBytes(10);
      run("SET k 123456789");
      assertThat(run("APPEND k 1")).isEqualTo(":10");
      assertThat(run("APPEND k 1"))
          .isEqualTo("-ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    }
  }

  @Nested
  class Strlen {
    @Test
    void counts_bytes() {
      run("SET k hello");
      assertThat(run("STRLEN k")).isEqualTo(":5");
      assertThat(run("STRLEN none")).isEqualTo(":0");
      assertThat(run("STRLEN hash")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Setrange {
    @Test
    void overwrites_and_fills_the_gap_with_zeros() {
      run("SET k hello");
      assertThat(run("SETRANGE k 1 ipp")).isEqualTo(":5");
      assertThat(run("SETRANGE k 7 !")).isEqualTo(":8");
      assertThat(run("GET k")).isEqualTo("\"hippo\0\0!\"");
    }

    @Test
    void does_nothing_with_an_empty_value() {
      assertThat(run("SETRANGE none 5 \"\"")).isEqualTo(":0");
      assertThat(run("EXISTS none")).isEqualTo(":0");
    }

    @ParameterizedTest
    @CsvSource({
      "536870912, ERR string exceeds maximum allowed size (proto-max-bulk-len)",
      "9223372036854775807, ERR string exceeds maximum allowed size (proto-max-bulk-len)",
      "-1, ERR offset is out of range",
      "x, ERR value is not an integer or out of range"
    })
    void refuses_offsets_out_of_range(String offset, String error) {
      assertThat(run("SETRANGE k " + offset + " v")).isEqualTo("-" + error);
    }
  }

  @Nested
  class Getrange {
    @ParameterizedTest
    @CsvSource({
      "0 3, This",
      "-3 -1, ing",
      "0 -1, This is a string",
      "10 100, string",
      "-1 -3, ''",
      "5 2, ''",
      "100 200, ''",
      "-100 2, Thi",
      "-9223372036854775808 9223372036854775807, This is a string"
    })
    void cuts_from_both_ends(String range, String expected) {
      store.call("SET", "k", "This is a string");
      assertThat(run("GETRANGE k " + range)).isEqualTo("\"" + expected + "\"");
    }

    @Test
    void answers_an_empty_string_for_no_key() {
      assertThat(run("GETRANGE none 0 -1")).isEqualTo("\"\"");
      assertThat(run("GETRANGE none x -1"))
          .isEqualTo("-ERR value is not an integer or out of range");
      assertThat(run("GETRANGE hash 0 -1")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Substr {
    @Test
    void is_getrange_under_its_old_name() {
      run("SET k hello");
      assertThat(run("SUBSTR k 1 2")).isEqualTo("\"el\"");
    }
  }

  @Nested
  class Lcs {
    @BeforeEach
    void fill() {
      run("MSET a ohmytext b mynewtext");
    }

    @Test
    void answers_the_subsequence_or_its_length() {
      assertThat(run("LCS a b")).isEqualTo("\"mytext\"");
      assertThat(run("LCS a b LEN")).isEqualTo(":6");
      assertThat(run("LCS a none")).isEqualTo("\"\"");
    }

    @Test
    void answers_the_ranges_that_match() {
      String open = protocol == 3 ? "{" : "[";
      String close = protocol == 3 ? "}" : "]";
      assertThat(run("LCS a b IDX"))
          .isEqualTo(open + "\"matches\" [[[:4 :7] [:5 :8]] [[:2 :3] [:0 :1]]] \"len\" :6" + close);
      assertThat(run("LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN"))
          .isEqualTo(open + "\"matches\" [[[:4 :7] [:5 :8] :4]] \"len\" :6" + close);
    }

    @Test
    void refuses_conflicts_other_types_and_what_would_take_too_much_memory() {
      assertThat(run("LCS a b LEN IDX"))
          .isEqualTo("-ERR If you want both the length and indexes, please just use IDX.");
      assertThat(run("LCS a hash")).isEqualTo("-ERR The specified keys must contain string values");
      assertThat(run("LCS a b FOO")).isEqualTo("-ERR syntax error");
      store.call("SET", "long", "x".repeat(20_000));
      assertThat(run("LCS long long"))
          .isEqualTo(
              "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
    }
  }
}
