package io.respite.server.lua.library;

import io.respite.server.lua.machine.Holder;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.ResumableFunction;
import io.respite.server.lua.value.LuaFault;
import io.respite.server.lua.value.LuaFunction;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import io.respite.server.lua.value.LuaValues;
import io.respite.server.lua.value.NumberText;
import java.util.function.Consumer;

/**
 * {@code string.gsub} under way. It goes through the subject match by match; for each it either
 * finds the replacement itself, or asks for a call, of the function that was given or of an {@code
 * __index} of the table, and goes on with what that returns.
 *
 * <pre>
 *   subject   ┌──────────────┬───────────┬─────────┬───────────┐
 *             │ in the sink  │ unchanged │  match  │           │
 *             └──────────────┴───────────┴─────────┴───────────┘
 *                            copied      at        matchEnd
 * </pre>
 */
final class Substitution implements ResumableFunction.Activity, Holder {
  private static final LuaString INDEX = LuaString.name("__index");

  /** Most tables that an access goes through by {@code __index}. */
  private static final int MAX_INDEX_CHAIN = 100;

  /** After how many bytes of replacements progress is told. */
  private static final int STRETCH = 1 << 16;

  private final LuaString subject;
  private final LuaPattern pattern;
  private final Object replacement;
  private final int most;
  private final ByteSink sink;

  private int at;
  private int copied;
  private int matchEnd;
  private int count;
  private boolean done;
  private long untold;

  private Substitution(LuaCall call, LuaString pattern, Object replacement, int most) {
    this.subject = call.string(1);
    this.pattern = new LuaPattern(subject, pattern, call.machine().limits().patternSteps());
    this.replacement = replacement;
    this.most = most;
    this.sink = new ByteSink(call.meter());
  }

  /** Begins a call of {@code gsub}; see {@link ResumableFunction.Start}. */
  static Substitution start(LuaCall call) {
    LuaString subject = call.string(1);
    LuaString pattern = call.string(2);
    Object replacement = call.get(3);
    int most =
        call.isNil(4)
            ? (int) Math.min(Integer.MAX_VALUE, subject.length() + 1L)
            : Library.integer(call, 4);
    if (replacement instanceof Double) {
      replacement = call.string(3);
    }
    boolean usable =
        replacement instanceof LuaString
            || replacement instanceof LuaTable
            || replacement instanceof LuaFunction;
    call.check(usable, 3, "string/function/table expected");
    Substitution substitution = new Substitution(call, pattern, replacement, most);
    return substitution.run(call) ? null : substitution;
  }

  @Override
  public boolean resume(LuaCall call) {
    Object value = call.get(1);
    // The replacement of the match at hand has been asked for.
    put(call, value);
    step();
    return run(call);
  }

  @Override
  public long hold(Consumer<Object> reach) {
    reach.accept(replacement);
    return sink.capacity() + pattern.hold(reach);
  }

  /** Goes on to the end, or to a replacement that somebody else has to find. */
  private boolean run(LuaCall call) {
    pattern.during(Progress.of(call));
    int begin = pattern.anchored() ? 1 : 0;
    while (!done && count < most) {
      matchEnd = pattern.match(at, begin);
      if (matchEnd >= 0) {
        count++;
        if (!replace(call)) {
          return false;
        }
      }
      step();
    }
    finish(call);
    return true;
  }

  /** Goes behind the match, or one byte further if there was none or it was empty. */
  private void step() {
    if (matchEnd > at) {
      at = matchEnd;
    } else if (at < subject.length()) {
      at++;
    } else {
      done = true;
    }
    if (pattern.anchored()) {
      done = true;
    }
  }

  private void finish(LuaCall call) {
    if (copied == 0 && sink.length() == 0) {
      call.push(subject);
    } else {
      sink.append(subject.bytes(), copied, subject.length());
      call.push(sink.toLuaString());
    }
    call.push((double) count);
  }

  /** Replaces the match; false when the replacement has been requested. */
  private boolean replace(LuaCall call) {
    if (replacement instanceof LuaString template) {
      expand(call, template);
      return true;
    } else if (replacement instanceof LuaTable) {
      return index(call, capture(call, 0));
    }
    Object[] captures = new Object[Math.max(1, pattern.captures())];
    for (int i = 0; i < captures.length; i++) {
      captures[i] = capture(call, i);
    }
    call.request(replacement, captures);
    return false;
  }

  /** Looks a key up in the table, as an access in a program would. */
  private boolean index(LuaCall call, Object key) {
    Object container = replacement;
    for (int i = 0; i < MAX_INDEX_CHAIN; i++) {
      Object value = container instanceof LuaTable table ? table.get(key) : null;
      Object handler = value == null ? Library.metamethod(call.machine(), container, INDEX) : null;
      if (value != null || (handler == null && container instanceof LuaTable)) {
        put(call, value);
        return true;
      } else if (handler == null) {
        throw new LuaFault("attempt to index a " + LuaValues.typeName(container) + " value");
      } else if (handler instanceof LuaFunction) {
        call.request(handler, container, key);
        return false;
      }
      container = handler;
    }
    throw new LuaFault("loop in gettable");
  }

  private Object capture(LuaCall call, int i) {
    int end = pattern.captureEnd(i, matchEnd);
    int from = pattern.captureStart(i, at);
    if (pattern.isPosition(i)) {
      return (double) (from + 1);
    }
    return Library.substring(call, subject, from, end);
  }

  /** Puts a value in the place of the match. */
  private void put(LuaCall call, Object value) {
    if (!LuaValues.truth(value)) {
      return;
    }
    LuaString text = LuaValues.text(value);
    if (text == null) {
      throw call.error("invalid replacement value (a " + LuaValues.typeName(value) + ")");
    }
    copyBefore();
    sink.append(text);
    copied = matchEnd;
    worked(call, text.length());
  }

  /** Puts the string in the place of the match, with captures for {@code %0} to {@code %9}. */
  private void expand(LuaCall call, LuaString template) {
    copyBefore();
    byte[] bytes = template.bytes();
    int plain = 0;
    int before = sink.length();
    for (int i = 0; i < bytes.length; ) {
      if (bytes[i] != '%') {
        i++;
        continue;
      }
      sink.append(bytes, plain, i);
      // As in Lua 5.1, a sign at the end stands for a byte 0.
      int c = i + 1 < bytes.length ? bytes[i + 1] : 0;
      i += 2;
      plain = Math.min(i, bytes.length);
      if (c < '0' || c > '9') {
        sink.append(c);
      } else if (c == '0') {
        sink.append(subject.bytes(), at, matchEnd);
      } else {
        expandCapture(c - '1');
      }
    }
    sink.append(bytes, plain, bytes.length);
    copied = matchEnd;
    worked(call, sink.length() - before);
  }

  private void expandCapture(int i) {
    int end = pattern.captureEnd(i, matchEnd);
    int from = pattern.captureStart(i, at);
    if (pattern.isPosition(i)) {
      sink.append(NumberText.of(from + 1));
    } else {
      sink.append(subject.bytes(), from, end);
    }
  }

  private void copyBefore() {
    sink.append(subject.bytes(), copied, at);
  }

  private void worked(LuaCall call, int bytes) {
    untold += bytes + 16;
    if (untold >= STRETCH) {
      call.worked(untold);
      untold = 0;
    }
  }
}
