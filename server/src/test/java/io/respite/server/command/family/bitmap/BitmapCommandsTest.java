package io.respite.server.command.family.bitmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import java.util.List;
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
public class BitmapCommandsTest {
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";
  private static final String BAD_OFFSET = "-ERR bit offset is not an integer or out of range";
  private static final String NOT_AN_INTEGER = "-ERR value is not an integer or out of range";
  private static final String SYNTAX = "-ERR syntax error";

  @Parameter int protocol;
  private Store store;

  @BeforeEach
  void open() {
    store = new Store(protocol);
    store.run("HSET h f v");
  }

  private String run(String line) {
    return store.run(line);
  }

  @Nested
  class Setbit {
    @Test
    void sets_a_bit_and_answers_the_old_one() {
      assertThat(store.fresh("SETBIT b 7 1")).isEqualTo(":0");
      assertThat(store.events()).containsExactly("setbit b");
      assertThat(run("GET b")).isEqualTo("\"\u0001\"");
      assertThat(run("SETBIT b 7 0")).isEqualTo(":1");
      assertThat(run("OBJECT ENCODING b")).isEqualTo("\"raw\"");
    }

    @Test
    void tells_of_a_change_only_when_there_is_one() {
      run("SETBIT b 7 1");
      assertThat(store.fresh("SETBIT b 7 1")).isEqualTo(":1");
      assertThat(store.effects()).isEmpty();
      assertThat(store.fresh("SETBIT b 9 0")).isEqualTo(":0");
      assertThat(store.effects()).containsExactly("SETBIT b 9 0");
      assertThat(run("STRLEN b")).isEqualTo(":2");
    }

    @Test
    void edits_long_strings_in_place_and_keeps_the_deadline() {
      run("SET b x PX 5000");
      assertThat(run("SETBIT b 80000 1")).isEqualTo(":0");
      assertThat(run("STRLEN b")).isEqualTo(":10001");
      assertThat(run("PTTL b")).isEqualTo(":5000");
      assertThat(run("GETBIT b 80000")).isEqualTo(":1");
      assertThat(run("GETRANGE b 0 0")).isEqualTo("\"x\"");
    }

    @Test
    void refuses_what_is_no_bit() {
      for (String offset : List.of("-1", "4294967296", "9223372036854775807", "x", "\"\"")) {
        assertThat(run("SETBIT b " + offset + " 1")).isEqualTo(BAD_OFFSET);
      }
      for (String bit : List.of("2", "-1", "x")) {
        assertThat(run("SETBIT b 1 " + bit))
            .isEqualTo("-ERR bit is not an integer or out of range");
      }
      assertThat(run("SETBIT h 1 1")).isEqualTo(WRONG_TYPE);
      assertThat(run("EXISTS b")).isEqualTo(":0");
    }
  }

  @Nested
  class Getbit {
    @Test
    void answers_a_bit() {
      run("SET b a");
      assertThat(run("GETBIT b 1")).isEqualTo(":1");
      assertThat(run("GETBIT b 0")).isEqualTo(":0");
      assertThat(run("GETBIT b 4294967295")).isEqualTo(":0");
      assertThat(run("GETBIT nokey 1")).isEqualTo(":0");
      assertThat(run("GETBIT b 4294967296")).isEqualTo(BAD_OFFSET);
      assertThat(run("GETBIT h 1")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Bitcount {
    @Test
    void counts_in_bytes_and_in_bits() {
      run("SET b foobar");
      assertThat(run("BITCOUNT b")).isEqualTo(":26");
      assertThat(run("BITCOUNT b 0 0")).isEqualTo(":4");
      assertThat(run("BITCOUNT b 1 1 BYTE")).isEqualTo(":6");
      assertThat(run("BITCOUNT b 5 30 BIT")).isEqualTo(":17");
      assertThat(run("BITCOUNT b -1 -5")).isEqualTo(":0");
      assertThat(run("BITCOUNT b -9223372036854775808 9223372036854775807")).isEqualTo(":26");
    }

    @Test
    void looks_at_its_arguments_before_the_key() {
      assertThat(run("BITCOUNT nokey x")).isEqualTo("-ERR syntax error");
      assertThat(run("BITCOUNT nokey x y"))
          .isEqualTo("-ERR value is not an integer or out of range");
      assertThat(run("BITCOUNT nokey 1 2 X")).isEqualTo("-ERR syntax error");
      assertThat(run("BITCOUNT nokey 1 2")).isEqualTo(":0");
    }

    @Test
    void refuses_half_a_range() {
      run("SET b foobar");
      assertThat(run("BITCOUNT b 0")).isEqualTo(SYNTAX);
      assertThat(run("BITCOUNT b 0 1 FOO")).isEqualTo(SYNTAX);
      assertThat(run("BITCOUNT b 0 1 BIT x")).isEqualTo(SYNTAX);
      assertThat(run("BITCOUNT b x 1")).isEqualTo(NOT_AN_INTEGER);
      assertThat(run("BITCOUNT h")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Bitpos {
    @Test
    void finds_the_first_bit() {
      store.call("SET", "b", "\u00ff\u00f0\u0000");
      assertThat(run("BITPOS b 0")).isEqualTo(":12");
      assertThat(run("BITPOS b 1 2")).isEqualTo(":-1");
      assertThat(run("BITPOS b 1 7 15 BIT")).isEqualTo(":7");
      assertThat(run("BITPOS b 0 0 -1 BYTE")).isEqualTo(":12");
      assertThat(run("BITPOS nokey 0")).isEqualTo(":0");
      assertThat(run("BITPOS nokey 1")).isEqualTo(":-1");
    }

    @Test
    void looks_behind_the_end_for_zeros_unless_the_end_is_named() {
      store.call("SET", "b", "\u00ff\u00ff\u00ff");
      assertThat(run("BITPOS b 0")).isEqualTo(":24");
      assertThat(run("BITPOS b 0 1")).isEqualTo(":24");
      assertThat(run("BITPOS b 0 0 -1")).isEqualTo(":-1");
      assertThat(run("BITPOS b 0 3")).isEqualTo(":-1");
    }

    @Test
    void refuses_other_bits() {
      run("SET b x");
      assertThat(run("BITPOS b 2")).isEqualTo("-ERR The bit argument must be 1 or 0.");
      assertThat(run("BITPOS b x")).isEqualTo(NOT_AN_INTEGER);
      assertThat(run("BITPOS b 0 0 0 FOO")).isEqualTo(SYNTAX);
      assertThat(run("BITPOS h 1")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Bitop {
    private void sources() {
      store.call("SET", "a", "\u00f0\u000f\u0001");
      store.call("SET", "b", "\u00cc\u00cc");
      store.call("SET", "c", "\u00aa");
    }

    private String result(String request) {
      run(request);
      String shown = run("GET d");
      StringBuilder hex = new StringBuilder();
      shown.substring(1, shown.length() - 1).chars().forEach(c -> hex.append("%02x".formatted(c)));
      return hex.toString();
    }

    @Test
    void combines_strings() {
      sources();
      assertThat(store.fresh("BITOP AND d a b")).isEqualTo(":3");
      assertThat(store.events()).containsExactly("set d");
      assertThat(result("BITOP AND d a b")).isEqualTo("c00c00");
      assertThat(result("BITOP OR d a b c")).isEqualTo("fecf01");
      assertThat(result("BITOP XOR d a b nokey")).isEqualTo("3cc301");
      assertThat(result("BITOP NOT d a")).isEqualTo("0ff0fe");
      assertThat(result("BITOP DIFF d a b c")).isEqualTo("100301");
      assertThat(result("BITOP DIFF1 d a b c")).isEqualTo("0ec000");
      assertThat(result("BITOP ANDOR d a b c")).isEqualTo("e00c00");
      assertThat(result("BITOP ONE d a b c")).isEqualTo("16c301");
    }

    @Test
    void removes_the_destination_when_nothing_comes_out() {
      run("SET d x");
      assertThat(store.fresh("BITOP OR d nokey nokey")).isEqualTo(":0");
      assertThat(store.events()).containsExactly("del d");
      assertThat(store.fresh("BITOP OR d nokey")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
    }

    @Test
    void refuses_other_operations() {
      sources();
      assertThat(run("BITOP FOO d a")).isEqualTo(SYNTAX);
      assertThat(run("BITOP NOT d a b"))
          .isEqualTo("-ERR BITOP NOT must be called with a single source key.");
      assertThat(run("BITOP DIFF d a")).contains("at least two source keys");
      assertThat(run("BITOP AND d a h")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Bitfield {
    @Test
    void reads_sets_and_increments() {
      assertThat(store.fresh("BITFIELD b SET u8 0 200 GET i8 0 INCRBY i16 #1 -5 GET u4 4"))
          .isEqualTo("[:0 :-56 :-5 :8]");
      assertThat(store.events()).containsExactly("setbit b");
      assertThat(run("STRLEN b")).isEqualTo(":4");
      assertThat(store.fresh("BITFIELD b GET u63 10000")).isEqualTo("[:0]");
      assertThat(store.effects()).isEmpty();
      assertThat(run("BITFIELD b")).isEqualTo("[]");
      assertThat(run("BITFIELD b SET u8 8000 255")).isEqualTo("[:0]");
      assertThat(run("STRLEN b")).isEqualTo(":1001");
    }

    @Test
    void handles_overflow_as_told() {
      assertThat(run("BITFIELD b SET u8 0 250 INCRBY u8 0 10")).isEqualTo("[:0 :4]");
      assertThat(run("BITFIELD b OVERFLOW SAT INCRBY u8 0 300 OVERFLOW FAIL INCRBY u8 0 1"))
          .isEqualTo("[:255 nil]");
      assertThat(run("BITFIELD b OVERFLOW SAT INCRBY u8 0 -300")).isEqualTo("[:0]");
      assertThat(run("BITFIELD b SET i64 0 9223372036854775807 INCRBY i64 0 1"))
          .isEqualTo("[:0 :-9223372036854775808]");
      assertThat(run("BITFIELD b OVERFLOW SAT INCRBY i64 0 -1"))
          .isEqualTo("[:-9223372036854775808]");
      assertThat(run("BITFIELD b OVERFLOW SAT SET i8 0 1000 GET i8 0")).isEqualTo("[:-128 :127]");
    }

    @Test
    void tells_of_a_change_only_when_there_is_one() {
      run("BITFIELD b SET u8 0 7");
      assertThat(store.fresh("BITFIELD b SET u8 0 7")).isEqualTo("[:7]");
      assertThat(store.effects()).isEmpty();
    }

    @Test
    void refuses_what_is_no_field() {
      for (String type : List.of("u64", "i65", "u0", "x8", "u08", "u", "i-1")) {
        assertThat(run("BITFIELD b GET " + type + " 0")).startsWith("-ERR Invalid bitfield type.");
      }
      for (String offset : List.of("-1", "#9223372036854775807", "4294967296", "#", "x")) {
        assertThat(run("BITFIELD b GET u8 " + offset)).isEqualTo(BAD_OFFSET);
      }
      assertThat(run("BITFIELD b OVERFLOW FOO")).isEqualTo("-ERR Invalid OVERFLOW type specified");
      assertThat(run("BITFIELD b GET u8")).isEqualTo(SYNTAX);
      assertThat(run("BITFIELD b SET u8 0 x")).isEqualTo(NOT_AN_INTEGER);
      assertThat(run("BITFIELD h GET u8 0")).isEqualTo(WRONG_TYPE);
      assertThat(run("BITFIELD b SET u8 4294967295 1")).startsWith("-ERR string exceeds maximum");
    }
  }

  @Nested
  class Bitfield_ro {
    @Test
    void only_reads() {
      run("SET b a");
      assertThat(run("BITFIELD_RO b GET u8 0 GET u4 0")).isEqualTo("[:97 :6]");
      assertThat(run("BITFIELD_RO b SET u8 0 1"))
          .isEqualTo("-ERR BITFIELD_RO only supports the GET subcommand");
      assertThat(run("BITFIELD_RO nokey GET u8 0")).isEqualTo("[:0]");
    }
  }
}
