package io.respite.server.script;

import io.respite.server.command.Reply;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.Meter;
import java.nio.charset.StandardCharsets;

/**
 * Makes Lua values of replies ("RESP to Lua type conversion", redis.io/docs):
 *
 * <pre>
 *   bulk string  string        nil of RESP2  false          boolean   boolean
 *   integer      number        nil of RESP3  nil            double    {double=number}
 *   array        table         status        {ok=string}    map, set  {map=table}, {set=table}
 *   error        {err=string, ignore_error_stats_update=true}
 *   big number   {big_number=string}         verbatim       {verbatim_string={format=, string=}}
 * </pre>
 *
 * It reads only what this server has written, so it takes the form for granted; how deep replies
 * nest is up to the commands, which is a few levels.
 */
final class ReplyReader {
  private static final LuaString OK = LuaString.name("ok");
  private static final LuaString ERR = LuaString.name("err");
  private static final LuaString COUNTED = LuaString.name("ignore_error_stats_update");
  private static final LuaString DOUBLE = LuaString.name("double");
  private static final LuaString MAP = LuaString.name("map");
  private static final LuaString SET = LuaString.name("set");
  private static final LuaString BIG_NUMBER = LuaString.name("big_number");
  private static final LuaString VERBATIM = LuaString.name("verbatim_string");
  private static final LuaString FORMAT = LuaString.name("format");
  private static final LuaString STRING = LuaString.name("string");
  private static final LuaString OK_TEXT = LuaString.name("OK");
  private static final int FORMAT_LENGTH = 3;

  private final Meter meter;
  private byte[] buffer = {};
  private int at;

  ReplyReader(Meter meter) {
    this.meter = meter;
  }

  /** The value of the reply that begins at {@code start}; null for nil. */
  Object read(Reply reply, int start) {
    buffer = reply.buffer();
    at = start;
    return value();
  }

  private Object value() {
    byte type = buffer[at++];
    switch (type) {
      case '$' -> {
        return bulk();
      }
      case ':' -> {
        return (double) integer();
      }
      case '+' -> {
        return tagged(OK, line());
      }
      case '-' -> {
        LuaTable error = tagged(ERR, line());
        error.set(COUNTED, true);
        return error;
      }
      case '*' -> {
        return array();
      }
      case '_' -> {
        line();
        return null;
      }
      case '#' -> {
        return line().at(0) == 't';
      }
      case ',' -> {
        return tagged(DOUBLE, Double.valueOf(number(line().toString())));
      }
      case '(' -> {
        return tagged(BIG_NUMBER, line());
      }
      case '%' -> {
        return tagged(MAP, map());
      }
      case '~' -> {
        return tagged(SET, set());
      }
      case '=' -> {
        return verbatim();
      }
      default -> throw new IllegalStateException("reply of type " + (char) type);
    }
  }

  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(text);
    };
  }

  private LuaTable tagged(LuaString tag, Object value) {
    LuaTable table = new LuaTable(meter, 0, 1);
    table.set(tag, value);
    return table;
  }

  private long integer() {
    boolean negative = buffer[at] == '-';
    if (negative) {
      at++;
    }
    long number = 0;
    while (buffer[at] != '\r') {
      number = number * 10 + (buffer[at++] - '0');
    }
    at += 2;
    return negative ? -number : number;
  }

  private LuaString line() {
    int start = at;
    while (buffer[at] != '\r') {
      at++;
    }
    int length = at - start;
    at += 2;
    if (length == 2 && buffer[start] == 'O' && buffer[start + 1] == 'K') {
      return OK_TEXT;
    }
    meter.allocate(length);
    return LuaString.copyOf(buffer, start, length);
  }

  private Object bulk() {
    int length = (int) integer();
    if (length < 0) {
      return false;
    }
    meter.allocate(length);
    LuaString string = LuaString.copyOf(buffer, at, length);
    at += length + 2;
    return string;
  }

  private Object array() {
    int size = (int) integer();
    if (size < 0) {
      return false;
    }
    LuaTable table = new LuaTable(meter, size, 0);
    for (int i = 1; i <= size; i++) {
      table.set(i, value());
    }
    return table;
  }

  private LuaTable map() {
    int pairs = (int) integer();
    LuaTable table = new LuaTable(meter, 0, pairs);
    for (int i = 0; i < pairs; i++) {
      Object key = value();
      Object value = value();
      if (key != null) {
        table.set(key, value);
      }
    }
    return table;
  }

  private LuaTable set() {
    int size = (int) integer();
    LuaTable table = new LuaTable(meter, 0, size);
    for (int i = 0; i < size; i++) {
      Object member = value();
      if (member != null) {
        table.set(member, true);
      }
    }
    return table;
  }

  private LuaTable verbatim() {
    int length = (int) integer();
    LuaTable table = new LuaTable(meter, 0, 2);
    table.set(
        FORMAT, LuaString.of(new String(buffer, at, FORMAT_LENGTH, StandardCharsets.ISO_8859_1)));
    int start = at + FORMAT_LENGTH + 1;
    table.set(STRING, LuaString.copyOf(buffer, start, length - FORMAT_LENGTH - 1));
    at += length + 2;
    return tagged(VERBATIM, table);
  }
}
