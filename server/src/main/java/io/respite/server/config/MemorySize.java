package io.respite.server.config;

/**
 * A number of bytes with Redis's units: {@code k m g} are powers of 1000, {@code kb mb gb} of 1024.
 */
public final class MemorySize {
  private MemorySize() {}

  /**
   * Reads digits and an optional unit, in any case.
   *
   * @throws NumberFormatException when it is something else, negative, or 2^63 and more
   */
  public static long parse(String word) {
    int digits = 0;
    while (digits < word.length() && word.charAt(digits) >= '0' && word.charAt(digits) <= '9') {
      digits++;
    }
    long unit =
        switch (Words.lower(word.substring(digits))) {
          case "", "b" -> 1;
          case "k" -> 1_000;
          case "kb" -> 1L << 10;
          case "m" -> 1_000_000;
          case "mb" -> 1L << 20;
          case "g" -> 1_000_000_000;
          case "gb" -> 1L << 30;
          default -> throw new NumberFormatException(word);
        };
    try {
      return Math.multiplyExact(Long.parseLong(word.substring(0, digits)), unit);
    } catch (ArithmeticException tooLarge) {
      throw new NumberFormatException(word);
    }
  }

  /** The shortest exact form in the 1024 units, as {@code 64mb}. */
  static String format(long bytes) {
    if (bytes != 0 && bytes % (1L << 30) == 0) {
      return (bytes >> 30) + "gb";
    }
    if (bytes != 0 && bytes % (1L << 20) == 0) {
      return (bytes >> 20) + "mb";
    }
    if (bytes != 0 && bytes % (1L << 10) == 0) {
      return (bytes >> 10) + "kb";
    }
    return Long.toString(bytes);
  }
}
