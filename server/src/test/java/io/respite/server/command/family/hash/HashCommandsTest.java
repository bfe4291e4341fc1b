package io.respite.server.command.family.hash;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Form;
import io.respite.server.command.family.Store;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "{0}")
@EnumSource(Form.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
public class HashCommandsTest {
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";

  @Parameter Form form;
  private Store store;

  @BeforeEach
  void open() {
    store = form.open();
    store.run("SET string v");
  }

  private String run(String line) {
    return store.run(line);
  }

  /** Lets a field of {@code h} die without anybody having noticed. */
  private void addDeadField(String field) {
    run("HSET h " + field + " gone");
    run("HPEXPIRE h 5 FIELDS 1 " + field);
    store.clock().advanceMillis(5);
  }

  @Nested
  class Hset {
    @Test
    void counts_the_fields_that_are_new() {
      assertThat(run("HSET h a 1 b 2")).isEqualTo(":2");
      assertThat(run("HSET h a 3 c 4 a 5")).isEqualTo(":1");
      assertThat(run("HGET h a")).isEqualTo("\"5\"");
      assertThat(run("HSET h a")).isEqualTo("-ERR wrong number of arguments for 'hset' command");
      assertThat(run("HSET h a 1 b"))
          .isEqualTo("-ERR wrong number of arguments for 'hset' command");
      assertThat(run("HSET string a 1")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void takes_the_deadline_of_a_field_away() {
      run("HSET h a 1 b 2");
      run("HPEXPIRE h 500 FIELDS 2 a b");
      run("HSET h a 2");
      assertThat(run("HPTTL h FIELDS 2 a b")).isEqualTo("[:-1 :500]");
    }

    @Test
    void treats_a_dead_field_as_new_and_tells_of_its_end() {
      run("HSET h x 1");
      addDeadField("a");
      assertThat(store.fresh("HSET h a 2")).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("HDEL h a", "HSET h a 2");
      assertThat(store.events()).containsExactly("hexpired h", "hset h");
      assertThat(store.keyspace().statistics().expiredFields).isEqualTo(1);
    }

    @Test
    void keeps_the_compact_form_within_the_limits() {
      run("HSET h a 1");
      assertThat(run("OBJECT ENCODING h"))
          .isEqualTo(form.compact() ? "\"listpack\"" : "\"hashtable\"");
      run("HSET h a " + "x".repeat(64));
      assertThat(run("OBJECT ENCODING h"))
          .isEqualTo(form.compact() ? "\"listpack\"" : "\"hashtable\"");
      run("HSET h a " + "x".repeat(65));
      assertThat(run("OBJECT ENCODING h")).isEqualTo("\"hashtable\"");
      assertThat(run("HGET h a")).isEqualTo("\"" + "x".repeat(65) + "\"");
      run("HSET h a 1");
      assertThat(run("OBJECT ENCODING h")).isEqualTo("\"hashtable\"");
    }

    @Test
    void leaves_the_compact_form_with_the_field_that_is_one_too_many() {
      for (int i = 0; i < 512; i++) {
        run("HSET h f" + i + " " + i);
      }
      assertThat(run("OBJECT ENCODING h"))
          .isEqualTo(form.compact() ? "\"listpack\"" : "\"hashtable\"");
      run("HSET h more 1");
      assertThat(run("OBJECT ENCODING h")).isEqualTo("\"hashtable\"");
      assertThat(run("HLEN h")).isEqualTo(":513");
      assertThat(run("HGET h f77")).isEqualTo("\"77\"");
    }

    @Test
    void agrees_with_a_map_on_random_operations() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      Map<String, String> model = new HashMap<>();
      for (int i = 0; i < 3000; i++) {
        String field = "f" + random.nextInt(60);
        String value =
            random.nextBoolean() ? "" + random.nextInt() : "v".repeat(random.nextInt(70));
        switch (random.nextInt(4)) {
          case 0 -> {
            String shown = run("HDEL h " + field);
            assertThat(shown)
                .as("seed %d", seed)
                .isEqualTo(model.remove(field) == null ? ":0" : ":1");
          }
          case 1 -> {
            String expected = model.containsKey(field) ? "\"" + model.get(field) + "\"" : "nil";
            assertThat(run("HGET h " + field)).as("seed %d", seed).isEqualTo(expected);
          }
          default -> {
            String shown = store.call("HSET", "h", field, value);
            assertThat(shown)
                .as("seed %d", seed)
                .isEqualTo(model.put(field, value) == null ? ":1" : ":0");
          }
        }
        assertThat(run("HLEN h")).as("seed %d", seed).isEqualTo(":" + model.size());
      }
    }
  }

  @Nested
  class Hmset {
    @Test
    void sets_fields_and_answers_ok() {
      assertThat(run("HMSET h a 1 b 2")).isEqualTo("OK");
      assertThat(run("HMGET h a b")).isEqualTo("[\"1\" \"2\"]");
      assertThat(run("HMSET h a 1 b"))
          .isEqualTo("-ERR wrong number of arguments for 'hmset' command");
    }
  }

  @Nested
  class Hsetnx {
    @Test
    void sets_only_a_field_that_is_not_there() {
      assertThat(run("HSETNX h a 1")).isEqualTo(":1");
      assertThat(run("HSETNX h a 2")).isEqualTo(":0");
      assertThat(run("HGET h a")).isEqualTo("\"1\"");
      addDeadField("b");
      assertThat(run("HSETNX h b 2")).isEqualTo(":1");
      assertThat(run("HPTTL h FIELDS 1 b")).isEqualTo("[:-1]");
      assertThat(run("HSETNX string a 2")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Hget {
    @Test
    void answers_the_value_of_a_live_field() {
      run("HSET h a 1 text words 07 x");
      assertThat(run("HGET h a")).isEqualTo("\"1\"");
      assertThat(run("HGET h text")).isEqualTo("\"words\"");
      assertThat(run("HGET h 07")).isEqualTo("\"x\"");
      assertThat(run("HGET h 7")).isEqualTo("nil");
      assertThat(run("HGET none a")).isEqualTo("nil");
      assertThat(run("HGET string a")).isEqualTo(WRONG_TYPE);
      addDeadField("b");
      assertThat(run("HGET h b")).isEqualTo("nil");
    }
  }

  @Nested
  class Hmget {
    @Test
    void answers_nil_for_each_field_that_is_not_there() {
      run("HSET h a 1");
      addDeadField("b");
      assertThat(run("HMGET h a b c a")).isEqualTo("[\"1\" nil nil \"1\"]");
      assertThat(run("HMGET none a b")).isEqualTo("[nil nil]");
    }
  }

  @Nested
  class Hgetall {
    @Test
    void answers_a_map() {
      run("HSET h a 1");
      assertThat(run("HGETALL h")).isEqualTo(form.map("\"a\" \"1\""));
      assertThat(run("HGETALL none")).isEqualTo(form.map(""));
      assertThat(run("HGETALL string")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void passes_dead_fields_over() {
      run("HSET h a 1");
      addDeadField("b");
      assertThat(run("HGETALL h")).isEqualTo(form.map("\"a\" \"1\""));
    }
  }

  @Nested
  class Hkeys {
    @Test
    void answers_the_names_of_live_fields() {
      run("HSET h a 1");
      addDeadField("b");
      assertThat(run("HKEYS h")).isEqualTo("[\"a\"]");
      assertThat(run("HKEYS none")).isEqualTo("[]");
    }
  }

  @Nested
  class Hvals {
    @Test
    void answers_the_values_of_live_fields() {
      run("HSET h a 1");
      addDeadField("b");
      assertThat(run("HVALS h")).isEqualTo("[\"1\"]");
      assertThat(run("HVALS none")).isEqualTo("[]");
    }
  }

  @Nested
  class Hdel {
    @Test
    void counts_what_it_removed_and_removes_the_key_with_the_last_field() {
      run("HSET h a 1 b 2 c 3");
      assertThat(store.fresh("HDEL h a none a")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("hdel h");
      assertThat(store.fresh("HDEL h b c d")).isEqualTo(":2");
      assertThat(store.events()).containsExactly("hdel h", "del h");
      assertThat(run("EXISTS h")).isEqualTo(":0");
      assertThat(run("HDEL h a")).isEqualTo(":0");
    }

    @Test
    void does_not_count_a_dead_field() {
      addDeadField("a");
      assertThat(store.fresh("HDEL h a")).isEqualTo(":0");
      assertThat(store.effects()).containsExactly("HDEL h a");
      assertThat(store.events()).containsExactly("hexpired h", "del h");
    }
  }

  @Nested
  class Hlen {
    @Test
    void counts_fields() {
      run("HSET h a 1 b 2");
      assertThat(run("HLEN h")).isEqualTo(":2");
      assertThat(run("HLEN none")).isEqualTo(":0");
      assertThat(run("HLEN string")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class Hstrlen {
    @Test
    void counts_the_bytes_of_a_value() {
      run("HSET h a hello n -42");
      assertThat(run("HSTRLEN h a")).isEqualTo(":5");
      assertThat(run("HSTRLEN h n")).isEqualTo(":3");
      assertThat(run("HSTRLEN h none")).isEqualTo(":0");
      assertThat(run("HSTRLEN none a")).isEqualTo(":0");
    }
  }

  @Nested
  class Hexists {
    @Test
    void knows_live_fields() {
      run("HSET h a 1");
      addDeadField("b");
      assertThat(run("HEXISTS h a")).isEqualTo(":1");
      assertThat(run("HEXISTS h b")).isEqualTo(":0");
      assertThat(run("HEXISTS none b")).isEqualTo(":0");
    }
  }

  @Nested
  class Hincrby {
    @Test
    void adds_and_keeps_the_deadline() {
      assertThat(run("HINCRBY h n 5")).isEqualTo(":5");
      run("HPEXPIRE h 500 FIELDS 1 n");
      assertThat(run("HINCRBY h n -7")).isEqualTo(":-2");
      assertThat(run("HPTTL h FIELDS 1 n")).isEqualTo("[:500]");
      store.clock().advanceMillis(500);
      assertThat(run("HINCRBY h n 1")).isEqualTo(":1");
      assertThat(run("HPTTL h FIELDS 1 n")).isEqualTo("[:-1]");
    }

    @Test
    void refuses_what_is_no_integer_and_to_overflow() {
      run("HSET h n 9223372036854775807 t text");
      assertThat(run("HINCRBY h n 1")).isEqualTo("-ERR increment or decrement would overflow");
      assertThat(run("HINCRBY h t 1")).isEqualTo("-ERR hash value is not an integer");
      assertThat(run("HINCRBY h n x")).isEqualTo("-ERR value is not an integer or out of range");
      assertThat(run("HINCRBY string n 1")).isEqualTo(WRONG_TYPE);
      assertThat(run("HINCRBY none n x")).startsWith("-");
      assertThat(run("EXISTS none")).isEqualTo(":0");
    }
  }

  @Nested
  class Hincrbyfloat {
    @Test
    void adds_and_journals_the_sum_with_the_deadline_kept() {
      assertThat(store.fresh("HINCRBYFLOAT h n 10.5")).isEqualTo("\"10.5\"");
      assertThat(store.effects()).containsExactly("HSET h n 10.5");
      run("HPEXPIRE h 500 FIELDS 1 n");
      assertThat(store.fresh("HINCRBYFLOAT h n 0.1")).isEqualTo("\"10.6\"");
      assertThat(store.effects()).containsExactly("HSETEX h KEEPTTL FIELDS 1 n 10.6");
      assertThat(run("HPTTL h FIELDS 1 n")).isEqualTo("[:500]");
    }

    @Test
    void refuses_what_is_no_number_or_becomes_none() {
      run("HSET h t text i inf");
      assertThat(run("HINCRBYFLOAT h n x")).isEqualTo("-ERR value is not a valid float");
      assertThat(run("HINCRBYFLOAT h n inf")).isEqualTo("-ERR value is NaN or Infinity");
      assertThat(run("HINCRBYFLOAT h t 1")).isEqualTo("-ERR hash value is not a float");
      assertThat(run("HINCRBYFLOAT h i 1"))
          .isEqualTo("-ERR increment would produce NaN or Infinity");
    }
  }

  @Nested
  class Hrandfield {
    private Set<String> names(String shown) {
      Set<String> names = new TreeSet<>();
      Matcher matcher = Pattern.compile("f\\d+").matcher(shown);
      while (matcher.find()) {
        names.add(matcher.group());
      }
      return names;
    }

    @BeforeEach
    void fill() {
      for (int i = 0; i < 20; i++) {
        run("HSET h f" + i + " v");
      }
    }

    @Test
    void answers_one_field_or_nil() {
      assertThat(run("HRANDFIELD h")).matches("\"f\\d+\"");
      assertThat(run("HRANDFIELD none")).isEqualTo("nil");
      assertThat(run("HRANDFIELD none 5")).isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 19, 20, 100})
    void answers_different_fields_for_a_positive_count(int count) {
      assertThat(names(run("HRANDFIELD h " + count))).hasSize(Math.min(20, count));
    }

    @Test
    void draws_with_repetition_for_a_negative_count() {
      String shown = run("HRANDFIELD h -200");
      assertThat(shown.split(" ", -1)).hasSize(200);
      assertThat(names(shown)).hasSizeGreaterThan(5);
      assertThat(run("HRANDFIELD h 0")).isEqualTo("[]");
    }

    @Test
    void pairs_fields_with_values_as_the_protocol_can() {
      run("DEL h");
      run("HSET h f1 v");
      assertThat(run("HRANDFIELD h 5 WITHVALUES"))
          .isEqualTo(form.protocol == 3 ? "[[\"f1\" \"v\"]]" : "[\"f1\" \"v\"]");
      assertThat(run("HRANDFIELD h -2 WITHVALUES"))
          .isEqualTo(
              form.protocol == 3
                  ? "[[\"f1\" \"v\"] [\"f1\" \"v\"]]"
                  : "[\"f1\" \"v\" \"f1\" \"v\"]");
    }

    @Test
    void never_answers_a_dead_field() {
      run("HPEXPIRE h 5 FIELDS 18 " + fields(2, 20));
      store.clock().advanceMillis(5);
      assertThat(names(run("HRANDFIELD h 20"))).containsExactly("f0", "f1");
      assertThat(names(run("HRANDFIELD h -50"))).containsExactly("f0", "f1");
      run("HPEXPIRE h 5 FIELDS 2 f0 f1");
      store.clock().advanceMillis(5);
      assertThat(run("HRANDFIELD h")).isEqualTo("nil");
      assertThat(run("HRANDFIELD h -5")).isEqualTo("[]");
    }

    private String fields(int from, int to) {
      StringBuilder line = new StringBuilder();
      for (int i = from; i < to; i++) {
        line.append(" f").append(i);
      }
      return line.substring(1);
    }

    @Test
    void answers_extreme_counts_in_words_and_at_once() {
      assertThat(run("HRANDFIELD h -9223372036854775808"))
          .isEqualTo(
              "-ERR value is out of range, value must between -9223372036854775807 and"
                  + " 9223372036854775807");
      assertThat(run("HRANDFIELD h -4611686018427387905"))
          .isEqualTo("-ERR value is out of range, at most 1000000 fields can be drawn at once");
      assertThat(run("HRANDFIELD h -4611686018427387905 WITHVALUES"))
          .isEqualTo("-ERR value is out of range");
      assertThat(names(run("HRANDFIELD h 9223372036854775807"))).hasSize(20);
      assertThat(run("HRANDFIELD h 5 FOO")).isEqualTo("-ERR syntax error");
      assertThat(run("HRANDFIELD h x")).isEqualTo("-ERR value is not an integer or out of range");
    }
  }

  @Nested
  class Hscan {
    @Test
    void visits_every_field_that_stays_while_others_come_and_go() {
      for (int i = 0; i < 3000; i++) {
        run("HSET h stays" + i + " v");
      }
      TreeSet<String> seen = new TreeSet<>();
      String cursor = "0";
      int step = 0;
      do {
        String shown = run("HSCAN h " + cursor + " COUNT 50 NOVALUES");
        Matcher matcher = Pattern.compile("stays\\d+").matcher(shown);
        while (matcher.find()) {
          seen.add(matcher.group());
        }
        cursor = shown.substring(2, shown.indexOf('"', 2));
        for (int i = 0; i < 40; i++) {
          run((step % 2 == 0 ? "HSET h come" + i + " v" : "HDEL h come" + i));
        }
        step++;
      } while (!cursor.equals("0"));
      assertThat(seen).hasSize(3000);
    }

    @Test
    void filters_by_pattern_and_leaves_values_out() {
      run("HSET h apple 1 pear 2");
      assertThat(run("HSCAN h 0 MATCH app*")).isEqualTo("[\"0\" [\"apple\" \"1\"]]");
      assertThat(run("HSCAN h 0 MATCH *ear NOVALUES")).isEqualTo("[\"0\" [\"pear\"]]");
      addDeadField("apricot");
      assertThat(run("HSCAN h 0 MATCH ap* NOVALUES")).isEqualTo("[\"0\" [\"apple\"]]");
    }

    @Test
    void refuses_bad_cursors_and_options() {
      run("HSET h a 1");
      assertThat(run("HSCAN h x")).isEqualTo("-ERR invalid cursor");
      assertThat(run("HSCAN h 0 COUNT 0")).isEqualTo("-ERR syntax error");
      assertThat(run("HSCAN h 0 COUNT x"))
          .isEqualTo("-ERR value is not an integer or out of range");
      assertThat(run("HSCAN h 0 TYPE string")).isEqualTo("-ERR syntax error");
      assertThat(run("HSCAN none 0")).isEqualTo("[\"0\" []]");
      assertThat(run("HSCAN string 0")).isEqualTo(WRONG_TYPE);
      assertThat(run("HSCAN h 18446744073709551615 NOVALUES")).startsWith("[");
    }
  }
}
