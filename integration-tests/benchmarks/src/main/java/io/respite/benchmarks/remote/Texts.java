package io.respite.benchmarks.remote;

/** The keys and values of the measurements: values are 100 characters and begin with a number. */
final class Texts {
  private static final int DIGITS = 12;
  private static final String REST =
      " is the count; a value of a hundred bytes, as a fragment or a row as JSON might be long.";

  private Texts() {}

  static String key(int i) {
    return "customer:" + (1_000_000 + i);
  }

  static String value(long number) {
    String digits = Long.toString(number);
    return "0".repeat(DIGITS - digits.length()) + digits + REST;
  }

  /** The value whose number is one more. */
  static String next(String value) {
    return value(Long.parseLong(value, 0, DIGITS, 10) + 1);
  }
}
