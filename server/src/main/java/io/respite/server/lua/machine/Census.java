package io.respite.server.lua.machine;

import io.respite.server.lua.value.Counted;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.Userdata;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the memory of all values that a machine's program can reach, without recursion: values may
 * be nested as deep as memory goes.
 *
 * <p>Values are marked with the number of the census, which takes a tenth of the time that a set of
 * all of them would, and no memory: there may be millions. Numbers are unique in the process, for
 * strings are shared between machines; where two take a census at once, they may count such a
 * string twice.
 */
final class Census {
  private static final int STRING_BYTES = LuaString.OVERHEAD_BYTES;
  private static final int OBJECT_BYTES = 64;
  private static final int REFERENCE_BYTES = 4;

  /** Bytes that are counted in a millisecond or few. */
  private static final int BYTES_AT_A_STRETCH = 1 << 20;

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final int number = NUMBERS.incrementAndGet();

  private final Deque<Object> open = new ArrayDeque<>();
  private long bytes;

  Census(Machine machine) {
    reach(machine.globals());
    reach(machine.stringMetatable());
    reach(machine.current);
    machine.alsoInUse.get().forEach(this::reach);
    for (int i = 0; i < machine.call.resultCount; i++) {
      reach(machine.call.results[i]);
    }
  }

  /**
   * Bytes in use.
   *
   * @param breather run now and then: counting millions of values takes a while
   */
  long bytes(Runnable breather) {
    long paused = bytes;
    while (!open.isEmpty()) {
      visit(open.pop());
      if (bytes - paused > BYTES_AT_A_STRETCH) {
        paused = bytes;
        breather.run();
      }
    }
    return bytes;
  }

  private void reach(Object value) {
    if (value == null || value instanceof Double) {
      return;
    }
    if (value instanceof LuaString string) {
      if (string.mark(number)) {
        bytes += STRING_BYTES + string.length();
      }
    } else if (value instanceof Counted counted && counted.mark(number)) {
      open.push(value);
    }
  }

  private void reach(Object[] values) {
    bytes += (long) REFERENCE_BYTES * values.length;
    for (Object value : values) {
      reach(value);
    }
  }

  private void visit(Object value) {
    if (value instanceof LuaTable table) {
      bytes += table.bytes();
      reach(table.metatable());
      for (int i = table.nextFrom(0); i >= 0; i = table.nextFrom(i + 1)) {
        // Keys of the array part are numbers.
        if (i >= table.arrayPlaces()) {
          reach(table.keyAt(i));
        }
        reach(table.valueAt(i));
      }
    } else if (value instanceof LuaClosure closure) {
      bytes += OBJECT_BYTES;
      reach(closure.environment);
      for (Upvalue upvalue : closure.upvalues) {
        // Registers that several open ones share are counted for each: rather too much.
        if (upvalue.mark(number)) {
          reach(upvalue.home);
        }
      }
    } else if (value instanceof Userdata userdata) {
      bytes += OBJECT_BYTES;
      reach(userdata.metatable());
    } else if (value instanceof JavaFunction function && function.body instanceof Holder holder) {
      hold(holder);
    } else if (value instanceof ControlFunction function) {
      reach(function.coroutine);
    } else if (value instanceof Coroutine coroutine) {
      visit(coroutine);
    }
  }

  private void hold(Holder holder) {
    // Asked before the sum is touched: the holder adds to it, too.
    long held = holder.hold(this::reach);
    bytes += OBJECT_BYTES + held;
  }

  private void visit(Coroutine coroutine) {
    bytes += OBJECT_BYTES;
    reach(coroutine.body);
    reach(coroutine.resumer);
    coroutine.counted = coroutine.depth;
    for (Frame frame = coroutine.top; frame != null; frame = frame.previous) {
      bytes += OBJECT_BYTES;
      reach(frame.closure);
      reach(frame.registers);
      reach(frame.varargs);
      reach(frame.open);
      reach(frame.handler);
      if (frame.activity instanceof Holder holder) {
        hold(holder);
      }
    }
  }
}
