package io.respite.server.command.family.generic;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
public class ObjectCommandsTest {
  private Store store;

  @BeforeEach
  void open() {
    store = new Store(2);
  }

  private String run(String line) {
    return store.run(line);
  }

  @Nested
  class ObjectEncoding {
    @ParameterizedTest
    @CsvSource({
      "123, int",
      "-9223372036854775808, int",
      "9223372036854775808, embstr",
      "0123, embstr",
      "12345678901234567890123456789012345678901234, embstr",
      "123456789012345678901234567890123456789012345, raw"
    })
    void tells_how_a_string_is_kept(String value, String encoding) {
      run("SET k " + value);
      assertThat(run("OBJECT ENCODING k")).isEqualTo("\"" + encoding + "\"");
    }

    @Test
    void is_nil_for_no_key() {
      assertThat(run("OBJECT ENCODING none")).isEqualTo("nil");
      assertThat(run("OBJECT ENCODING"))
          .isEqualTo("-ERR wrong number of arguments for 'object|encoding' command");
      assertThat(run("OBJECT FOO k")).isEqualTo("-ERR unknown subcommand 'FOO'. Try OBJECT HELP.");
    }
  }

  @Nested
  class ObjectIdletime {
    @Test
    void counts_seconds_since_the_last_use_and_is_none_itself() {
      run("SET k v");
      store.clock().advanceMillis(7500);
      assertThat(run("OBJECT IDLETIME k")).isEqualTo(":7");
      assertThat(run("OBJECT IDLETIME k")).isEqualTo(":7");
      run("GET k");
      assertThat(run("OBJECT IDLETIME k")).isEqualTo(":0");
      assertThat(run("OBJECT IDLETIME none")).isEqualTo("nil");
    }

    @Test
    void is_refused_where_uses_are_counted() {
      store.keyspace().accessClock().countFrequency(true);
      run("SET k v");
      assertThat(run("OBJECT IDLETIME k")).startsWith("-ERR An LFU maxmemory policy is selected");
    }
  }

  @Nested
  class ObjectFreq {
    @Test
    void answers_the_counter_where_uses_are_counted() {
      store.keyspace().accessClock().countFrequency(true);
      run("SET k v");
      assertThat(run("OBJECT FREQ k")).isEqualTo(":5");
      assertThat(run("OBJECT FREQ none")).isEqualTo("nil");
    }

    @Test
    void is_refused_where_they_are_not() {
      run("SET k v");
      assertThat(run("OBJECT FREQ k")).startsWith("-ERR An LFU maxmemory policy is not selected");
    }
  }

  @Nested
  class ObjectRefcount {
    @Test
    void is_always_one() {
      run("SET k v");
      assertThat(run("OBJECT REFCOUNT k")).isEqualTo(":1");
      assertThat(run("OBJECT REFCOUNT none")).isEqualTo("nil");
    }
  }

  @Nested
  class ObjectHelp {
    @Test
    void names_every_subcommand() {
      assertThat(run("OBJECT HELP")).contains("ENCODING", "FREQ", "IDLETIME", "REFCOUNT", "HELP");
    }
  }
}
