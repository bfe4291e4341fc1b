package io.respite.server.command.family.generic;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
public class ScanCommandsTest {
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
  class Scan {
    @Test
    void visits_every_key_that_stays_while_others_come_and_go() {
      for (int i = 0; i < 3000; i++) {
        run("SET stays" + i + " v");
      }
      TreeSet<String> seen = new TreeSet<>();
      String cursor = "0";
      int step = 0;
      do {
        String shown = run("SCAN " + cursor + " COUNT 50");
        Matcher matcher = Pattern.compile("stays\\d+").matcher(shown);
        while (matcher.find()) {
          seen.add(matcher.group());
        }
        cursor = shown.substring(2, shown.indexOf('"', 2));
        for (int i = 0; i < 100; i++) {
          run(step % 2 == 0 ? "SET come" + i + " v" : "DEL come" + i);
        }
        step++;
      } while (!cursor.equals("0"));
      assertThat(seen).hasSize(3000);
    }

    @Test
    void filters_by_pattern_and_type_and_leaves_dead_keys_out() {
      run("SET apple v");
      run("HSET ape f v");
      run("SET apricot v PX 5");
      run("SET pear v");
      store.clock().advanceMillis(5);
      assertThat(run("SCAN 0 MATCH ap* TYPE string")).isEqualTo("[\"0\" [\"apple\"]]");
      assertThat(run("SCAN 0 TYPE HASH COUNT 100")).isEqualTo("[\"0\" [\"ape\"]]");
      assertThat(run("SCAN 0 TYPE none")).isEqualTo("[\"0\" []]");
      assertThat(run("OBJECT ENCODING apricot")).isEqualTo("nil");
    }

    @ParameterizedTest
    @CsvSource({
      "SCAN x, ERR invalid cursor",
      "SCAN 18446744073709551616, ERR invalid cursor",
      "SCAN 0 COUNT 0, ERR syntax error",
      "SCAN 0 COUNT x, ERR value is not an integer or out of range",
      "SCAN 0 MATCH, ERR syntax error",
      "SCAN 0 FOO bar, ERR syntax error",
      "SCAN 0 NOVALUES, ERR NOVALUES option can only be used in HSCAN"
    })
    void refuses_bad_arguments_in_words(String line, String error) {
      assertThat(run(line)).isEqualTo("-" + error);
    }

    @Test
    void survives_any_cursor() {
      run("SET k v");
      assertThat(run("SCAN 18446744073709551615")).startsWith("[\"");
      assertThat(run("SCAN 12345678901234567890")).startsWith("[\"");
    }
  }

  @Nested
  class Keys {
    @Test
    void answers_live_keys_that_match() {
      run("MSET one 1 two 2 three 3");
      run("SET tdead v PX 5");
      store.clock().advanceMillis(5);
      assertThat(run("KEYS o??")).isEqualTo("[\"one\"]");
      assertThat(run("KEYS t*")).isIn("[\"two\" \"three\"]", "[\"three\" \"two\"]");
      assertThat(run("KEYS *").split(" ", -1)).hasSize(3);
      assertThat(run("KEYS none")).isEqualTo("[]");
    }
  }
}
