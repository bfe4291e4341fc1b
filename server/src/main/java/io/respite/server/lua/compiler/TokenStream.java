package io.respite.server.lua.compiler;

import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaString;
import java.util.function.LongConsumer;

/**
 * The tokens of a source, with one to look ahead, and what the parsers expect of them.
 *
 * <p>Messages name the line of the token that was read last, a token looked ahead included.
 */
final class TokenStream {
  /** Tokens between two reports, and what reading and compiling one takes in nanoseconds. */
  private static final int TOKENS_AT_A_STRETCH = 256;

  private static final long NANOS_PER_TOKEN = 400;

  private final Lexer lexer;
  private final LongConsumer worked;
  private int countdown = TOKENS_AT_A_STRETCH;

  private int kind;
  private LuaString string;
  private double number;
  private int lastLine = 1;

  private boolean ahead;
  private int aheadKind;
  private LuaString aheadString;
  private double aheadNumber;

  /**
   * Starts before the first token: {@link #next} goes there.
   *
   * @param worked is told now and then how much work has been done, in nanoseconds or so
   */
  TokenStream(Lexer lexer, LongConsumer worked) {
    this.lexer = lexer;
    this.worked = worked;
    this.kind = TokenKind.END_OF_SOURCE;
  }

  /** The token's {@linkplain TokenKind kind}. */
  int kind() {
    return kind;
  }

  /** The string or name that the token is. */
  LuaString string() {
    return string;
  }

  /** The number that the token is. */
  double number() {
    return number;
  }

  /** The line of the token, or of the one looked ahead. */
  int line() {
    return lexer.line();
  }

  /** The line of the token before: where what has just been parsed ended. */
  int lastLine() {
    return lastLine;
  }

  /** The one string of this source that equals a given one. */
  LuaString share(LuaString text) {
    return lexer.share(text);
  }

  /** Goes to the next token. */
  void next() {
    lastLine = lexer.line();
    if (--countdown == 0) {
      countdown = TOKENS_AT_A_STRETCH;
      worked.accept(TOKENS_AT_A_STRETCH * NANOS_PER_TOKEN);
    }
    if (ahead) {
      ahead = false;
      kind = aheadKind;
      string = aheadString;
      number = aheadNumber;
      return;
    }
    kind = lexer.scan();
    string = lexer.string();
    number = lexer.number();
  }

  /** The kind of the token behind this one. */
  int peek() {
    if (!ahead) {
      aheadKind = lexer.scan();
      aheadString = lexer.string();
      aheadNumber = lexer.number();
      ahead = true;
    }
    return aheadKind;
  }

  /** Passes a token if it is there. */
  boolean accept(int wanted) {
    if (kind != wanted) {
      return false;
    }
    next();
    return true;
  }

  /** Passes a token that must be there. */
  void expect(int wanted) {
    if (!accept(wanted)) {
      throw expected(wanted);
    }
  }

  /** Passes a token that must be there, to close what was opened at a line. */
  void expectClosing(int wanted, int opening, int openingLine) {
    if (accept(wanted)) {
      return;
    }
    if (openingLine == line()) {
      throw expected(wanted);
    }
    throw syntaxError(
        String.format(
            "'%s' expected (to close '%s' at line %d)",
            TokenKind.text(wanted), TokenKind.text(opening), openingLine));
  }

  /** Passes a name that must be there. */
  LuaString expectName() {
    LuaString name = string;
    expect(TokenKind.NAME);
    return name;
  }

  private LuaError expected(int wanted) {
    return syntaxError("'" + TokenKind.text(wanted) + "' expected");
  }

  /** An error near this token. */
  LuaError syntaxError(String message) {
    return lexer.errorNear(message, kind);
  }

  /** An error at this line: a limit was exceeded. */
  LuaError error(String message) {
    return lexer.error(message);
  }
}
