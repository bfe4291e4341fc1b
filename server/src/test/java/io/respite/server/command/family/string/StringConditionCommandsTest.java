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
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
@DisplayNameGeneration(ReplaceUnderscores.class)
public class StringConditionCommandsTest {
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";
  private static final String NO_DIGEST = "-ERR must be exactly 16 hexadecimal characters";
  private static final String HELLO = "9555e8555c62dcfd";

  @Parameter int protocol;
  private Store store;

  @BeforeEach
  void open() {
    store = new Store(protocol);
    store.run("HSET hash f v");
    store.run("SET k hello");
  }

  private String run(String line) {
    return store.run(line);
  }

  @Nested
  class SetWithACondition {
    @Test
    void compares_the_string() {
      assertThat(store.fresh("SET k new IFEQ other")).isEqualTo("nil");
      assertThat(store.effects()).isEmpty();
      assertThat(store.events()).isEmpty();
      assertThat(store.fresh("SET k new IFEQ hello")).isEqualTo("OK");
      assertThat(store.effects()).containsExactly("SET k new");
      assertThat(run("SET k x ifne new")).isEqualTo("nil");
      assertThat(run("SET k x IFNE hello")).isEqualTo("OK");
      assertThat(run("GET k")).isEqualTo("\"x\"");
    }

    @Test
    void compares_the_digest_in_either_case() {
      assertThat(run("SET k a IFDEQ 0000000000000000")).isEqualTo("nil");
      assertThat(run("SET k a IFDNE " + HELLO)).isEqualTo("nil");
      assertThat(run("SET k a IFDEQ 9555E8555C62DCFD")).isEqualTo("OK");
      assertThat(run("SET k b IFDNE " + HELLO)).isEqualTo("OK");
      assertThat(run("GET k")).isEqualTo("\"b\"");
    }

    @Test
    void makes_a_new_key_only_where_it_must_differ() {
      assertThat(run("SET none v IFEQ v")).isEqualTo("nil");
      assertThat(run("SET none v IFDEQ " + HELLO)).isEqualTo("nil");
      assertThat(run("EXISTS none")).isEqualTo(":0");
      assertThat(run("SET none v IFNE v")).isEqualTo("OK");
      assertThat(run("SET none2 v IFDNE " + HELLO)).isEqualTo("OK");
    }

    @Test
    void goes_with_get_and_a_time() {
      assertThat(run("SET k v IFEQ other GET")).isEqualTo("\"hello\"");
      assertThat(run("GET k")).isEqualTo("\"hello\"");
      assertThat(store.fresh("SET k v GET IFEQ hello PX 100")).isEqualTo("\"hello\"");
      assertThat(store.effects()).containsExactly("SET k v PXAT " + (store.clock().millis() + 100));
      assertThat(run("SET k w IFEQ v KEEPTTL")).isEqualTo("OK");
      assertThat(run("PTTL k")).isEqualTo(":100");
      assertThat(run("SET none v GET IFNE x")).isEqualTo("nil");
      assertThat(run("GET none")).isEqualTo("\"v\"");
    }

    @Test
    void excludes_other_conditions_and_wants_an_operand() {
      for (String options :
          new String[] {"IFEQ", "IFEQ a NX", "XX IFNE a", "IFEQ a IFNE b", "IFDEQ", "IFEQ a b"}) {
        assertThat(run("SET k v " + options)).as(options).isEqualTo("-ERR syntax error");
      }
      assertThat(run("SET k v IFDEQ abc")).isEqualTo(NO_DIGEST);
      assertThat(run("SET k v IFDNE \"\"")).isEqualTo(NO_DIGEST);
      assertThat(run("SET hash v IFEQ a")).isEqualTo(WRONG_TYPE);
      assertThat(run("SET hash v IFDNE " + HELLO)).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Digest {
    @Test
    void answers_sixteen_digits() {
      assertThat(run("DIGEST k")).isEqualTo("\"" + HELLO + "\"");
      assertThat(run("DIGEST none")).isEqualTo("nil");
      assertThat(run("DIGEST hash")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void depends_on_the_bytes_alone() {
      run("SET a 12345");
      run("APPEND b 123");
      run("APPEND b 45");
      assertThat(run("DIGEST a")).isEqualTo(run("DIGEST b"));
    }

    @Test
    void keeps_leading_zeros() {
      for (int i = 0; i < 64; i++) {
        run("SET n " + i);
        assertThat(run("DIGEST n")).hasSize(18);
      }
    }
  }

  @Nested
  class DelEx {
    @Test
    void removes_any_key_without_a_condition() {
      assertThat(store.fresh("DELEX hash")).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("DEL hash");
      assertThat(store.events()).containsExactly("del hash");
      assertThat(store.fresh("DELEX hash")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
    }

    @Test
    void removes_a_string_that_meets_its_condition() {
      for (String unmet :
          new String[] {"IFEQ x", "IFNE hello", "IFDEQ 0000000000000000", "IFDNE " + HELLO}) {
        assertThat(store.fresh("DELEX k " + unmet)).as(unmet).isEqualTo(":0");
        assertThat(store.effects()).isEmpty();
      }
      for (String met :
          new String[] {"IFEQ hello", "ifne x", "IFDEQ " + HELLO, "IFDNE 0000000000000000"}) {
        run("SET k hello");
        assertThat(store.fresh("DELEX k " + met)).as(met).isEqualTo(":1");
        assertThat(store.effects()).containsExactly("DEL k");
        assertThat(store.events()).containsExactly("del k");
        assertThat(run("DELEX k " + met)).isEqualTo(":0");
      }
    }

    @Test
    void says_what_is_wrong() {
      assertThat(run("DELEX k IFEQ"))
          .isEqualTo("-ERR wrong number of arguments for 'delex' command");
      assertThat(run("DELEX k IFEQ a b"))
          .isEqualTo("-ERR wrong number of arguments for 'delex' command");
      assertThat(run("DELEX k X a"))
          .isEqualTo("-ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");
      assertThat(run("DELEX hash IFEQ a"))
          .isEqualTo("-ERR Key should be of string type if conditions are specified");
      assertThat(run("DELEX k IFDEQ abc")).isEqualTo(NO_DIGEST);
    }
  }

  @Nested
  class DelIfEq {
    @Test
    void removes_a_key_that_holds_the_string() {
      assertThat(store.fresh("DELIFEQ k other")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(store.fresh("DELIFEQ k hello")).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("DEL k");
      assertThat(store.events()).containsExactly("del k");
      assertThat(run("DELIFEQ k hello")).isEqualTo(":0");
      assertThat(run("DELIFEQ hash v")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class MSetEx {
    @Test
    void sets_all_keys() {
      assertThat(store.fresh("MSETEX 2 a 1 hash 2")).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("MSET a 1 hash 2");
      assertThat(store.events()).containsExactly("set a", "set hash");
      assertThat(run("MGET a hash")).isEqualTo("[\"1\" \"2\"]");
    }

    @Test
    void gives_all_keys_one_deadline() {
      assertThat(store.fresh("MSETEX 2 a 1 b 2 EX 5")).isEqualTo(":1");
      String at = " PXAT " + (store.clock().millis() + 5000);
      assertThat(store.effects()).containsExactly("SET a 1" + at, "SET b 2" + at);
      assertThat(store.events()).containsExactly("set a", "expire a", "set b", "expire b");
      assertThat(run("PTTL b")).isEqualTo(":5000");
      assertThat(run("MSETEX 1 a 1 PX 7")).isEqualTo(":1");
      assertThat(run("PTTL a")).isEqualTo(":7");
      long later = store.clock().millis() + 9000;
      run("MSETEX 1 a 1 PXAT " + later);
      assertThat(run("PEXPIRETIME a")).isEqualTo(":" + later);
      run("MSETEX 1 a 1 EXAT " + (later / 1000));
      assertThat(run("EXPIRETIME a")).isEqualTo(":" + later / 1000);
      run("MSETEX 1 a 1");
      assertThat(run("TTL a")).isEqualTo(":-1");
    }

    @Test
    void keeps_each_deadline() {
      run("SET a x PX 100");
      assertThat(store.fresh("MSETEX 2 a 1 b 2 KEEPTTL")).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("SET a 1 KEEPTTL", "SET b 2 KEEPTTL");
      assertThat(run("PTTL a")).isEqualTo(":100");
      assertThat(run("PTTL b")).isEqualTo(":-1");
    }

    @Test
    void obeys_a_condition_on_all_keys() {
      assertThat(store.fresh("MSETEX 2 new 1 k 2 NX")).isEqualTo(":0");
      assertThat(store.fresh("MSETEX 2 k 2 new 1 XX EX 5")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(run("MGET k new")).isEqualTo("[\"hello\" nil]");
      assertThat(run("MSETEX 2 a 1 b 2 EX 5 NX")).isEqualTo(":1");
      assertThat(run("MSETEX 2 a 3 b 4 xx")).isEqualTo(":1");
      assertThat(run("MGET a b")).isEqualTo("[\"3\" \"4\"]");
    }

    @Test
    void says_what_is_wrong() {
      for (String count :
          new String[] {"0", "-1", "x", "\"\"", "2147483648", "-4611686018427387905"}) {
        assertThat(run("MSETEX " + count + " a 1"))
            .as(count)
            .isEqualTo("-ERR invalid numkeys value");
      }
      assertThat(run("MSETEX 2 a 1")).isEqualTo("-ERR wrong number of key-value pairs");
      assertThat(run("MSETEX 2147483647 a 1")).isEqualTo("-ERR wrong number of key-value pairs");
      assertThat(run("MSETEX 1 a"))
          .isEqualTo("-ERR wrong number of arguments for 'msetex' command");
      for (String options :
          new String[] {"b 2", "NX XX", "EX", "EX 1 PX 1", "KEEPTTL EX 1", "GET", "IFEQ a"}) {
        assertThat(run("MSETEX 1 a 1 " + options)).as(options).isEqualTo("-ERR syntax error");
      }
      assertThat(run("MSETEX 1 a 1 EX 0"))
          .isEqualTo("-ERR invalid expire time in 'msetex' command");
      assertThat(run("MSETEX 1 a 1 EX 9223372036854775807"))
          .isEqualTo("-ERR invalid expire time in 'msetex' command");
      assertThat(run("MSETEX 1 a 1 PX x"))
          .isEqualTo("-ERR value is not an integer or out of range");
      assertThat(run("EXISTS a")).isEqualTo(":0");
    }
  }
}
