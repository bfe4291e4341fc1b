package io.respite.jcache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StoreUriTest {
  private static StoreUri parse(String uri) {
    return StoreUri.parse(URI.create(uri));
  }

  @Test
  void embedded_alone_is_an_engine_of_ones_own() {
    assertThat(parse("respite:embedded")).isEqualTo(new StoreUri("", 0, Map.of()));
  }

  @Test
  void a_name_a_port_and_settings_are_taken_apart() {
    assertThat(parse("respite:embedded:orders?port=7379&maxmemory=64mb&save=900%201"))
        .isEqualTo(new StoreUri("orders", 7379, Map.of("maxmemory", "64mb", "save", "900 1")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://localhost:6379            | its scheme is 'redis'",
        "customers                         | its scheme is missing",
        "respite:remote                    | no store 'remote'",
        "respite://embedded                | no store '//embedded'",
        "respite:embedded:                 | an engine's name",
        "respite:embedded:a/b              | an engine's name",
        "respite:embedded?port=0           | from 1 to 65535",
        "respite:embedded?port=65536       | from 1 to 65535",
        "respite:embedded?port=x           | parameter port is 'x'",
        "respite:embedded?port             | 'port' is not parameter=value",
        "respite:embedded?                 | '' is not parameter=value",
        "respite:embedded?a=1&a=2          | parameter a is given twice"
      })
  void anything_else_is_refused_with_what_is_known(String uri, String why) {
    assertThatThrownBy(() -> parse(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(uri)
        .hasMessageContaining(why)
        .hasMessageContaining("respite:embedded:NAME");
  }
}
