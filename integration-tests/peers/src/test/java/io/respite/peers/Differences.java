package io.respite.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where our replies may differ from those of redis-server 7.0.15, and in which way: the rows of
 * {@code differences.tsv}, each with its reason.
 */
final class Differences {
  /** How replies are compared. */
  enum How {
    /** The request is not sent: version 7.0.15 does not know it, or it would do harm there. */
    SKIP,
    /** The same items in any order. */
    UNORDERED,
    /** The same type and number of items; what they are is left to chance. */
    SHAPE,
    /** Numbers may differ by a few seconds' worth. */
    TIME,
    /** Numbers are the same, whatever their decimals look like. */
    NUMBER,
    /** Both are errors; the words have changed since. */
    ERROR
  }

  /**
   * A row.
   *
   * @param command the full name in lower case; a star at its end stands for any rest
   * @param word a word of the request that it is about; a hyphen for any request
   */
  record Row(String command, String word, How how, String reason) {
    boolean isAbout(String name) {
      return command.endsWith("*")
          ? name.startsWith(command.substring(0, command.length() - 1))
          : name.equals(command);
    }
  }

  private static final long TOLERANCE = 20_000;

  private final List<Row> rows = new ArrayList<>();

  Differences() {
    try (InputStream in = Differences.class.getResourceAsStream("differences.tsv");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] columns = line.split("\t", -1);
          if (columns.length != 4 || columns[3].isBlank()) {
            throw new IllegalStateException("a row needs four columns: " + line);
          }
          rows.add(
              new Row(
                  columns[0],
                  columns[1],
                  How.valueOf(columns[2].toUpperCase(Locale.ROOT)),
                  columns[3]));
        }
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** What the rows say of a request. */
  Set<How> of(Request request) {
    Set<How> found = EnumSet.noneOf(How.class);
    for (Row row : rows) {
      if (row.isAbout(request.command()) && (row.word.equals("-") || request.has(row.word))) {
        found.add(row.how);
      }
    }
    return found;
  }

  /** Whether two replies to a request are the same, as far as the rows say. */
  boolean same(Request request, Resp ours, Resp theirs) {
    return same(of(request), ours, theirs);
  }

  private static boolean same(Set<How> how, Resp ours, Resp theirs) {
    if (how.contains(How.ERROR) && ours.isError() && theirs.isError()) {
      return true;
    }
    if (how.contains(How.SHAPE) && !theirs.isError()) {
      return ours.type() == theirs.type() && ours.items().size() == theirs.items().size();
    }
    if (ours.isAggregate() && ours.type() == theirs.type()) {
      return sameItems(how, ours.items(), theirs.items());
    }
    if (how.contains(How.TIME) && theirs.type() == ':' && ours.type() == ':') {
      return Math.abs(Long.parseLong(ours.text()) - Long.parseLong(theirs.text())) <= TOLERANCE;
    }
    return ours.equals(theirs) || (how.contains(How.NUMBER) && sameNumber(ours, theirs));
  }

  private static boolean sameNumber(Resp ours, Resp theirs) {
    if (ours.type() != theirs.type() || (ours.type() != '$' && ours.type() != ',')) {
      return false;
    }
    try {
      return Double.parseDouble(ours.text()) == Double.parseDouble(theirs.text());
    } catch (NumberFormatException noNumber) {
      return false;
    }
  }

  private static boolean sameItems(Set<How> how, List<Resp> ours, List<Resp> theirs) {
    if (ours.size() != theirs.size()) {
      return false;
    }
    List<Resp> mine = ours;
    List<Resp> yours = theirs;
    if (how.contains(How.UNORDERED)) {
      mine = ours.stream().sorted(Comparator.comparing(Resp::toString)).toList();
      yours = theirs.stream().sorted(Comparator.comparing(Resp::toString)).toList();
    }
    for (int i = 0; i < mine.size(); i++) {
      if (!same(how, mine.get(i), yours.get(i))) {
        return false;
      }
    }
    return true;
  }
}
