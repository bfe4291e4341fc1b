package io.respite.server.lua.library;

import io.respite.server.lua.machine.Holder;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.machine.ResumableFunction;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import java.util.function.Consumer;

/** {@code table} ("Lua 5.1 Reference Manual", section 5.5). All access is raw. */
public final class TableLibrary {
  /** How many elements are moved between two reports of progress, and what one costs. */
  private static final int STRETCH = 1024;

  private static final int ELEMENT_UNITS = 8;

  private TableLibrary() {}

  /** Defines {@code table}. */
  public static void install(Machine machine) {
    LuaTable table = Library.table(machine, "table", 9);
    Library.function(table, "concat", TableLibrary::concat);
    Library.resumable(table, "foreach", TableLibrary::foreach);
    Library.resumable(table, "foreachi", TableLibrary::foreachi);
    Library.function(table, "getn", call -> call.push((double) call.table(1).length()));
    Library.function(table, "maxn", TableLibrary::maxn);
    Library.function(table, "insert", TableLibrary::insert);
    Library.function(table, "remove", TableLibrary::remove);
    Library.function(table, "setn", TableLibrary::setn);
    Library.resumable(table, "sort", TableSort::start);
  }

  private static void worked(LuaCall call, int i) {
    if (i % STRETCH == 0) {
      call.worked(STRETCH * ELEMENT_UNITS);
    }
  }

  private static void concat(LuaCall call) {
    LuaString separator = call.string(2, LuaString.EMPTY);
    LuaTable table = call.table(1);
    int first = Library.integer(call, 3, 1);
    int last = call.isNil(4) ? table.length() : Library.integer(call, 4);
    ByteSink sink = new ByteSink(call.meter());
    for (int i = first; i < last; i++) {
      add(call, sink, table, i);
      sink.append(separator);
      worked(call, i);
    }
    if (first <= last) {
      add(call, sink, table, last);
    }
    call.push(sink.toLuaString());
  }

  private static void add(LuaCall call, ByteSink sink, LuaTable table, int i) {
    Object value = table.get(i);
    LuaString text = LuaValues.text(value);
    if (text == null) {
      throw call.error(
          Library.message(
              "invalid value (%s) at index %d in table for 'concat'",
              LuaValues.typeName(value), i));
    }
    sink.append(text);
  }

  private static void insert(LuaCall call) {
    LuaTable table = call.table(1);
    int end = table.length() + 1;
    int position;
    switch (call.count()) {
      case 2 -> position = end;
      case 3 -> {
        position = Library.integer(call, 2);
        for (int i = end; i > position; i--) {
          table.set(i, table.get(i - 1));
          worked(call, i);
        }
      }
      default -> throw call.error("wrong number of arguments to 'insert'");
    }
    table.set(position, call.get(call.count()));
  }

  private static void remove(LuaCall call) {
    LuaTable table = call.table(1);
    int end = table.length();
    int position = Library.integer(call, 2, end);
    if (position < 1 || position > end) {
      return;
    }
    call.push(table.get(position));
    for (int i = position; i < end; i++) {
      table.set(i, table.get(i + 1));
      worked(call, i);
    }
    table.set(end, null);
  }

  private static void setn(LuaCall call) {
    call.table(1);
    throw call.error("'setn' is obsolete");
  }

  private static void maxn(LuaCall call) {
    LuaTable table = call.table(1);
    double most = 0;
    int seen = 0;
    for (int place = table.nextFrom(0); place >= 0; place = table.nextFrom(place + 1)) {
      if (table.keyAt(place) instanceof Double key && key > most) {
        most = key;
      }
      seen++;
      worked(call, seen);
    }
    call.push(most);
  }

  // ---- calling back

  private static ResumableFunction.Activity foreach(LuaCall call) {
    LuaTable table = call.table(1);
    Object function = call.function(2);
    EachEntry activity = new EachEntry(table, function);
    return activity.next(call) ? null : activity;
  }

  private static ResumableFunction.Activity foreachi(LuaCall call) {
    LuaTable table = call.table(1);
    Object function = call.function(2);
    EachElement activity = new EachElement(table, function, table.length());
    return activity.next(call) ? null : activity;
  }

  /** Calls a function with each entry until it returns something. */
  private static final class EachEntry implements ResumableFunction.Activity, Holder {
    private final LuaTable table;
    private final Object function;
    private Object key;

    EachEntry(LuaTable table, Object function) {
      this.table = table;
      this.function = function;
    }

    @Override
    public long hold(Consumer<Object> reach) {
      reach.accept(table);
      reach.accept(function);
      return 0;
    }

    @Override
    public boolean resume(LuaCall call) {
      Object result = call.get(1);
      if (result != null) {
        call.push(result);
        return true;
      }
      return next(call);
    }

    boolean next(LuaCall call) {
      int place = table.next(key);
      if (place < 0) {
        return true;
      }
      key = table.keyAt(place);
      call.request(function, key, table.valueAt(place));
      return false;
    }
  }

  /** Calls a function with each element from 1 on until it returns something. */
  private static final class EachElement implements ResumableFunction.Activity, Holder {
    private final LuaTable table;
    private final Object function;
    private final int length;
    private int index;

    EachElement(LuaTable table, Object function, int length) {
      this.table = table;
      this.function = function;
      this.length = length;
    }

    @Override
    public long hold(Consumer<Object> reach) {
      reach.accept(table);
      reach.accept(function);
      return 0;
    }

    @Override
    public boolean resume(LuaCall call) {
      Object result = call.get(1);
      if (result != null) {
        call.push(result);
        return true;
      }
      return next(call);
    }

    boolean next(LuaCall call) {
      if (index >= length) {
        return true;
      }
      index++;
      call.request(function, (double) index, table.get(index));
      return false;
    }
  }
}
