package io.respite.server.encoding;

/**
 * The glob patterns of KEYS, SCAN MATCH, PSUBSCRIBE and the access lists.
 *
 * <p>{@code *} any bytes, {@code ?} one byte, {@code [abc]}, {@code [a-z]} and {@code [^abc]} one
 * byte of a class, {@code \x} the byte {@code x} itself, anything else itself. Patterns are bytes,
 * never characters. Every pattern is valid: a class without its closing bracket ends with the
 * pattern, and a lone backslash at the end stands for itself.
 *
 * <p>How it works: every element but the star consumes exactly one byte, so of all stars only the
 * last one passed has to be tried again. Two remembered positions replace recursion, and the work
 * is at most pattern length times text length; no pattern can make the server think for ever.
 *
 * <p>Three rules follow the real server rather than expectation, because keys are found or missed
 * by them: the ends of a range compare as <em>signed</em> bytes and may be given in either order,
 * an escaped byte inside a class keeps its case even when case is ignored, and {@code [^]} matches
 * any byte while {@code []} matches none.
 */
public final class Glob {
  private Glob() {}

  /**
   * Whether the whole text matches the whole pattern.
   *
   * @param pattern holds the pattern, at {@code patternOffset}, {@code patternLength} bytes
   * @param text holds the text, at {@code textOffset}, {@code textLength} bytes
   * @param ignoreCase whether ASCII letters match regardless of case
   */
  public static boolean matches(
      byte[] pattern,
      int patternOffset,
      int patternLength,
      byte[] text,
      int textOffset,
      int textLength,
      boolean ignoreCase) {
    int patternEnd = patternOffset + patternLength;
    int textEnd = textOffset + textLength;
    int p = patternOffset;
    int t = textOffset;
    int starPattern = -1;
    int starText = -1;
    while (t < textEnd) {
      if (p < patternEnd && pattern[p] == '*') {
        starPattern = ++p;
        starText = t;
        continue;
      }
      int end = p < patternEnd ? elementEnd(pattern, p, patternEnd) : p;
      if (p < patternEnd && accepts(pattern, p, end, text[t], ignoreCase)) {
        p = end;
        t++;
      } else if (starPattern >= 0) {
        p = starPattern;
        t = ++starText;
      } else {
        return false;
      }
    }
    while (p < patternEnd && pattern[p] == '*') {
      p++;
    }
    return p == patternEnd;
  }

  /** Whether the whole text matches the whole pattern, case included. */
  public static boolean matches(byte[] pattern, byte[] text) {
    return matches(pattern, 0, pattern.length, text, 0, text.length, false);
  }

  /** Whether the pattern is a single star, which callers answer without looking at the text. */
  public static boolean matchesEverything(byte[] pattern) {
    return pattern.length == 1 && pattern[0] == '*';
  }

  /** The position after the element that starts at {@code p}, which is not a star. */
  private static int elementEnd(byte[] pattern, int p, int patternEnd) {
    return switch (pattern[p]) {
      case '\\' -> Math.min(p + 2, patternEnd);
      case '[' -> classEnd(pattern, p + 1, patternEnd);
      default -> p + 1;
    };
  }

  private static int classEnd(byte[] pattern, int from, int patternEnd) {
    int at = from;
    if (at < patternEnd && pattern[at] == '^') {
      at++;
    }
    while (at < patternEnd && pattern[at] != ']') {
      at = memberEnd(pattern, at, patternEnd);
    }
    return Math.min(at + 1, patternEnd);
  }

  /** The position after one member of a class: an escaped byte, a range or a byte. */
  private static int memberEnd(byte[] pattern, int at, int patternEnd) {
    if (pattern[at] == '\\' && at + 1 < patternEnd) {
      return at + 2;
    }
    return isRange(pattern, at, patternEnd) ? at + 3 : at + 1;
  }

  private static boolean isRange(byte[] pattern, int at, int patternEnd) {
    return at + 2 < patternEnd && pattern[at + 1] == '-';
  }

  private static boolean accepts(byte[] pattern, int p, int end, byte b, boolean ignoreCase) {
    return switch (pattern[p]) {
      case '?' -> true;
      case '\\' -> same(pattern[end - 1], b, ignoreCase);
      case '[' -> classAccepts(pattern, p + 1, end, b, ignoreCase);
      default -> same(pattern[p], b, ignoreCase);
    };
  }

  private static boolean classAccepts(byte[] pattern, int p, int end, byte b, boolean ignoreCase) {
    int at = p;
    boolean negated = at < end && pattern[at] == '^';
    if (negated) {
      at++;
    }
    boolean found = false;
    while (at < end && pattern[at] != ']') {
      int next = memberEnd(pattern, at, end);
      if (pattern[at] == '\\' && next == at + 2) {
        found |= pattern[at + 1] == b;
      } else if (next == at + 3) {
        found |= inRange(pattern[at], pattern[at + 2], b, ignoreCase);
      } else {
        found |= same(pattern[at], b, ignoreCase);
      }
      at = next;
    }
    return found != negated;
  }

  private static boolean inRange(byte first, byte last, byte b, boolean ignoreCase) {
    int low = Math.min(first, last);
    int high = Math.max(first, last);
    if (ignoreCase) {
      return lower((byte) low) <= lower(b) && lower(b) <= lower((byte) high);
    }
    return low <= b && b <= high;
  }

  private static boolean same(byte a, byte b, boolean ignoreCase) {
    return a == b || (ignoreCase && lower(a) == lower(b));
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
  }
}
