package io.respite.remote.linear;

import java.util.List;
import java.util.Locale;

/**
 * What one client did to one key, when, and what it saw.
 *
 * @param key what it was done to
 * @param client who did it; a client does one thing at a time
 * @param kind what was done
 * @param expected the value that {@link Kind#REPLACE} demands, else null
 * @param value the value that is written, or null when none is
 * @param invoked when it began, in nanoseconds of a clock that all clients share
 * @param returned when it ended; {@link #NEVER} when nobody knows what came of it: it may have
 *     taken effect at any time since it began, may do so yet, or never
 * @param result what it answered: the value that {@link Kind#GET} and {@link Kind#GET_AND_PUT}
 *     found or null for none, {@code "true"} or {@code "false"} for what answers that, and null for
 *     {@link Kind#PUT} and for what never returned
 */
public record Operation(
    String key,
    int client,
    Kind kind,
    String expected,
    String value,
    long invoked,
    long returned,
    String result) {

  /** The time of what never comes. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final String NONE = "-";

  /** What can be done to a key. */
  public enum Kind {
    /** Answers the value, or null. */
    GET,
    /** Sets the value. */
    PUT,
    /** Sets the value where there is none; answers whether there was none. */
    PUT_IF_ABSENT,
    /** Sets the value where it is the expected one; answers whether it was. */
    REPLACE,
    /** Removes the value; answers whether there was one. */
    REMOVE,
    /** Sets the value; answers the one before, or null. */
    GET_AND_PUT
  }

  public Operation {
    if (returned < invoked) {
      throw new IllegalArgumentException(
          "an operation that began at " + invoked + " cannot end before, at " + returned);
    }
  }

  /** Whether somebody knows what came of it. */
  public boolean isKnown() {
    return returned != NEVER;
  }

  /** The same, seen at a time when it had not returned. */
  public Operation pending() {
    return new Operation(key, client, kind, expected, value, invoked, NEVER, null);
  }

  /** As one line, for {@link #parse}; no text may hold a tab or be a dash. */
  public String line() {
    return String.join(
        "\t",
        text(key),
        Integer.toString(client),
        kind.name(),
        text(expected),
        text(value),
        Long.toString(invoked),
        Long.toString(returned),
        text(result));
  }

  private static String text(String text) {
    return text == null ? NONE : text;
  }

  /** What {@link #line} wrote. */
  public static Operation parse(String line) {
    List<String> words =
        List.of(line.split("\t", -1)).stream().map(word -> word.equals(NONE) ? "" : word).toList();
    return new Operation(
        words.get(0),
        Integer.parseInt(words.get(1)),
        Kind.valueOf(words.get(2)),
        orNull(words.get(3)),
        orNull(words.get(4)),
        Long.parseLong(words.get(5)),
        Long.parseLong(words.get(6)),
        orNull(words.get(7)));
  }

  private static String orNull(String word) {
    return word.isEmpty() ? null : word;
  }

  /** Who did what and saw what, with times in microseconds after {@code start}. */
  public String describe(long start) {
    StringBuilder call = new StringBuilder(kind.name().toLowerCase(Locale.ROOT));
    if (expected != null) {
      call.append(' ').append(expected).append(" by");
    }
    if (value != null) {
      call.append(' ').append(value);
    }
    String end = isKnown() ? (returned - start) / 1_000 + " us: " + result : "never";
    return "client %d, %s, %d us to %s".formatted(client, call, (invoked - start) / 1_000, end);
  }
}
