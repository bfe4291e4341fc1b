package io.respite.server.config;

import java.util.ArrayList;
import java.util.List;

/** A directive whose value is a list of checked words; one empty word is the empty list. */
final class Listed extends Directive<List<String>> {
  /** Looks at the words, may put them in their usual form, and refuses them by an exception. */
  @FunctionalInterface
  interface Check {
    List<String> apply(List<String> words) throws BadValueException;
  }

  private static final int MOST_ADDRESSES = 16;
  private static final int OOM_SCORES = 3;
  private static final int OOM_SCORE_BOUND = 2000;
  private static final int HIGHEST_PORT = 65535;

  private final String allowed;
  private final Check check;

  /**
   * Describes a directive.
   *
   * @param allowed what the check lets pass, in words for the reference
   */
  Listed(String name, List<String> initial, String allowed, Check check) {
    super(name, initial);
    this.allowed = allowed;
    this.check = check;
  }

  @Override
  List<String> parse(List<String> words, List<String> before, boolean adding)
      throws BadValueException {
    boolean none = words.size() == 1 && words.get(0).isEmpty();
    return List.copyOf(check.apply(none ? List.of() : words));
  }

  @Override
  public String allowed() {
    return allowed;
  }

  @Override
  public String show(List<String> words) {
    return String.join(" ", words);
  }

  @Override
  List<String> written(List<String> words) {
    if (!words.isEmpty()) {
      return List.of(show(words));
    }
    return initial().isEmpty() ? List.of() : List.of("\"\"");
  }

  static List<String> addresses(List<String> words) throws BadValueException {
    if (words.size() > MOST_ADDRESSES) {
      throw new BadValueException("Too many bind addresses specified.");
    }
    return words;
  }

  static List<String> oomScores(List<String> words) throws BadValueException {
    if (words.size() != OOM_SCORES) {
      throw new BadValueException("wrong number of arguments");
    }
    List<String> scores = new ArrayList<>();
    for (String word : words) {
      try {
        int score = Integer.parseInt(word);
        if (Math.abs(score) <= OOM_SCORE_BOUND) {
          scores.add(Integer.toString(score));
          continue;
        }
      } catch (NumberFormatException malformed) {
        // Refused below, as a number out of bounds is.
      }
      throw new BadValueException(
          "Invalid oom-score-adj-values, elements must be between -2000 and 2000.");
    }
    return scores;
  }

  static List<String> primary(List<String> words) throws BadValueException {
    if (words.size() != 2) {
      throw new BadValueException("wrong number of arguments");
    }
    if (words.get(0).equalsIgnoreCase("no") && words.get(1).equalsIgnoreCase("one")) {
      return List.of();
    }
    try {
      int port = Integer.parseInt(words.get(1));
      if (port >= 0 && port <= HIGHEST_PORT) {
        return List.of(words.get(0), Integer.toString(port));
      }
    } catch (NumberFormatException malformed) {
      // Refused below, as a port out of bounds is.
    }
    throw new BadValueException("Invalid master port");
  }

  static List<String> percentiles(List<String> words) throws BadValueException {
    List<String> percentiles = new ArrayList<>();
    for (String word : words) {
      double percentile;
      try {
        percentile = Double.parseDouble(word);
      } catch (NumberFormatException malformed) {
        throw new BadValueException("Invalid latency-tracking-info-percentiles parameters");
      }
      if (!(percentile >= 0 && percentile <= 100)) {
        throw new BadValueException(
            "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
      }
      String digits = String.format(java.util.Locale.ROOT, "%f", percentile);
      percentiles.add(digits.replaceAll("\\.?0+$", "").isEmpty() ? "0" : shortest(digits));
    }
    return percentiles;
  }

  private static String shortest(String digits) {
    return digits.replaceAll("0+$", "").replaceAll("\\.$", "");
  }
}
