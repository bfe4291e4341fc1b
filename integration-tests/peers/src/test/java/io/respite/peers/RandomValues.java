package io.respite.peers;

import io.respite.server.command.Command;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Syntax.Argument;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Values for arguments, by what the grammar calls them: few different ones, so that requests meet,
 * and now and then one that hurts.
 */
final class RandomValues {
  private static final String[] WORDS = {
    "a",
    "b",
    "c",
    "d",
    "e",
    "f",
    "g",
    "1",
    "2",
    "3",
    "-7",
    "12345678901",
    "3.25",
    "",
    "a rather long text that no compact form of the test keeps",
    "\0\u00ff\r\n",
    "aa",
    "ab",
  };

  private static final String[] EXTREMES = {
    "-9223372036854775808",
    "-9223372036854775807",
    "-4611686018427387905",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "abc",
    "",
    "1.5",
    " 1",
    "01",
    "nan",
    "inf",
    "-0",
  };

  private static final String[] DOUBLES = {
    "0",
    "1",
    "-1",
    "2",
    "1.5",
    "3.25",
    "-2.75",
    "1e3",
    "+inf",
    "-inf",
    "100000000000",
    "0.1",
    "1e-5",
    "1234567.891",
  };

  private static final String[] IDS = {
    "0",
    "1",
    "2",
    "3",
    "1-1",
    "1-2",
    "2-1",
    "2-2",
    "3-1",
    "5-0",
    "7-3",
    "9-9",
    "0-0",
    "10",
    "18446744073709551615-18446744073709551615",
  };

  private static final Map<CommandGroup, String> HOMES =
      Map.of(
          CommandGroup.STRING, "s",
          CommandGroup.BITMAP, "s",
          CommandGroup.LIST, "l",
          CommandGroup.SET, "t",
          CommandGroup.SORTED_SET, "z",
          CommandGroup.HASH, "h",
          CommandGroup.STREAM, "x",
          CommandGroup.HYPERLOGLOG, "p",
          CommandGroup.GEO, "g");

  private static final String KINDS = "sltzhxpg";
  private static final int KEYS_OF_A_KIND = 4;

  /** Sorted sets whose members all have the score 0: the only ones with an order of names. */
  private static final char LEXICAL = 'y';

  private final Random random;
  private long streamId;

  RandomValues(Random random) {
    this.random = random;
  }

  private String one(String... of) {
    return of[random.nextInt(of.length)];
  }

  private boolean percent(int chance) {
    return random.nextInt(100) < chance;
  }

  private String small(int least, int most) {
    return Integer.toString(least + random.nextInt(most - least + 1));
  }

  /** A key; mostly one that commands of this group fill. */
  String key(CommandGroup group) {
    String home = HOMES.get(group);
    String kind =
        home != null && percent(88)
            ? home
            : String.valueOf(KINDS.charAt(random.nextInt(KINDS.length())));
    return kind + random.nextInt(KEYS_OF_A_KIND);
  }

  /** All keys that may come into being. */
  static String[] allKeys() {
    String kinds = KINDS + LEXICAL;
    String[] keys = new String[kinds.length() * KEYS_OF_A_KIND];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = kinds.charAt(i / KEYS_OF_A_KIND) + Integer.toString(i % KEYS_OF_A_KIND);
    }
    return keys;
  }

  /**
   * Lets requests that depend on the order of names meet sorted sets that have one; what the real
   * server answers when scores differ is left to the chance of its skip lists.
   */
  void makeLexical(String command, List<String> words) {
    boolean lexical = command.contains("lex") || words.stream().anyMatch("BYLEX"::equalsIgnoreCase);
    boolean mayFill = Set.of("zadd", "zrem", "zrange", "zcard").contains(command) && percent(30);
    int key = command.equals("zrangestore") ? 2 : 1;
    if (words.size() <= key || !(lexical || mayFill)) {
      return;
    }
    if (words.get(key).matches(lexical ? "[a-z][0-9]" : "z[0-9]")) {
      words.set(key, LEXICAL + words.get(key).substring(1));
    }
    if (command.equals("zadd")) {
      zeroScores(words);
    }
  }

  private static void zeroScores(List<String> words) {
    int score = 2;
    while (score < words.size()
        && Set.of("nx", "xx", "gt", "lt", "ch", "incr")
            .contains(words.get(score).toLowerCase(Locale.ROOT))) {
      score++;
    }
    for (; score < words.size(); score += 2) {
      words.set(score, "0");
    }
  }

  /** All that {@link #element} may answer. */
  static List<String> elements() {
    return List.of(WORDS);
  }

  /** A member, field, element or value. */
  String element() {
    return one(WORDS);
  }

  /** A whole number, sometimes none. */
  String number() {
    return percent(6) ? one(EXTREMES) : small(-4, 8);
  }

  /** A value for an argument. */
  String of(Command row, Argument argument) {
    String name = argument.name().toLowerCase(Locale.ROOT);
    String command = row.fullName();
    return switch (argument.type()) {
      case KEY -> key(row.group());
      case PATTERN -> one("*", "?", "a*", "[a-c]", "*1", "s?", "h*", "[^a]*", "\\*", "");
      case DOUBLE -> percent(5) && !name.equals("timeout") ? one(EXTREMES) : number(command, name);
      case UNIX_TIME -> time(name, true);
      case INTEGER -> integer(command, name);
      default -> text(row, command, name);
    };
  }

  private String number(String command, String name) {
    if (name.equals("longitude")) {
      return coordinate(180);
    }
    if (name.equals("latitude")) {
      return coordinate(85);
    }
    if (name.equals("radius") || name.equals("width") || name.equals("height")) {
      return one("0", "1", "100", "200.5", "1000", "20000", "-1");
    }
    return name.equals("timeout") ? timeout(command) : one(DOUBLES);
  }

  /** Hardly ever the same twice: the order of places at the same distance is nobody's business. */
  private String coordinate(int most) {
    return percent(4)
        ? one("0", "200", "-200", "86")
        : String.format(Locale.ROOT, "%.6f", (random.nextDouble() * 2 - 1) * most);
  }

  /** Never one that waits for long: nobody will come. */
  private String timeout(String command) {
    return command.startsWith("wait") ? one("1", "-1", "x") : one("0.01", "0.005", "-1", "x");
  }

  private String time(String name, boolean absolute) {
    if (percent(4)) {
      return one("abc", "", "1.5", "9223372036854775807", "-9223372036854775808");
    }
    boolean millis = name.contains("milli");
    if (absolute) {
      return one("1", millis ? "4102444800000" : "4102444800");
    }
    return one("0", "-1", millis ? "2000000" : "1000", millis ? "70000000" : "50000");
  }

  private String integer(String command, String name) {
    if (name.equals("milliseconds") && command.startsWith("x")) {
      // How long to wait, and nobody will come.
      return one("1", "2", "-1");
    }
    if (name.contains("seconds") || name.equals("ttl")) {
      return time(name, false);
    }
    return switch (name) {
      case "timeout" -> timeout(command);
      case "cursor" -> "0";
      case "count" -> count(command);
      case "offset" -> offset(command);
      case "min-idle-time", "idle", "min-idle" -> one("0", "0", "100000000", "-1");
      case "bit", "value" -> percent(5) ? one(EXTREMES) : small(0, 1);
      case "db", "destination-db" -> one("0", "0", "0", "1", "16", "-1", "x");
      default -> number();
    };
  }

  private String count(String command) {
    if (command.endsWith("scan")) {
      return "1000";
    }
    if (command.equals("spop")) {
      return one("1000", "0", "-1", "1000");
    }
    // The real server does not come back from some of the extremes.
    return command.contains("rand") ? small(-6, 8) : number();
  }

  /** Never one that makes half a gigabyte. */
  private String offset(String command) {
    if (command.startsWith("set") || command.startsWith("bitfield") || command.equals("getbit")) {
      return percent(8)
          ? one("-1", "4294967296", "9223372036854775807", "x", "-9223372036854775808")
          : small(0, 70);
    }
    return number();
  }

  private String text(Command row, String command, String name) {
    if (row.group() == CommandGroup.STREAM) {
      String stream = stream(command, name);
      if (stream != null) {
        return stream;
      }
    }
    return switch (name) {
      case "min", "max" -> bound(command);
      case "start", "stop" -> percent(50) ? bound(command) : number();
      case "encoding" -> one("u8", "i8", "u1", "i5", "u63", "i64", "u64", "i0", "x");
      case "offset" -> percent(40) ? "#" + small(0, 6) : small(0, 40);
      case "value", "increment" -> row.group() == CommandGroup.BITMAP ? number() : element();
      case "score", "weight" -> percent(5) ? one(EXTREMES) : one(DOUBLES);
      default -> element();
    };
  }

  private String stream(String command, String name) {
    return switch (name) {
      case "group" -> one("g1", "g2", "g3");
      case "consumer" -> one("c1", "c2");
      case "id", "lastid", "last-id", "start", "end", "minid", "entries-added", "max-deleted-id" ->
          streamId(command);
      case "threshold" -> percent(50) ? small(0, 12) : one(IDS);
      default -> null;
    };
  }

  private String streamId(String command) {
    if (command.equals("xadd")) {
      streamId += random.nextInt(3);
      return percent(80) ? streamId + "-" + (percent(30) ? "*" : small(1, 9)) : one(IDS);
    }
    return percent(15) ? one("-", "+", "$", ">", "(1-1", "(3", "x") : one(IDS);
  }

  private String bound(String command) {
    boolean lex = command.contains("lex") || (command.startsWith("zrange") && percent(30));
    return lex
        ? one("-", "+", "[a", "(a", "[c", "(d", "[aa", "[", "x")
        : one("-inf", "+inf", "0", "1", "(1", "2", "(3.25", "-1", "100", "(x");
  }
}
