package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GlobTest {
  private static boolean matches(String pattern, String text) {
    return Glob.matches(latin(pattern), latin(text));
  }

  private static boolean matchesIgnoringCase(String pattern, String text) {
    byte[] p = latin(pattern);
    byte[] t = latin(text);
    return Glob.matches(p, 0, p.length, t, 0, t.length, true);
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void answers_as_the_real_server_does_on_recorded_cases() throws IOException {
    int cases = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                GlobTest.class.getResourceAsStream("glob-matches.tsv"),
                StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] columns = line.split("\t", -1);
        byte[] pattern = HexFormat.of().parseHex(columns[0]);
        byte[] text = HexFormat.of().parseHex(columns[1]);
        assertThat(Glob.matches(pattern, text)).as(line).isEqualTo(columns[2].equals("1"));
        cases++;
      }
    }
    assertThat(cases).isGreaterThan(2000);
  }

  @Test
  void agrees_with_a_regular_expression_on_random_stars_and_question_marks() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String pattern = random(random, "ab*?", 8);
      String text = random(random, "ab", 10);
      String regex = pattern.replace("*", ".*").replace("?", ".");
      assertThat(matches(pattern, text))
          .as("seed %d: %s on %s", seed, pattern, text)
          .isEqualTo(Pattern.matches(regex, text));
    }
  }

  private static String random(Random random, String letters, int most) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(most + 1); n > 0; n--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  @Test
  void never_reads_outside_of_its_slices() {
    byte[] buffer = latin("xxa*[b\\yyabbzz");
    assertThat(Glob.matches(buffer, 2, 2, buffer, 9, 3, false)).isTrue();
    assertThat(Glob.matches(buffer, 2, 4, buffer, 9, 3, false)).isTrue();
    assertThat(Glob.matches(buffer, 2, 5, buffer, 9, 4, false)).isFalse();
  }

  @Test
  void ignores_case_where_asked_but_not_of_an_escaped_byte_in_a_class() {
    assertThat(matchesIgnoringCase("Foo*", "fOObar")).isTrue();
    assertThat(matchesIgnoringCase("[A-C]", "b")).isTrue();
    assertThat(matchesIgnoringCase("[\\A]", "a")).isFalse();
    assertThat(matchesIgnoringCase("\\A", "a")).isTrue();
    assertThat(matches("Foo*", "foobar")).isFalse();
  }

  @Test
  void many_stars_cost_no_more_than_the_product_of_the_lengths() {
    // With one attempt per star and position this would take longer than the universe has existed.
    assertThat(matches("*a".repeat(200) + "b", "a".repeat(5_000))).isFalse();
  }

  @Test
  void stars_alone_match_the_empty_text() {
    assertThat(matches("*", "")).isTrue();
    assertThat(matches("", "")).isTrue();
    assertThat(matches("?", "")).isFalse();
    assertThat(matches("", "a")).isFalse();
    assertThat(Glob.matchesEverything(latin("*"))).isTrue();
    assertThat(Glob.matchesEverything(latin("*a"))).isFalse();
  }
}
