package io.respite.server.command.family.sort;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
@DisplayNameGeneration(ReplaceUnderscores.class)
public class SortCommandsTest {
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";
  private static final String NOT_NUMBERS =
      "-ERR One or more scores can't be converted into double";

  @Parameter int protocol;
  private Store store;

  @BeforeEach
  void open() {
    store = new Store(protocol);
  }

  private String run(String line) {
    return store.run(line);
  }

  @Nested
  class Sort {
    @Test
    void orders_by_number_whatever_the_collection() {
      run("RPUSH l 10 9 -1 1.5 10");
      run("SADD s 10 9 -1 1.5");
      run("ZADD z 1 10 2 9 3 -1 4 1.5");
      assertThat(run("SORT l")).isEqualTo("[\"-1\" \"1.5\" \"9\" \"10\" \"10\"]");
      assertThat(run("SORT s")).isEqualTo("[\"-1\" \"1.5\" \"9\" \"10\"]");
      assertThat(run("SORT z DESC")).isEqualTo("[\"10\" \"9\" \"1.5\" \"-1\"]");
      assertThat(run("SORT none")).isEqualTo("[]");
    }

    @Test
    void reads_numbers_as_strtod_does() {
      store.call("RPUSH", "l", "0x10", "+inf", " 3", "", "1e1", "2\0x", "-infinity");
      assertThat(run("SORT l"))
          .isEqualTo("[\"-infinity\" \"\" \"2\0x\" \" 3\" \"1e1\" \"0x10\" \"+inf\"]");
    }

    @Test
    void refuses_what_is_no_number() {
      for (String element : new String[] {"a", "nan", "1e999", "3 ", " ", "1x"}) {
        run("DEL l");
        store.call("RPUSH", "l", "1", element);
        assertThat(run("SORT l")).as(element).isEqualTo(NOT_NUMBERS);
        assertThat(store.fresh("SORT l STORE dst")).as(element).isEqualTo(NOT_NUMBERS);
        assertThat(store.effects()).isEmpty();
        assertThat(run("SORT l ALPHA LIMIT 0 0")).isEqualTo("[]");
      }
    }

    @Test
    void tells_equal_numbers_apart_by_bytes() {
      run("RPUSH l 1.0 1 01 +1 -0 0");
      assertThat(run("SORT l")).isEqualTo("[\"-0\" \"0\" \"+1\" \"01\" \"1\" \"1.0\"]");
      assertThat(run("SORT l DESC")).isEqualTo("[\"1.0\" \"1\" \"01\" \"+1\" \"0\" \"-0\"]");
    }

    @Test
    void orders_texts_by_unsigned_bytes() {
      store.call("RPUSH", "l", "b", "\u00ff", "a", "aa", "B", "");
      assertThat(run("SORT l ALPHA")).isEqualTo("[\"\" \"B\" \"a\" \"aa\" \"b\" \"\u00ff\"]");
      assertThat(run("SORT l alpha desc")).isEqualTo("[\"\u00ff\" \"b\" \"aa\" \"a\" \"B\" \"\"]");
    }

    @Test
    void answers_a_part() {
      run("RPUSH l 5 4 3 2 1");
      assertThat(run("SORT l LIMIT 1 2")).isEqualTo("[\"2\" \"3\"]");
      assertThat(run("SORT l LIMIT 3 100")).isEqualTo("[\"4\" \"5\"]");
      assertThat(run("SORT l LIMIT -7 2")).isEqualTo("[\"1\" \"2\"]");
      assertThat(run("SORT l LIMIT 2 -1")).isEqualTo("[\"3\" \"4\" \"5\"]");
      assertThat(run("SORT l LIMIT 5 1")).isEqualTo("[]");
      assertThat(run("SORT l LIMIT 2 0")).isEqualTo("[]");
      assertThat(run("SORT l LIMIT 0 9223372036854775807"))
          .isEqualTo("[\"1\" \"2\" \"3\" \"4\" \"5\"]");
      assertThat(run("SORT l LIMIT 9223372036854775807 9223372036854775807")).isEqualTo("[]");
      assertThat(run("SORT l LIMIT -9223372036854775808 -9223372036854775808"))
          .isEqualTo("[\"1\" \"2\" \"3\" \"4\" \"5\"]");
    }

    @Test
    void orders_by_what_other_keys_hold() {
      run("RPUSH l a b c d");
      run("MSET w_a 3 w_b 1 w_c 2");
      assertThat(run("SORT l BY w_*")).isEqualTo("[\"d\" \"b\" \"c\" \"a\"]");
      assertThat(run("SORT l BY w_* ALPHA DESC")).isEqualTo("[\"a\" \"c\" \"b\" \"d\"]");
      run("SET w_d x");
      assertThat(run("SORT l BY w_*")).isEqualTo(NOT_NUMBERS);
      run("HSET h_a:x f 1 -> 5");
      run("HSET h_b:x f 0");
      assertThat(run("SORT l BY h_*:x->f LIMIT 0 3")).isEqualTo("[\"b\" \"c\" \"d\"]");
      assertThat(run("SORT l BY w_*->f")).isEqualTo("[\"a\" \"b\" \"c\" \"d\"]");
    }

    @Test
    void leaves_equal_texts_of_a_list_as_they_lie() {
      run("RPUSH l c a b");
      run("MSET w_a 1 w_b 1 w_c 1");
      assertThat(run("SORT l BY w_* ALPHA")).isEqualTo("[\"c\" \"a\" \"b\"]");
      run("SADD s c a b");
      assertThat(run("SORT s BY w_* ALPHA")).isEqualTo("[\"a\" \"b\" \"c\"]");
    }

    @Test
    void keeps_the_order_that_is_there() {
      run("RPUSH l c a b d");
      run("ZADD z 1 c 2 a 3 b 4 d");
      for (String key : new String[] {"l", "z"}) {
        assertThat(run("SORT " + key + " BY nosort")).isEqualTo("[\"c\" \"a\" \"b\" \"d\"]");
        assertThat(run("SORT " + key + " BY nosort DESC")).isEqualTo("[\"d\" \"b\" \"a\" \"c\"]");
        assertThat(run("SORT " + key + " BY nosort LIMIT 1 2")).isEqualTo("[\"a\" \"b\"]");
        assertThat(run("SORT " + key + " BY nosort DESC LIMIT 1 2")).isEqualTo("[\"b\" \"a\"]");
        assertThat(run("SORT " + key + " BY nosort LIMIT 9 2")).isEqualTo("[]");
        assertThat(run("SORT " + key + " BY w_* BY x")).isEqualTo("[\"c\" \"a\" \"b\" \"d\"]");
      }
    }

    @Test
    void keeps_no_order_of_a_set_but_sorts_what_it_stores() {
      run("SADD s c a b d");
      assertThat(run("SORT s BY nosort LIMIT 0 2").split(" ", -1)).hasSize(2);
      assertThat(run("SORT s BY nosort STORE dst")).isEqualTo(":4");
      assertThat(run("LRANGE dst 0 -1")).isEqualTo("[\"a\" \"b\" \"c\" \"d\"]");
    }

    @Test
    void answers_what_other_keys_hold() {
      run("RPUSH l 2 1");
      run("MSET v_1 one v_2 two");
      run("HSET o_1 name eins");
      run("HSET o_2 other x");
      run("APPEND long_1 " + "x".repeat(100));
      assertThat(run("SORT l GET v_*")).isEqualTo("[\"one\" \"two\"]");
      assertThat(run("SORT l GET # GET v_* GET o_*->name"))
          .isEqualTo("[\"1\" \"one\" \"eins\" \"2\" \"two\" nil]");
      assertThat(run("SORT l GET none")).isEqualTo("[nil nil]");
      assertThat(run("SORT l GET long_*")).isEqualTo("[\"" + "x".repeat(100) + "\" nil]");
      assertThat(run("SORT l GET v_*->name GET o_* LIMIT 0 1")).isEqualTo("[nil nil]");
      run("SET e_1-> arrow");
      assertThat(run("SORT l GET e_*->")).isEqualTo("[\"arrow\" nil]");
    }

    @Test
    void stores_the_result() {
      run("RPUSH l 3 1 2");
      run("SET dst old EX 100");
      assertThat(store.fresh("SORT l STORE dst")).isEqualTo(":3");
      assertThat(store.effects()).containsExactly("SORT l STORE dst");
      assertThat(store.events()).containsExactly("sortstore dst");
      assertThat(run("LRANGE dst 0 -1")).isEqualTo("[\"1\" \"2\" \"3\"]");
      assertThat(run("TTL dst")).isEqualTo(":-1");
      run("SET v_1 one");
      assertThat(run("SORT l GET v_* GET # STORE l")).isEqualTo(":6");
      assertThat(run("LRANGE l 0 -1")).isEqualTo("[\"one\" \"1\" \"\" \"2\" \"\" \"3\"]");
    }

    @Test
    void removes_the_destination_of_an_empty_result() {
      run("SET dst x");
      assertThat(store.fresh("SORT none STORE dst")).isEqualTo(":0");
      assertThat(store.effects()).containsExactly("DEL dst");
      assertThat(store.events()).containsExactly("del dst");
      assertThat(store.fresh("SORT none STORE dst")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(store.events()).isEmpty();
    }

    @Test
    void journals_the_result_where_fields_were_read() {
      run("RPUSH l 2 1");
      run("HSET h_1 f one");
      assertThat(store.fresh("SORT l GET h_*->f STORE dst")).isEqualTo(":2");
      assertThat(store.effects()).containsExactly("DEL dst", "RPUSH dst one");
      assertThat(store.fresh("SORT l BY h_*->g STORE dst")).isEqualTo(":2");
      assertThat(store.effects()).containsExactly("DEL dst", "RPUSH dst 1 2");
    }

    @Test
    void journals_a_long_result_in_pieces() {
      IntStream.range(0, 2000).forEach(i -> run("RPUSH l " + i));
      store.fresh("SORT l BY h_*->f STORE dst");
      assertThat(store.effects()).hasSize(3);
      assertThat(store.effects().get(1)).startsWith("RPUSH dst 0 1 10 100 1000 ");
      assertThat(store.effects().get(2).split(" ", -1)).hasSize(2000 - 1024 + 2);
    }

    @Test
    void does_not_see_dead_keys_and_fields() {
      run("RPUSH l 1");
      run("SET v_1 x PX 10");
      run("HSET h_1 f y");
      run("HPEXPIRE h_1 10 FIELDS 1 f");
      store.advanceMillis(11);
      assertThat(run("SORT l GET v_* GET h_*->f")).isEqualTo("[nil nil]");
    }

    @Test
    void refuses_what_it_does_not_understand() {
      run("SET string x");
      run("HSET hash f v");
      run("RPUSH l 1");
      assertThat(run("SORT string")).isEqualTo(WRONG_TYPE);
      assertThat(run("SORT hash")).isEqualTo(WRONG_TYPE);
      for (String options :
          new String[] {"LIMIT", "LIMIT 1", "BY", "GET", "STORE", "x", "ASC DESC x"}) {
        assertThat(run("SORT l " + options)).as(options).isEqualTo("-ERR syntax error");
      }
      assertThat(run("SORT l LIMIT a 1")).isEqualTo("-ERR value is not an integer or out of range");
      assertThat(run("SORT string LIMIT 1 9223372036854775808"))
          .isEqualTo("-ERR value is not an integer or out of range");
    }
  }

  @Nested
  class SortRo {
    @Test
    void sorts_without_storing() {
      run("RPUSH l 3 1 2");
      assertThat(store.fresh("SORT_RO l DESC LIMIT 0 2 GET #")).isEqualTo("[\"3\" \"2\"]");
      assertThat(store.effects()).isEmpty();
      assertThat(run("SORT_RO l STORE dst")).isEqualTo("-ERR syntax error");
    }
  }
}
