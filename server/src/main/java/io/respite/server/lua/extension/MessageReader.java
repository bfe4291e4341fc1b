package io.respite.server.lua.extension;

import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.Meter;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * MessagePack to values, as lua-cmsgpack 0.4 reads it: the types "bin", "ext" and "timestamp" are
 * unknown, and unsigned integers above 2^63 come out negative.
 *
 * <p>Arrays and maps that are not complete wait on a stack in the heap; as many as Lua's own stack
 * would hold, and the messages are those of Lua's. Nothing is taken for the length that a header
 * states: tables grow as their elements are read.
 */
final class MessageReader {
  private static final int STACK_SLOTS = JsonEncoder.STACK_SLOTS;
  private static final int VALUE_EFFORT = 20;

  // What a container on the stack waits for.
  private static final byte ELEMENT = 0;
  private static final byte KEY = 1;
  private static final byte VALUE = 2;

  /** Says that no value was read but a container was opened. */
  private static final Object OPENED = new Object();

  private final Meter meter;
  private final Effort effort = new Effort();
  private byte[] bytes = {};
  private int at;

  private LuaTable[] tables = new LuaTable[16];
  private byte[] waitsFor = new byte[16];
  private Object[] keys = new Object[16];

  // Elements or pairs that are still to come.
  private long[] left = new long[16];

  // Of an array, the elements read.
  private int[] lengths = new int[16];
  private int depth;

  // Places that lua-cmsgpack would have taken on Lua's stack.
  private int slots;

  /** A reader whose memory counts there. */
  MessageReader(Meter meter) {
    this.meter = meter;
  }

  /**
   * Begins to read.
   *
   * @param offset where the first value begins, from 0
   * @param work is told of the work, in units of about a nanosecond
   */
  void start(LuaString message, int offset, LongConsumer work) {
    bytes = message.bytes();
    at = offset;
    effort.start(work);
  }

  /** Lets go of the message. */
  void end() {
    bytes = new byte[0];
    at = 0;
  }

  /** Where the next value begins. */
  int position() {
    return at;
  }

  /** Whether nothing is left to be read. */
  boolean atEnd() {
    return at == bytes.length;
  }

  /**
   * Reads one value.
   *
   * @param taken places on Lua's stack that are taken already
   * @throws Refusal when what is here is no value, or only the beginning of one, or nests too
   *     deeply
   * @throws LuaFault when a map has a key that tables cannot have
   */
  Object read(int taken) {
    depth = 0;
    slots = taken;
    try {
      return read();
    } finally {
      Arrays.fill(tables, 0, depth, null);
      Arrays.fill(keys, 0, depth, null);
    }
  }

  private Object read() {
    while (true) {
      Object value = one();
      if (value == OPENED) {
        value = finished();
        if (value == null) {
          continue;
        }
      }
      while (true) {
        if (depth == 0) {
          return value;
        }
        store(value);
        value = finished();
        if (value == null) {
          break;
        }
      }
    }
  }

  /** Puts a value into the innermost container. */
  private void store(Object value) {
    int top = depth - 1;
    switch (waitsFor[top]) {
      case ELEMENT -> {
        left[top]--;
        tables[top].set(++lengths[top], value);
      }
      case KEY -> {
        keys[top] = value;
        waitsFor[top] = VALUE;
        slots++;
      }
      default -> {
        left[top]--;
        tables[top].set(keys[top], value);
        waitsFor[top] = KEY;
        slots--;
      }
    }
  }

  /** The innermost container if it is complete, and takes it from the stack; else null. */
  private LuaTable finished() {
    int top = depth - 1;
    if (left[top] > 0 || waitsFor[top] == VALUE) {
      return null;
    }
    depth = top;
    slots -= waitsFor[top] == ELEMENT ? 2 : 1;
    LuaTable table = tables[top];
    tables[top] = null;
    keys[top] = null;
    return table;
  }

  private Object open(long length, boolean array) {
    LuaTable table = new LuaTable(meter);
    if (array && slots + 2 > STACK_SLOTS) {
      throw new Refusal("stack overflow (in function mp_decode_to_lua_array)");
    }
    if (depth == tables.length) {
      tables = Arrays.copyOf(tables, 2 * depth);
      waitsFor = Arrays.copyOf(waitsFor, 2 * depth);
      keys = Arrays.copyOf(keys, 2 * depth);
      left = Arrays.copyOf(left, 2 * depth);
      lengths = Arrays.copyOf(lengths, 2 * depth);
    }
    tables[depth] = table;
    waitsFor[depth] = array ? ELEMENT : KEY;
    left[depth] = length;
    lengths[depth] = 0;
    // An array keeps the index of its next element there as well.
    slots += array ? 2 : 1;
    depth++;
    return OPENED;
  }

  /** Reads a value that has none inside, or the head of a container. */
  private Object one() {
    effort.add(VALUE_EFFORT);
    need(1);
    if (slots + 1 > STACK_SLOTS) {
      throw new Refusal(
          "stack overflow (too many return values at once; "
              + "use unpack_one or unpack_limit instead.)");
    }
    int type = bytes[at];
    if (type >= -32) {
      at++;
      return (double) type;
    }
    type &= 0xff;
    if (type < 0x90) {
      at++;
      return open(type & 0xf, false);
    } else if (type < 0xa0) {
      at++;
      return open(type & 0xf, true);
    } else if (type < 0xc0) {
      return string(1, type & 0x1f);
    }
    return switch (type) {
      case 0xc0 -> word(null);
      case 0xc2 -> word(Boolean.FALSE);
      case 0xc3 -> word(Boolean.TRUE);
      case 0xca -> (double) Float.intBitsToFloat((int) number(4));
      case 0xcb -> Double.longBitsToDouble(number(8));
      case 0xcc -> (double) (number(1) & 0xff);
      case 0xcd -> (double) (number(2) & 0xffff);
      case 0xce -> (double) (number(4) & 0xffffffffL);
      case 0xd0 -> (double) number(1);
      case 0xd1 -> (double) number(2);
      case 0xd2 -> (double) number(4);
      case 0xcf, 0xd3 -> (double) number(8);
      case 0xd9 -> string(2, headLength(1));
      case 0xda -> string(3, headLength(2));
      case 0xdb -> string(5, headLength(4));
      case 0xdc -> container(2, true);
      case 0xdd -> container(4, true);
      case 0xde -> container(2, false);
      case 0xdf -> container(4, false);
      default -> throw new Refusal("Bad data format in input.");
    };
  }

  private void need(long count) {
    if (bytes.length - at < count) {
      throw new Refusal("Missing bytes in input.");
    }
  }

  private Object word(Boolean value) {
    at++;
    return value;
  }

  /** The signed number behind the type, and goes behind it. */
  private long number(int size) {
    need(1 + size);
    long number = bytes[at + 1];
    for (int i = 2; i <= size; i++) {
      number = number << 8 | (bytes[at + i] & 0xff);
    }
    at += 1 + size;
    return number;
  }

  /** The length behind the type. */
  private long headLength(int size) {
    need(1 + size);
    long number = 0;
    for (int i = 1; i <= size; i++) {
      number = number << 8 | (bytes[at + i] & 0xff);
    }
    return number;
  }

  private Object string(int head, long length) {
    need(head + length);
    int size = (int) length;
    meter.allocate(ReusedBytes.STRING_BYTES + size);
    LuaString string = LuaString.copyOf(bytes, at + head, size);
    at += head + size;
    effort.add(size / 8);
    return string;
  }

  private Object container(int size, boolean array) {
    long length = headLength(size);
    at += 1 + size;
    return open(length, array);
  }
}
