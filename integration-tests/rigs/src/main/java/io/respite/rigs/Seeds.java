package io.respite.rigs;

import java.util.Random;

/**
 * Where random tests beside real servers begin. A build sends the same requests each time, so that
 * a change is judged by what it changes: differences that come once in some hundred thousand
 * requests are found by long runs, which begin anywhere ({@code -Drespite.seeds=random}).
 */
public final class Seeds {
  private static final String PROPERTY = "respite.seeds";
  private static final String RANDOM = "random";
  private static final long USUAL = 20_261_121;

  private Seeds() {}

  /**
   * The seed to begin with: always the same, another one each time when {@code respite.seeds} is
   * {@code random}, or the number that it is.
   *
   * @throws IllegalArgumentException when it is something else
   */
  public static long first() {
    String text = System.getProperty(PROPERTY, "");
    if (text.isEmpty()) {
      return USUAL;
    }
    if (text.equals(RANDOM)) {
      return new Random().nextLong();
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          PROPERTY + " is '" + text + "'; known are '" + RANDOM + "' and whole numbers", e);
    }
  }
}
