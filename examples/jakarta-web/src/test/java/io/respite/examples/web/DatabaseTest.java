package io.respite.examples.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DatabaseTest {
  private static final Database DATABASE = new Database();

  @BeforeAll
  static void load() {
    DATABASE.load();
  }

  @Test
  void the_capitals_are_those_of_the_file() {
    assertThat(DATABASE.capitals())
        .hasSize(197)
        .contains(new Capital("FR", "France", "Paris", "Europe", 48.9, 2.4));
  }

  @Test
  void a_journey_is_a_round_trip_over_four_capitals_of_a_continent() {
    Map<String, Capital> capitals =
        DATABASE.capitals().stream().collect(Collectors.toMap(Capital::code, Function.identity()));
    Journey journey = DATABASE.shortestFrom("CL");
    System.out.println(
        "FR "
            + DATABASE.shortestFrom("FR")
            + DATABASE.shortestFrom("NG")
            + DATABASE.shortestFrom("ID")
            + DATABASE.shortestFrom("US"));
    assertThat(journey.stops()).hasSize(5).startsWith("CL").endsWith("CL");
    assertThat(journey.stops().subList(0, 4)).doesNotHaveDuplicates();
    assertThat(journey.stops())
        .allMatch(code -> capitals.get(code).continent().equals("South America"));
    double kilometres = 0;
    for (int i = 0; i < 4; i++) {
      Capital from = capitals.get(journey.stops().get(i));
      Capital to = capitals.get(journey.stops().get(i + 1));
      kilometres +=
          Database.kilometres(from.latitude(), from.longitude(), to.latitude(), to.longitude());
    }
    assertThat(journey.kilometres()).isEqualTo(Math.round(kilometres));
  }

  @Test
  void the_way_from_Paris_to_London_is_some_340_kilometres() {
    assertThat(Database.kilometres(48.9, 2.4, 51.5, -0.1)).isBetween(330.0, 350.0);
  }

  @Test
  void a_country_that_is_none_is_refused() {
    assertThatThrownBy(() -> DATABASE.shortestFrom("XX"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no country XX");
  }
}
