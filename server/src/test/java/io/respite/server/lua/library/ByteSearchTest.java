package io.respite.server.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ByteSearchTest {
  private final Told told = new Told();

  @Test
  void finds_what_String_finds() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      // Few different bytes, so that much of the text is nearly what is looked for.
      String text = text(random, random.nextInt(120), 1 + random.nextInt(3));
      int cut = random.nextInt(text.length() + 1);
      int end = cut + random.nextInt(text.length() - cut + 1);
      String wanted =
          random.nextBoolean() ? text.substring(cut, end) : text(random, random.nextInt(40), 2);
      int from = random.nextInt(text.length() + 1);
      assertThat(find(text, from, wanted))
          .as("seed %d: '%s' in '%s' from %d", seed, wanted, text, from)
          .isEqualTo(text.indexOf(wanted, from));
    }
  }

  @Test
  void takes_linear_time_for_the_worst_of_texts() {
    int size = 500_000;
    String text = "a".repeat(2 * size);
    assertThat(find(text, 0, "a".repeat(size) + "b")).isEqualTo(-1);
    assertThat(find(text, 0, "b" + "a".repeat(size))).isEqualTo(-1);
    assertThat(find(text, 0, "a".repeat(size / 2) + "b" + "a".repeat(size / 2))).isEqualTo(-1);
    assertThat(find("ab".repeat(size), 0, "ab".repeat(size / 2) + "b")).isEqualTo(-1);
    assertThat(told.units).isLessThan(40L * size);
  }

  @Test
  void tells_its_progress_in_short_texts_too() {
    assertThat(find("a".repeat(1_000_000), 0, "ab")).isEqualTo(-1);
    assertThat(told.units).isGreaterThan(900_000);
    assertThat(told.longest).isLessThan(200_000);
  }

  private int find(String text, int from, String wanted) {
    return ByteSearch.find(
        text.getBytes(StandardCharsets.ISO_8859_1),
        from,
        wanted.getBytes(StandardCharsets.ISO_8859_1),
        told);
  }

  private static String text(Random random, int length, int letters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(letters)));
    }
    return text.toString();
  }
}
