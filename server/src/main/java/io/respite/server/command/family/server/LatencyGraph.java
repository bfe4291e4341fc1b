package io.respite.server.command.family.server;

import java.util.List;

/**
 * Draws numbers as columns of text, in a few rows, with a label below each column, downwards:
 *
 * <pre>
 *      #
 *   o  |
 *   |_o|_
 *
 *   5421 9
 *   ssss s
 * </pre>
 */
final class LatencyGraph {
  private static final int ROWS = 4;

  /** What fills a third, two thirds and all of a row, and what stands below. */
  private static final char[] LEVELS = {'_', 'o', '#'};

  private static final char BELOW = '|';

  private LatencyGraph() {}

  /**
   * Draws; each line ends with a newline.
   *
   * @param heights at least one, none negative
   * @param labels as many
   */
  static String draw(long[] heights, List<String> labels) {
    long low = Long.MAX_VALUE;
    long high = 0;
    for (long height : heights) {
      low = Math.min(low, height);
      high = Math.max(high, height);
    }
    int steps = ROWS * LEVELS.length;
    int[] levels = new int[heights.length];
    for (int i = 0; i < heights.length; i++) {
      levels[i] =
          high == low ? 0 : (int) ((heights[i] - low) * (double) (steps - 1) / (high - low));
    }
    StringBuilder text = new StringBuilder();
    for (int row = ROWS - 1; row >= 0; row--) {
      for (int level : levels) {
        int inRow = level - row * LEVELS.length;
        text.append(inRow < 0 ? ' ' : inRow >= LEVELS.length ? BELOW : LEVELS[inRow]);
      }
      text.append('\n');
    }
    text.append('\n');
    int longest = labels.stream().mapToInt(String::length).max().orElse(0);
    for (int i = 0; i < longest; i++) {
      for (String label : labels) {
        text.append(i < label.length() ? label.charAt(i) : ' ');
      }
      text.append('\n');
    }
    return text.toString();
  }
}
