package io.respite.server.lua.library;

import io.respite.server.lua.machine.Holder;
import io.respite.server.lua.machine.JavaFunction;
import io.respite.server.lua.machine.LuaCall;
import io.respite.server.lua.machine.Machine;
import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaTable;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * {@code string} ("Lua 5.1 Reference Manual", section 5.4). Strings are bytes, and letters are
 * those of ASCII, whatever the country.
 */
public final class StringLibrary {
  /** How many bytes are looked at between two reports of progress. */
  private static final int STRETCH = 1 << 16;

  /** What makes a pattern more than the bytes to look for. */
  private static final String SPECIALS = "^$*+?.([%-";

  private StringLibrary() {}

  /** Defines {@code string}, and makes it what strings are indexed with. */
  public static void install(Machine machine) {
    LuaTable string = Library.table(machine, "string", 15);
    Library.function(string, "byte", StringLibrary::bytes);
    Library.function(string, "char", StringLibrary::characters);
    Library.function(string, "dump", StringLibrary::dump);
    Library.function(string, "find", call -> find(call, true));
    Library.function(string, "format", StringLibrary::format);
    Library.function(string, "gfind", StringLibrary::gmatch);
    Library.function(string, "gmatch", StringLibrary::gmatch);
    Library.resumable(string, "gsub", Substitution::start);
    Library.function(string, "len", call -> call.push((double) call.string(1).length()));
    Library.function(string, "lower", call -> map(call, StringLibrary::toLower));
    Library.function(string, "match", call -> find(call, false));
    Library.function(string, "rep", StringLibrary::repeat);
    Library.function(string, "reverse", StringLibrary::reverse);
    Library.function(string, "sub", StringLibrary::sub);
    Library.function(string, "upper", call -> map(call, StringLibrary::toUpper));
    string.set(LuaString.name("gfind"), string.get(LuaString.name("gmatch")));
    LuaTable metatable = new LuaTable(machine.meter(), 0, 1);
    metatable.set(LuaString.name("__index"), string);
    machine.stringMetatable(metatable);
  }

  // ---- bytes

  /** A position counted from the end when it is negative; 0 in front of the string. */
  private static long position(long position, int length) {
    long absolute = position < 0 ? position + length + 1 : position;
    return Math.max(0, absolute);
  }

  private static void bytes(LuaCall call) {
    LuaString string = call.string(1);
    int length = string.length();
    long first = position(call.integer(2, 1), length);
    long last = Math.min(position(call.integer(3, first), length), length);
    first = Math.max(1, first);
    if (first > last) {
      return;
    }
    if (last - first + 1 > LuaCall.MAX_VALUES - call.count()) {
      throw call.error("stack overflow (string slice too long)");
    }
    for (int i = (int) first; i <= last; i++) {
      call.push((double) string.at(i - 1));
    }
  }

  private static void characters(LuaCall call) {
    byte[] bytes = Library.bytes(call, call.count());
    for (int i = 1; i <= bytes.length; i++) {
      int c = Library.integer(call, i);
      call.check(c >= 0 && c <= 255, i, "invalid value");
      bytes[i - 1] = (byte) c;
    }
    Library.pushCounted(call, bytes);
  }

  private static void dump(LuaCall call) {
    call.function(1);
    throw call.error("unable to dump given function");
  }

  private static void sub(LuaCall call) {
    LuaString string = call.string(1);
    int length = string.length();
    long first = Math.max(1, position(call.integer(2), length));
    long last = Math.min(position(call.integer(3, -1), length), length);
    if (first > last) {
      call.push(LuaString.EMPTY);
    } else {
      call.push(Library.substring(call, string, (int) first - 1, (int) last));
    }
  }

  private static void repeat(LuaCall call) {
    LuaString string = call.string(1);
    int times = Library.integer(call, 2);
    int length = string.length();
    if (times <= 0 || length == 0) {
      call.push(LuaString.EMPTY);
      return;
    }
    long total = (long) length * times;
    if (total > LuaString.MAX_LENGTH) {
      throw call.error("resulting string too large");
    }
    byte[] bytes = Library.bytes(call, (int) total);
    System.arraycopy(string.bytes(), 0, bytes, 0, length);
    // What is there is copied behind itself; a whole number of times, as long as a stretch allows.
    int most = Math.max(1, 16 * STRETCH / length) * length;
    for (int filled = length; filled < bytes.length; ) {
      int chunk = Math.min(Math.min(filled, most), bytes.length - filled);
      System.arraycopy(bytes, 0, bytes, filled, chunk);
      filled += chunk;
      call.worked(chunk >> 3);
    }
    Library.pushCounted(call, bytes);
  }

  private static void reverse(LuaCall call) {
    byte[] source = call.string(1).bytes();
    byte[] bytes = Library.bytes(call, source.length);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = source[bytes.length - 1 - i];
      if (i % STRETCH == STRETCH - 1) {
        call.worked(STRETCH);
      }
    }
    Library.pushCounted(call, bytes);
  }

  private static void map(LuaCall call, IntUnaryOperator change) {
    byte[] source = call.string(1).bytes();
    byte[] bytes = Library.bytes(call, source.length);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) change.applyAsInt(source[i]);
      if (i % STRETCH == STRETCH - 1) {
        call.worked(STRETCH);
      }
    }
    Library.pushCounted(call, bytes);
  }

  private static int toLower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  private static int toUpper(int c) {
    return c >= 'a' && c <= 'z' ? c - 32 : c;
  }

  // ---- patterns

  private static void find(LuaCall call, boolean positions) {
    LuaString subject = call.string(1);
    LuaString wanted = call.string(2);
    long first = position(call.integer(3, 1), subject.length()) - 1;
    int init = (int) Math.min(Math.max(0, first), subject.length());
    if (positions && (call.truth(4) || isPlain(wanted))) {
      int at = ByteSearch.find(subject.bytes(), init, wanted.bytes(), Progress.of(call));
      if (at < 0) {
        call.push((Object) null);
      } else {
        call.push((double) (at + 1));
        call.push((double) (at + wanted.length()));
      }
      return;
    }
    LuaPattern pattern = pattern(call, subject, wanted);
    pattern.during(Progress.of(call));
    boolean anchored = pattern.anchored();
    for (int at = init; at <= subject.length(); at++) {
      int end = pattern.match(at, anchored ? 1 : 0);
      if (end >= 0) {
        if (positions) {
          call.push((double) (at + 1));
          call.push((double) end);
        }
        pushCaptures(call, pattern, at, end, !positions);
        return;
      } else if (anchored) {
        break;
      }
    }
    call.push((Object) null);
  }

  private static LuaPattern pattern(LuaCall call, LuaString subject, LuaString pattern) {
    return new LuaPattern(subject, pattern, call.machine().limits().patternSteps());
  }

  /** Whether a pattern is nothing but bytes to look for. As in Lua 5.1, a byte 0 ends the look. */
  private static boolean isPlain(LuaString pattern) {
    for (byte b : pattern.bytes()) {
      if (b == 0) {
        return true;
      } else if (SPECIALS.indexOf(b) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static void pushCaptures(
      LuaCall call, LuaPattern pattern, int start, int end, boolean whole) {
    int count = pattern.captures() == 0 && whole ? 1 : pattern.captures();
    for (int i = 0; i < count; i++) {
      int captureEnd = pattern.captureEnd(i, end);
      int captureStart = pattern.captureStart(i, start);
      if (pattern.isPosition(i)) {
        call.push((double) (captureStart + 1));
      } else {
        call.push(Library.substring(call, pattern.subject(), captureStart, captureEnd));
      }
    }
  }

  private static void gmatch(LuaCall call) {
    LuaString subject = call.string(1);
    LuaPattern pattern = pattern(call, subject, call.string(2));
    call.meter().allocate(Library.FUNCTION_BYTES);
    call.push(new JavaFunction(new Matches(pattern)));
  }

  /** What {@code gmatch} returns: each call answers the captures of the next match. */
  private static final class Matches implements JavaFunction.Body, Holder {
    private final LuaPattern pattern;
    private int next;

    Matches(LuaPattern pattern) {
      this.pattern = pattern;
    }

    @Override
    public long hold(Consumer<Object> reach) {
      return pattern.hold(reach);
    }

    @Override
    public void call(LuaCall call) {
      int length = pattern.subject().length();
      pattern.during(Progress.of(call));
      for (int at = next; at <= length; at++) {
        int end = pattern.match(at, 0);
        if (end >= 0) {
          next = end == at ? end + 1 : end;
          pushCaptures(call, pattern, at, end, true);
          break;
        }
      }
      pattern.rest();
    }
  }

  // ---- format

  private static void format(LuaCall call) {
    LuaString format = call.string(1);
    byte[] bytes = format.bytes();
    ByteSink sink = new ByteSink(call.meter());
    Progress progress = Progress.of(call);
    int argument = 1;
    int plain = 0;
    for (int i = 0; i < bytes.length; ) {
      if (bytes[i] != '%') {
        i++;
        continue;
      }
      sink.append(bytes, plain, i);
      i++;
      if (i < bytes.length && bytes[i] == '%') {
        plain = i;
        i++;
        continue;
      }
      argument++;
      if (argument > call.count()) {
        throw call.argumentError(argument, "no value");
      }
      CFormat conversion = new CFormat(bytes, i, progress);
      convert(call, conversion, argument, sink);
      i = conversion.end();
      plain = i;
      call.worked(sink.length() > STRETCH ? 1000 : 100);
    }
    sink.append(bytes, plain, bytes.length);
    call.push(sink.toLuaString());
  }

  private static void convert(LuaCall call, CFormat conversion, int argument, ByteSink sink) {
    switch (conversion.letter()) {
      case 'c' -> conversion.character(sink, call.number(argument));
      case 'd', 'i' -> conversion.signed(sink, call.number(argument));
      case 'o', 'u', 'x', 'X' -> conversion.unsigned(sink, call.number(argument));
      case 'e', 'E', 'f', 'g', 'G' -> conversion.floating(sink, call.number(argument));
      case 'q' -> {
        CFormat.quoted(sink, call.string(argument));
        call.worked(sink.length());
      }
      case 's' -> conversion.string(sink, call.string(argument));
      case 0 -> throw call.error("invalid option '%' to 'format'");
      default ->
          throw call.error("invalid option '%" + (char) conversion.letter() + "' to 'format'");
    }
  }
}
