package io.respite.server.script;

import io.respite.server.environment.Clock;
import io.respite.server.lua.extension.BitLibrary;
import io.respite.server.lua.extension.CjsonLibrary;
import io.respite.server.lua.extension.CmsgpackLibrary;
import io.respite.server.lua.extension.StructLibrary;
import io.respite.server.lua.library.BaseLibrary;
import io.respite.server.lua.library.LoadLibrary;
import io.respite.server.lua.library.MathLibrary;
import io.respite.server.lua.library.OsLibrary;
import io.respite.server.lua.library.StringLibrary;
import io.respite.server.lua.library.TableLibrary;
import io.respite.server.lua.machine.ControlLibrary;
import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.machine.MachineLimits;
import io.respite.server.lua.machine.TranslateWhen;
import io.respite.server.lua.value.LuaError;
import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaFunction;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * A world for scripts in which they can reach nothing but their own values and {@code redis}. What
 * all scripts share, the global variables and the libraries, is read-only, so that no script leaves
 * anything behind for the next.
 */
final class Sandbox {
  private static final LuaString ERR = LuaString.name("err");
  private static final LuaString KEYS = LuaString.name("KEYS");
  private static final LuaString ARGV = LuaString.name("ARGV");
  private static final LuaString INDEX = LuaString.name("__index");

  /**
   * What Lua has and scripts do not get, as in Redis: by environments and metatables of their own
   * they could reach each other.
   */
  private static final String[] UNWANTED = {"getfenv", "setfenv", "newproxy"};

  /**
   * Memory of all scripts' values together: an eighth of the heap, a quarter of a gigabyte at most.
   * Scripts have little to remember; and while values are counted, which takes up to 0.1 s for that
   * many, everybody waits.
   */
  private static final long MEMORY_BYTES =
      Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 8);

  private final Machine machine;
  private final LuaTable globals;

  /** A world with Redis's libraries; {@code redis} is added by the caller, who then closes it. */
  Sandbox(Clock clock, TranslateWhen translate) {
    machine = new Machine(MachineLimits.of(MEMORY_BYTES), translate);
    globals = machine.globals();
    BaseLibrary.install(machine);
    ControlLibrary.install(machine);
    LoadLibrary.install(machine);
    StringLibrary.install(machine);
    TableLibrary.install(machine);
    MathLibrary.install(machine);
    OsLibrary.install(machine, clock::nanos);
    CjsonLibrary.install(machine);
    CmsgpackLibrary.install(machine);
    StructLibrary.install(machine);
    BitLibrary.install(machine);
    for (String name : UNWANTED) {
      globals.set(LuaString.name(name), null);
    }
    machine.onCaught(Sandbox::caught);
  }

  /**
   * What {@code pcall} hands out of an error of {@code redis.call}: its text, as it was before
   * errors were tables.
   */
  private static Object caught(Object error) {
    return error instanceof LuaTable table && LuaValues.text(table.get(ERR)) != null
        ? table.get(ERR)
        : error;
  }

  Machine machine() {
    return machine;
  }

  LuaTable globals() {
    return globals;
  }

  /** Makes everything read-only that can be reached so far. */
  void close(boolean withArguments) {
    if (withArguments) {
      globals.set(KEYS, new LuaTable(machine.meter()));
      globals.set(ARGV, new LuaTable(machine.meter()));
    }
    LuaTable strict = new LuaTable(machine.meter());
    strict.set(INDEX, new JavaFunction(Sandbox::refuseUnknown));
    globals.metatable(strict);
    Set<LuaTable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    protect(globals, seen);
    if (machine.stringMetatable() != null) {
      protect(machine.stringMetatable(), seen);
    }
  }

  /** Recursion goes as deep as the libraries nest. */
  static void protect(LuaTable table, Set<LuaTable> seen) {
    if (!seen.add(table)) {
      return;
    }
    table.readOnly(true);
    if (table.metatable() != null) {
      protect(table.metatable(), seen);
    }
    for (int i = table.nextFrom(0); i >= 0; i = table.nextFrom(i + 1)) {
      if (table.valueAt(i) instanceof LuaTable inner) {
        protect(inner, seen);
      }
    }
  }

  static void refuseUnknown(LuaCall call) {
    LuaString name = LuaValues.text(call.get(2));
    throw call.error(
        "Script attempted to access nonexistent global variable '"
            + (name == null ? "?" : ReplyWriter.cString(name))
            + "'");
  }

  /** Prepares a run: undoes what scripts can do to the world, and begins the function. */
  void begin(LuaFunction function, Object... arguments) {
    machine.globals(globals);
    machine.begin(function, arguments);
  }

  /** Sets the global variables KEYS and ARGV. */
  void arguments(LuaTable keys, LuaTable arguments) {
    globals.readOnly(false);
    globals.set(KEYS, keys);
    globals.set(ARGV, arguments);
    globals.readOnly(true);
  }

  /** What to tell of an error: its text and a code word in front. */
  static String message(Object error) {
    if (error instanceof LuaTable table) {
      LuaString text = LuaValues.text(table.get(ERR));
      return text == null ? "ERR (error object is a table value)" : ReplyWriter.cString(text);
    }
    return "ERR " + ReplyWriter.cString(LuaValues.describe(error));
  }

  /** The same for what failed before a program was running. */
  static String message(RuntimeException failed) {
    return failed instanceof LuaError error
        ? message(error.value())
        : "ERR " + (failed instanceof LuaFault ? failed.getMessage() : failed.toString());
  }
}
