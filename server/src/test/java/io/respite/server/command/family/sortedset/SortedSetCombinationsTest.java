package io.respite.server.command.family.sortedset;

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
import org.junit.jupiter.params.provider.EnumSource;

/** Unions, intersections and differences. */
@ParameterizedClass(name = "{0}")
@EnumSource(SortedSetForm.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
public class SortedSetCombinationsTest {
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";

  @Parameter SortedSetForm form;
  private Store store;

  @BeforeEach
  void open() {
    store = form.open();
    store.run("SET string v");
    store.run("ZADD x 1 a 2 b 3 c");
    store.run("ZADD y 10 b 20 c 30 d");
  }

  private String run(String line) {
    return store.run(line);
  }

  @Nested
  class Zunion {
    @Test
    void adds_scores_up() {
      assertThat(run("ZUNION 2 x y")).isEqualTo("[\"a\" \"b\" \"c\" \"d\"]");
      assertThat(run("ZUNION 3 x none y WITHSCORES"))
          .isEqualTo(form.pairs("a", "1", "b", "12", "c", "23", "d", "30"));
      assertThat(run("ZUNION 2 x x WITHSCORES"))
          .isEqualTo(form.pairs("a", "2", "b", "4", "c", "6"));
    }

    @Test
    void weighs_and_aggregates() {
      assertThat(run("ZUNION 2 x y WEIGHTS 2 -1 AGGREGATE MIN WITHSCORES"))
          .isEqualTo(form.pairs("d", "-30", "c", "-20", "b", "-10", "a", "2"));
      assertThat(run("ZUNION 2 x y AGGREGATE max WITHSCORES"))
          .isEqualTo(form.pairs("a", "1", "b", "10", "c", "20", "d", "30"));
    }

    @Test
    void takes_zero_for_what_is_no_number() {
      run("ZADD i inf m");
      run("ZADD j -inf m");
      assertThat(run("ZUNION 2 i j WITHSCORES")).isEqualTo(form.pairs("m", "0"));
      assertThat(run("ZUNION 1 i WEIGHTS 0 WITHSCORES")).isEqualTo(form.pairs("m", "0"));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "0 x | ERR at least 1 input key is needed for 'zunion' command",
          "-4611686018427387905 x | ERR at least 1 input key is needed for 'zunion' command",
          "a x | ERR value is not an integer or out of range",
          "9223372036854775807 x | ERR syntax error",
          "2 x | ERR syntax error",
          "1 x WEIGHTS a | ERR weight value is not a float",
          "1 x WEIGHTS 1 2 | ERR syntax error",
          "1 x WEIGHTS | ERR syntax error",
          "1 x AGGREGATE avg | ERR syntax error",
          "1 x LIMIT 1 | ERR syntax error"
        })
    void refuses_what_is_malformed(String rest, String error) {
      assertThat(run("ZUNION " + rest)).isEqualTo("-" + error);
    }

    @Test
    void takes_plain_sets_whose_members_have_the_score_one() {
      run("SADD words a b");
      run("SADD numbers 1 2 300");
      run("ZADD n 5 300");
      assertThat(run("ZUNION 2 x words WITHSCORES"))
          .isEqualTo(form.pairs("a", "2", "b", "3", "c", "3"));
      assertThat(run("ZINTER 2 n numbers WEIGHTS 1 10 WITHSCORES"))
          .isEqualTo(form.pairs("300", "15"));
      assertThat(run("ZDIFF 2 numbers n WITHSCORES")).isEqualTo(form.pairs("1", "1", "2", "1"));
      assertThat(run("ZINTERCARD 2 words words")).isEqualTo(":2");
      assertThat(run("ZUNIONSTORE d 1 numbers")).isEqualTo(":3");
      assertThat(run("TYPE d")).isEqualTo("zset");
    }

    @Test
    void refuses_other_types() {
      assertThat(run("ZUNION 2 x string")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Zinter {
    @Test
    void answers_what_all_have() {
      assertThat(run("ZINTER 2 x y WITHSCORES")).isEqualTo(form.pairs("b", "12", "c", "23"));
      assertThat(run("ZINTER 2 x y WEIGHTS 1 0.5 WITHSCORES"))
          .isEqualTo(form.pairs("b", "7", "c", "13"));
      assertThat(run("ZINTER 2 x y AGGREGATE MIN WITHSCORES"))
          .isEqualTo(form.pairs("b", "2", "c", "3"));
      assertThat(run("ZINTER 2 x x WITHSCORES"))
          .isEqualTo(form.pairs("a", "2", "b", "4", "c", "6"));
      assertThat(run("ZINTER 2 x none")).isEqualTo("[]");
    }
  }

  @Nested
  class Zdiff {
    @Test
    void answers_what_only_the_first_has() {
      assertThat(run("ZDIFF 2 x y WITHSCORES")).isEqualTo(form.pairs("a", "1"));
      assertThat(run("ZDIFF 2 y x")).isEqualTo("[\"d\"]");
      assertThat(run("ZDIFF 3 x none y")).isEqualTo("[\"a\"]");
      assertThat(run("ZDIFF 2 none x")).isEqualTo("[]");
      assertThat(run("ZDIFF 2 x x")).isEqualTo("[]");
      assertThat(run("ZDIFF 1 x WEIGHTS 1")).isEqualTo("-ERR syntax error");
    }

    @Test
    void answers_the_same_when_the_others_are_few() {
      for (int i = 0; i < 100; i++) {
        run("ZADD big " + i + " m" + i);
      }
      run("ZADD few 1 m5");
      run("ZADD other 1 m6");
      assertThat(run("ZDIFFSTORE d 6 big few other few other few")).isEqualTo(":98");
      assertThat(run("ZSCORE d m5")).isEqualTo("nil");
      assertThat(run("ZSCORE d m7")).isEqualTo(form.score("7"));
    }
  }

  @Nested
  class Zunionstore {
    @Test
    void keeps_the_union() {
      assertThat(store.fresh("ZUNIONSTORE d 2 x y WEIGHTS 1 2")).isEqualTo(":4");
      assertThat(store.events()).containsExactly("zunionstore d");
      assertThat(run("ZRANGE d 0 -1 WITHSCORES"))
          .isEqualTo(form.pairs("a", "1", "b", "22", "c", "43", "d", "60"));
      assertThat(run("OBJECT ENCODING d")).isEqualTo(form.encoding());
      assertThat(run("ZUNIONSTORE d 1 x WITHSCORES")).isEqualTo("-ERR syntax error");
      assertThat(run("ZUNIONSTORE d 0 x"))
          .isEqualTo("-ERR at least 1 input key is needed for 'zunionstore' command");
    }

    @Test
    void has_the_large_form_when_a_member_is_long() {
      String longMember = "l".repeat(65);
      run("ZADD l 1 " + longMember);
      run("ZUNIONSTORE d 2 l x");
      assertThat(run("OBJECT ENCODING d")).isEqualTo("\"skiplist\"");
    }

    @Test
    void may_replace_an_input() {
      assertThat(run("ZUNIONSTORE x 2 x y")).isEqualTo(":4");
      assertThat(run("ZSCORE x b")).isEqualTo(form.score("12"));
    }
  }

  @Nested
  class Zinterstore {
    @Test
    void keeps_the_intersection_or_removes_the_key() {
      assertThat(store.fresh("ZINTERSTORE string 2 x y")).isEqualTo(":2");
      assertThat(store.events()).containsExactly("zinterstore string");
      assertThat(run("TYPE string")).isEqualTo("zset");
      assertThat(store.fresh("ZINTERSTORE string 2 x none")).isEqualTo(":0");
      assertThat(store.events()).containsExactly("del string");
    }
  }

  @Nested
  class Zdiffstore {
    @Test
    void keeps_the_difference() {
      assertThat(store.fresh("ZDIFFSTORE d 2 x y")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("zdiffstore d");
      assertThat(run("ZDIFFSTORE d 2 x y WEIGHTS 1 1")).isEqualTo("-ERR syntax error");
    }
  }

  @Nested
  class Zintercard {
    @Test
    void counts_what_all_have() {
      assertThat(run("ZINTERCARD 2 x y")).isEqualTo(":2");
      assertThat(run("ZINTERCARD 2 x y LIMIT 1")).isEqualTo(":1");
      assertThat(run("ZINTERCARD 2 x y LIMIT 0")).isEqualTo(":2");
      assertThat(run("ZINTERCARD 2 x none")).isEqualTo(":0");
      assertThat(run("ZINTERCARD 2 x y LIMIT -1")).isEqualTo("-ERR LIMIT can't be negative");
      assertThat(run("ZINTERCARD 1 x WITHSCORES")).isEqualTo("-ERR syntax error");
      assertThat(run("ZINTERCARD 0 x"))
          .isEqualTo("-ERR at least 1 input key is needed for 'zintercard' command");
    }
  }
}
