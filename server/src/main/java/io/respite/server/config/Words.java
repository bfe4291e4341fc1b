package io.respite.server.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The quoting grammar that a line of {@code redis.conf} and an inline command share.
 *
 * <p>Words are separated by white space. A word or a part of it may stand in double quotes, where
 * {@code \n \r \t \b \a \xHH} and a backslash before any other character are understood, or in
 * single quotes, where only {@code \'} is. A closing quote must be followed by white space or the
 * end.
 */
public final class Words {
  private static final String HEX_DIGITS = "0123456789abcdef";

  private Words() {}

  /**
   * Splits a line of one byte per char.
   *
   * @return the words, possibly none; empty when quotes are unbalanced or a closing quote touches
   *     the next word
   */
  public static Optional<List<String>> split(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int at = 0;
    while (true) {
      while (at < line.length() && isSpace(line.charAt(at))) {
        at++;
      }
      if (at >= line.length()) {
        return Optional.of(words);
      }
      word.setLength(0);
      at = readWord(line, at, word);
      if (at < 0) {
        return Optional.empty();
      }
      words.add(word.toString());
    }
  }

  /** Appends the word that begins at {@code at}; returns where it ended, or -1 for bad quotes. */
  private static int readWord(String line, int at, StringBuilder word) {
    while (at < line.length()) {
      char c = line.charAt(at);
      switch (c) {
        case ' ', '\n', '\r', '\t', '\0' -> {
          return at + 1;
        }
        case '"' -> {
          return readDoubleQuoted(line, at + 1, word);
        }
        case '\'' -> {
          return readSingleQuoted(line, at + 1, word);
        }
        default -> word.append(c);
      }
      at++;
    }
    return at;
  }

  private static int readDoubleQuoted(String line, int at, StringBuilder word) {
    int end = line.length();
    while (at < end) {
      char c = line.charAt(at);
      if (c == '"') {
        return afterQuote(line, at + 1);
      }
      if (c == '\\' && at + 1 < end) {
        int high = at + 3 < end ? Character.digit(line.charAt(at + 2), 16) : -1;
        int low = at + 3 < end ? Character.digit(line.charAt(at + 3), 16) : -1;
        if (line.charAt(at + 1) == 'x' && high >= 0 && low >= 0) {
          word.append((char) ((high << 4) | low));
          at += 4;
        } else {
          word.append(unescaped(line.charAt(at + 1)));
          at += 2;
        }
      } else {
        word.append(c);
        at++;
      }
    }
    return -1;
  }

  private static char unescaped(char letter) {
    return switch (letter) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'a' -> '\007';
      default -> letter;
    };
  }

  private static int readSingleQuoted(String line, int at, StringBuilder word) {
    while (at < line.length()) {
      char c = line.charAt(at);
      if (c == '\'') {
        return afterQuote(line, at + 1);
      }
      if (c == '\\' && at + 1 < line.length() && line.charAt(at + 1) == '\'') {
        word.append('\'');
        at += 2;
      } else {
        word.append(c);
        at++;
      }
    }
    return -1;
  }

  private static int afterQuote(String line, int at) {
    return at >= line.length() || isSpace(line.charAt(at)) ? at : -1;
  }

  /** White space as C's {@code isspace} sees it. */
  public static boolean isSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /** The text in double quotes, with everything escaped that is not printable ASCII. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\', '"' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case '\007' -> quoted.append("\\a");
        case '\b' -> quoted.append("\\b");
        default -> {
          if (c >= ' ' && c <= '~') {
            quoted.append(c);
          } else {
            quoted
                .append("\\x")
                .append(HEX_DIGITS.charAt((c >> 4) & 15))
                .append(HEX_DIGITS.charAt(c & 15));
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /** Without the blanks, tabs and line ends at both sides. */
  static String trim(String line) {
    int from = 0;
    int to = line.length();
    while (from < to && " \t\r\n".indexOf(line.charAt(from)) >= 0) {
      from++;
    }
    while (to > from && " \t\r\n".indexOf(line.charAt(to - 1)) >= 0) {
      to--;
    }
    return line.substring(from, to);
  }

  /** Lower case for A to Z; other bytes stay what they are. */
  static String lower(String name) {
    StringBuilder lower = new StringBuilder(name);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        lower.setCharAt(i, (char) (c + 32));
      }
    }
    return lower.toString();
  }

  /** Characters to the bytes of their UTF-8 form, one byte per char. */
  public static String fromUnicode(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** Bytes, one per char, to the characters whose UTF-8 form they are. */
  public static String toUnicode(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
