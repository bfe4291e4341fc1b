package io.respite.server.lua.extension;

import io.respite.server.lua.value.LightUserdata;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.Meter;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * JSON to values, as lua-cjson 2.1 reads it: a byte of zero is the end of the text, numbers are
 * what {@code strtod} takes, and {@code null} is {@link LightUserdata#NULL}.
 *
 * <pre>
 *   value  = string | number | 'true' | 'false' | 'null' | object | array
 *   object = '{' [ string ':' value { ',' string ':' value } ] '}'
 *   array  = '[' [ value { ',' value } ] ']'
 * </pre>
 *
 * Arrays and objects that are not closed yet wait on a stack in the heap. How many there may be is
 * a setting, but never more than fit on Lua's stack, where an array takes one place and an object
 * two; see {@link JsonEncoder#STACK_SLOTS}.
 */
final class JsonDecoder {
  private enum Token {
    OBJ_BEGIN,
    OBJ_END,
    ARR_BEGIN,
    ARR_END,
    STRING,
    NUMBER,
    BOOLEAN,
    NULL,
    COLON,
    COMMA,
    END,
    ERROR
  }

  private static final byte[] NO_BYTES = {};
  private static final byte ORDINARY = 0;
  private static final byte STOP = 1;
  private static final byte[] IN_STRING = new byte[256];

  /** Bytes of a string that are looked at before the work is told of. */
  private static final int CHUNK = 1 << 15;

  private static final int VALUE_EFFORT = 20;

  /** Keys up to this length are remembered: objects beside each other often have the same. */
  private static final int LONGEST_KNOWN = 32;

  private static final int KNOWN = 128;

  static {
    IN_STRING['"'] = STOP;
    IN_STRING['\\'] = STOP;
    IN_STRING[0] = STOP;
  }

  private final Meter meter;
  private final ReusedBytes scratch;
  private final Effort effort = new Effort();
  private final DecimalScanner numbers = new DecimalScanner();
  private final LuaString[] known = new LuaString[KNOWN];

  private JsonSettings settings = new JsonSettings();
  private byte[] text = NO_BYTES;
  private int end;
  private int at;

  // The token read last.
  private int tokenStart;
  private Object tokenValue;
  private String tokenError = "";

  // The arrays and objects that are open: the innermost last.
  private LuaTable[] tables = new LuaTable[16];

  // Of an array the elements so far, of an object -1.
  private int[] lengths = new int[16];

  // Of an object the key whose value comes next.
  private LuaString[] keys = new LuaString[16];
  private int depth;
  private int slots;

  /** A decoder whose memory counts there. */
  JsonDecoder(Meter meter) {
    this.meter = meter;
    this.scratch = new ReusedBytes(meter);
  }

  /**
   * The value that a text denotes.
   *
   * @param work is told of the work, in units of about a nanosecond
   * @throws Refusal when it denotes none
   */
  Object decode(LuaString json, JsonSettings how, LongConsumer work) {
    settings = how;
    effort.start(work);
    text = json.bytes();
    end = text.length;
    at = 0;
    depth = 0;
    slots = 1;
    if (end >= 2 && (text[0] == 0 || text[1] == 0)) {
      throw new Refusal("JSON parser does not support UTF-16 or UTF-32");
    }
    try {
      return read();
    } finally {
      Arrays.fill(tables, 0, depth, null);
      Arrays.fill(keys, 0, depth, null);
      text = NO_BYTES;
      stringBytes = NO_BYTES;
      tokenValue = null;
      scratch.clear();
    }
  }

  private Object read() {
    Token token = next();
    while (true) {
      Object value;
      effort.add(VALUE_EFFORT);
      switch (token) {
        case STRING -> value = string();
        case NUMBER, BOOLEAN -> value = tokenValue;
        case NULL -> value = LightUserdata.NULL;
        case OBJ_BEGIN -> {
          LuaTable table = descend(3);
          token = next();
          if (token != Token.OBJ_END) {
            push(table, -1);
            key(token);
            token = next();
            continue;
          }
          value = table;
        }
        case ARR_BEGIN -> {
          LuaTable table = descend(2);
          token = next();
          if (token != Token.ARR_END) {
            push(table, 0);
            continue;
          }
          value = table;
        }
        default -> throw unexpected("value", token);
      }
      while (true) {
        if (depth == 0) {
          token = next();
          if (token != Token.END) {
            throw unexpected("the end", token);
          }
          return value;
        }
        int top = depth - 1;
        LuaTable table = tables[top];
        if (lengths[top] >= 0) {
          table.set(++lengths[top], value);
          token = next();
          if (token == Token.COMMA) {
            token = next();
            break;
          } else if (token != Token.ARR_END) {
            throw unexpected("comma or array end", token);
          }
        } else {
          table.set(keys[top], value);
          token = next();
          if (token == Token.COMMA) {
            key(next());
            token = next();
            break;
          } else if (token != Token.OBJ_END) {
            throw unexpected("comma or object end", token);
          }
        }
        slots -= lengths[top] >= 0 ? 1 : 2;
        depth = top;
        tables[top] = null;
        keys[top] = null;
        value = table;
      }
    }
  }

  private LuaTable descend(int needed) {
    if (depth + 1 > settings.decodeMaxDepth || slots + needed > JsonEncoder.STACK_SLOTS) {
      throw new Refusal(
          "Found too many nested data structures (" + (depth + 1) + ") at character " + at);
    }
    return new LuaTable(meter);
  }

  private void push(LuaTable table, int length) {
    if (depth == tables.length) {
      tables = Arrays.copyOf(tables, 2 * depth);
      lengths = Arrays.copyOf(lengths, 2 * depth);
      keys = Arrays.copyOf(keys, 2 * depth);
    }
    tables[depth] = table;
    lengths[depth] = length;
    slots += length >= 0 ? 1 : 2;
    depth++;
  }

  private void key(Token token) {
    if (token != Token.STRING) {
      throw unexpected("object key string", token);
    }
    keys[depth - 1] = knownString();
    Token colon = next();
    if (colon != Token.COLON) {
      throw unexpected("colon", colon);
    }
  }

  private Refusal unexpected(String expected, Token token) {
    String found = token == Token.ERROR ? tokenError : "T_" + token;
    return new Refusal(
        "Expected " + expected + " but found " + found + " at character " + (tokenStart + 1));
  }

  // ---- tokens

  private int byteAt(int i) {
    return i < end ? text[i] & 0xff : 0;
  }

  private Token error(String what, int where) {
    tokenError = what;
    tokenStart = where;
    return Token.ERROR;
  }

  private Token next() {
    int c = byteAt(at);
    while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      effort.add(1);
      c = byteAt(++at);
    }
    tokenStart = at;
    return switch (c) {
      case '"' -> scanString();
      case ',' -> single(Token.COMMA);
      case ':' -> single(Token.COLON);
      case '{' -> single(Token.OBJ_BEGIN);
      case '}' -> single(Token.OBJ_END);
      case '[' -> single(Token.ARR_BEGIN);
      case ']' -> single(Token.ARR_END);
      case 0 -> Token.END;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
          !settings.decodeInvalidNumbers && isInvalidNumber()
              ? error("invalid number", at)
              : scanNumber();
      case 't' -> scanWord("true", Token.BOOLEAN, true);
      case 'f' -> scanWord("false", Token.BOOLEAN, false);
      case 'n', 'N', 'i', 'I', '+' -> {
        if (c == 'n' && isWord("null")) {
          yield scanWord("null", Token.NULL, LightUserdata.NULL);
        }
        yield settings.decodeInvalidNumbers && isInvalidNumber()
            ? scanNumber()
            : error("invalid token", at);
      }
      default -> error("invalid token", at);
    };
  }

  private Token single(Token token) {
    at++;
    return token;
  }

  private boolean isWord(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (byteAt(at + i) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private Token scanWord(String word, Token token, Object value) {
    if (!isWord(word)) {
      return error("invalid token", at);
    }
    at += word.length();
    tokenValue = value;
    return token;
  }

  /** Whether here is a number that strtod takes and JSON does not. */
  private boolean isInvalidNumber() {
    int i = at;
    int c = byteAt(i);
    if (c == '+') {
      return true;
    } else if (c == '-') {
      c = byteAt(++i);
    }
    if (c == '0') {
      int second = byteAt(i + 1);
      return (second | 0x20) == 'x' || (second >= '0' && second <= '9');
    }
    return DecimalScanner.startsWith(text, i, end, "inf")
        || DecimalScanner.startsWith(text, i, end, "nan");
  }

  private Token scanNumber() {
    int after = numbers.scan(text, at, end);
    if (after == at) {
      return error("invalid number", at);
    }
    effort.add(after - at);
    at = after;
    tokenValue = numbers.value();
    return Token.NUMBER;
  }

  // ---- strings

  // Where the string read last lies: in the text, or in the scratch buffer if it had escapes.
  private byte[] stringBytes = NO_BYTES;
  private int stringFrom;
  private int stringLength;

  private LuaString string() {
    meter.allocate(ReusedBytes.STRING_BYTES + stringLength);
    return LuaString.copyOf(stringBytes, stringFrom, stringLength);
  }

  /** The string read last, the same object again if it was a key just before. */
  private LuaString knownString() {
    int length = stringLength;
    if (length < 2 || length > LONGEST_KNOWN) {
      return string();
    }
    byte[] bytes = stringBytes;
    int from = stringFrom;
    int hash =
        bytes[from] * 31 + bytes[from + length - 1] * 7 + bytes[from + length / 2] + length * 3;
    int place = hash & (KNOWN - 1);
    LuaString candidate = known[place];
    if (candidate != null
        && candidate.length() == length
        && Arrays.equals(candidate.bytes(), 0, length, bytes, from, from + length)) {
      return candidate;
    }
    LuaString key = string();
    known[place] = key;
    return key;
  }

  private Token scanString() {
    int from = at + 1;
    int i = ordinary(from);
    if (byteAt(i) == '"') {
      stringBytes = text;
      stringFrom = from;
      stringLength = i - from;
      at = i + 1;
      return Token.STRING;
    }
    return scanEscaped(from, i);
  }

  /** The first place from here on that is not an ordinary byte of a string. */
  private int ordinary(int from) {
    byte[] bytes = text;
    int i = from;
    while (true) {
      int limit = Math.min(end, i + CHUNK);
      int start = i;
      while (i < limit && IN_STRING[bytes[i] & 0xff] == ORDINARY) {
        i++;
      }
      effort.add(i - start);
      if (i < limit || i == end) {
        return i;
      }
    }
  }

  private Token scanEscaped(int from, int firstStop) {
    scratch.clear();
    int run = from;
    int i = firstStop;
    while (true) {
      scratch.put(text, run, i - run);
      int c = byteAt(i);
      if (c == '"') {
        break;
      } else if (c == 0) {
        return error("unexpected end of string", i);
      }
      int escape = byteAt(i + 1);
      if (escape == 'u') {
        int length = putUnicode(i);
        if (length == 0) {
          return error("invalid unicode escape code", i);
        }
        i += length;
      } else {
        int meant = unescape(escape);
        if (meant == 0) {
          return error("invalid escape code", i);
        }
        scratch.put(meant);
        i += 2;
      }
      run = i;
      i = ordinary(i);
    }
    stringBytes = scratch.bytes;
    stringFrom = 0;
    stringLength = scratch.size;
    at = i + 1;
    return Token.STRING;
  }

  private static int unescape(int c) {
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> 0;
    };
  }

  /** Puts the character that is escaped here; answers the length of the escape, 0 if it is bad. */
  private int putUnicode(int i) {
    int code = hex4(i + 2);
    if (code < 0) {
      return 0;
    }
    int length = 6;
    if ((code & 0xF800) == 0xD800) {
      if ((code & 0x400) != 0 || byteAt(i + 6) != '\\' || byteAt(i + 7) != 'u') {
        return 0;
      }
      int low = hex4(i + 8);
      if (low < 0 || (low & 0xFC00) != 0xDC00) {
        return 0;
      }
      code = ((code & 0x3FF) << 10 | (low & 0x3FF)) + 0x10000;
      length = 12;
    }
    putUtf8(code);
    return length;
  }

  private int hex4(int from) {
    int number = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(byteAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      number = number << 4 | digit;
    }
    return number;
  }

  private void putUtf8(int code) {
    if (code < 0x80) {
      scratch.put(code);
    } else if (code < 0x800) {
      scratch.put(0xC0 | code >> 6);
      scratch.put(0x80 | (code & 0x3F));
    } else {
      if (code < 0x10000) {
        scratch.put(0xE0 | code >> 12);
      } else {
        scratch.put(0xF0 | code >> 18);
        scratch.put(0x80 | (code >> 12 & 0x3F));
      }
      scratch.put(0x80 | (code >> 6 & 0x3F));
      scratch.put(0x80 | (code & 0x3F));
    }
  }
}
