package io.respite.server.lua.compiler;

import io.respite.server.lua.value.LuaString;
import java.util.HashMap;
import java.util.Map;

/**
 * The kinds of tokens ("2.1 Lexical Conventions"). A token of one character is that character's
 * byte, whether Lua knows it or not; the others are the constants here.
 */
final class TokenKind {
  private static final int FIRST = 257;

  static final int AND = FIRST;
  static final int BREAK = FIRST + 1;
  static final int DO = FIRST + 2;
  static final int ELSE = FIRST + 3;
  static final int ELSEIF = FIRST + 4;
  static final int END = FIRST + 5;
  static final int FALSE = FIRST + 6;
  static final int FOR = FIRST + 7;
  static final int FUNCTION = FIRST + 8;
  static final int IF = FIRST + 9;
  static final int IN = FIRST + 10;
  static final int LOCAL = FIRST + 11;
  static final int NIL = FIRST + 12;
  static final int NOT = FIRST + 13;
  static final int OR = FIRST + 14;
  static final int REPEAT = FIRST + 15;
  static final int RETURN = FIRST + 16;
  static final int THEN = FIRST + 17;
  static final int TRUE = FIRST + 18;
  static final int UNTIL = FIRST + 19;
  static final int WHILE = FIRST + 20;

  static final int CONCAT = FIRST + 21;
  static final int DOTS = FIRST + 22;
  static final int EQUAL = FIRST + 23;
  static final int GREATER_EQUAL = FIRST + 24;
  static final int LESS_EQUAL = FIRST + 25;
  static final int NOT_EQUAL = FIRST + 26;
  static final int NUMBER = FIRST + 27;
  static final int NAME = FIRST + 28;
  static final int STRING = FIRST + 29;
  static final int END_OF_SOURCE = FIRST + 30;

  private static final String[] TEXTS = {
    "and",
    "break",
    "do",
    "else",
    "elseif",
    "end",
    "false",
    "for",
    "function",
    "if",
    "in",
    "local",
    "nil",
    "not",
    "or",
    "repeat",
    "return",
    "then",
    "true",
    "until",
    "while",
    "..",
    "...",
    "==",
    ">=",
    "<=",
    "~=",
    "<number>",
    "<name>",
    "<string>",
    "<eof>"
  };

  private static final Map<LuaString, Integer> KEYWORDS = new HashMap<>();

  static {
    for (int kind = AND; kind <= WHILE; kind++) {
      KEYWORDS.put(LuaString.of(TEXTS[kind - FIRST]), kind);
    }
  }

  private TokenKind() {}

  /** The kind of a word: a keyword's own, or {@link #NAME}. */
  static int ofWord(LuaString word) {
    return KEYWORDS.getOrDefault(word, NAME);
  }

  /** A kind as messages show it. */
  static String text(int kind) {
    if (kind >= FIRST) {
      return TEXTS[kind - FIRST];
    }
    return kind < ' ' || kind == 0x7f ? "char(" + kind + ")" : String.valueOf((char) kind);
  }
}
