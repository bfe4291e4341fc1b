package io.respite.server.command.family.bitmap;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.OW;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.StringEdit;
import io.respite.server.encoding.Bits;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.StringView;
import java.util.List;

/**
 * Strings as rows of bits: SETBIT, BITCOUNT and their relatives. Rows of small numbers are in
 * {@link BitFieldCommands}, whole rows against each other in {@link BitOperation}.
 */
public final class BitmapCommands {
  private BitmapCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    KeySpec read = KeySpec.at(1, RO, ACCESS);
    return List.of(
        row("setbit", 4, "2.2.0", "O(1)")
            .flags(WRITE, DENYOOM)
            .keys(KeySpec.at(1, RW, ACCESS, UPDATE))
            .summary("Sets or clears a bit of a string, which grows as needed.")
            .syntax("key offset value:integer")
            .handler(BitmapCommands::setbit),
        row("getbit", 3, "2.2.0", "O(1)")
            .flags(READONLY, FAST)
            .keys(read)
            .summary("Answers a bit of a string.")
            .syntax("key offset")
            .handler(BitmapCommands::getbit),
        row("bitcount", -2, "2.6.0", "O(N) where N is the length of the range.")
            .flags(READONLY)
            .keys(read)
            .summary("Counts the bits that are set in a string or in a part of it.")
            .syntax("key [<start end [BYTE | BIT]>]")
            .changed("7.0.0", "Added the `BYTE|BIT` option.")
            .handler(BitmapCommands::bitcount),
        row("bitpos", -3, "2.8.7", "O(N) where N is the length of the range.")
            .flags(READONLY)
            .keys(read)
            .summary("Finds the first bit that is set, or clear.")
            .syntax("key bit:integer [<start [<end [BYTE | BIT]>]>]")
            .changed("7.0.0", "Added the `BYTE|BIT` option.")
            .handler(BitmapCommands::bitpos),
        row("bitop", -4, "2.6.0", "O(N) where N is the length of the longest string.")
            .flags(WRITE, DENYOOM)
            .keys(KeySpec.at(2, OW, UPDATE))
            .keys(KeySpec.range(3, -1, 1, RO, ACCESS))
            .summary("Combines strings bit by bit, and stores the result.")
            .syntax("<AND | OR | XOR | NOT | DIFF | DIFF1 | ANDOR | ONE> destkey:key key [key ...]")
            .changed("8.2.0", "Added the `DIFF`, `DIFF1`, `ANDOR` and `ONE` operations.")
            .handler(BitOperation::bitop));
  }

  static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.BITMAP)
        .since(since)
        .complexity(complexity);
  }

  private static void setbit(Call call) {
    final long bit = BitOffset.parse(call, 2);
    final long value =
        Parse.integer(
            call, 3, 0, 1, () -> new CommandError("ERR bit is not an integer or out of range"));
    StringView string = call.stringForWrite(1);
    long index = bit >>> 3;
    boolean within = string != null && index < string.length();
    int old = within ? string.bytes()[string.offset() + (int) index] & 0xFF : 0;
    int shift = 7 - (int) (bit & 7);
    int before = (old >>> shift) & 1;
    int changed = value == 1 ? old | (1 << shift) : old & ~(1 << shift);
    byte[] written = {(byte) changed};
    StringEdit.write(call, string, index, written, 0, 1);
    if (!within || before != value) {
      call.modified(1, KeyEvent.SETBIT);
    }
    call.reply().integer(before);
  }

  private static void getbit(Call call) {
    long bit = BitOffset.parse(call, 2);
    StringView string = call.string(1);
    long index = bit >>> 3;
    if (string == null || index >= string.length()) {
      call.reply().integer(0);
      return;
    }
    int piece = string.bytes()[string.offset() + (int) index];
    call.reply().integer((piece >>> (7 - (int) (bit & 7))) & 1);
  }

  private static void bitcount(Call call) {
    if (call.count() > 5 || call.count() == 3) {
      throw CommandError.syntax();
    }
    boolean whole = call.count() == 2;
    long start = whole ? 0 : Parse.integer(call, 2);
    long end = whole ? -1 : Parse.integer(call, 3);
    boolean bits = isBits(call, 4);
    StringView string = call.string(1);
    if (string == null) {
      call.reply().integer(0);
      return;
    }
    if (whole) {
      call.reply().integer(Bits.count(string.bytes(), string.offset(), string.length()));
      return;
    }
    if (start < 0 && end < 0 && start > end) {
      call.reply().integer(0);
      return;
    }
    Range range = Range.of(start, end, string.length(), bits);
    call.reply().integer(Bits.count(string.bytes(), string.offset(), range.from(), range.to()));
  }

  private static void bitpos(Call call) {
    long bit = Parse.integer(call, 2);
    if (bit != 0 && bit != 1) {
      throw new CommandError("ERR The bit argument must be 1 or 0.");
    }
    if (call.count() > 6) {
      throw CommandError.syntax();
    }
    long start = call.count() > 3 ? Parse.integer(call, 3) : 0;
    boolean bits = isBits(call, 5);
    boolean toTheEnd = call.count() < 5;
    long end = toTheEnd ? -1 : Parse.integer(call, 4);
    StringView string = call.string(1);
    if (string == null) {
      call.reply().integer(bit == 1 ? -1 : 0);
      return;
    }
    Range range = Range.of(start, end, string.length(), bits);
    long found = -1;
    if (range.from() < range.to()) {
      found = Bits.find(bit == 1, string.bytes(), string.offset(), range.from(), range.to());
      if (found < 0 && bit == 0 && toTheEnd) {
        // Behind the end there are zeros, unless the end was named.
        found = range.to();
      }
    }
    call.reply().integer(found);
  }

  /** Whether an argument, if it is there, says that the range counts bits and not bytes. */
  private static boolean isBits(Call call, int i) {
    if (i >= call.count() || call.is(i, "byte")) {
      return false;
    }
    if (!call.is(i, "bit")) {
      throw CommandError.syntax();
    }
    return true;
  }

  /**
   * A range of bits; empty when {@code from} is not below {@code to}.
   *
   * @param from the first bit
   * @param to behind the last bit
   */
  private record Range(long from, long to) {
    /** From two ends that count from the string's end when they are negative. */
    static Range of(long start, long end, int length, boolean bits) {
      long total = bits ? length * 8L : length;
      long first = Math.max(0, start < 0 ? total + start : start);
      long last = Math.min(total - 1, Math.max(0, end < 0 ? total + end : end));
      if (first > last) {
        return new Range(0, 0);
      }
      return bits ? new Range(first, last + 1) : new Range(first * 8, last * 8 + 8);
    }
  }
}
