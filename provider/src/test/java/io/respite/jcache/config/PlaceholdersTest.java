package io.respite.jcache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PlaceholdersTest {
  private static final Map<String, String> PROPERTIES =
      Map.of("host", "one", "both", "property", "empty", "", "odd", "${host}$1\\");
  private static final Map<String, String> ENVIRONMENT = Map.of("DB", "3", "both", "variable");

  private static String fill(String text) {
    return Placeholders.fill(text, PROPERTIES::get, ENVIRONMENT::get);
  }

  @Test
  void a_name_stands_for_a_system_property_or_else_an_environment_variable() {
    assertThat(fill("redis://${host}:6379/${DB}")).isEqualTo("redis://one:6379/3");
    assertThat(fill("${both}")).isEqualTo("property");
    assertThat(fill("nothing to fill: $host {host}")).isEqualTo("nothing to fill: $host {host}");
  }

  @Test
  void what_follows_a_colon_counts_when_there_is_neither() {
    assertThat(fill("${none:respite:embedded}")).isEqualTo("respite:embedded");
    assertThat(fill("a${none:}b")).isEqualTo("ab");
    assertThat(fill("${host:two}")).isEqualTo("one");
    assertThat(fill("${empty:two}")).isEmpty();
  }

  @Test
  void what_is_put_in_is_not_looked_at_again() {
    assertThat(fill("<${odd}>")).isEqualTo("<${host}$1\\>");
  }

  @Test
  void a_name_without_a_value_is_refused() {
    assertThatThrownBy(() -> fill("redis://${NO_SUCH}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("neither a system property nor an environment variable 'NO_SUCH'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"${", "${}", "${host", "a${1}", "${host}${", "${a b}", "${:x}"})
  void a_placeholder_that_is_none_is_refused(String text) {
    assertThatThrownBy(() -> fill(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed after '${'");
  }
}
