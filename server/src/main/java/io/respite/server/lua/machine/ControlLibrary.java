package io.respite.server.lua.machine;

import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaFunction;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import java.util.Locale;

/**
 * The functions of the library that concern the machine itself: errors, environments, coroutines
 * ("Lua 5.1 Reference Manual", sections 5.1 and 5.2).
 */
public final class ControlLibrary {
  private final Machine machine;

  private ControlLibrary(Machine machine) {
    this.machine = machine;
  }

  /** Adds the functions to a machine's global variables. */
  public static void install(Machine machine) {
    ControlLibrary library = new ControlLibrary(machine);
    LuaTable globals = machine.globals();
    set(globals, "pcall", new ControlFunction(ControlFunction.Kind.PCALL, null));
    set(globals, "xpcall", new ControlFunction(ControlFunction.Kind.XPCALL, null));
    set(globals, "error", new JavaFunction(library::error));
    set(globals, "getfenv", new JavaFunction(library::getfenv));
    set(globals, "setfenv", new JavaFunction(library::setfenv));
    LuaTable coroutine = new LuaTable(machine.meter());
    set(globals, "coroutine", coroutine);
    set(coroutine, "create", new JavaFunction(library::create));
    set(coroutine, "resume", new ControlFunction(ControlFunction.Kind.RESUME, null));
    set(coroutine, "running", new JavaFunction(library::running));
    set(coroutine, "status", new JavaFunction(library::status));
    set(coroutine, "wrap", new JavaFunction(library::wrap));
    set(coroutine, "yield", new ControlFunction(ControlFunction.Kind.YIELD, null));
  }

  private static void set(LuaTable table, String name, Object value) {
    table.set(LuaString.name(name), value);
  }

  private void error(LuaCall call) {
    int level = (int) call.integer(2, 1);
    Object value = call.get(1);
    LuaString text = LuaValues.text(value);
    if (text != null && level > 0) {
      value = LuaString.of(machine.where(level) + text);
    }
    throw new LuaError(value);
  }

  // ---- environments

  private void getfenv(LuaCall call) {
    if (!call.isNil(1) && !(call.get(1) instanceof LuaFunction)) {
      if (call.integer(1) == 0) {
        call.push(machine.globals());
        return;
      }
    }
    LuaFunction function = functionOrLevel(call, true);
    call.push(function instanceof LuaClosure closure ? closure.environment : machine.globals());
  }

  private void setfenv(LuaCall call) {
    LuaTable environment = call.table(2);
    Object first = call.get(1);
    if (first instanceof Double number && number == 0) {
      machine.globals(environment);
      return;
    }
    LuaFunction function = functionOrLevel(call, false);
    if (!(function instanceof LuaClosure closure)) {
      throw call.error("'setfenv' cannot change environment of given object");
    }
    closure.environment = environment;
    call.push(closure);
  }

  /** The function in argument 1, or at the level that it is; null for one of the library. */
  private LuaFunction functionOrLevel(LuaCall call, boolean optional) {
    if (call.get(1) instanceof LuaFunction function) {
      return function;
    }
    int level = (int) (optional ? call.integer(1, 1) : call.integer(1));
    call.check(level >= 0, 1, "level must be non-negative");
    call.check(level == 0 || machine.hasLevel(level), 1, "invalid level");
    Frame frame = machine.frameAt(level);
    if (frame == null && level > 0) {
      throw call.error("no function environment for tail call at level " + level);
    }
    return frame == null ? null : frame.closure;
  }

  // ---- coroutines

  private Coroutine coroutine(LuaCall call) {
    if (call.get(1) instanceof Coroutine coroutine) {
      return coroutine;
    }
    throw call.argumentError(1, "coroutine expected");
  }

  private LuaClosure luaFunction(LuaCall call) {
    if (call.get(1) instanceof LuaClosure closure) {
      return closure;
    }
    throw call.argumentError(1, "Lua function expected");
  }

  private void create(LuaCall call) {
    call.push(machine.control.coroutine(luaFunction(call)));
  }

  private void wrap(LuaCall call) {
    Coroutine coroutine = machine.control.coroutine(luaFunction(call));
    call.push(new ControlFunction(ControlFunction.Kind.WRAPPED, coroutine));
  }

  private void running(LuaCall call) {
    call.push(machine.current.resumer == null ? null : machine.current);
  }

  private void status(LuaCall call) {
    call.push(LuaString.name(coroutine(call).status.name().toLowerCase(Locale.ROOT)));
  }
}
