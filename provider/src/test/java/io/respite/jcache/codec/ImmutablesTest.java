package io.respite.jcache.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ImmutablesTest {
  enum Color {
    RED
  }

  record Point(int x, int y) {}

  record Product(UUID id, String name, Color color, LocalDate since, Point place) {}

  record Chain(String link, Chain next) {}

  record WithList(String name, List<String> tags) {}

  @SuppressWarnings("ArrayRecordComponent") // That is what it is about.
  record WithArray(byte[] bytes) {}

  record WithBuilder(StringBuilder text) {}

  /** A class that may have subclasses that can be changed. */
  record WithNumber(BigDecimal amount) {}

  record Around(WithList inner) {}

  record Generic<T>(T value) {}

  @ParameterizedTest
  @ValueSource(
      classes = {
        String.class,
        Long.class,
        LocalDate.class,
        Color.class,
        Point.class,
        Product.class,
        Chain.class
      })
  void are_simple_values_and_records_of_them(Class<?> type) {
    assertThat(Immutables.areAllOf(type)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Object.class,
        StringBuilder.class,
        BigDecimal.class,
        List.class,
        byte[].class,
        WithList.class,
        WithArray.class,
        WithBuilder.class,
        WithNumber.class,
        Around.class,
        Generic.class
      })
  void are_not_what_may_hold_something_else(Class<?> type) {
    assertThat(Immutables.areAllOf(type)).isFalse();
  }

  @Test
  void are_what_the_codecs_of_objects_say_of_their_type() {
    ClassLoader loader = getClass().getClassLoader();
    for (String codec : List.of("java", "json", "fory")) {
      assertThat(
              Codecs.named(codec, CodecSettings.forType(Point.class, false, loader))
                  .makesImmutables())
          .isTrue();
      assertThat(
              Codecs.named(codec, CodecSettings.forType(WithList.class, false, loader))
                  .makesImmutables())
          .isFalse();
    }
  }
}
