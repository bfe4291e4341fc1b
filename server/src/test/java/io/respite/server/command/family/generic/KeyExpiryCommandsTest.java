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
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "{0}")
@EnumSource(Form.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
public class KeyExpiryCommandsTest {
  @Parameter Form form;
  private Store store;

  @BeforeEach
  void open() {
    store = form.open();
    store.run("SET k v");
    store.run("HSET h a 1");
  }

  private String run(String line) {
    return store.run(line);
  }

  private long now() {
    return store.clock().millis();
  }

  @Nested
  class Expire {
    @ParameterizedTest
    @ValueSource(strings = {"k", "h"})
    void lets_a_key_live_for_some_seconds(String key) {
      assertThat(store.fresh("EXPIRE " + key + " 5")).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("PEXPIREAT " + key + " " + (now() + 5000));
      assertThat(store.events()).containsExactly("expire " + key);
      store.clock().advanceMillis(4999);
      assertThat(run("EXISTS " + key)).isEqualTo(":1");
      store.clock().advanceMillis(1);
      assertThat(run("EXISTS " + key)).isEqualTo(":0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "-9223372036854775"})
    void removes_a_key_whose_time_is_over(String seconds) {
      assertThat(store.fresh("EXPIRE k " + seconds)).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("DEL k");
      assertThat(store.events()).containsExactly("del k");
      assertThat(run("EXPIRE k 5")).isEqualTo(":0");
    }

    @Test
    void sets_a_past_deadline_where_nothing_expires() {
      store.keyspace().expires(false);
      assertThat(run("PEXPIREAT k 1")).isEqualTo(":1");
      store.keyspace().expires(true);
      assertThat(run("EXISTS k")).isEqualTo(":0");
    }

    @ParameterizedTest
    @CsvSource({
      "NX, :1, :0, :0",
      "XX, :0, :1, :1",
      "GT, :0, :0, :1",
      "LT, :1, :1, :0",
      "XX GT, :0, :0, :1",
      "XX LT, :0, :1, :0"
    })
    void obeys_conditions_where_no_deadline_counts_as_for_ever(
        String condition, String without, String earlier, String later) {
      assertThat(run("EXPIRE k 10 " + condition)).isEqualTo(without);
      run("EXPIRE h 50");
      assertThat(run("EXPIRE h 40 " + condition)).isEqualTo(earlier);
      run("EXPIRE h 50");
      assertThat(run("EXPIRE h 60 " + condition)).isEqualTo(later);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = ';',
        value = {
          "EXPIRE k x; ERR value is not an integer or out of range",
          "EXPIRE k 9223372036854775807; ERR invalid expire time in 'expire' command",
          "EXPIRE k -9223372036854775808; ERR invalid expire time in 'expire' command",
          "EXPIRE k 9223372036854775; ERR invalid expire time in 'expire' command",
          "EXPIRE none 9223372036854775807; ERR invalid expire time in 'expire' command",
          "EXPIRE k 5 FOO; ERR Unsupported option FOO",
          "EXPIRE k 5 NX XX;"
              + " ERR NX and XX, GT or LT options at the same time are not compatible",
          "EXPIRE k 5 GT LT; ERR GT and LT options at the same time are not compatible"
        })
    void refuses_bad_arguments_in_words(String line, String error) {
      assertThat(run(line)).isEqualTo("-" + error);
    }
  }

  @Nested
  class Pexpire {
    @Test
    void counts_milliseconds_from_now() {
      assertThat(run("PEXPIRE k 5")).isEqualTo(":1");
      assertThat(run("PTTL k")).isEqualTo(":5");
      assertThat(run("PEXPIRE none 5")).isEqualTo(":0");
      assertThat(run("PEXPIRE k 9223372036854775807"))
          .isEqualTo("-ERR invalid expire time in 'pexpire' command");
    }
  }

  @Nested
  class Expireat {
    @Test
    void counts_seconds_from_1970() {
      assertThat(run("EXPIREAT k 4000000000")).isEqualTo(":1");
      assertThat(run("PEXPIRETIME k")).isEqualTo(":4000000000000");
      assertThat(run("EXPIREAT k 1")).isEqualTo(":1");
      assertThat(run("EXISTS k")).isEqualTo(":0");
    }
  }

  @Nested
  class Pexpireat {
    @Test
    void counts_milliseconds_from_1970() {
      assertThat(store.fresh("PEXPIREAT k 4000000000123")).isEqualTo(":1");
      assertThat(store.effects()).containsExactly("PEXPIREAT k 4000000000123");
      assertThat(run("PEXPIRETIME k")).isEqualTo(":4000000000123");
      assertThat(run("PEXPIREAT k 9223372036854775807")).isEqualTo(":1");
      assertThat(run("EXPIRETIME k")).isEqualTo(":9223372036854776");
    }
  }

  @Nested
  class Ttl {
    @Test
    void answers_seconds_rounded_to_the_nearest() {
      run("PEXPIRE k 1500");
      assertThat(run("TTL k")).isEqualTo(":2");
      store.clock().advanceMillis(1);
      assertThat(run("TTL k")).isEqualTo(":1");
      assertThat(run("TTL h")).isEqualTo(":-1");
      assertThat(run("TTL none")).isEqualTo(":-2");
    }

    @Test
    void is_no_use_of_the_key() {
      store.clock().advanceMillis(5000);
      run("TTL k");
      assertThat(run("OBJECT IDLETIME k")).isEqualTo(":5");
    }
  }

  @Nested
  class Pttl {
    @Test
    void answers_milliseconds() {
      run("PEXPIRE k 1500");
      assertThat(run("PTTL k")).isEqualTo(":1500");
      assertThat(run("PTTL h")).isEqualTo(":-1");
      assertThat(run("PTTL none")).isEqualTo(":-2");
    }
  }

  @Nested
  class Expiretime {
    @Test
    void answers_the_second_of_the_deadline() {
      run("PEXPIREAT k 4000000000500");
      assertThat(run("EXPIRETIME k")).isEqualTo(":4000000001");
      assertThat(run("EXPIRETIME h")).isEqualTo(":-1");
      assertThat(run("EXPIRETIME none")).isEqualTo(":-2");
    }
  }

  @Nested
  class Pexpiretime {
    @Test
    void answers_the_millisecond_of_the_deadline() {
      run("PEXPIREAT k 4000000000500");
      assertThat(run("PEXPIRETIME k")).isEqualTo(":4000000000500");
      assertThat(run("PEXPIRETIME h")).isEqualTo(":-1");
      assertThat(run("PEXPIRETIME none")).isEqualTo(":-2");
    }
  }

  @Nested
  class Persist {
    @Test
    void takes_the_deadline_away() {
      run("PEXPIRE k 500");
      assertThat(store.fresh("PERSIST k")).isEqualTo(":1");
      assertThat(store.events()).containsExactly("persist k");
      assertThat(run("PTTL k")).isEqualTo(":-1");
      assertThat(store.fresh("PERSIST k")).isEqualTo(":0");
      assertThat(store.effects()).isEmpty();
      assertThat(run("PERSIST none")).isEqualTo(":0");
    }
  }
}
