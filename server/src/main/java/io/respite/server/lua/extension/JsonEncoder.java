package io.respite.server.lua.extension;

import io.respite.server.lua.value.LightUserdata;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import io.respite.server.lua.value.Meter;
import io.respite.server.lua.value.NumberText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Values to JSON, as lua-cjson 2.1 writes it.
 *
 * <p>A table is an array if all its keys are whole numbers from 1 on and it is not too sparse, and
 * not empty; else it is an object. Tables inside tables wait on a stack in the heap:
 *
 * <pre>
 *   write value ──▶ a table? ──yes──▶ push it, "[" or "{"
 *       ▲              │ no                 │
 *       │              ▼                    │
 *       └── next of the top ◀───────────────┘   none: "]" or "}", pop it; nothing left: done
 * </pre>
 *
 * No metamethod is called, so nothing changes meanwhile. How deep tables may lie is a setting, but
 * never deeper than Lua's stack of {@value #STACK_SLOTS} places for one C function, of which an
 * array takes one and an object two; the message is the same.
 */
final class JsonEncoder {
  /** Places on Lua's stack that one C function can have. */
  static final int STACK_SLOTS = 8000;

  /** Bytes of a string that are looked at between two checks for room. */
  private static final int CHUNK = 1 << 12;

  /** Longest escape: {@code \}{@code u0000}. */
  private static final int LONGEST_ESCAPE = 6;

  private static final int VALUE_EFFORT = 15;
  private static final byte[][] ESCAPES = new byte[256][];
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] NULL = ascii("null");
  private static final long[] POWERS = new long[15];

  static {
    for (int i = 0; i < 0x20; i++) {
      ESCAPES[i] = ascii(String.format(java.util.Locale.ROOT, "\\u%04x", i));
    }
    ESCAPES[127] = ascii("\\u007f");
    ESCAPES['\b'] = ascii("\\b");
    ESCAPES['\t'] = ascii("\\t");
    ESCAPES['\n'] = ascii("\\n");
    ESCAPES['\f'] = ascii("\\f");
    ESCAPES['\r'] = ascii("\\r");
    ESCAPES['"'] = ascii("\\\"");
    ESCAPES['\\'] = ascii("\\\\");
    ESCAPES['/'] = ascii("\\/");
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private final ReusedBytes sink;
  private final Effort effort = new Effort();
  private JsonSettings settings = new JsonSettings();

  // The tables that are being written: the innermost last.
  private LuaTable[] tables = new LuaTable[16];

  // Of an array the elements, of an object -1.
  private int[] lengths = new int[16];

  // Of an array the last element written, of an object the place of the last entry.
  private int[] positions = new int[16];
  private int depth;

  // Places that lua-cjson would have taken on Lua's stack.
  private int slots;

  /** An encoder whose memory counts there. */
  JsonEncoder(Meter meter) {
    sink = new ReusedBytes(meter);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * A value as JSON.
   *
   * @param work is told of the work, in units of about a nanosecond
   * @throws Refusal when it, or something in it, cannot be JSON
   */
  LuaString encode(Object value, JsonSettings how, LongConsumer work) {
    settings = how;
    effort.start(work);
    depth = 0;
    slots = 1;
    try {
      write(value);
      return sink.string();
    } finally {
      Arrays.fill(tables, 0, depth, null);
      sink.clear();
    }
  }

  private void write(Object root) {
    Object value = root;
    while (true) {
      effort.add(VALUE_EFFORT);
      if (value instanceof LuaString string) {
        writeString(string);
      } else if (value instanceof LuaTable table) {
        open(table);
      } else if (value instanceof Double number) {
        writeNumber(number);
      } else {
        writeOther(value);
      }
      while (true) {
        if (depth == 0) {
          return;
        }
        int top = depth - 1;
        if (lengths[top] >= 0) {
          int next = ++positions[top];
          if (next <= lengths[top]) {
            if (next > 1) {
              sink.put(',');
            }
            value = tables[top].get(next);
            break;
          }
          sink.put(']');
        } else {
          LuaTable table = tables[top];
          int last = positions[top];
          int place = table.nextFrom(last + 1);
          if (place >= 0) {
            positions[top] = place;
            if (last >= 0) {
              sink.put(',');
            }
            writeKey(table.keyAt(place));
            value = table.valueAt(place);
            break;
          }
          sink.put('}');
        }
        close();
      }
    }
  }

  private void open(LuaTable table) {
    int slotsHere = slots;
    if (depth > 0) {
      slotsHere += lengths[depth - 1] >= 0 ? 1 : 2;
    }
    if (depth + 1 > settings.encodeMaxDepth || slotsHere + 3 > STACK_SLOTS) {
      throw new Refusal("Cannot serialise, excessive nesting (" + (depth + 1) + ")");
    }
    int length = arrayLength(table);
    if (depth == tables.length) {
      tables = Arrays.copyOf(tables, 2 * depth);
      lengths = Arrays.copyOf(lengths, 2 * depth);
      positions = Arrays.copyOf(positions, 2 * depth);
    }
    slots = slotsHere;
    tables[depth] = table;
    if (length > 0) {
      sink.put('[');
      lengths[depth] = length;
      positions[depth] = 0;
    } else {
      sink.put('{');
      lengths[depth] = -1;
      positions[depth] = -1;
    }
    depth++;
  }

  private void close() {
    depth--;
    tables[depth] = null;
    if (depth > 0) {
      slots -= lengths[depth - 1] >= 0 ? 1 : 2;
    }
  }

  /** The length of the array that a table is; 0 or less if it is none. */
  private int arrayLength(LuaTable table) {
    int max = 0;
    int items = 0;
    for (int place = table.nextFrom(0); place >= 0; place = table.nextFrom(place + 1)) {
      effort.add(2);
      if (!(table.keyAt(place) instanceof Double key)) {
        return -1;
      }
      double number = key;
      if (Math.floor(number) != number || number < 1) {
        return -1;
      }
      if (number > max) {
        // What is too large for 32 bits becomes the smallest number, as it does in C on x86.
        max = number <= Integer.MAX_VALUE ? (int) number : Integer.MIN_VALUE;
      }
      items++;
    }
    if (settings.sparseRatio > 0
        && max > items * settings.sparseRatio
        && max > settings.sparseSafe) {
      if (!settings.sparseConvert) {
        throw new Refusal("Cannot serialise table: excessively sparse array");
      }
      return -1;
    }
    return max;
  }

  private void writeKey(Object key) {
    if (key instanceof LuaString string) {
      writeString(string);
      sink.put(':');
    } else if (key instanceof Double number) {
      sink.put('"');
      writeNumber(number);
      sink.put('"');
      sink.put(':');
    } else {
      throw new Refusal(
          "Cannot serialise " + LuaValues.typeName(key) + ": table key must be a number or string");
    }
  }

  private void writeOther(Object value) {
    if (value == null || value == LightUserdata.NULL) {
      sink.put(NULL, 0, NULL.length);
    } else if (value instanceof Boolean truth) {
      byte[] word = truth ? TRUE : FALSE;
      sink.put(word, 0, word.length);
    } else {
      throw new Refusal("Cannot serialise " + LuaValues.typeName(value) + ": type not supported");
    }
  }

  private void writeString(LuaString string) {
    byte[] source = string.bytes();
    sink.put('"');
    for (int from = 0; from < source.length; from += CHUNK) {
      int to = Math.min(source.length, from + CHUNK);
      writeChunk(source, from, to);
      effort.add(to - from);
    }
    sink.put('"');
  }

  private void writeChunk(byte[] source, int from, int to) {
    sink.room((to - from) * LONGEST_ESCAPE);
    byte[] target = sink.bytes;
    int size = sink.size;
    for (int i = from; i < to; i++) {
      byte b = source[i];
      byte[] escape = ESCAPES[b & 0xff];
      if (escape == null) {
        target[size++] = b;
      } else {
        System.arraycopy(escape, 0, target, size, escape.length);
        size += escape.length;
      }
    }
    sink.size = size;
  }

  private void writeNumber(double number) {
    long whole = (long) number;
    // The size is that of the double: the smallest long has no opposite.
    if (whole == number
        && Math.abs(number) < POWERS[settings.numberPrecision]
        && (whole != 0 || 1 / number > 0)) {
      writeWhole(whole);
      return;
    }
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      switch (settings.encodeInvalidNumbers) {
        case REFUSED -> throw new Refusal("Cannot serialise number: must not be NaN or Inf");
        case NULL -> {
          sink.put(NULL, 0, NULL.length);
          return;
        }
        case WRITTEN -> {
          if (Double.isNaN(number)) {
            sink.put("nan");
            return;
          }
        }
      }
    }
    sink.put(NumberText.general(number, settings.numberPrecision));
    effort.add(200);
  }

  private void writeWhole(long number) {
    long rest = Math.abs(number);
    int digits = 1;
    while (digits < POWERS.length && rest >= POWERS[digits]) {
      digits++;
    }
    sink.room(digits + 1);
    if (number < 0) {
      sink.bytes[sink.size++] = '-';
    }
    sink.size += digits;
    byte[] target = sink.bytes;
    int at = sink.size;
    do {
      target[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
  }
}
