package io.respite.server.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Reads the grammar of a row's arguments into the tree that COMMAND DOCS shows ("COMMAND DOCS",
 * redis.io/docs).
 *
 * <pre>
 *   sequence = item ...
 *   item     = name                 an argument, in lower case; its type follows from its name
 *            | name:type            an argument whose name says something else
 *            | WORD                 a literal word; with the plain names after it one argument
 *            | name='sign'          a literal that is no word, alone
 *            | [ choices ]          may be left out
 *            | &lt; choices &gt;          only groups
 *            | [ names ... ]        with three dots: the names before may be given again
 *   choices  = sequence | sequence ...
 * </pre>
 *
 * <p>Worked example, {@code key [NX | XX] [EX seconds] FIELDS numfields field [field ...]}:
 *
 * <pre>
 *   key        key
 *   condition  oneof, optional: nx (pure-token NX), xx (pure-token XX)
 *   seconds    integer, token EX, optional
 *   fields     block, token FIELDS: numfields (integer), field (string, multiple)
 * </pre>
 */
public final class Syntax {
  private static final Set<String> KEYS = Set.of("key", "newkey", "source", "destination");
  private static final Set<String> INTEGERS =
      Set.of(
          "seconds",
          "milliseconds",
          "count",
          "numfields",
          "numkeys",
          "cursor",
          "offset",
          "start",
          "end",
          "stop",
          "increment",
          "decrement",
          "db",
          "destination-db",
          "timeout",
          "index",
          "len",
          "numreplicas",
          "numlocal");

  private static final char QUOTE = '\'';

  private final String[] words;
  private int at;

  private Syntax(String grammar) {
    words = split(grammar).toArray(String[]::new);
  }

  /** Words, of which brackets, bars and dots are some: they may touch those beside them. */
  private static List<String> split(String grammar) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < grammar.length(); i++) {
      char c = grammar.charAt(i);
      quoted ^= c == QUOTE;
      boolean dots = !quoted && grammar.startsWith("...", i);
      if (quoted || (" []<>|".indexOf(c) < 0 && !dots)) {
        word.append(c);
        continue;
      }
      if (!word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
      if (dots) {
        words.add("...");
        i += 2;
      } else if (c != ' ') {
        words.add(String.valueOf(c));
      }
    }
    if (quoted) {
      throw new IllegalArgumentException("a quote has no end in: " + grammar);
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  /** What an argument is, by the names that clients see. */
  public enum Type {
    STRING,
    INTEGER,
    DOUBLE,
    KEY,
    PATTERN,
    UNIX_TIME,
    PURE_TOKEN,
    ONEOF,
    BLOCK;

    /** The name that clients see. */
    public String typeName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * One argument, or a group of them.
   *
   * @param name in lower case
   * @param type what it is
   * @param token the literal word before it; empty for none
   * @param optional whether it may be left out
   * @param multiple whether it may be given several times
   * @param multipleToken whether the token is then repeated too
   * @param children the members of a choice or a block; else empty
   */
  public record Argument(
      String name,
      Type type,
      String token,
      boolean optional,
      boolean multiple,
      boolean multipleToken,
      List<Argument> children) {

    private Argument with(boolean isOptional, boolean isMultiple, boolean repeatsToken) {
      return new Argument(name, type, token, isOptional, isMultiple, repeatsToken, children);
    }

    private Argument after(String word) {
      return new Argument(name, type, word, optional, multiple, multipleToken, children);
    }
  }

  /**
   * The tree of a grammar.
   *
   * @throws IllegalArgumentException when it is malformed; the message tells where
   */
  public static List<Argument> parse(String grammar) {
    Syntax syntax = new Syntax(grammar);
    List<Argument> arguments = syntax.sequence();
    if (syntax.at < syntax.words.length) {
      throw new IllegalArgumentException(
          "'" + syntax.words[syntax.at] + "' has no beginning in: " + grammar);
    }
    return arguments;
  }

  private boolean atEnd() {
    return at == words.length || Set.of("]", ">", "|", "...").contains(words[at]);
  }

  private static boolean isToken(String word) {
    return Character.isUpperCase(word.charAt(0));
  }

  private List<Argument> sequence() {
    List<Argument> result = new ArrayList<>();
    while (!atEnd()) {
      String word = words[at];
      if (word.equals("[") || word.equals("<")) {
        at++;
        group(word.equals("[") ? "]" : ">", result);
      } else if (isToken(word)) {
        at++;
        result.add(afterToken(word));
      } else {
        at++;
        result.add(plain(word));
      }
    }
    return result;
  }

  /** A literal word with the plain names that follow: one argument, a block, or the word alone. */
  private Argument afterToken(String token) {
    List<Argument> names = new ArrayList<>();
    while (!atEnd() && !words[at].equals("<") && !isToken(words[at])) {
      if (words[at].equals("[")) {
        if (names.isEmpty() || !repeats(token)) {
          break;
        }
        at++;
        group("]", names);
      } else {
        names.add(plain(words[at++]));
      }
    }
    if (names.isEmpty()) {
      return new Argument(lower(token), Type.PURE_TOKEN, token, false, false, false, List.of());
    }
    return names.size() == 1 ? names.get(0).after(token) : block(lower(token), names).after(token);
  }

  /** Whether the bracket here says that names before it may be given again, without the token. */
  private boolean repeats(String token) {
    int end = at;
    while (end < words.length && !words[end].equals("]")) {
      end++;
    }
    return end < words.length && words[end - 1].equals("...") && !words[at + 1].equals(token);
  }

  private void group(String close, List<Argument> before) {
    int start = at;
    List<List<Argument>> choices = new ArrayList<>();
    choices.add(sequence());
    while (at < words.length && words[at].equals("|")) {
      at++;
      choices.add(sequence());
    }
    boolean again = at < words.length && words[at].equals("...");
    if (again) {
      at++;
    }
    if (at == words.length || !words[at].equals(close)) {
      throw new IllegalArgumentException(
          "'" + close + "' is missing in: " + String.join(" ", words));
    }
    at++;
    boolean optional = close.equals("]");
    if (again) {
      repeat(before, choices.get(0), start);
    } else if (choices.size() > 1) {
      List<Argument> members = new ArrayList<>();
      choices.forEach(choice -> members.add(single(choice)));
      before.add(
          new Argument(
              choiceName(members), Type.ONEOF, "", optional, false, false, List.copyOf(members)));
    } else {
      Argument only = single(choices.get(0));
      before.add(only.with(optional, only.multiple, only.multipleToken));
    }
  }

  /** Marks the names before a bracket with three dots as those that may be given again. */
  private void repeat(List<Argument> before, List<Argument> again, int start) {
    boolean tokenToo = isToken(words[start]);
    int count = again.size();
    if (before.size() < count) {
      throw new IllegalArgumentException(
          "nothing to repeat at '" + words[start] + "' in: " + String.join(" ", words));
    }
    List<Argument> repeated = before.subList(before.size() - count, before.size());
    Argument merged = count == 1 ? repeated.get(0) : block("data", new ArrayList<>(repeated));
    repeated.clear();
    before.add(merged.with(merged.optional, true, tokenToo));
  }

  private static Argument single(List<Argument> sequence) {
    return sequence.size() == 1 ? sequence.get(0) : block("options", sequence);
  }

  private static Argument block(String name, List<Argument> members) {
    return new Argument(name, Type.BLOCK, "", false, false, false, List.copyOf(members));
  }

  private static String choiceName(List<Argument> members) {
    if (members.stream().anyMatch(member -> member.name.contains("seconds"))) {
      return "expiration";
    }
    return "condition";
  }

  private static Argument plain(String word) {
    int quote = word.indexOf("='");
    if (quote > 0) {
      String sign = word.substring(quote + 2, word.length() - 1);
      String name = word.substring(0, quote);
      return new Argument(name, Type.PURE_TOKEN, sign, false, false, false, List.of());
    }
    int colon = word.indexOf(':');
    String name = colon < 0 ? word : word.substring(0, colon);
    Type type =
        colon < 0
            ? typeOf(name)
            : Type.valueOf(word.substring(colon + 1).toUpperCase(Locale.ROOT).replace('-', '_'));
    return new Argument(name, type, "", false, false, false, List.of());
  }

  private static Type typeOf(String name) {
    if (KEYS.contains(name)) {
      return Type.KEY;
    }
    if (INTEGERS.contains(name)) {
      return Type.INTEGER;
    }
    if (name.startsWith("unix-time")) {
      return Type.UNIX_TIME;
    }
    return name.equals("pattern") ? Type.PATTERN : Type.STRING;
  }

  private static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }
}
