package io.respite.server.lua.library;

import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.machine.ResumableFunction;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import io.respite.server.lua.value.Meter;
import io.respite.server.lua.value.Userdata;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The basic functions ("Lua 5.1 Reference Manual", section 5.1) that neither call in protected mode
 * nor compile: those are the machine's.
 */
public final class BaseLibrary {
  /** Places of a table that are passed in no time. */
  private static final int FEW_PLACES = 64;

  private static final LuaString METATABLE = LuaString.name("__metatable");
  private static final LuaString TOSTRING = LuaString.name("__tostring");
  private static final LuaString ASSERTION_FAILED = LuaString.name("assertion failed!");
  private static final LuaString COLLECT = LuaString.name("collect");

  private static final List<String> COLLECTOR_OPTIONS =
      List.of("stop", "restart", "collect", "count", "step", "setpause", "setstepmul");

  /** Parameters of the collector that programs may set and ask for, to no effect. */
  private static final int USUAL_PAUSE = 200;

  private static final int USUAL_STEP_MULTIPLIER = 200;

  private static final double KILOBYTE = 1024;

  /** What a userdata takes in memory. */
  private static final int USERDATA_BYTES = 32;

  /** What looking at a byte of memory costs when all are counted: nothing like a nanosecond. */
  private static final int BYTES_PER_UNIT = 16;

  /** The metatables that {@code newproxy} made: only these may be shared by another. */
  private final Map<LuaTable, Boolean> proxies = new WeakHashMap<>();

  private int pause = USUAL_PAUSE;
  private int stepMultiplier = USUAL_STEP_MULTIPLIER;

  private BaseLibrary() {}

  /** Defines the basic functions, {@code _G} and {@code _VERSION}. */
  public static void install(Machine machine) {
    LuaTable globals = machine.globals();
    globals.set(LuaString.name("_G"), globals);
    globals.set(LuaString.name("_VERSION"), LuaString.name("Lua 5.1"));
    new BaseLibrary().define(globals);
  }

  private void define(LuaTable globals) {
    // What pairs answers is not the variable next: as in Lua 5.1, two functions that do the same.
    JavaFunction nextEntry = new JavaFunction(BaseLibrary::next);
    JavaFunction nextElement = new JavaFunction(BaseLibrary::nextElement);
    Library.function(globals, "assert", BaseLibrary::assertTrue);
    Library.function(globals, "collectgarbage", this::collectGarbage);
    Library.function(
        globals, "gcinfo", call -> call.push(Math.floor(call.meter().used() / KILOBYTE)));
    Library.function(globals, "getmetatable", BaseLibrary::getMetatable);
    Library.function(globals, "ipairs", call -> ipairs(call, nextElement));
    Library.function(globals, "next", BaseLibrary::next);
    Library.function(globals, "newproxy", this::newProxy);
    Library.function(globals, "pairs", call -> pairs(call, nextEntry));
    Library.function(globals, "rawequal", BaseLibrary::rawEqual);
    Library.function(globals, "rawget", BaseLibrary::rawGet);
    Library.function(globals, "rawset", BaseLibrary::rawSet);
    Library.function(globals, "select", BaseLibrary::select);
    Library.function(globals, "setmetatable", BaseLibrary::setMetatable);
    Library.function(globals, "tonumber", BaseLibrary::toNumber);
    Library.resumable(globals, "tostring", BaseLibrary::toText);
    Library.function(globals, "type", BaseLibrary::type);
    Library.function(globals, "unpack", BaseLibrary::unpack);
  }

  private static void assertTrue(LuaCall call) {
    call.any(1);
    if (!call.truth(1)) {
      String message = call.string(2, ASSERTION_FAILED).toString();
      // A text of C, to Lua 5.1: it ends at a byte 0.
      int end = message.indexOf(0);
      throw call.error(end < 0 ? message : message.substring(0, end));
    }
    call.pushArguments(1);
  }

  private static void type(LuaCall call) {
    call.push(LuaString.name(LuaValues.typeName(call.any(1))));
  }

  // ---- going through tables

  private static void next(LuaCall call) {
    LuaTable table = call.table(1);
    int from = table.placeBehind(call.get(2));
    int place = table.nextFrom(from);
    int passed = (place < 0 ? table.places() : place) - from;
    if (passed > FEW_PLACES) {
      // They were empty.
      call.worked(passed);
    }
    if (place < 0) {
      call.push((Object) null);
    } else {
      call.push(table.keyAt(place));
      call.push(table.valueAt(place));
    }
  }

  private static void pairs(LuaCall call, JavaFunction next) {
    LuaTable table = call.table(1);
    call.push(next);
    call.push(table);
    call.push((Object) null);
  }

  private static void ipairs(LuaCall call, JavaFunction nextElement) {
    LuaTable table = call.table(1);
    call.push(nextElement);
    call.push(table);
    call.push(0.0);
  }

  /** What {@code ipairs} returns. */
  private static void nextElement(LuaCall call) {
    int index = Library.integer(call, 2) + 1;
    Object value = call.table(1).get(index);
    if (value != null) {
      call.push((double) index);
      call.push(value);
    }
  }

  private static void unpack(LuaCall call) {
    LuaTable table = call.table(1);
    int first = Library.integer(call, 2, 1);
    int last = call.isNil(3) ? table.length() : Library.integer(call, 3);
    if (first > last) {
      return;
    }
    if ((long) last - first + 1 > LuaCall.MAX_VALUES - call.count()) {
      throw call.error("too many results to unpack");
    }
    // The loop ends without a comparison that the largest int would satisfy for ever.
    for (int i = first, left = last - first; left >= 0; i++, left--) {
      call.push(table.get(i));
    }
  }

  private static void select(LuaCall call) {
    int count = call.count();
    if (call.get(1) instanceof LuaString string && string.length() > 0 && string.at(0) == '#') {
      call.push((double) (count - 1));
      return;
    }
    int index = Library.integer(call, 1);
    if (index < 0) {
      index = count + index;
    } else if (index > count) {
      index = count;
    }
    call.check(index >= 1, 1, "index out of range");
    call.pushArguments(index + 1);
  }

  // ---- raw access and metatables

  private static void rawEqual(LuaCall call) {
    Object a = call.any(1);
    Object b = call.any(2);
    call.push(LuaValues.rawEquals(a, b));
  }

  private static void rawGet(LuaCall call) {
    LuaTable table = call.table(1);
    call.push(table.get(call.any(2)));
  }

  private static void rawSet(LuaCall call) {
    LuaTable table = call.table(1);
    Object key = call.any(2);
    table.set(key, call.any(3));
    call.push(table);
  }

  private static void getMetatable(LuaCall call) {
    LuaTable metatable = call.machine().metatable(call.any(1));
    Object shown = metatable == null ? null : metatable.get(METATABLE);
    call.push(shown == null ? metatable : shown);
  }

  private static void setMetatable(LuaCall call) {
    LuaTable table = call.table(1);
    Object metatable = call.get(2);
    call.check(
        call.count() >= 2 && (metatable == null || metatable instanceof LuaTable),
        2,
        "nil or table expected");
    if (table.metatable() != null && table.metatable().get(METATABLE) != null) {
      throw call.error("cannot change a protected metatable");
    }
    table.metatable((LuaTable) metatable);
    call.push(table);
  }

  private void newProxy(LuaCall call) {
    Object model = call.get(1);
    LuaTable metatable = null;
    if (model == Boolean.TRUE) {
      metatable = call.newTable(0, 0);
      proxies.put(metatable, true);
    } else if (LuaValues.truth(model)) {
      metatable = call.machine().metatable(model);
      call.check(
          metatable != null && proxies.containsKey(metatable), 1, "boolean or proxy expected");
    }
    call.meter().allocate(USERDATA_BYTES);
    call.push(new Userdata(metatable));
  }

  // ---- conversions

  private static ResumableFunction.Activity toText(LuaCall call) {
    Object value = call.any(1);
    Object metamethod = Library.metamethod(call.machine(), value, TOSTRING);
    if (metamethod == null) {
      LuaString text = LuaValues.describe(value);
      if (text != value) {
        call.meter().allocate(Library.STRING_BYTES);
      }
      call.push(text);
      return null;
    }
    call.request(metamethod, value);
    return BaseLibrary::answerFirst;
  }

  private static boolean answerFirst(LuaCall call) {
    call.push(call.get(1));
    return true;
  }

  private static void toNumber(LuaCall call) {
    int base = Library.integer(call, 2, 10);
    if (base == 10) {
      call.push((Object) LuaValues.number(call.any(1)));
      return;
    }
    LuaString text = call.string(1);
    call.check(base >= 2 && base <= 36, 2, "base out of range");
    call.push((Object) parse(text.bytes(), base));
    call.worked(text.length());
  }

  /**
   * A number in another base, as C's {@code strtoul} reads it: 64 bits, the largest one when there
   * are more, negated when there is a minus in front; null if it is none.
   */
  private static Double parse(byte[] text, int base) {
    int i = skipSpace(text, 0);
    boolean negative = at(text, i) == '-';
    if (negative || at(text, i) == '+') {
      i++;
    }
    if (base == 16 && at(text, i) == '0' && (at(text, i + 1) | 0x20) == 'x') {
      if (digit(at(text, i + 2)) < base) {
        i += 2;
      }
    }
    int begin = i;
    long number = 0;
    boolean overflow = false;
    for (int digit; (digit = digit(at(text, i))) < base; i++) {
      if (!overflow) {
        long most = Long.divideUnsigned(-1L - digit, base);
        overflow = Long.compareUnsigned(number, most) > 0;
        number = number * base + digit;
      }
    }
    if (i == begin || at(text, skipSpace(text, i)) != 0) {
      return null;
    }
    long result = overflow ? -1 : negative ? -number : number;
    double upper = (result >>> 1) * 2.0;
    return result >= 0 ? (double) result : upper + (result & 1);
  }

  private static int at(byte[] text, int i) {
    return i < text.length ? text[i] & 0xff : 0;
  }

  private static int skipSpace(byte[] text, int from) {
    int i = from;
    while (at(text, i) == ' ' || (at(text, i) >= 9 && at(text, i) <= 13)) {
      i++;
    }
    return i;
  }

  private static int digit(int c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int letter = c | 0x20;
    return letter >= 'a' && letter <= 'z' ? letter - 'a' + 10 : Integer.MAX_VALUE;
  }

  // ---- memory

  private void collectGarbage(LuaCall call) {
    String option = call.string(1, COLLECT).toString();
    if (!COLLECTOR_OPTIONS.contains(option)) {
      throw call.argumentError(1, "invalid option '" + option + "'");
    }
    int argument = Library.integer(call, 2, 0);
    switch (option) {
      case "count" -> call.push(call.meter().used() / KILOBYTE);
      case "collect" -> {
        collect(call);
        call.push(0.0);
      }
      case "step" -> {
        collect(call);
        call.push(true);
      }
      case "setpause" -> {
        call.push((double) pause);
        pause = argument;
      }
      case "setstepmul" -> {
        call.push((double) stepMultiplier);
        stepMultiplier = argument;
      }
      default -> call.push(0.0);
    }
  }

  private static void collect(LuaCall call) {
    Meter meter = call.meter();
    call.worked(meter.collect() / BYTES_PER_UNIT);
  }
}
