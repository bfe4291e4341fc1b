package io.respite.peers.lua;

import io.respite.server.lua.code.Heat;
import io.respite.server.lua.code.Prototype;
import io.respite.server.lua.value.LuaString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads what {@code string.dump} of Lua 5.1 writes, on a machine of 64 bits with the small end
 * first:
 *
 * <pre>
 *   header:   ESC "Lua" 0x51 format endianness sizes (12 bytes)
 *   function: source, line, last line, upvalues, parameters, variadic, registers,
 *             code, constants, inner functions, lines, locals, names of upvalues
 * </pre>
 */
final class DumpReader {
  private static final int HEADER = 12;
  private static final int HAS_ARG = 1;
  private static final int VARIADIC = 2;
  private static final int NEEDS_ARG = 4;

  private final ByteBuffer in;

  private DumpReader(byte[] dump) {
    this.in = ByteBuffer.wrap(dump).order(ByteOrder.LITTLE_ENDIAN);
  }

  static Prototype read(byte[] dump) {
    DumpReader reader = new DumpReader(dump);
    reader.in.position(HEADER);
    return reader.function("");
  }

  private Prototype function(String outerSource) {
    LuaString ownSource = string();
    String source = ownSource == null ? outerSource : ownSource.toString();
    int line = in.getInt();
    int lastLine = in.getInt();
    // The number of upvalues is known from their names, too.
    in.get();
    int parameters = in.get() & 0xff;
    int flags = in.get();
    int registers = in.get() & 0xff;
    int[] code = ints();
    Object[] constants = new Object[in.getInt()];
    for (int i = 0; i < constants.length; i++) {
      constants[i] = constant();
    }
    Prototype[] inner = new Prototype[in.getInt()];
    for (int i = 0; i < inner.length; i++) {
      inner[i] = function(source);
    }
    int[] lines = ints();
    Prototype.Local[] locals = new Prototype.Local[in.getInt()];
    for (int i = 0; i < locals.length; i++) {
      locals[i] = new Prototype.Local(string().toString(), in.getInt(), in.getInt());
    }
    String[] upvalues = new String[in.getInt()];
    for (int i = 0; i < upvalues.length; i++) {
      upvalues[i] = string().toString();
    }
    return new Prototype(
        source,
        line,
        lastLine,
        parameters,
        (flags & VARIADIC) != 0,
        (flags & (HAS_ARG | NEEDS_ARG)) == (HAS_ARG | NEEDS_ARG),
        registers,
        code,
        lines,
        constants,
        inner,
        upvalues,
        locals,
        new Heat());
  }

  private Object constant() {
    int type = in.get();
    return switch (type) {
      case 0 -> null;
      case 1 -> in.get() != 0;
      case 3 -> in.getDouble();
      case 4 -> string();
      default -> throw new IllegalStateException("constant of type " + type);
    };
  }

  private int[] ints() {
    int[] ints = new int[in.getInt()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = in.getInt();
    }
    return ints;
  }

  /** A string is written with its length, which counts a NUL at its end; 0 is no string. */
  private LuaString string() {
    int size = (int) in.getLong();
    if (size == 0) {
      return null;
    }
    byte[] bytes = new byte[size - 1];
    in.get(bytes);
    in.get();
    return LuaString.wrap(bytes);
  }
}
