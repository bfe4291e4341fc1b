package io.respite.server.command.family.hash;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Form;
import io.respite.server.command.family.Store;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.type.HashValue;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
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
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "{0}")
@EnumSource(Form.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
public class HashExpiryCommandsTest {
  private static final String WRONG_TYPE =
      "-WRONGTYPE Operation against a key holding the wrong kind of value";

  @Parameter Form form;
  private Store store;

  @BeforeEach
  void open() {
    store = form.open();
    store.run("HSET h a 1 b 2 c 3");
    store.run("SET string v");
  }

  private String run(String line) {
    return store.run(line);
  }

  private long now() {
    return store.clock().millis();
  }

  @Nested
  class Hpexpire {
    @Test
    void gives_fields_a_deadline_at_which_they_are_gone() {
      assertThat(run("HPEXPIRE h 100 FIELDS 3 a none b")).isEqualTo("[:1 :-2 :1]");
      store.clock().advanceMillis(99);
      assertThat(run("HMGET h a b c")).isEqualTo("[\"1\" \"2\" \"3\"]");
      store.clock().advanceMillis(1);
      assertThat(run("HMGET h a b c")).isEqualTo("[nil nil \"3\"]");
    }

    @Test
    void journals_the_fields_it_touched_with_an_absolute_time() {
      store.fresh("HPEXPIRE h 100 FIELDS 3 a none b");
      assertThat(store.effects())
          .containsExactly("HPEXPIREAT h " + (now() + 100) + " FIELDS 2 a b");
      assertThat(store.events()).containsExactly("hexpire h");
      store.fresh("HPEXPIRE h 200 NX FIELDS 1 a");
      assertThat(store.effects()).isEmpty();
      assertThat(store.events()).isEmpty();
    }

    @Test
    void removes_fields_at_once_when_the_time_is_over() {
      assertThat(store.fresh("HPEXPIRE h 0 FIELDS 2 a b")).isEqualTo("[:2 :2]");
      assertThat(store.effects()).containsExactly("HDEL h a b");
      assertThat(store.events()).containsExactly("hdel h");
      assertThat(store.fresh("HPEXPIRE h 0 FIELDS 1 c")).isEqualTo("[:2]");
      assertThat(store.events()).containsExactly("hdel h", "del h");
      assertThat(run("EXISTS h")).isEqualTo(":0");
    }

    @ParameterizedTest
    @CsvSource({
      "NX, :1, :0, :0",
      "XX, :0, :1, :1",
      "GT, :0, :0, :1",
      "LT, :1, :1, :0",
      "nx, :1, :0, :0"
    })
    void obeys_conditions_where_no_deadline_counts_as_for_ever(
        String condition, String without, String earlier, String later) {
      run("HPEXPIRE h 500 FIELDS 2 b c");
      assertThat(run("HPEXPIRE h 100 " + condition + " FIELDS 1 a")).isEqualTo("[" + without + "]");
      assertThat(run("HPEXPIRE h 400 " + condition + " FIELDS 1 b")).isEqualTo("[" + earlier + "]");
      assertThat(run("HPEXPIRE h 600 " + condition + " FIELDS 1 c")).isEqualTo("[" + later + "]");
    }

    @Test
    void takes_the_listpack_with_deadlines_and_keeps_it() {
      run("HPEXPIRE h 100 FIELDS 1 a");
      assertThat(run("OBJECT ENCODING h"))
          .isEqualTo(form.compact() ? "\"listpackex\"" : "\"hashtable\"");
      run("HPERSIST h FIELDS 1 a");
      assertThat(run("OBJECT ENCODING h"))
          .isEqualTo(form.compact() ? "\"listpackex\"" : "\"hashtable\"");
      assertThat(run("HGETALL h")).contains("\"a\" \"1\"");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        value = {
          "HPEXPIRE h x FIELDS 1 a; ERR value is not an integer or out of range",
          "HPEXPIRE h -1 FIELDS 1 a; ERR invalid expire time, must be >= 0",
          "HPEXPIRE h 70368744177664 FIELDS 1 a; ERR invalid expire time in 'hpexpire' command",
          "HPEXPIRE h 1 FOO 1 a; ERR Mandatory argument FIELDS is missing or not at the right position",
          "HPEXPIRE h 1 FIELDS 0 a; ERR Parameter `numFields` should be greater than 0",
          "HPEXPIRE h 1 FIELDS x a; ERR Parameter `numFields` should be greater than 0",
          "HPEXPIRE h 1 FIELDS 2 a; ERR The `numfields` parameter must match the number of arguments",
          "HPEXPIRE h 1 FIELDS 1 a b; ERR The `numfields` parameter must match the number of arguments",
          "HPEXPIRE h 1 FIELDS 1; ERR wrong number of arguments for 'hpexpire' command",
          "HPEXPIRE h 1 NX XX FIELDS 1 a; ERR Mandatory argument FIELDS is missing or not at the right position"
        })
    void refuses_bad_arguments_in_words(String line, String error) {
      assertThat(run(line)).isEqualTo("-" + error);
    }

    @Test
    void knows_no_field_of_a_missing_key_and_no_other_type() {
      assertThat(run("HPEXPIRE none 100 FIELDS 2 a b")).isEqualTo("[:-2 :-2]");
      assertThat(run("HPEXPIRE string 100 FIELDS 1 a")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void lets_active_expiry_find_the_fields() {
      run("HPEXPIRE h 100 FIELDS 2 a b");
      store.clock().advanceMillis(100);
      store.keyspace().refreshNow();
      store.effects().clear();
      store.events().clear();
      store.keyspace().database(0).sweep(64);
      assertThat(run("HLEN h")).isEqualTo(":1");
      assertThat(store.effects()).containsExactlyInAnyOrder("HDEL h a", "HDEL h b");
      assertThat(store.events()).containsExactly("hexpired h");
    }

    @Test
    void agrees_with_a_map_of_deadlines_on_random_operations() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      Map<String, Long> deadlines = new HashMap<>();
      run("DEL h");
      for (int i = 0; i < 3000; i++) {
        String field = "f" + random.nextInt(30);
        deadlines.values().removeIf(d -> d != 0 && d <= now());
        switch (random.nextInt(6)) {
          case 0 -> {
            run("HSET h " + field + " " + random.nextInt(1000));
            deadlines.put(field, 0L);
          }
          case 1 -> {
            run("HDEL h " + field);
            deadlines.remove(field);
          }
          case 2 -> {
            run("HPERSIST h FIELDS 1 " + field);
            deadlines.computeIfPresent(field, (f, d) -> 0L);
          }
          case 3 -> {
            store.clock().advanceMillis(random.nextInt(30));
            store.keyspace().refreshNow();
            store.keyspace().database(0).sweep(1);
          }
          default -> {
            long ttl = 1L + random.nextInt(200);
            run("HPEXPIRE h " + ttl + " FIELDS 1 " + field);
            deadlines.computeIfPresent(field, (f, d) -> now() + ttl);
          }
        }
        deadlines.values().removeIf(d -> d != 0 && d <= now());
        Long deadline = deadlines.get(field);
        String expected = deadline == null ? ":-2" : deadline == 0 ? ":-1" : ":" + deadline;
        assertThat(run("HPEXPIRETIME h FIELDS 1 " + field))
            .as("seed %d step %d", seed, i)
            .isEqualTo("[" + expected + "]");
        assertThat(run("HEXISTS h " + field)).isEqualTo(deadline == null ? ":0" : ":1");
      }
    }

    @Test
    void survives_the_change_to_a_table() {
      run("HPEXPIRE h 100 FIELDS 1 a");
      byte[] key = "h".getBytes(StandardCharsets.US_ASCII);
      Object entry = store.keyspace().database(0).raw(key, 0, 1);
      HashValue hash = (HashValue) ((KeyEntry) entry).value();
      Object field = hash.table().get("a".getBytes(StandardCharsets.US_ASCII), 0, 1);
      assertThat(PackedEntry.expireAt((byte[]) field)).isEqualTo(now() + 100);
      assertThat(hash.withDeadline()).isEqualTo(1);
      assertThat(run("OBJECT ENCODING h")).isEqualTo("\"hashtable\"");
    }
  }

  @Nested
  class Hexpire {
    @Test
    void counts_seconds_from_now() {
      assertThat(run("HEXPIRE h 7 FIELDS 1 a")).isEqualTo("[:1]");
      assertThat(run("HPTTL h FIELDS 1 a")).isEqualTo("[:7000]");
      assertThat(run("HEXPIRE h 9223372036854775807 FIELDS 1 a"))
          .isEqualTo("-ERR invalid expire time in 'hexpire' command");
    }

    @Test
    void takes_xx_beside_a_comparison_as_valkey_does() {
      run("HEXPIREAT h 4000000000 FIELDS 1 a");
      assertThat(run("HEXPIREAT h 4000000009 XX GT FIELDS 2 a b")).isEqualTo("[:1 :0]");
      assertThat(run("HEXPIREAT h 4000000005 lt xx FIELDS 2 a b")).isEqualTo("[:1 :0]");
      assertThat(run("HEXPIREAT h 4000000009 XX LT FIELDS 2 a b")).isEqualTo("[:0 :0]");
      for (String pair : new String[] {"NX XX", "NX GT", "GT LT", "XX XX"}) {
        assertThat(run("HEXPIRE h 9 " + pair + " FIELDS 1 a"))
            .as(pair)
            .isEqualTo("-ERR Mandatory argument FIELDS is missing or not at the right position");
      }
    }
  }

  @Nested
  class Hexpireat {
    @Test
    void counts_seconds_from_1970() {
      assertThat(run("HEXPIREAT h " + (now() / 1000 + 9) + " FIELDS 1 a")).isEqualTo("[:1]");
      assertThat(run("HTTL h FIELDS 1 a")).isEqualTo("[:9]");
      assertThat(run("HEXPIREAT h 1 FIELDS 1 a")).isEqualTo("[:2]");
    }
  }

  @Nested
  class Hpexpireat {
    @Test
    void counts_milliseconds_from_1970() {
      assertThat(store.fresh("HPEXPIREAT h " + (now() + 9) + " FIELDS 1 a")).isEqualTo("[:1]");
      assertThat(store.effects()).containsExactly("HPEXPIREAT h " + (now() + 9) + " FIELDS 1 a");
      assertThat(run("HPTTL h FIELDS 1 a")).isEqualTo("[:9]");
      assertThat(run("HPEXPIREAT h 70368744177663 FIELDS 1 a")).isEqualTo("[:1]");
    }
  }

  @Nested
  class Httl {
    @Test
    void answers_seconds_rounded_up() {
      run("HPEXPIRE h 1001 FIELDS 1 a");
      assertThat(run("HTTL h FIELDS 3 a b none")).isEqualTo("[:2 :-1 :-2]");
      assertThat(run("HTTL none FIELDS 1 a")).isEqualTo("[:-2]");
      assertThat(run("HTTL string FIELDS 1 a")).isEqualTo(WRONG_TYPE);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        value = {
          "HTTL h FOO 1 a; ERR Mandatory argument FIELDS is missing or not at the right position",
          "HTTL h FIELDS 0 a; ERR Number of fields must be a positive integer",
          "HTTL h FIELDS 2 a; ERR The `numfields` parameter must match the number of arguments",
          "HTTL h FIELDS 1; ERR wrong number of arguments for 'httl' command"
        })
    void refuses_bad_arguments_in_words(String line, String error) {
      assertThat(run(line)).isEqualTo("-" + error);
    }
  }

  @Nested
  class Hpttl {
    @Test
    void answers_milliseconds() {
      run("HPEXPIRE h 1001 FIELDS 1 a");
      assertThat(run("HPTTL h FIELDS 3 a b none")).isEqualTo("[:1001 :-1 :-2]");
    }
  }

  @Nested
  class Hexpiretime {
    @Test
    void answers_the_second_of_the_deadline() {
      run("HEXPIREAT h 4000000000 FIELDS 1 a");
      assertThat(run("HEXPIRETIME h FIELDS 3 a b none")).isEqualTo("[:4000000000 :-1 :-2]");
    }
  }

  @Nested
  class Hpexpiretime {
    @Test
    void answers_the_millisecond_of_the_deadline() {
      run("HPEXPIREAT h 4000000000123 FIELDS 1 a");
      assertThat(run("HPEXPIRETIME h FIELDS 3 a b none")).isEqualTo("[:4000000000123 :-1 :-2]");
    }
  }

  @Nested
  class Hpersist {
    @Test
    void takes_deadlines_away() {
      run("HPEXPIRE h 100 FIELDS 1 a");
      assertThat(store.fresh("HPERSIST h FIELDS 3 a b none")).isEqualTo("[:1 :-1 :-2]");
      assertThat(store.effects()).containsExactly("HPERSIST h FIELDS 1 a");
      assertThat(store.events()).containsExactly("hpersist h");
      assertThat(run("HTTL h FIELDS 1 a")).isEqualTo("[:-1]");
      store.clock().advanceMillis(200);
      assertThat(run("HGET h a")).isEqualTo("\"1\"");
      assertThat(run("HPERSIST none FIELDS 1 a")).isEqualTo("[:-2]");
    }
  }

  @Nested
  class Hgetdel {
    @Test
    void answers_values_and_removes_the_fields() {
      assertThat(store.fresh("HGETDEL h FIELDS 3 a none a")).isEqualTo("[\"1\" nil nil]");
      assertThat(store.effects()).containsExactly("HDEL h a");
      assertThat(store.events()).containsExactly("hdel h");
      assertThat(store.fresh("HGETDEL h FIELDS 2 b c")).isEqualTo("[\"2\" \"3\"]");
      assertThat(store.events()).containsExactly("hdel h", "del h");
      assertThat(run("HGETDEL h FIELDS 1 a")).isEqualTo("[nil]");
      assertThat(run("HGETDEL string FIELDS 1 a")).isEqualTo(WRONG_TYPE);
      assertThat(run("HGETDEL h FOO 1 a"))
          .isEqualTo("-ERR Mandatory argument FIELDS is missing or not at the right position");
    }
  }

  @Nested
  class Hgetex {
    @Test
    void without_option_reads_alone() {
      run("HPEXPIRE h 100 FIELDS 1 a");
      assertThat(store.fresh("HGETEX h FIELDS 2 a none")).isEqualTo("[\"1\" nil]");
      assertThat(store.effects()).isEmpty();
      assertThat(run("HPTTL h FIELDS 1 a")).isEqualTo("[:100]");
    }

    @Test
    void touches_fields_and_journals_absolute_times() {
      assertThat(store.fresh("HGETEX h PX 100 FIELDS 2 a none")).isEqualTo("[\"1\" nil]");
      assertThat(store.effects()).containsExactly("HPEXPIREAT h " + (now() + 100) + " FIELDS 1 a");
      assertThat(store.fresh("HGETEX h EX 5 FIELDS 1 a")).isEqualTo("[\"1\"]");
      assertThat(run("HPTTL h FIELDS 1 a")).isEqualTo("[:5000]");
      assertThat(store.fresh("HGETEX h PERSIST FIELDS 2 a b")).isEqualTo("[\"1\" \"2\"]");
      assertThat(store.effects()).containsExactly("HPERSIST h FIELDS 1 a");
      assertThat(store.fresh("HGETEX h PXAT 1 FIELDS 1 a")).isEqualTo("[\"1\"]");
      assertThat(store.effects()).containsExactly("HDEL h a");
      assertThat(store.fresh("HGETEX h EXAT 4000000000 FIELDS 1 b")).isEqualTo("[\"2\"]");
      assertThat(run("HEXPIRETIME h FIELDS 1 b")).isEqualTo("[:4000000000]");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "HGETEX h FOO 1 FIELDS 1 a",
          "HGETEX h EX 1 PERSIST FIELDS 1 a",
          "HGETEX h a b c"
        })
    void refuses_other_words(String line) {
      assertThat(run(line))
          .isEqualTo("-ERR Mandatory argument FIELDS is missing or not at the right position");
    }

    @Test
    void knows_no_field_of_a_missing_key() {
      assertThat(run("HGETEX none EX 5 FIELDS 2 a b")).isEqualTo("[nil nil]");
      assertThat(run("HGETEX h EX -1 FIELDS 1 a"))
          .isEqualTo("-ERR invalid expire time, must be >= 0");
    }
  }

  @Nested
  class Hsetex {
    @Test
    void sets_fields_with_one_deadline() {
      assertThat(store.fresh("HSETEX h PX 100 FIELDS 2 a x d y")).isEqualTo(":1");
      assertThat(store.effects())
          .containsExactly("HSETEX h PXAT " + (now() + 100) + " FIELDS 2 a x d y");
      assertThat(store.events()).containsExactly("hset h", "hexpire h");
      assertThat(run("HMGET h a b d")).isEqualTo("[\"x\" \"2\" \"y\"]");
      assertThat(run("HPTTL h FIELDS 3 a b d")).isEqualTo("[:100 :-1 :100]");
    }

    @Test
    void without_time_takes_deadlines_away_and_with_keepttl_keeps_them() {
      run("HPEXPIRE h 100 FIELDS 2 a b");
      assertThat(store.fresh("HSETEX h KEEPTTL FIELDS 2 a x new y")).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("HSETEX h KEEPTTL FIELDS 2 a x new y");
      assertThat(store.fresh("HSETEX h FIELDS 1 b x")).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("HSET h b x");
      assertThat(run("HPTTL h FIELDS 3 a b new")).isEqualTo("[:100 :-1 :-1]");
    }

    @Test
    void obeys_a_condition_on_the_key() {
      assertThat(store.fresh("HSETEX h NX FIELDS 1 a x")).isEqualTo(":0");
      assertThat(store.fresh("HSETEX none XX EX 5 FIELDS 1 a x")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(run("EXISTS none")).isEqualTo(":0");
      assertThat(store.fresh("HSETEX none NX FIELDS 1 a x")).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("HSET none a x");
      assertThat(run("HSETEX none XX FNX FIELDS 1 a x")).isEqualTo(":0");
      assertThat(run("HSETEX none FXX XX FIELDS 1 a y")).isEqualTo(":1");
      assertThat(run("HSETEX none NX XX FIELDS 1 a y"))
          .isEqualTo("-ERR Only one of XX or NX arguments can be specified");
    }

    @Test
    void obeys_a_condition_on_all_fields() {
      assertThat(store.fresh("HSETEX h FNX FIELDS 2 new x a y")).isEqualTo(":0");
      assertThat(store.fresh("HSETEX h FXX FIELDS 2 new x a y")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(run("HSETEX h FNX FIELDS 1 new x")).isEqualTo(":1");
      assertThat(run("HSETEX h EX 5 FXX FIELDS 2 new z a y")).isEqualTo(":1");
      assertThat(run("HMGET h new a")).isEqualTo("[\"z\" \"y\"]");
      assertThat(run("HSETEX none FXX FIELDS 1 a x")).isEqualTo(":0");
      assertThat(run("EXISTS none")).isEqualTo(":0");
    }

    @Test
    void takes_a_dead_field_for_missing() {
      run("HPEXPIRE h 5 FIELDS 1 a");
      store.clock().advanceMillis(5);
      assertThat(run("HSETEX h FXX FIELDS 1 a x")).isEqualTo(":0");
      assertThat(run("HSETEX h FNX FIELDS 1 a x")).isEqualTo(":1");
      assertThat(run("HSETEX h KEEPTTL FIELDS 1 a x")).isEqualTo(":1");
      assertThat(run("HPTTL h FIELDS 1 a")).isEqualTo("[:-1]");
    }

    @Test
    void removes_the_fields_when_the_time_is_over() {
      assertThat(store.fresh("HSETEX h PXAT 1 FIELDS 2 a x d y")).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("HDEL h a d");
      assertThat(store.events()).containsExactly("hset h", "hdel h");
      assertThat(run("HMGET h a b d")).isEqualTo("[nil \"2\" nil]");
      assertThat(run("HSETEX fresh EX 0 FIELDS 1 a x")).isEqualTo(":1");
      assertThat(run("EXISTS fresh")).isEqualTo(":0");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        value = {
          "HSETEX h FNX FXX FIELDS 1 a x; ERR Only one of FXX or FNX arguments can be specified",
          "HSETEX h EX 1 KEEPTTL FIELDS 1 a x;"
              + " ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified",
          "HSETEX h FOO FIELDS 1 a x; ERR unknown argument: FOO",
          "HSETEX h FIELDS 0 a x; ERR invalid number of fields",
          "HSETEX h FIELDS x a x; ERR invalid number of fields",
          "HSETEX h FIELDS 2 a x; ERR wrong number of arguments for 'hsetex' command",
          "HSETEX h FIELDS 1 a x b; ERR wrong number of arguments for 'hsetex' command",
          "HSETEX h FNX KEEPTTL FNX a; ERR Only one of FXX or FNX arguments can be specified",
          "HSETEX h EX -1 FIELDS 1 a x; ERR invalid expire time, must be >= 0",
          "HSETEX h FNX KEEPTTL FIELDS 1; ERR wrong number of arguments for 'hsetex' command",
          "HSETEX string FIELDS 1 a x;"
              + " WRONGTYPE Operation against a key holding the wrong kind of value"
        })
    void refuses_bad_arguments_in_words(String line, String error) {
      assertThat(run(line)).isEqualTo("-" + error);
    }
  }
}
