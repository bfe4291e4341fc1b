package io.respite.peers;

import io.respite.rigs.Engine;
import io.respite.rigs.Resp;
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
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where our replies may differ from those of a real server, and in which way: the rows of {@code
 * differences.tsv}, each with its reason. A line of names in brackets says which servers the rows
 * below it are about.
 */
final class Differences {
  /** How replies are compared. */
  enum How {
    /** The request is not sent: that server does not know it, or it would do harm there. */
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
    ERROR,
    /** Ours may be an error: later versions look at all arguments first. */
    STRICTER,
    /** Subscribers hear of other events. */
    EVENTS,
    /** Our reply has a field more, the one that the row names instead of a word. */
    WITHOUT
  }

  /**
   * A row.
   *
   * @param command the full name in lower case; a star at its end stands for any rest
   * @param word a word of the request that it is about, or {@code #} and a number of words, or
   *     {@code key:} and what the key is; a hyphen for any request
   */
  record Row(String command, String word, How how, String reason) {
    boolean isAbout(Request request) {
      String name = request.command();
      boolean named =
          command.endsWith("*")
              ? name.startsWith(command.substring(0, command.length() - 1))
              : name.equals(command);
      return named
          && (word.equals("-")
              || how == How.WITHOUT
              || word.equals("#" + request.words().size())
              || (word.startsWith(KEY) && request.hasFirst(word.substring(KEY.length())))
              || request.has(word));
    }
  }

  /** What a row's word begins with that says what the key is. */
  private static final String KEY = "key:";

  /** The version of payloads whose hashes have deadlines inside. */
  private static final int FIELD_DEADLINES = 12;

  private static final double LAST_DECIMAL = 1e-17;

  private static final long TOLERANCE = 20_000;

  private final Engine engine;
  private final List<Row> rows = new ArrayList<>();

  /** The rows about this real server. */
  Differences(Engine engine) {
    this.engine = engine;
    boolean about = false;
    try (InputStream in = Differences.class.getResourceAsStream("differences.tsv");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("[")) {
          about = engines(line).contains(engine);
        } else if (about && !line.isBlank() && !line.startsWith("#")) {
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

  private static Set<Engine> engines(String line) {
    Set<Engine> engines = EnumSet.noneOf(Engine.class);
    for (String name : line.substring(1, line.length() - 1).split(" ", -1)) {
      engines.add(Engine.named(name));
    }
    return engines;
  }

  /** What is sent before a request. */
  List<Request> before(Request request) {
    return engine == Engine.REDIS ? request.before() : List.of();
  }

  /** What is sent before a request where events are compared. */
  List<Request> beforeEvents(Request request) {
    return Stream.concat(before(request).stream(), request.lookAtDestination().stream()).toList();
  }

  /**
   * Whether {@code DEBUG DIGEST} makes the same number of the same data there. Since 7.2 it writes
   * scores shorter, and Redis counts deadlines of fields in.
   */
  boolean digestsAlike() {
    return engine == Engine.REDIS;
  }

  /** Whether that server may refuse a payload of ours: Valkey has no version 12. */
  boolean mayRefuse(String payload) {
    int version = payload.length() - 10;
    return engine == Engine.VALKEY_9 && version > 0 && payload.charAt(version) == FIELD_DEADLINES;
  }

  /** A name that an encoding and its successors have in common. */
  String encoding(String name) {
    if (engine != Engine.REDIS) {
      // Deadlines that no field gets make a compact hash larger there, not here; Valkey has
      // other limits, and no compact form with deadlines at all.
      String hash = name.equals("\"listpackex\"") ? "\"listpack\"" : name;
      return engine == Engine.VALKEY_9 ? "" : hash;
    }
    // Lists and sets have a compact form since 7.2 that the older server does not know.
    return name.equals("\"quicklist\"") || name.equals("\"hashtable\"") ? "\"listpack\"" : name;
  }

  /** What the rows say of a request. */
  Set<How> of(Request request) {
    Set<How> found = EnumSet.noneOf(How.class);
    for (Row row : rows) {
      if (row.isAbout(request)) {
        found.add(row.how);
      }
    }
    return found;
  }

  /** Why a command is never sent; empty when it is. */
  Optional<String> reasonToSkip(String command) {
    return rows.stream()
        .filter(
            row ->
                row.how == How.SKIP
                    && row.word.equals("-")
                    && row.isAbout(new Request(command, List.of(command))))
        .map(Row::reason)
        .findFirst();
  }

  /** Whether two replies to a request are the same, as far as the rows say. */
  boolean same(Request request, Resp ours, Resp theirs) {
    Resp mine = ours;
    for (Row row : rows) {
      if (row.how == How.WITHOUT && row.isAbout(request)) {
        mine = without(mine, row.word);
      }
    }
    return same(of(request), mine, theirs);
  }

  /** A reply without the fields of this name, however deep they lie. */
  private static Resp without(Resp reply, String field) {
    List<Resp> items = new ArrayList<>();
    for (int i = 0; i < reply.items().size(); i++) {
      if (reply.items().get(i).text().equals(field)) {
        i++;
      } else {
        items.add(without(reply.items().get(i), field));
      }
    }
    return new Resp(reply.type(), reply.text(), items);
  }

  /** A number with the fewest decimals; anything else as it is. */
  private static Resp plainNumber(Resp reply) {
    if (reply.type() == '$' && reply.text().matches("-?[0-9]*[.]?[0-9]+(e[-+]?[0-9]+)?")) {
      return new Resp('$', Double.toString(Double.parseDouble(reply.text())), List.of());
    }
    return new Resp(
        reply.type(), reply.text(), reply.items().stream().map(Differences::plainNumber).toList());
  }

  private static boolean same(Set<How> how, Resp ours, Resp theirs) {
    if (how.contains(How.ERROR) && ours.isError() && theirs.isError()) {
      return true;
    }
    if (how.contains(How.STRICTER) && ours.isError()) {
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
      double mine = Double.parseDouble(ours.text());
      double yours = Double.parseDouble(theirs.text());
      // As many decimals say less of a small number than as many digits.
      return mine == yours || Math.abs(mine - yours) < LAST_DECIMAL;
    } catch (NumberFormatException noNumber) {
      return false;
    }
  }

  private static List<Resp> sorted(Set<How> how, List<Resp> items) {
    return items.stream()
        .map(item -> how.contains(How.NUMBER) ? plainNumber(item) : item)
        .sorted(Comparator.comparing(Resp::toString))
        .toList();
  }

  private static boolean sameItems(Set<How> how, List<Resp> ours, List<Resp> theirs) {
    if (ours.size() != theirs.size()) {
      return false;
    }
    List<Resp> mine = ours;
    List<Resp> yours = theirs;
    if (how.contains(How.UNORDERED)) {
      mine = sorted(how, ours);
      yours = sorted(how, theirs);
    }
    for (int i = 0; i < mine.size(); i++) {
      if (!same(how, mine.get(i), yours.get(i))) {
        return false;
      }
    }
    return true;
  }
}
