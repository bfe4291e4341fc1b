package io.respite.server.lua.library;

import io.respite.server.lua.machine.Holder;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.ResumableFunction;
import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * {@code table.sort} under way: the quicksort of Lua 5.1, comparison by comparison, so that equal
 * elements end up where they do there, and a function that contradicts itself meets the same pairs.
 *
 * <p>Elements low, middle and high are put in order first, which leaves their median in the middle;
 * it becomes the pivot, is put next to high, and the elements between are divided:
 *
 * <pre>
 *       low                   up ▶          ◀ down        high-1   high
 *     ┌───────┬──────────────┬──────────────────┬─────────┬───────┬───────┐
 *     │ ≤ P   │    ≤ P       │        ?         │   ≥ P   │   P   │  ≥ P  │
 *     └───────┴──────────────┴──────────────────┴─────────┴───────┴───────┘
 * </pre>
 *
 * The smaller half is sorted next, the larger one waits: there are never more waiting than an
 * integer has bits.
 *
 * <p>A comparison that must call a function interrupts all this. So the algorithm is written as
 * states, each named for the next comparison; {@link #decide} acts on its answer and enters the
 * next state, whether the answer is known at once or comes with {@link #resume}.
 */
final class TableSort implements ResumableFunction.Activity, Holder {
  private static final LuaString LESS = LuaString.name("__lt");

  /** After how much work progress is told, and what comparing costs. */
  private static final int STRETCH = 1 << 15;

  private static final int COMPARISON_UNITS = 20;
  private static final int BYTES_PER_UNIT = 16;

  /** What is to be compared next. */
  private enum State {
    /** Is high less than low? */
    HIGH_LOW,
    /** Is middle less than low? */
    MIDDLE_LOW,
    /** Is high less than middle? */
    HIGH_MIDDLE,
    /** Is the element at up less than the pivot? */
    UP_PIVOT,
    /** Is the pivot less than the element at down? */
    PIVOT_DOWN,
    /** Nothing is left. */
    DONE
  }

  private enum Answer {
    NO,
    YES,
    LATER
  }

  private final LuaTable table;
  private final Object function;

  private int[] waiting = new int[16];
  private int waitingCount;

  private State state;
  private int low;
  private int high;
  private int middle;
  private int up;
  private int down;
  private Object pivot;
  private Object atUp;

  // The two elements under comparison: is left less than right?
  private Object left;
  private Object right;

  private long untold;

  private TableSort(LuaTable table, Object function) {
    this.table = table;
    this.function = function;
    range(1, table.length());
  }

  /** Begins a call of {@code sort}; see {@link ResumableFunction.Start}. */
  static TableSort start(LuaCall call) {
    LuaTable table = call.table(1);
    Object function = call.isNil(2) ? null : call.function(2);
    TableSort sort = new TableSort(table, function);
    return sort.run(call) ? null : sort;
  }

  @Override
  public boolean resume(LuaCall call) {
    decide(call, call.truth(1));
    return run(call);
  }

  @Override
  public long hold(Consumer<Object> reach) {
    reach.accept(table);
    reach.accept(function);
    reach.accept(pivot);
    reach.accept(atUp);
    reach.accept(left);
    reach.accept(right);
    return (long) Integer.BYTES * waiting.length;
  }

  /** Sorts on until everything is in order, or an answer has to be waited for. */
  private boolean run(LuaCall call) {
    while (state != State.DONE) {
      choose();
      Answer answer = compare(call);
      if (answer == Answer.LATER) {
        return false;
      }
      decide(call, answer == Answer.YES);
    }
    return true;
  }

  // ---- the algorithm

  private void range(int newLow, int newHigh) {
    low = newLow;
    high = newHigh;
    while (low >= high && waitingCount > 0) {
      high = waiting[--waitingCount];
      low = waiting[--waitingCount];
    }
    state = low < high ? State.HIGH_LOW : State.DONE;
  }

  private void waiting(int waitingLow, int waitingHigh) {
    if (waitingCount == waiting.length) {
      waiting = Arrays.copyOf(waiting, waitingCount * 2);
    }
    waiting[waitingCount++] = waitingLow;
    waiting[waitingCount++] = waitingHigh;
  }

  /** Takes the two elements that the state speaks of. */
  private void choose() {
    switch (state) {
      case HIGH_LOW -> {
        left = table.get(high);
        right = table.get(low);
      }
      case MIDDLE_LOW -> {
        left = table.get(middle);
        right = table.get(low);
      }
      case HIGH_MIDDLE -> {
        right = left;
        left = table.get(high);
      }
      case UP_PIVOT -> {
        up++;
        left = table.get(up);
        right = pivot;
      }
      default -> {
        down--;
        left = pivot;
        right = table.get(down);
      }
    }
  }

  /** Acts on the answer to the question of the state. */
  private void decide(LuaCall call, boolean less) {
    switch (state) {
      case HIGH_LOW -> {
        if (less) {
          table.set(low, left);
          table.set(high, right);
        }
        middle = (low + high) >>> 1;
        state = State.MIDDLE_LOW;
        if (high - low == 1) {
          range(high, high);
        }
      }
      case MIDDLE_LOW -> {
        if (less) {
          table.set(middle, right);
          table.set(low, left);
          divide();
        } else {
          state = State.HIGH_MIDDLE;
        }
      }
      case HIGH_MIDDLE -> {
        if (less) {
          table.set(middle, left);
          table.set(high, right);
        }
        divide();
      }
      case UP_PIVOT -> {
        if (!less) {
          atUp = left;
          state = State.PIVOT_DOWN;
        } else if (up > high) {
          throw call.error("invalid order function for sorting");
        }
      }
      default -> {
        if (!less) {
          meet();
        } else if (down < low) {
          throw call.error("invalid order function for sorting");
        }
      }
    }
  }

  /** Begins to divide, unless the range has no more than the three elements just put in order. */
  private void divide() {
    if (high - low == 2) {
      range(high, high);
      return;
    }
    pivot = table.get(middle);
    table.set(middle, table.get(high - 1));
    table.set(high - 1, pivot);
    up = low;
    down = high - 1;
    state = State.UP_PIVOT;
  }

  /** Exchanges what up and down have stopped at; when they have met, the range is divided. */
  private void meet() {
    if (down >= up) {
      table.set(up, right);
      table.set(down, atUp);
      state = State.UP_PIVOT;
      return;
    }
    Object last = table.get(high - 1);
    table.set(high - 1, table.get(up));
    table.set(up, last);
    if (up - low < high - up) {
      waiting(up + 1, high);
      range(low, up - 1);
    } else {
      waiting(low, up - 1);
      range(up + 1, high);
    }
  }

  // ---- comparing

  private Answer compare(LuaCall call) {
    if (function != null) {
      call.request(function, left, right);
      return Answer.LATER;
    }
    worked(call, COMPARISON_UNITS);
    if (left instanceof Double a && right instanceof Double b) {
      return a < b ? Answer.YES : Answer.NO;
    } else if (left instanceof LuaString a && right instanceof LuaString b) {
      worked(call, Math.min(a.length(), b.length()) / BYTES_PER_UNIT);
      return a.compareTo(b) < 0 ? Answer.YES : Answer.NO;
    }
    Object metamethod = metamethod(call);
    call.request(metamethod, left, right);
    return Answer.LATER;
  }

  private void worked(LuaCall call, int units) {
    untold += units;
    if (untold >= STRETCH) {
      call.worked(untold);
      untold = 0;
    }
  }

  /** The function that both elements have in common for comparing. */
  private Object metamethod(LuaCall call) {
    String leftType = LuaValues.typeName(left);
    String rightType = LuaValues.typeName(right);
    if (leftType.equals(rightType)) {
      Object metamethod = Library.metamethod(call.machine(), left, LESS);
      Object other = Library.metamethod(call.machine(), right, LESS);
      if (metamethod != null && LuaValues.rawEquals(metamethod, other)) {
        return metamethod;
      }
    }
    // Lua tells types apart by the third letter of their names here.
    throw new LuaFault(
        leftType.charAt(2) == rightType.charAt(2)
            ? "attempt to compare two " + leftType + " values"
            : "attempt to compare " + leftType + " with " + rightType);
  }
}
