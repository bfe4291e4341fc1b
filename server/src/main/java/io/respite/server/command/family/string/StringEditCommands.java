package io.respite.server.command.family.string;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.INSERT;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.StringEdit;
import io.respite.server.command.Words;
import io.respite.server.encoding.LongDouble;
import io.respite.server.encoding.Numbers;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.StringView;
import java.util.List;

/** Strings as numbers and as byte ranges: INCR, APPEND, GETRANGE and their relatives. */
public final class StringEditCommands {
  private static final byte[] SET = Words.of("SET");
  private static final byte[] KEEPTTL = Words.of("KEEPTTL");

  private StringEditCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    KeySpec count = KeySpec.at(1, RW, ACCESS, UPDATE);
    KeySpec read = KeySpec.at(1, RO, ACCESS);
    String rangeCost = "O(N) where N is the length of the answer; O(1) for short strings.";
    return List.of(
        row("incr", 2, "1.0.0", "O(1)")
            .flags(WRITE, DENYOOM, FAST)
            .keys(count)
            .summary("Adds one to the integer at a key; a missing key counts as 0.")
            .syntax("key")
            .handler(call -> add(call, 1)),
        row("decr", 2, "1.0.0", "O(1)")
            .flags(WRITE, DENYOOM, FAST)
            .keys(count)
            .summary("Takes one from the integer at a key; a missing key counts as 0.")
            .syntax("key")
            .handler(call -> add(call, -1)),
        row("incrby", 3, "1.0.0", "O(1)")
            .flags(WRITE, DENYOOM, FAST)
            .keys(count)
            .summary("Adds to the integer at a key; a missing key counts as 0.")
            .syntax("key increment")
            .handler(call -> add(call, Parse.integer(call, 2))),
        row("decrby", 3, "1.0.0", "O(1)")
            .flags(WRITE, DENYOOM, FAST)
            .keys(count)
            .summary("Takes from the integer at a key; a missing key counts as 0.")
            .syntax("key decrement")
            .handler(StringEditCommands::decrby),
        row("incrbyfloat", 3, "2.6.0", "O(1)")
            .flags(WRITE, DENYOOM, FAST)
            .keys(count)
            .summary("Adds to the number at a key; a missing key counts as 0.")
            .syntax("key increment:double")
            .handler(StringEditCommands::incrbyfloat),
        row("append", 3, "2.0.0", "O(1), amortized over the calls that build one string.")
            .flags(WRITE, DENYOOM, FAST)
            .keys(KeySpec.at(1, RW, INSERT))
            .summary("Adds bytes to the end of the string at a key, or makes one.")
            .syntax("key value")
            .handler(StringEditCommands::append),
        row("strlen", 2, "2.2.0", "O(1)")
            .flags(READONLY, FAST)
            .keys(KeySpec.at(1, RO))
            .summary("Answers the length of the string at a key.")
            .syntax("key")
            .handler(StringEditCommands::strlen),
        row("setrange", 4, "2.2.0", "O(M) where M is the length of the value.")
            .flags(WRITE, DENYOOM)
            .keys(KeySpec.at(1, RW, UPDATE))
            .summary("Overwrites part of the string at a key, which grows as needed.")
            .syntax("key offset value")
            .handler(StringEditCommands::setrange),
        row("getrange", 4, "2.4.0", rangeCost)
            .flags(READONLY)
            .keys(read)
            .summary("Answers part of the string at a key.")
            .syntax("key start end")
            .handler(StringEditCommands::getrange),
        row("substr", 4, "1.0.0", rangeCost)
            .flags(READONLY)
            .keys(read)
            .summary("Answers part of the string at a key.")
            .syntax("key start end")
            .deprecated("2.0.0", "`GETRANGE`")
            .handler(StringEditCommands::getrange));
  }

  private static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.STRING)
        .since(since)
        .complexity(complexity);
  }

  private static void decrby(Call call) {
    long decrement = Parse.integer(call, 2);
    if (decrement == Long.MIN_VALUE) {
      throw new CommandError("ERR decrement would overflow");
    }
    add(call, -decrement);
  }

  private static void add(Call call, long increment) {
    StringView string = call.stringForWrite(1);
    long old = 0;
    if (string != null) {
      if (!Numbers.isLong(string.bytes(), string.offset(), string.length())) {
        throw CommandError.notAnInteger();
      }
      old = Numbers.parseLong(string.bytes(), string.offset(), string.length());
    }
    long sum = old + increment;
    if (((old ^ sum) & (increment ^ sum)) < 0) {
      throw new CommandError("ERR increment or decrement would overflow");
    }
    if (string != null) {
      call.database().replaceByInteger(string, sum);
    } else {
      byte[] digits = Numbers.longBytes(sum);
      call.putString(1, digits, 0, digits.length, 0, PackedEntry.FORM_PLAIN);
    }
    call.modified(1, KeyEvent.INCRBY);
    call.reply().integer(sum);
  }

  private static void incrbyfloat(Call call) {
    StringView string = call.stringForWrite(1);
    LongDouble old = LongDouble.ZERO;
    long deadline = 0;
    if (string != null) {
      old = LongDouble.parse(string.bytes(), string.offset(), string.length());
      if (old == null) {
        throw CommandError.notAFloat();
      }
      deadline = string.expireAt();
    }
    LongDouble sum = old.plus(Parse.longDouble(call, 2));
    if (sum == null || sum.isInfinite()) {
      throw new CommandError("ERR increment would produce NaN or Infinity");
    }
    byte[] text = sum.toBytes();
    call.putString(1, text, 0, text.length, deadline, PackedEntry.FORM_STRING);
    if (call.keyspace().effects().active()) {
      // The sum itself, so that no other machine has to round the same way.
      call.effect(SET, call.bytes(1), text, KEEPTTL);
    }
    call.modified(1, KeyEvent.INCRBYFLOAT);
    call.reply().bulk(text);
  }

  private static void append(Call call) {
    StringView string = call.stringForWrite(1);
    if (string == null) {
      call.putString(1, 2, 0, PackedEntry.FORM_PLAIN);
      call.modified(1, KeyEvent.APPEND);
      call.reply().integer(call.arguments().length(2));
      return;
    }
    int length = write(call, string, string.length(), 2);
    call.modified(1, KeyEvent.APPEND);
    call.reply().integer(length);
  }

  private static void strlen(Call call) {
    StringView string = call.string(1);
    call.reply().integer(string == null ? 0 : string.length());
  }

  private static void setrange(Call call) {
    long at = Parse.integer(call, 2);
    if (at < 0) {
      throw new CommandError("ERR offset is out of range");
    }
    StringView string = call.stringForWrite(1);
    if (call.arguments().length(3) == 0) {
      call.reply().integer(string == null ? 0 : string.length());
      return;
    }
    int length = write(call, string, at, 3);
    call.modified(1, KeyEvent.SETRANGE);
    call.reply().integer(length);
  }

  private static int write(Call call, StringView string, long at, int argument) {
    Arguments arguments = call.arguments();
    return StringEdit.write(
        call,
        string,
        at,
        arguments.buffer(),
        arguments.offset(argument),
        arguments.length(argument));
  }

  private static void getrange(Call call) {
    long start = Parse.integer(call, 2);
    long end = Parse.integer(call, 3);
    StringView string = call.string(1);
    int length = string == null ? 0 : string.length();
    boolean backwards = start < 0 && end < 0 && start > end;
    long from = Math.max(0, start < 0 ? start + length : start);
    long to = Math.min(length - 1L, Math.max(0, end < 0 ? end + length : end));
    if (length == 0 || backwards || from > to) {
      call.reply().bulk(new byte[0]);
    } else {
      call.reply().bulk(string.bytes(), string.offset() + (int) from, (int) (to - from + 1));
    }
  }
}
