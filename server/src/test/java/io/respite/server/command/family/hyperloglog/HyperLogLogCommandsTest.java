package io.respite.server.command.family.hyperloglog;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
public class HyperLogLogCommandsTest {
  private static final String NO_LOG = "-WRONGTYPE Key is not a valid HyperLogLog string value.";
  private static final String CORRUPT = "-INVALIDOBJ Corrupted HLL object detected";
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";

  @Parameter int protocol;
  private Store store;

  @BeforeEach
  void open() {
    store = new Store(protocol);
    store.run("SET fake HYLLfoo");
    store.run("HSET h f v");
    store.call("SET", "bad", "HYLL\u0001" + "\0".repeat(10) + "\u0080\u007f\u00fe");
  }

  private String run(String line) {
    return store.run(line);
  }

  private String hash(String key) throws NoSuchAlgorithmException {
    String shown = run("GET " + key);
    byte[] bytes = shown.substring(1, shown.length() - 1).getBytes(StandardCharsets.ISO_8859_1);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
  }

  @Nested
  class Pfadd {
    /** Lengths and hashes of what the real server has after the same requests. */
    @ParameterizedTest
    @CsvSource({
      "10, 48, dd7cf3784918baa4c956f1723b1cebdb193228f7, "
          + "10, e3e04df1a81a6ff6519b7fbb700d7061cc170f4c",
      "500, 1050, 6c8940e3bb8e4085470524fec02bd03b03437d86, "
          + "502, 54c23f2d1a0d61f405dfba4b94c77c52b6e7983f",
      "3000, 12304, 66aa5c54fd1fce025b32b413efc42d075b3ee285, "
          + "3002, a456ded68989065f6ee0edf2d4ef1d5cce15c63f",
      "100000, 12304, e93ddd40b895726dee7091c32a113a2d5fc36aa8, "
          + "100039, 869bb2bd20736740dcdce657313393121906696b"
    })
    void leaves_the_real_servers_bytes(
        int elements, int length, String added, long estimate, String counted)
        throws NoSuchAlgorithmException {
      for (int i = 0; i < elements; i += 10) {
        StringBuilder line = new StringBuilder("PFADD log");
        for (int j = i; j < i + 10; j++) {
          line.append(" element:").append(j);
        }
        run(line.toString());
      }
      assertThat(run("STRLEN log")).isEqualTo(":" + length);
      assertThat(hash("log")).isEqualTo(added);
      assertThat(run("PFCOUNT log")).isEqualTo(":" + estimate);
      assertThat(hash("log")).isEqualTo(counted);
    }

    @Test
    void tells_whether_the_estimate_may_have_changed() {
      assertThat(store.fresh("PFADD log")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("pfadd log");
      assertThat(store.fresh("PFADD log")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(run("PFADD log a b c")).isEqualTo(":1");
      assertThat(store.fresh("PFADD log a b c")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(run("OBJECT ENCODING log")).isEqualTo("\"raw\"");
    }

    @Test
    void becomes_dense_beyond_the_limit() {
      store.keyspace().limits().hyperLogLogSparseBytes(30);
      run("PFADD log a b c");
      assertThat(run("PFDEBUG ENCODING log")).isEqualTo("sparse");
      run("PFADD log d e f g h i");
      assertThat(run("PFDEBUG ENCODING log")).isEqualTo("dense");
      assertThat(run("PFCOUNT log")).isEqualTo(":9");
    }

    @Test
    void refuses_other_strings() {
      assertThat(run("PFADD fake a")).isEqualTo(NO_LOG);
      assertThat(run("PFADD h a")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Pfcount {
    @Test
    void remembers_the_estimate_and_journals_that() {
      run("PFADD log a b c");
      assertThat(store.fresh("PFCOUNT log")).isEqualTo(":3");
      assertThat(store.effects()).containsExactly("PFCOUNT log");
      assertThat(store.events()).isEmpty();
      assertThat(store.fresh("PFCOUNT log")).isEqualTo(":3");
      assertThat(store.effects()).isEmpty();
      run("PFADD log d");
      assertThat(run("PFCOUNT log")).isEqualTo(":4");
      assertThat(run("PFCOUNT nokey")).isEqualTo(":0");
    }

    @Test
    void counts_several_keys_together() {
      run("PFADD one a b c");
      run("PFADD two c d");
      run("PFDEBUG TODENSE two");
      assertThat(store.fresh("PFCOUNT one two nokey")).isEqualTo(":4");
      assertThat(store.effects()).isEmpty();
    }

    @Test
    void refuses_what_is_corrupt() {
      assertThat(run("PFCOUNT bad")).isEqualTo(CORRUPT);
      assertThat(run("PFCOUNT bad nokey")).isEqualTo(CORRUPT);
      assertThat(run("PFCOUNT fake")).isEqualTo(NO_LOG);
      assertThat(run("PFCOUNT h")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Pfmerge {
    @Test
    void leaves_the_real_servers_bytes() throws NoSuchAlgorithmException {
      for (int i = 0; i < 300; i++) {
        run("PFADD a a" + i);
        run("PFADD b b" + i / 2);
      }
      assertThat(store.fresh("PFMERGE c a b")).isEqualTo("OK");
      assertThat(store.events()).containsExactly("pfadd c");
      assertThat(hash("c")).isEqualTo("79018e594a5b53f50251c899262d9deb6c0da3a9");
      assertThat(run("PFCOUNT c")).isEqualTo(":451");
      assertThat(run("PFCOUNT a b")).isEqualTo(":451");
    }

    @Test
    void is_dense_when_a_source_is() {
      run("PFADD a x");
      run("PFDEBUG TODENSE a");
      run("PFMERGE c a");
      assertThat(run("PFDEBUG ENCODING c")).isEqualTo("dense");
      assertThat(run("PFMERGE d")).isEqualTo("OK");
      assertThat(run("PFCOUNT d")).isEqualTo(":0");
      assertThat(run("PFDEBUG ENCODING d")).isEqualTo("sparse");
    }

    @Test
    void refuses_what_is_corrupt() {
      assertThat(run("PFMERGE c bad")).isEqualTo(CORRUPT);
      assertThat(run("PFMERGE c fake")).isEqualTo(NO_LOG);
      assertThat(run("EXISTS c")).isEqualTo(":0");
    }
  }

  @Nested
  class Pfdebug {
    @Test
    void shows_how_an_estimate_is_stored() {
      run("PFADD log a b c");
      assertThat(run("PFDEBUG DECODE log"))
          .isEqualTo("\"Z:8436 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603\"");
      assertThat(store.fresh("PFDEBUG TODENSE log")).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("PFDEBUG TODENSE log");
      assertThat(store.fresh("PFDEBUG TODENSE log")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(run("PFDEBUG DECODE log")).isEqualTo("-ERR HLL encoding is not sparse");
      String[] registers = run("PFDEBUG GETREG log").split(" ", -1);
      assertThat(registers).hasSize(16_384);
      assertThat(registers[8436]).isEqualTo(":1");
      assertThat(registers[8436 + 1 + 4274]).isEqualTo(":2");
    }

    @Test
    void refuses_other_requests() {
      run("PFADD log a");
      assertThat(run("PFDEBUG FOO log")).isEqualTo("-ERR Unknown PFDEBUG subcommand 'FOO'");
      assertThat(run("PFDEBUG ENCODING nokey")).isEqualTo("-ERR The specified key does not exist");
      assertThat(run("PFDEBUG DECODE bad")).isEqualTo(CORRUPT);
      assertThat(run("PFDEBUG TODENSE bad")).isEqualTo(CORRUPT);
      assertThat(run("PFDEBUG ENCODING fake")).isEqualTo(NO_LOG);
    }
  }

  @Nested
  class Pfselftest {
    @Test
    void passes() {
      assertThat(run("PFSELFTEST")).isEqualTo("OK");
    }
  }
}
