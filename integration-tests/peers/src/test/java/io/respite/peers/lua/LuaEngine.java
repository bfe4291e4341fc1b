package io.respite.peers.lua;

import io.respite.server.lua.compiler.LuaCompiler;
import io.respite.server.lua.library.BaseLibrary;
import io.respite.server.lua.library.MathLibrary;
import io.respite.server.lua.library.OsLibrary;
import io.respite.server.lua.library.StringLibrary;
import io.respite.server.lua.library.TableLibrary;
import io.respite.server.lua.machine.ControlLibrary;
import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.LuaClosure;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.machine.MachineLimits;
import io.respite.server.lua.machine.TranslateWhen;
import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaFunction;
import io.respite.server.lua.value.LuaString;
import java.nio.charset.StandardCharsets;

/** The engine with the libraries of Lua 5.1, and the same driver as {@link LuaPeer}. */
final class LuaEngine {
  private static final long MEMORY = 64L << 20;

  /** What the standalone interpreter leaves to a program of the 199 calls that C may nest. */
  private static final int NESTING = 197;

  private final Machine machine;

  /**
   * Starts an engine.
   *
   * @param run Lua source that defines the global function {@code run}
   * @param when when functions are translated to bytecode of the JVM
   */
  LuaEngine(String run, TranslateWhen when) {
    machine =
        new Machine(
            new MachineLimits(
                MEMORY,
                MachineLimits.of(MEMORY).callDepth(),
                NESTING,
                MachineLimits.of(MEMORY).patternSteps()),
            when);
    BaseLibrary.install(machine);
    MathLibrary.install(machine);
    OsLibrary.install(machine, System::nanoTime);
    StringLibrary.install(machine);
    TableLibrary.install(machine);
    ControlLibrary.install(machine);
    machine.globals().set(LuaString.name("loadstring"), new JavaFunction(this::loadString));
    call(new LuaClosure(LuaCompiler.compile(bytes(run), "=run"), machine.globals()));
  }

  /** Hands a program to the driver's function. */
  String run(byte[] source) {
    LuaFunction run = (LuaFunction) machine.globals().get(LuaString.of("run"));
    return call(run, LuaString.wrap(source)).toString();
  }

  private Object call(LuaFunction function, Object... arguments) {
    machine.begin(function, arguments);
    if (machine.run() != Machine.Outcome.RETURNED) {
      throw new IllegalStateException("The driver failed", machine.failure());
    }
    return machine.results().length == 0 ? null : machine.results()[0];
  }

  private void loadString(LuaCall call) {
    LuaString source = call.string(1);
    String name = call.string(2, source).toString();
    try {
      LuaClosure chunk =
          new LuaClosure(LuaCompiler.compile(source.bytes(), name), machine.globals());
      call.push((Object) chunk);
    } catch (LuaError e) {
      call.push((Object) null);
      call.push(e.value());
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
