package io.respite.server.lua.library;

import io.respite.server.lua.compiler.LuaCompiler;
import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.LuaClosure;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.machine.ResumableFunction;
import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaFunction;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import io.respite.server.lua.value.Meter;
import java.io.ByteArrayOutputStream;

/**
 * {@code loadstring} and {@code load} ("Lua 5.1 Reference Manual", section 5.1). Both take program
 * text alone: what looks like precompiled code is compiled as text, and so refused.
 */
public final class LoadLibrary {
  private static final LuaString DEFAULT_NAME = LuaString.of("=(load)");

  private LoadLibrary() {}

  /** Adds the functions to a machine's global variables. */
  public static void install(Machine machine) {
    LuaTable globals = machine.globals();
    globals.set(LuaString.name("loadstring"), new JavaFunction(LoadLibrary::loadstring));
    globals.set(LuaString.name("load"), new ResumableFunction(LoadLibrary::load));
  }

  private static void loadstring(LuaCall call) {
    LuaString text = call.string(1);
    compile(call, text.bytes(), call.string(2, text));
  }

  private static void compile(LuaCall call, byte[] text, LuaString name) {
    // A program takes several times its text when it is compiled.
    call.meter().allocate(8L * text.length);
    call.worked(text.length);
    try {
      Machine machine = call.machine();
      call.push(
          new LuaClosure(
              LuaCompiler.compile(text, name.toString(), call::worked), machine.globals()));
    } catch (LuaError wrong) {
      call.push((Object) null);
      call.push(wrong.value());
    }
  }

  private static ResumableFunction.Activity load(LuaCall call) {
    LuaFunction reader = call.function(1);
    LuaString name = call.string(2, DEFAULT_NAME);
    Pieces pieces = new Pieces(reader, name, call.meter());
    call.request(reader);
    return pieces;
  }

  /** Collects what the reader function returns until there is no more. */
  private static final class Pieces implements ResumableFunction.Activity {
    private final LuaFunction reader;
    private final LuaString name;
    private final Meter meter;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    Pieces(LuaFunction reader, LuaString name, Meter meter) {
      this.reader = reader;
      this.name = name;
      this.meter = meter;
    }

    @Override
    public boolean resume(LuaCall call) {
      Object piece = call.get(1);
      LuaString string = LuaValues.text(piece);
      if (piece != null && string == null) {
        call.push((Object) null);
        call.push(LuaString.of("reader function must return a string"));
        return true;
      }
      if (string == null || string.length() == 0) {
        compile(call, text.toByteArray(), name);
        return true;
      }
      // The text is copied when it grows, and once more at the end.
      meter.allocate(3L * string.length());
      text.write(string.bytes(), 0, string.length());
      call.request(reader);
      return false;
    }
  }
}
