package io.respite.server.lua.extension;

import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import java.util.Arrays;

/**
 * {@code struct}: values to bytes and back by a format, as R. Ierusalimschy's library of that name
 * does, with the checks that Redis 7.0 added. See {@link StructFormat} for formats.
 */
public final class StructLibrary {
  private static final int OPTION_EFFORT = 15;

  private final ReusedBytes sink;
  private final Effort effort = new Effort();

  private StructLibrary(Machine machine) {
    sink = new ReusedBytes(machine.meter());
  }

  /** Sets the global {@code struct}. */
  public static void install(Machine machine) {
    StructLibrary library = new StructLibrary(machine);
    LuaTable module = new LuaTable(machine.meter(), 0, 3);
    library.set(module, "pack", library::pack);
    library.set(module, "unpack", library::unpack);
    library.set(module, "size", library::size);
    machine.globals().set(LuaString.name("struct"), module);
  }

  private interface Function {
    void call(LuaCall call, StructFormat format);
  }

  private void set(LuaTable module, String name, Function function) {
    JavaFunction.Body body =
        call -> {
          StructFormat format = new StructFormat(call.string(1));
          effort.start(call::worked);
          try {
            function.call(call, format);
          } catch (Refusal refusal) {
            throw call.error(refusal.getMessage());
          } finally {
            sink.clear();
          }
        };
    module.set(LuaString.name(name), new JavaFunction(body));
  }

  // ---- pack

  private void pack(LuaCall call, StructFormat format) {
    int argument = 2;
    while (format.next()) {
      effort.add(OPTION_EFFORT);
      for (int i = format.padding(sink.size); i > 0; i--) {
        sink.put(0);
      }
      switch (format.option()) {
        case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' ->
            putInteger(number(call, argument++), format);
        case 'x' -> sink.put(0);
        case 'f' ->
            put(Float.floatToRawIntBits((float) number(call, argument++)), 4, format.bigEndian());
        case 'd' ->
            put(Double.doubleToRawLongBits(number(call, argument++)), 8, format.bigEndian());
        case 'c', 's' -> putString(call, argument++, format);
        default -> control(call, format);
      }
    }
    call.push(sink.string());
  }

  private static void control(LuaCall call, StructFormat format) {
    if (!format.control()) {
      throw call.argumentError(1, "invalid format option '" + (char) format.option() + "'");
    }
  }

  /** An argument as a number; one that is missing is complained about as nil. */
  private static double number(LuaCall call, int i) {
    checkPresent(call, i, "number");
    return call.number(i);
  }

  private static void checkPresent(LuaCall call, int i, String expected) {
    call.check(i <= call.count(), i, expected + " expected, got nil");
  }

  private void putInteger(double number, StructFormat format) {
    int size = format.size();
    long value = number < 0 ? LuaValues.integer(number) : unsigned(number);
    int low = Math.min(size, Long.BYTES);
    if (format.bigEndian()) {
      pad(size - low);
    }
    put(value, low, format.bigEndian());
    if (!format.bigEndian()) {
      pad(size - low);
    }
  }

  /** As C on x86-64 makes an unsigned integer of a number that is not negative. */
  private static long unsigned(double number) {
    if (number < 0x1p63) {
      return (long) number;
    } else if (number < 0x1p64) {
      return (long) (number - 0x1p63) ^ Long.MIN_VALUE;
    }
    return Double.isNaN(number) ? Long.MIN_VALUE : 0;
  }

  private void pad(int count) {
    for (int i = 0; i < count; i++) {
      sink.put(0);
    }
  }

  /** Writes the lowest bytes of a number. */
  private void put(long value, int size, boolean bigEndian) {
    if (bigEndian) {
      sink.putBigEndian(value, size);
    } else {
      sink.putBigEndian(Long.reverseBytes(value) >>> (64 - 8 * size), size);
    }
  }

  private void putString(LuaCall call, int i, StructFormat format) {
    checkPresent(call, i, "string");
    LuaString string = call.string(i);
    int size = format.size() == 0 ? string.length() : format.size();
    // The library counts one further before it complains.
    call.check(string.length() >= size, i + 1, "string too short");
    sink.put(string.bytes(), 0, size);
    effort.add(size / 8);
    if (format.option() == 's') {
      sink.put(0);
    }
  }

  // ---- unpack

  private void unpack(LuaCall call, StructFormat format) {
    byte[] data = call.string(2).bytes();
    long first = call.integer(3, 1);
    call.check(first != 0, 3, "offset must be 1 or greater");
    // Without sign: what is negative lies far behind the end.
    long position = first - 1;
    Object[] values = new Object[8];
    int count = 0;
    while (format.next()) {
      effort.add(OPTION_EFFORT);
      position += format.padding(position);
      int size = format.size();
      checkLength(call, size, position, data.length);
      // Two arguments lie on Lua's stack, and place is asked for two more.
      if (2 + count + 2 > JsonEncoder.STACK_SLOTS) {
        throw new Refusal("stack overflow (too many results)");
      }
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      int at = (int) position;
      switch (format.option()) {
        case 'b', 'h', 'l', 'i' ->
            values[count++] = (double) signed(load(data, at, size, format.bigEndian()), size);
        case 'B', 'H', 'L', 'T', 'I' ->
            values[count++] = unsignedValue(load(data, at, size, format.bigEndian()));
        case 'f' ->
            values[count++] =
                (double) Float.intBitsToFloat((int) load(data, at, 4, format.bigEndian()));
        case 'd' ->
            values[count++] = Double.longBitsToDouble(load(data, at, 8, format.bigEndian()));
        case 'c' -> {
          if (size == 0) {
            size = previousSize(call, count == 0 ? null : values[--count], at, data.length);
          }
          values[count++] = string(call, data, at, size);
        }
        case 's' -> {
          int end = terminator(data, at);
          values[count++] = string(call, data, at, end - at);
          size = end - at + 1;
        }
        case 'x' -> {}
        default -> control(call, format);
      }
      position += size;
    }
    for (int i = 0; i < count; i++) {
      call.push(values[i]);
    }
    call.push((double) (position + 1));
  }

  private static void checkLength(LuaCall call, long size, long position, int length) {
    call.check(
        Long.compareUnsigned(size, length) <= 0
            && Long.compareUnsigned(position, length - size) <= 0,
        2,
        "data string too short");
  }

  /** The length that {@code c0} finds in the value before, which is no result then. */
  private static int previousSize(LuaCall call, Object previous, int at, int length) {
    Double size = LuaValues.number(previous);
    if (size == null) {
      throw new Refusal("format 'c0' needs a previous size");
    }
    // Also what is negative, too large or no number.
    long bytes = size > -1 && size <= length ? size.longValue() : Long.MAX_VALUE;
    checkLength(call, bytes, at, length);
    return (int) bytes;
  }

  private LuaString string(LuaCall call, byte[] data, int at, int size) {
    call.meter().allocate(ReusedBytes.STRING_BYTES + size);
    effort.add(size / 8);
    return LuaString.copyOf(data, at, size);
  }

  private int terminator(byte[] data, int from) {
    int i = from;
    while (i < data.length && data[i] != 0) {
      i++;
    }
    effort.add(i - from);
    if (i == data.length) {
      throw new Refusal("unfinished string in data");
    }
    return i;
  }

  /** The lowest 8 bytes of a number. */
  private static long load(byte[] data, int at, int size, boolean bigEndian) {
    long number = 0;
    for (int i = 0; i < size; i++) {
      int from = bigEndian ? at + i : at + size - 1 - i;
      number = number << 8 | (data[from] & 0xff);
    }
    return number;
  }

  private static long signed(long number, int size) {
    // Of sizes above 8 the shift is taken modulo 64, in C on x86-64 as in Java.
    long mask = -1L << (size * 8 - 1);
    return (number & mask) != 0 ? number | mask : number;
  }

  private static double unsignedValue(long number) {
    // Halved with the lost bit kept, so that the rounding is right.
    return number >= 0 ? number : (double) (number >>> 1 | (number & 1)) * 2;
  }

  // ---- size

  private void size(LuaCall call, StructFormat format) {
    long position = 0;
    while (format.next()) {
      effort.add(OPTION_EFFORT);
      position += format.padding(position);
      call.check(format.option() != 's', 1, "option 's' has no fixed size");
      call.check(format.option() != 'c' || format.size() != 0, 1, "option 'c0' has no fixed size");
      if (!format.isAlphanumeric()) {
        control(call, format);
      }
      position += format.size();
    }
    call.push((double) position);
  }
}
