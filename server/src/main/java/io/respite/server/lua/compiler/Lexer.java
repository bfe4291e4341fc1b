package io.respite.server.lua.compiler;

import io.respite.server.lua.code.ChunkName;
import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.NumberText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Cuts the bytes of a source into tokens ("2.1 Lexical Conventions"). Letters and digits are those
 * of ASCII; any byte may stand in a string.
 *
 * <p>The text of the last name, number or string is kept as messages show it: a stretch of the
 * source, or, once an escape or a line end was translated, a buffer. The buffer never outgrows the
 * source.
 */
final class Lexer {
  private static final int END = -1;
  private static final int MAX_LINES = Integer.MAX_VALUE - 2;

  /** What {@link #skipSeparator} answers when there is no second bracket, and no {@code =}. */
  private static final int SINGLE_BRACKET = -1;

  /** A string of this source, with the kind of token it is when it stands as a word. */
  private record Word(LuaString string, int kind) {}

  private final byte[] source;
  private final String chunkName;
  private final Map<LuaString, Word> words = new HashMap<>();

  private int position;
  private int line = 1;

  private LuaString string;
  private double number;

  private int textStart;
  private int textEnd;
  private byte[] buffer;
  private int buffered;

  Lexer(byte[] source, String chunkName) {
    this.source = source;
    this.chunkName = chunkName;
  }

  /** The line that was reached, from 1. */
  int line() {
    return line;
  }

  /** The string or name that the last such token is; equal ones are the same object. */
  LuaString string() {
    return string;
  }

  /** The number that the last such token is. */
  double number() {
    return number;
  }

  /** The one string of this source that equals a given one. */
  LuaString share(LuaString text) {
    return word(text).string;
  }

  /** An error at the line that was reached. */
  LuaError error(String message) {
    return new LuaError(ChunkName.shorten(chunkName) + ":" + line + ": " + message);
  }

  /** An error at the line that was reached, near a token of this kind, unless that is a NUL. */
  LuaError errorNear(String message, int kind) {
    if (kind == 0) {
      return error(message);
    }
    boolean hasText =
        kind == TokenKind.NAME || kind == TokenKind.STRING || kind == TokenKind.NUMBER;
    return error(message + " near '" + (hasText ? shownText() : TokenKind.text(kind)) + "'");
  }

  /** The last token's text, which a NUL ends. */
  private String shownText() {
    byte[] bytes = buffer == null ? source : buffer;
    int start = buffer == null ? textStart : 0;
    int limit = buffer == null ? textEnd : buffered;
    int end = start;
    while (end < limit && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  /** Reads a token and answers its kind. */
  int scan() {
    while (true) {
      int c = current();
      switch (c) {
        case '\n', '\r' -> newLine();
        case ' ', '\t', 0x0b, '\f' -> position++;
        case '-' -> {
          position++;
          if (current() != '-') {
            return '-';
          }
          position++;
          comment();
        }
        case '[' -> {
          return bracket();
        }
        case '=' -> {
          return orEqual('=', TokenKind.EQUAL);
        }
        case '<' -> {
          return orEqual('<', TokenKind.LESS_EQUAL);
        }
        case '>' -> {
          return orEqual('>', TokenKind.GREATER_EQUAL);
        }
        case '~' -> {
          return orEqual('~', TokenKind.NOT_EQUAL);
        }
        case '"', '\'' -> {
          return quoted(c);
        }
        case '.' -> {
          return dots();
        }
        case END -> {
          return TokenKind.END_OF_SOURCE;
        }
        default -> {
          if (isDigit(c)) {
            return numeral(position);
          } else if (isWord(c)) {
            return name();
          }
          position++;
          return c;
        }
      }
    }
  }

  private int current() {
    return position < source.length ? source[position] & 0xff : END;
  }

  /** Passes a line end: LF, CR, CR LF or LF CR. */
  private void newLine() {
    int first = current();
    position++;
    int second = current();
    if ((second == '\n' || second == '\r') && second != first) {
      position++;
    }
    if (line >= MAX_LINES) {
      throw error("chunk has too many lines");
    }
    line++;
  }

  private int orEqual(int single, int withEqual) {
    position++;
    if (current() != '=') {
      return single;
    }
    position++;
    return withEqual;
  }

  private int dots() {
    int start = position;
    position++;
    if (isDigit(current())) {
      return numeral(start);
    } else if (current() != '.') {
      return '.';
    }
    position++;
    if (current() != '.') {
      return TokenKind.CONCAT;
    }
    position++;
    return TokenKind.DOTS;
  }

  private int name() {
    int start = position;
    do {
      position++;
    } while (isWord(current()));
    text(start);
    Word word = word(LuaString.copyOf(source, start, position - start));
    string = word.string;
    return word.kind;
  }

  private Word word(LuaString text) {
    Word word = words.get(text);
    if (word == null) {
      word = new Word(text.known(), TokenKind.ofWord(text));
      words.put(word.string, word);
    }
    return word;
  }

  /** Takes everything that looks like a number, and then asks whether it is one. */
  private int numeral(int start) {
    while (isDigit(current()) || current() == '.') {
      position++;
    }
    if (current() == 'e' || current() == 'E') {
      position++;
      if (current() == '+' || current() == '-') {
        position++;
      }
    }
    while (isWord(current())) {
      position++;
    }
    text(start);
    Double value = NumberText.parse(LuaString.copyOf(source, start, position - start));
    if (value == null) {
      throw errorNear("malformed number", TokenKind.NUMBER);
    }
    number = value;
    return TokenKind.NUMBER;
  }

  private void comment() {
    if (current() == '[') {
      int level = skipSeparator();
      if (level >= 0) {
        position++;
        longText(level, false);
        return;
      }
    }
    int c = current();
    while (c != '\n' && c != '\r' && c != END) {
      position++;
      c = current();
    }
  }

  private int bracket() {
    int start = position;
    int level = skipSeparator();
    if (level >= 0) {
      position++;
      longText(level, true);
      return TokenKind.STRING;
    } else if (level == SINGLE_BRACKET) {
      return '[';
    }
    text(start);
    throw errorNear("invalid long string delimiter", TokenKind.STRING);
  }

  /**
   * Passes a bracket and the {@code =} behind it.
   *
   * @return their number if the same bracket follows; else -1 - their number
   */
  private int skipSeparator() {
    int bracket = current();
    position++;
    int count = 0;
    while (current() == '=') {
      position++;
      count++;
    }
    return current() == bracket ? count : -count - 1;
  }

  /** Reads a long string or comment of a level, behind its opening brackets. */
  private void longText(int level, boolean isString) {
    if (current() == '\n' || current() == '\r') {
      newLine();
    }
    startBuffer();
    int copied = position;
    while (true) {
      int c = current();
      if (c == END) {
        String what = isString ? "unfinished long string" : "unfinished long comment";
        throw errorNear(what, TokenKind.END_OF_SOURCE);
      } else if (c == '\n' || c == '\r') {
        if (isString) {
          append(copied, position);
          append('\n');
        }
        newLine();
        copied = position;
      } else if (c == '[') {
        if (skipSeparator() == level) {
          position++;
          if (level == 0) {
            throw errorNear("nesting of [[...]] is deprecated", '[');
          }
        }
      } else if (c == ']') {
        int closing = position;
        if (skipSeparator() == level) {
          position++;
          if (isString) {
            append(copied, closing);
            finishLongString(level);
          }
          return;
        }
      } else {
        position++;
      }
    }
  }

  /** Messages show a long string with its brackets. */
  private void finishLongString(int level) {
    string = share(LuaString.copyOf(buffer, 0, buffered));
    String equals = "=".repeat(level);
    byte[] opening = ("[" + equals + "[").getBytes(StandardCharsets.ISO_8859_1);
    byte[] closing = ("]" + equals + "]").getBytes(StandardCharsets.ISO_8859_1);
    byte[] content = string.bytes();
    buffer = Arrays.copyOf(opening, opening.length + content.length + closing.length);
    System.arraycopy(content, 0, buffer, opening.length, content.length);
    System.arraycopy(closing, 0, buffer, opening.length + content.length, closing.length);
    buffered = buffer.length;
  }

  private int quoted(int delimiter) {
    int start = position;
    position++;
    text(start);
    int copied = start;
    while (true) {
      int c = current();
      if (c == delimiter) {
        break;
      } else if (c == END) {
        throw errorNear("unfinished string", TokenKind.END_OF_SOURCE);
      } else if (c == '\n' || c == '\r') {
        shown(start, copied);
        throw errorNear("unfinished string", TokenKind.STRING);
      } else if (c == '\\') {
        if (buffer == null) {
          startBuffer();
        }
        append(copied, position);
        position++;
        escape();
        copied = position;
      } else {
        position++;
      }
    }
    position++;
    shown(start, copied);
    string =
        share(
            buffer == null
                ? LuaString.copyOf(source, start + 1, position - start - 2)
                : LuaString.copyOf(buffer, 1, buffered - 2));
    return TokenKind.STRING;
  }

  /** Lets the text of a quoted string reach up to here. */
  private void shown(int start, int copied) {
    if (buffer == null) {
      text(start);
    } else {
      append(copied, position);
    }
  }

  /** Translates an escape, behind its backslash. */
  private void escape() {
    int c = current();
    switch (c) {
      case 'a' -> escaped(7);
      case 'b' -> escaped('\b');
      case 'f' -> escaped('\f');
      case 'n' -> escaped('\n');
      case 'r' -> escaped('\r');
      case 't' -> escaped('\t');
      case 'v' -> escaped(11);
      case '\n', '\r' -> {
        append('\n');
        newLine();
      }
      case END -> {
        // The string is not finished: the caller comes upon the end, too.
      }
      default -> {
        if (isDigit(c)) {
          decimalEscape();
        } else {
          escaped(c);
        }
      }
    }
  }

  private void escaped(int value) {
    append(value);
    position++;
  }

  private void decimalEscape() {
    int value = 0;
    for (int i = 0; i < 3 && isDigit(current()); i++) {
      value = 10 * value + current() - '0';
      position++;
    }
    if (value > 255) {
      throw errorNear("escape sequence too large", TokenKind.STRING);
    }
    append(value);
  }

  /** The text of a token: from here to where the reading has come. */
  private void text(int start) {
    textStart = start;
    textEnd = position;
    buffer = null;
  }

  private void startBuffer() {
    buffer = new byte[64];
    buffered = 0;
  }

  private void append(int value) {
    reserve(1);
    buffer[buffered++] = (byte) value;
  }

  private void append(int from, int to) {
    reserve(to - from);
    System.arraycopy(source, from, buffer, buffered, to - from);
    buffered += to - from;
  }

  private void reserve(int more) {
    int needed = buffered + more;
    if (needed > buffer.length) {
      // Whatever is appended has at least as many bytes in the source.
      int doubled = (int) Math.min(source.length, 2L * buffer.length);
      buffer = Arrays.copyOf(buffer, Math.max(needed, doubled));
    }
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** Whether it may stand in a name. */
  private static boolean isWord(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || isDigit(c);
  }
}
