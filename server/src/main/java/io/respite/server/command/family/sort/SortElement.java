package io.respite.server.command.family.sort;

import io.respite.server.command.CommandError;
import io.respite.server.encoding.Numbers;
import java.util.Arrays;
import java.util.Comparator;

/**
 * An element with what it is ordered by.
 *
 * <p>Numbers that are equal are told apart by the elements' bytes, so the order is a total one. So
 * are texts that other keys hold, except in a list, where equal ones stay as they lie. Bytes are
 * unsigned; the locale plays no part.
 */
final class SortElement {
  /** Ascending by number. */
  static final Comparator<SortElement> BY_NUMBER =
      (a, b) -> {
        // Not Double.compare, to which 0 and -0 are two numbers.
        int order = a.score > b.score ? 1 : a.score < b.score ? -1 : 0;
        return order != 0 ? order : Arrays.compareUnsigned(a.bytes, b.bytes);
      };

  /** Ascending by the element's own bytes. */
  static final Comparator<SortElement> BY_BYTES =
      (a, b) -> Arrays.compareUnsigned(a.bytes, b.bytes);

  /** Ascending by the bytes found elsewhere; elements for which there is nothing come first. */
  static final Comparator<SortElement> BY_TEXT =
      Comparator.comparing(
          (SortElement element) -> element.text,
          Comparator.nullsFirst((a, b) -> Arrays.compareUnsigned(a, b)));

  final byte[] bytes;
  private double score;
  private byte[] text;

  SortElement(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Orders by a text, which may be null. */
  void text(byte[] found) {
    text = found;
  }

  /**
   * Orders by a number as C's {@code strtod} reads it: white space before it is passed over, what
   * lies behind a zero byte is not seen, and nothing at all is 0.
   *
   * @throws CommandError when it is none, or out of range
   */
  void number(byte[] digits) {
    int from = 0;
    int end = 0;
    while (end < digits.length && digits[end] != 0) {
      end++;
    }
    if (end == 0) {
      return;
    }
    while (from < end && (digits[from] == ' ' || (digits[from] >= '\t' && digits[from] <= '\r'))) {
      from++;
    }
    score = Numbers.parseDouble(digits, from, end - from);
    if (Double.isNaN(score)) {
      throw new CommandError("ERR One or more scores can't be converted into double");
    }
  }
}
