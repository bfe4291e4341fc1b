package io.respite.server.lua.extension;

import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.Meter;
import java.util.function.LongConsumer;

/**
 * Values to MessagePack, as lua-cmsgpack 0.4 writes it: every number in the shortest form that
 * keeps it, strings as "str", tables as arrays if their keys are 1 to n, else as maps. What
 * MessagePack does not have is nil, and so is a table inside {@value #MOST_NESTED} others, which
 * bounds the recursion.
 */
final class MessageWriter {
  private static final int MOST_NESTED = 16;
  private static final int VALUE_EFFORT = 15;

  private final ReusedBytes sink;
  private final Effort effort = new Effort();

  /** A writer whose memory counts there. */
  MessageWriter(Meter meter) {
    sink = new ReusedBytes(meter);
  }

  /**
   * Begins a message.
   *
   * @param work is told of the work, in units of about a nanosecond
   */
  void start(LongConsumer work) {
    effort.start(work);
    sink.clear();
  }

  /** Everything written since the start. */
  LuaString string() {
    return sink.string();
  }

  /** Gives back the memory that writing took. */
  void end() {
    sink.clear();
  }

  /** Adds a value. */
  void write(Object value) {
    write(value, 0);
  }

  private void write(Object value, int level) {
    effort.add(VALUE_EFFORT);
    if (value instanceof LuaString string) {
      writeString(string);
    } else if (value instanceof Double number) {
      writeNumber(number);
    } else if (value instanceof Boolean truth) {
      sink.put(truth ? 0xc3 : 0xc2);
    } else if (value instanceof LuaTable table && level < MOST_NESTED) {
      writeTable(table, level);
    } else {
      sink.put(0xc0);
    }
  }

  private void writeString(LuaString string) {
    int length = string.length();
    if (length < 32) {
      sink.put(0xa0 | length);
    } else if (length <= 0xff) {
      sink.put(0xd9);
      sink.put(length);
    } else {
      writeLength(length, 0xda);
    }
    sink.put(string.bytes(), 0, length);
    effort.add(length / 8);
  }

  /** A length of 16 or 32 bits; the type of the second is one more than that of the first. */
  private void writeLength(int length, int type) {
    if (length <= 0xffff) {
      sink.put(type);
      sink.putBigEndian(length, 2);
    } else {
      sink.put(type + 1);
      sink.putBigEndian(length, 4);
    }
  }

  private void writeNumber(double number) {
    // 2^63 itself does not fit, though Java would call it equal to the largest long.
    if (number >= -0x1p63 && number < 0x1p63 && (long) number == number) {
      writeInteger((long) number);
    } else if ((float) number == number) {
      sink.put(0xca);
      sink.putBigEndian(Float.floatToRawIntBits((float) number), 4);
    } else {
      sink.put(0xcb);
      sink.putBigEndian(Double.doubleToRawLongBits(number), 8);
    }
  }

  private void writeInteger(long number) {
    if (number >= -32 && number <= 127) {
      sink.put((int) number);
    } else if (number >= 0) {
      int power = number <= 0xff ? 0 : number <= 0xffff ? 1 : number <= 0xffffffffL ? 2 : 3;
      sink.put(0xcc + power);
      sink.putBigEndian(number, 1 << power);
    } else {
      int power =
          number >= Byte.MIN_VALUE
              ? 0
              : number >= Short.MIN_VALUE ? 1 : number >= Integer.MIN_VALUE ? 2 : 3;
      sink.put(0xd0 + power);
      sink.putBigEndian(number, 1 << power);
    }
  }

  private void writeTable(LuaTable table, int level) {
    int count = 0;
    int max = 0;
    boolean array = true;
    for (int place = table.nextFrom(0); place >= 0; place = table.nextFrom(place + 1)) {
      effort.add(2);
      count++;
      int index = table.keyAt(place) instanceof Double key ? index(key) : 0;
      array &= index > 0;
      max = Math.max(max, index);
    }
    if (array && max == count) {
      writeArray(table, count, level);
    } else {
      writeMap(table, count, level);
    }
  }

  private static int index(double number) {
    return (int) number == number ? (int) number : 0;
  }

  private void writeArray(LuaTable table, int length, int level) {
    if (length <= 15) {
      sink.put(0x90 | length);
    } else {
      writeLength(length, 0xdc);
    }
    for (int i = 1; i <= length; i++) {
      write(table.get(i), level + 1);
    }
  }

  private void writeMap(LuaTable table, int count, int level) {
    if (count <= 15) {
      sink.put(0x80 | count);
    } else {
      writeLength(count, 0xde);
    }
    for (int place = table.nextFrom(0); place >= 0; place = table.nextFrom(place + 1)) {
      write(table.keyAt(place), level + 1);
      write(table.valueAt(place), level + 1);
    }
  }
}
