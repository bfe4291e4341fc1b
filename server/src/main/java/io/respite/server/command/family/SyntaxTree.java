package io.respite.server.command.family;

import io.respite.server.command.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A row's syntax as the tree that COMMAND DOCS answers under "arguments".
 *
 * <pre>
 *   sequence := choice ...                 blanks between
 *   choice   := item { "|" item }          blanks around the bar are allowed
 *   item     := "[" sequence "]" | WORD [words] | name     followed by "[name ...]": several times
 * </pre>
 *
 * A word in upper case is a token; a word in lower case is an argument's name. Tokens directly
 * followed by one argument form one node with that argument.
 */
final class SyntaxTree {
  private final String name;
  private final String type;
  private final String token;
  private final boolean optional;
  private final boolean multiple;
  private final List<SyntaxTree> children;

  private SyntaxTree(
      String name,
      String type,
      String token,
      boolean optional,
      boolean multiple,
      List<SyntaxTree> children) {
    this.name = name;
    this.type = type;
    this.token = token;
    this.optional = optional;
    this.multiple = multiple;
    this.children = children;
  }

  /** Reads a syntax. */
  static SyntaxTree parse(String syntax) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (char c : (syntax + " ").toCharArray()) {
      boolean mark = c == '[' || c == ']' || c == '|';
      if (mark || c == ' ') {
        if (!word.isEmpty()) {
          words.add(word.toString());
          word.setLength(0);
        }
        if (mark) {
          words.add(String.valueOf(c));
        }
      } else {
        word.append(c);
      }
    }
    return new SyntaxTree("", "block", "", false, false, new Reader(words).sequence());
  }

  /** Writes the children as an array of maps. */
  void write(Reply reply) {
    reply.array(children.size());
    children.forEach(child -> child.writeNode(reply));
  }

  private void writeNode(Reply reply) {
    int flags = (optional ? 1 : 0) + (multiple ? 1 : 0);
    boolean leaf = children.isEmpty();
    reply.map(2 + (token.isEmpty() ? 0 : 1) + (flags > 0 ? 1 : 0) + (leaf ? 0 : 1));
    reply.bulk("name");
    reply.bulk(name);
    reply.bulk("type");
    reply.bulk(type);
    if (!token.isEmpty()) {
      reply.bulk("token");
      reply.bulk(token);
    }
    if (flags > 0) {
      reply.bulk("flags");
      reply.array(flags);
      if (optional) {
        reply.simple("optional");
      }
      if (multiple) {
        reply.simple("multiple");
      }
    }
    if (!leaf) {
      reply.bulk("arguments");
      write(reply);
    }
  }

  private SyntaxTree with(boolean isOptional, boolean isMultiple) {
    return new SyntaxTree(
        name, type, token, optional || isOptional, multiple || isMultiple, children);
  }

  private static SyntaxTree group(String type, List<SyntaxTree> members) {
    return members.size() == 1
        ? members.get(0)
        : new SyntaxTree(members.get(0).name, type, "", false, false, members);
  }

  /** Goes over the words once, from left to right. */
  private static final class Reader {
    private final List<String> words;
    private int at;

    Reader(List<String> words) {
      this.words = words;
    }

    private boolean sees(String word) {
      return at < words.size() && words.get(at).equals(word);
    }

    private boolean more() {
      return at < words.size() && !sees("]");
    }

    List<SyntaxTree> sequence() {
      List<SyntaxTree> nodes = new ArrayList<>();
      while (more()) {
        SyntaxTree node = choice();
        if (node.type.equals("ellipsis")) {
          continue;
        }
        nodes.add(repeated() ? node.with(false, true) : node);
      }
      return nodes;
    }

    /** Skips {@code [... ...]}, which says that what stands before it may come several times. */
    private boolean repeated() {
      if (!sees("[")) {
        return false;
      }
      int depth = 0;
      for (int i = at; i < words.size(); i++) {
        depth += words.get(i).equals("[") ? 1 : words.get(i).equals("]") ? -1 : 0;
        if (depth == 0) {
          boolean dots = words.get(i - 1).equals("...");
          at = dots ? i + 1 : at;
          return dots;
        }
      }
      return false;
    }

    private SyntaxTree choice() {
      List<SyntaxTree> alternatives = new ArrayList<>();
      alternatives.add(item());
      while (sees("|")) {
        at++;
        alternatives.add(item());
      }
      return group("oneof", alternatives);
    }

    private SyntaxTree item() {
      String word = words.get(at++);
      if (word.equals("[")) {
        List<SyntaxTree> inner = sequence();
        at++;
        return group("block", inner).with(true, false);
      }
      if (word.equals("...")) {
        return new SyntaxTree("", "ellipsis", "", false, false, List.of());
      }
      if (!word.equals(word.toUpperCase(Locale.ROOT))) {
        return new SyntaxTree(word, typeOf(word), "", false, false, List.of());
      }
      boolean argumentFollows =
          more()
              && !sees("[")
              && !sees("|")
              && !words.get(at).equals(words.get(at).toUpperCase(Locale.ROOT));
      if (argumentFollows) {
        String argument = words.get(at++);
        return new SyntaxTree(argument, typeOf(argument), word, false, false, List.of());
      }
      return new SyntaxTree(
          word.toLowerCase(Locale.ROOT), "pure-token", word, false, false, List.of());
    }

    private static String typeOf(String name) {
      return switch (name) {
        case "key", "newkey", "source", "destination", "numkeys-key" -> "key";
        case "pattern" -> "pattern";
        case "count",
            "cursor",
            "seconds",
            "milliseconds",
            "index",
            "index1",
            "index2",
            "db",
            "offset",
            "start",
            "end",
            "numfields",
            "numkeys",
            "timeout",
            "id",
            "client-id",
            "bit" ->
            "integer";
        case "unix-time-seconds", "unix-time-milliseconds" -> "unix-time";
        case "increment-float" -> "double";
        default -> "string";
      };
    }
  }
}
