package io.respite.server.script;

import io.respite.server.command.CommandError;
import io.respite.server.command.Reply;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import io.respite.server.lua.value.NumberText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * Makes replies of Lua values ("Lua to RESP type conversion", redis.io/docs); the counterpart of
 * {@link ReplyReader}. A table with a field {@code ok}, {@code err}, {@code double}, ... of the
 * right type is what the field says; any other is an array of its elements up to the first nil.
 *
 * <p>Tables may nest as deep as memory goes, or contain themselves; so there is a stack of our own,
 * and a greatest depth. They may be of any size, or contain the same table many times; so there is
 * a largest reply, and writing it may pause.
 */
final class ReplyWriter {
  private static final LuaString OK = LuaString.name("ok");
  private static final LuaString ERR = LuaString.name("err");
  private static final LuaString DOUBLE = LuaString.name("double");
  private static final LuaString MAP = LuaString.name("map");
  private static final LuaString SET = LuaString.name("set");
  private static final LuaString BIG_NUMBER = LuaString.name("big_number");
  private static final LuaString VERBATIM = LuaString.name("verbatim_string");
  private static final LuaString FORMAT = LuaString.name("format");
  private static final LuaString STRING = LuaString.name("string");
  private static final int FORMAT_LENGTH = 3;
  private static final int EXACT_DIGITS = 17;

  /** Values that are written between two questions whether to pause. */
  private static final int VALUES_AT_A_STRETCH = 1000;

  /** Arrays within arrays; what lies deeper is an error in its place. */
  private static final int DEEPEST = 7995;

  /** An aggregate that is being written. */
  private static final class Level {
    final LuaTable table;
    final boolean pairs;
    final boolean keys;

    /** Place of the next entry, or, of an array, the next index. */
    int next;

    /** Elements of an array that are left. */
    int left;

    /** The value that follows the key just written. */
    Object pending;

    boolean hasPending;

    Level(LuaTable table, boolean keys, boolean pairs) {
      this.table = table;
      this.keys = keys;
      this.pairs = pairs;
    }
  }

  /** Where is written: a reply of the caller's until the first pause, then one of our own. */
  private Reply reply;

  private final boolean booleans;
  private final int mostBytes;
  private final int start;
  private final Deque<Level> levels = new ArrayDeque<>();
  private Reply own;

  private ReplyWriter(Reply reply, boolean booleans, int mostBytes) {
    this.reply = reply;
    this.booleans = booleans;
    this.mostBytes = mostBytes;
    this.start = reply.size();
  }

  /**
   * Writes one value as one reply, or begins to.
   *
   * @param booleans whether the script talks RESP3, which has booleans: else true is 1 and false is
   *     nil
   * @param mostBytes the largest reply
   * @param pause asked now and then whether to go on later
   * @return null when the reply is written; else nothing is yet, and {@link #goOn} goes on
   * @throws CommandError when it would be too large
   */
  static ReplyWriter write(
      Object value, Reply reply, boolean booleans, int mostBytes, BooleanSupplier pause) {
    if (value instanceof LuaString string) {
      reply.bulk(string.bytes());
      return null;
    }
    ReplyWriter writer = new ReplyWriter(reply, booleans, mostBytes);
    writer.one(value);
    return writer.goOn(reply, pause) ? null : writer;
  }

  /** Goes on writing; whether all is written now, behind what is in the reply. */
  boolean goOn(Reply target, BooleanSupplier pause) {
    int left = VALUES_AT_A_STRETCH;
    while (!levels.isEmpty()) {
      if (left-- == 0) {
        left = VALUES_AT_A_STRETCH;
        checkSize();
        if (pause.getAsBoolean()) {
          takeAside();
          return false;
        }
      }
      Level level = levels.peek();
      if (level.keys) {
        nextEntry(level);
      } else if (level.left == 0) {
        levels.pop();
      } else {
        level.left--;
        one(level.table.get(level.next++));
      }
    }
    checkSize();
    if (own != null) {
      target.raw(own.buffer(), 0, own.size());
    }
    return true;
  }

  private void checkSize() {
    if (reply.size() - (own == null ? start : 0) > mostBytes) {
      throw new CommandError("ERR the reply would be larger than " + mostBytes + " bytes");
    }
  }

  private void takeAside() {
    if (own == null) {
      own = new Reply();
      own.protocol(reply.protocol());
      own.raw(reply.buffer(), start, reply.size() - start);
      reply.truncate(start);
      reply = own;
    }
  }

  private void nextEntry(Level level) {
    if (level.hasPending) {
      Object value = level.pending;
      level.pending = null;
      level.hasPending = false;
      one(value);
      return;
    }
    int place = level.table.nextFrom(level.next);
    if (place < 0) {
      levels.pop();
      return;
    }
    level.next = place + 1;
    if (level.pairs) {
      level.pending = level.table.valueAt(place);
      level.hasPending = true;
    }
    one(level.table.keyAt(place));
  }

  private void one(Object value) {
    if (value instanceof LuaString string) {
      reply.bulk(string.bytes());
    } else if (value instanceof Double number) {
      reply.integer(LuaValues.integer(number));
    } else if (value instanceof Boolean truth) {
      if (booleans) {
        reply.bool(truth);
      } else if (truth) {
        reply.integer(1);
      } else {
        reply.nil();
      }
    } else if (value instanceof LuaTable table) {
      if (levels.size() >= DEEPEST) {
        reply.error("ERR reached lua stack limit");
      } else {
        table(table);
      }
    } else {
      reply.nil();
    }
  }

  private void table(LuaTable table) {
    if (table.get(ERR) instanceof LuaString error) {
      reply.error(cString(error));
    } else if (table.get(OK) instanceof LuaString status) {
      reply.simple(cString(status));
    } else if (table.get(DOUBLE) instanceof Double number) {
      reply.doubleText(NumberText.general(number, EXACT_DIGITS));
    } else if (table.get(MAP) instanceof LuaTable map) {
      reply.map(entries(map));
      levels.push(new Level(map, true, true));
    } else if (table.get(SET) instanceof LuaTable set) {
      reply.set(entries(set));
      levels.push(new Level(set, true, false));
    } else if (table.get(BIG_NUMBER) instanceof LuaString number) {
      reply.bigNumber(number.toString().replace('\r', ' ').replace('\n', ' '));
    } else if (table.get(VERBATIM) instanceof LuaTable verbatim
        && verbatim.get(FORMAT) instanceof LuaString format
        && verbatim.get(STRING) instanceof LuaString string) {
      verbatim(format.toString(), string);
    } else {
      array(table);
    }
  }

  private void verbatim(String format, LuaString string) {
    String three = (format + "   ").substring(0, FORMAT_LENGTH);
    reply.verbatim(three, string.bytes());
  }

  private void array(LuaTable table) {
    int size = 0;
    while (table.get(size + 1) != null) {
      size++;
    }
    reply.array(size);
    Level level = new Level(table, false, false);
    level.next = 1;
    level.left = size;
    levels.push(level);
  }

  private static int entries(LuaTable table) {
    int count = 0;
    for (int i = table.nextFrom(0); i >= 0; i = table.nextFrom(i + 1)) {
      count++;
    }
    return count;
  }

  /** Statuses and errors end at a zero byte, as C strings do. */
  static String cString(LuaString string) {
    byte[] bytes = string.bytes();
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
  }
}
