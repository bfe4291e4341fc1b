package io.respite.server.lua.extension;

import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import java.util.function.IntBinaryOperator;

/**
 * {@code bit}: operations on the bits of numbers, as Lua BitOp 1.0.2 has them. A number is made 32
 * bits by rounding it to the nearest integer, ties to even, and cutting off what is above; a result
 * is a signed number.
 */
public final class BitLibrary {
  /** 2^52 + 2^51: a sum with it has its integer part in the lowest bits. */
  private static final double ALIGN = 0x1.8p52;

  private static final int MOST_DIGITS = 8;

  private BitLibrary() {}

  /** Sets the global {@code bit}. */
  public static void install(Machine machine) {
    LuaTable module = new LuaTable(machine.meter(), 0, 12);
    set(module, "tobit", call -> call.push((double) bits(call, 1)));
    set(module, "bnot", call -> call.push((double) ~bits(call, 1)));
    set(module, "band", call -> fold(call, (a, b) -> a & b));
    set(module, "bor", call -> fold(call, (a, b) -> a | b));
    set(module, "bxor", call -> fold(call, (a, b) -> a ^ b));
    // Java takes the count of bits modulo 32, as the library does.
    set(module, "lshift", call -> shift(call, (bits, n) -> bits << n));
    set(module, "rshift", call -> shift(call, (bits, n) -> bits >>> n));
    set(module, "arshift", call -> shift(call, (bits, n) -> bits >> n));
    set(module, "rol", call -> shift(call, Integer::rotateLeft));
    set(module, "ror", call -> shift(call, Integer::rotateRight));
    set(module, "bswap", call -> call.push((double) Integer.reverseBytes(bits(call, 1))));
    set(module, "tohex", BitLibrary::toHex);
    machine.globals().set(LuaString.name("bit"), module);
  }

  private static void set(LuaTable module, String name, JavaFunction.Body body) {
    module.set(LuaString.name(name), new JavaFunction(body));
  }

  private static int bits(LuaCall call, int i) {
    return (int) Double.doubleToRawLongBits(call.number(i) + ALIGN);
  }

  private static void fold(LuaCall call, IntBinaryOperator operator) {
    int result = bits(call, 1);
    // From the end, so that the last bad argument is the one complained about.
    for (int i = call.count(); i > 1; i--) {
      result = operator.applyAsInt(result, bits(call, i));
    }
    call.push((double) result);
  }

  private static void shift(LuaCall call, IntBinaryOperator operator) {
    int value = bits(call, 1);
    call.push((double) operator.applyAsInt(value, bits(call, 2)));
  }

  private static void toHex(LuaCall call) {
    int value = bits(call, 1);
    int wanted = call.count() < 2 ? MOST_DIGITS : bits(call, 2);
    String digits = wanted < 0 ? "0123456789ABCDEF" : "0123456789abcdef";
    // As a long: the smallest int has no opposite.
    int count = (int) Math.min(MOST_DIGITS, Math.abs((long) wanted));
    byte[] text = new byte[count];
    for (int i = count - 1; i >= 0; i--) {
      text[i] = (byte) digits.charAt(value & 15);
      value >>>= 4;
    }
    call.push(text);
  }
}
