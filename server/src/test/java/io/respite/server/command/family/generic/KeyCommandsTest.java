package io.respite.server.command.family.generic;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Form;
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

@ParameterizedClass(name = "{0}")
@EnumSource(Form.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
public class KeyCommandsTest {
  @Parameter Form form;
  private Store store;

  @BeforeEach
  void open() {
    store = form.open();
    store.run("SET s v");
    store.run("HSET h a 1 b 2");
  }

  private String run(String line) {
    return store.run(line);
  }

  private String inDatabase(int number, String line) {
    var other = store.newSession();
    other.database(number);
    return store.run(other, line);
  }

  @Nested
  class Del {
    @Test
    void counts_the_keys_it_removed() {
      assertThat(store.fresh("DEL s none h s")).isEqualTo(":2");
      assertThat(store.events()).containsExactly("del s", "del h");
      assertThat(store.effects()).containsExactly("DEL s none h s");
      assertThat(run("EXISTS s h")).isEqualTo(":0");
    }

    @Test
    void does_not_count_a_dead_key() {
      run("PEXPIRE s 5");
      store.clock().advanceMillis(5);
      assertThat(store.fresh("DEL s")).isEqualTo(":0");
      assertThat(store.events()).containsExactly("expired s");
    }
  }

  @Nested
  class Unlink {
    @Test
    void removes_like_del() {
      assertThat(run("UNLINK h none s")).isEqualTo(":2");
      assertThat(run("EXISTS s h")).isEqualTo(":0");
    }
  }

  @Nested
  class Exists {
    @Test
    void counts_a_key_as_often_as_it_is_named_and_does_not_use_it() {
      store.clock().advanceMillis(9000);
      assertThat(run("EXISTS s h none s")).isEqualTo(":3");
      assertThat(run("OBJECT IDLETIME s")).isEqualTo(":9");
    }
  }

  @Nested
  class Touch {
    @Test
    void counts_keys_and_uses_them() {
      store.clock().advanceMillis(9000);
      assertThat(run("TOUCH s h none")).isEqualTo(":2");
      assertThat(run("OBJECT IDLETIME s")).isEqualTo(":0");
    }

    @Test
    void alone_uses_keys_for_a_client_that_said_its_looks_are_no_uses() {
      var quiet = store.newSession();
      quiet.touchesKeys(false);
      store.clock().advanceMillis(9000);
      store.run(quiet, "GET s");
      store.run(quiet, "HGET h a");
      assertThat(run("OBJECT IDLETIME s")).isEqualTo(":9");
      assertThat(run("OBJECT IDLETIME h")).isEqualTo(":9");
      store.run(quiet, "TOUCH s");
      assertThat(run("OBJECT IDLETIME s")).isEqualTo(":0");
      run("GET h");
      assertThat(run("OBJECT IDLETIME h")).isEqualTo(":0");
    }
  }

  @Nested
  class Type {
    @Test
    void names_the_type() {
      assertThat(run("TYPE s")).isEqualTo("string");
      assertThat(run("TYPE h")).isEqualTo("hash");
      assertThat(run("TYPE none")).isEqualTo("none");
    }
  }

  @Nested
  class Rename {
    @Test
    void moves_value_and_deadline_whatever_was_there() {
      run("PEXPIRE h 500");
      assertThat(store.fresh("RENAME h s")).isEqualTo("OK");
      assertThat(store.events()).containsExactly("rename_from h", "rename_to s");
      assertThat(run("HGET s a")).isEqualTo("\"1\"");
      assertThat(run("PTTL s")).isEqualTo(":500");
      assertThat(run("EXISTS h")).isEqualTo(":0");
    }

    @Test
    void takes_away_the_deadline_of_what_was_there() {
      run("SET t v PX 500");
      run("RENAME s t");
      assertThat(run("PTTL t")).isEqualTo(":-1");
    }

    @Test
    void refuses_a_missing_key_and_accepts_the_same_name() {
      assertThat(run("RENAME none x")).isEqualTo("-ERR no such key");
      assertThat(run("RENAME none none")).isEqualTo("-ERR no such key");
      assertThat(store.fresh("RENAME s s")).isEqualTo("OK");
      assertThat(store.effects()).isEmpty();
    }
  }

  @Nested
  class Renamenx {
    @Test
    void moves_to_a_free_name_only() {
      assertThat(run("RENAMENX s h")).isEqualTo(":0");
      assertThat(run("RENAMENX s s")).isEqualTo(":0");
      assertThat(run("RENAMENX s t")).isEqualTo(":1");
      assertThat(run("GET t")).isEqualTo("\"v\"");
      assertThat(run("RENAMENX s t")).isEqualTo("-ERR no such key");
    }
  }

  @Nested
  class Copy {
    @Test
    void makes_a_second_value_that_lives_on_its_own() {
      run("HPEXPIRE h 500 FIELDS 1 a");
      run("PEXPIRE h 700");
      assertThat(store.fresh("COPY h c")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("copy_to c");
      run("HSET h b changed");
      assertThat(run("HGET c b")).isEqualTo("\"2\"");
      assertThat(run("HPTTL c FIELDS 2 a b")).isEqualTo("[:500 :-1]");
      assertThat(run("PTTL c")).isEqualTo(":700");
      assertThat(run("OBJECT ENCODING c")).isEqualTo(run("OBJECT ENCODING h"));
    }

    @Test
    void the_copys_fields_die_on_time() {
      run("HPEXPIRE h 500 FIELDS 1 a");
      run("COPY h c");
      store.clock().advanceMillis(500);
      store.keyspace().refreshNow();
      store.keyspace().database(0).sweep(64);
      assertThat(run("HLEN c")).isEqualTo(":1");
    }

    @Test
    void replaces_only_when_told() {
      assertThat(run("COPY h s")).isEqualTo(":0");
      assertThat(run("COPY h s REPLACE")).isEqualTo(":1");
      assertThat(run("TYPE s")).isEqualTo("hash");
      assertThat(run("COPY none s REPLACE")).isEqualTo(":0");
    }

    @Test
    void reaches_other_databases() {
      assertThat(run("COPY s s DB 3")).isEqualTo(":1");
      assertThat(inDatabase(3, "GET s")).isEqualTo("\"v\"");
      assertThat(run("COPY s s DB 3")).isEqualTo(":0");
    }

    @ParameterizedTest
    @CsvSource({
      "COPY s s, ERR source and destination objects are the same",
      "COPY s s DB 0, ERR source and destination objects are the same",
      "COPY s t DB 16, ERR DB index is out of range",
      "COPY s t DB x, ERR value is not an integer or out of range",
      "COPY s t DB, ERR syntax error",
      "COPY s t FOO, ERR syntax error"
    })
    void refuses_bad_arguments_in_words(String line, String error) {
      assertThat(run(line)).isEqualTo("-" + error);
    }
  }

  @Nested
  class Move {
    @Test
    void takes_a_key_to_another_database() {
      run("PEXPIRE s 500");
      assertThat(store.fresh("MOVE s 2")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("move_from s", "move_to s");
      assertThat(run("EXISTS s")).isEqualTo(":0");
      assertThat(inDatabase(2, "PTTL s")).isEqualTo(":500");
      assertThat(run("MOVE s 2")).isEqualTo(":0");
      run("SET s other");
      assertThat(run("MOVE s 2")).isEqualTo(":0");
      assertThat(run("GET s")).isEqualTo("\"other\"");
    }

    @Test
    void refuses_bad_databases() {
      assertThat(run("MOVE s 0")).isEqualTo("-ERR source and destination objects are the same");
      assertThat(run("MOVE s 16")).isEqualTo("-ERR DB index is out of range");
      assertThat(run("MOVE s x")).isEqualTo("-ERR value is not an integer or out of range");
    }
  }

  @Nested
  class Randomkey {
    @Test
    void answers_a_live_key_or_nil() {
      assertThat(run("RANDOMKEY")).isIn("\"s\"", "\"h\"");
      run("PEXPIRE s 5");
      store.clock().advanceMillis(5);
      assertThat(run("RANDOMKEY")).isEqualTo("\"h\"");
      run("DEL h");
      assertThat(run("RANDOMKEY")).isEqualTo("nil");
    }

    @Test
    void finds_the_one_that_lives_among_many_dead_on_a_server_that_removes_none() {
      for (int i = 0; i < 2000; i++) {
        run("SET dead" + i + " v PX 5");
      }
      run("DEL h");
      store.keyspace().expires(false);
      store.clock().advanceMillis(5);
      assertThat(run("RANDOMKEY")).isEqualTo("\"s\"");
    }
  }
}
