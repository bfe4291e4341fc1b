package io.respite.server.lua.extension;

import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import java.util.ArrayList;
import java.util.List;

/** {@code cmsgpack}: MessagePack, as lua-cmsgpack 0.4.0 has it, without {@code cmsgpack_safe}. */
public final class CmsgpackLibrary {
  private final MessageWriter writer;
  private final MessageReader reader;

  private CmsgpackLibrary(Machine machine) {
    writer = new MessageWriter(machine.meter());
    reader = new MessageReader(machine.meter());
  }

  /** Sets the global {@code cmsgpack}. */
  public static void install(Machine machine) {
    CmsgpackLibrary library = new CmsgpackLibrary(machine);
    LuaTable module = new LuaTable(machine.meter());
    set(module, "pack", library::pack);
    set(module, "unpack", library::unpack);
    set(module, "unpack_one", library::unpackOne);
    set(module, "unpack_limit", library::unpackLimit);
    set(module, "_NAME", "cmsgpack");
    set(module, "_VERSION", "lua-cmsgpack 0.4.0");
    set(module, "_COPYRIGHT", "Copyright (C) 2012, Salvatore Sanfilippo");
    set(module, "_DESCRIPTION", "MessagePack C implementation for Lua");
    machine.globals().set(LuaString.name("cmsgpack"), module);
  }

  private static void set(LuaTable module, String name, JavaFunction.Body body) {
    module.set(LuaString.name(name), new JavaFunction(body));
  }

  private static void set(LuaTable module, String name, String value) {
    module.set(LuaString.name(name), LuaString.name(value));
  }

  private void pack(LuaCall call) {
    call.check(call.count() > 0, 0, "MessagePack pack needs input.");
    writer.start(call::worked);
    try {
      for (int i = 1; i <= call.count(); i++) {
        writer.write(call.get(i));
      }
      call.push(writer.string());
    } finally {
      writer.end();
    }
  }

  private void unpack(LuaCall call) {
    unpack(call, call.count(), 0, 0);
  }

  private void unpackOne(LuaCall call) {
    unpack(call, 1, 1, call.integer(2, 0));
  }

  private void unpackLimit(LuaCall call) {
    long limit = call.integer(2);
    unpack(call, 1, limit, call.integer(3, 0));
  }

  /**
   * Reads values.
   *
   * @param taken arguments that stay on Lua's stack
   * @param limit how many at most; 0 with an offset of 0 for all, and then the first result is not
   *     where the next one begins
   */
  private void unpack(LuaCall call, int taken, long limit, long offset) {
    LuaString message = call.string(1);
    if (offset < 0 || limit < 0) {
      // The limit named is the length of the input: so it is there.
      throw call.error(
          "Invalid request to unpack with offset of "
              + (int) offset
              + " and limit of "
              + message.length()
              + ".");
    } else if (offset > message.length()) {
      throw call.error(
          "Start offset " + (int) offset + " greater than input length " + message.length() + ".");
    }
    boolean all = limit == 0 && offset == 0;
    reader.start(message, (int) offset, call::worked);
    try {
      Object[] values = read(all ? Integer.MAX_VALUE : limit, taken);
      if (!all) {
        if (1 + values.length + 1 > JsonEncoder.STACK_SLOTS) {
          throw new Refusal("stack overflow (in function mp_unpack_full)");
        }
        call.push(reader.atEnd() ? -1 : (double) reader.position());
      }
      for (Object value : values) {
        call.push(value);
      }
    } catch (Refusal refusal) {
      throw call.error(refusal.getMessage());
    } finally {
      reader.end();
    }
  }

  private Object[] read(long limit, int taken) {
    List<Object> values = new ArrayList<>();
    while (!reader.atEnd() && values.size() < limit) {
      values.add(reader.read(taken + values.size()));
    }
    return values.toArray();
  }
}
