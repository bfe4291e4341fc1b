package io.respite.server.command.family.bitmap;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;
import static io.respite.server.command.KeySpec.Flag.VARIABLE_FLAGS;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.FoundKey;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.command.StringEdit;
import io.respite.server.encoding.Bits;
import io.respite.server.encoding.Numbers;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.StringView;
import java.util.ArrayList;
import java.util.List;

/** BITFIELD: strings as rows of integers of up to 64 bits, at any bit. */
public final class BitFieldCommands {
  /** Longer strings are raw already. */
  private static final int LONGEST_EMBEDDED = 44;

  private BitFieldCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    String get = "GET encoding offset";
    return List.of(
        BitmapCommands.row("bitfield", -2, "3.2.0", "O(1) for each operation.")
            .flags(WRITE, DENYOOM)
            .keys(KeySpec.at(1, RW, ACCESS, UPDATE, VARIABLE_FLAGS))
            .summary("Reads, sets and increments integers within a string.")
            .syntax(
                "key [<"
                    + get
                    + ":integer | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value:integer"
                    + " | INCRBY encoding offset increment>> [operation ...]]")
            .keyFunction(BitFieldCommands::keys)
            .handler(call -> run(call, false)),
        BitmapCommands.row("bitfield_ro", -2, "6.0.0", "O(1) for each operation.")
            .flags(READONLY, FAST)
            .keys(KeySpec.at(1, RO, ACCESS))
            .summary("Reads integers within a string.")
            .syntax("key [GET encoding offset:integer [encoding offset:integer ...]]")
            .handler(call -> run(call, true)));
  }

  private enum Kind {
    GET,
    SET,
    INCRBY
  }

  private enum Overflow {
    WRAP,
    SAT,
    FAIL
  }

  /**
   * One operation of a request.
   *
   * @param width number of bits
   * @param at the first bit
   * @param operand the value to set, or the increment
   */
  private record Operation(
      Kind kind, Overflow overflow, boolean signed, int width, long at, long operand) {
    long lastByte() {
      return (at + width - 1) >>> 3;
    }

    /** What a field's bits mean. */
    long meaning(long bits) {
      return signed ? bits << (64 - width) >> (64 - width) : bits;
    }

    private long most() {
      return signed ? Long.MAX_VALUE >>> (64 - width) : -1L >>> (64 - width);
    }

    /** The field's new content, or null when it does not fit and that is a failure. */
    Long changed(long old) {
      long value = kind == Kind.SET ? operand : old + operand;
      int side = kind == Kind.SET ? sideOfSet(value) : sideOfSum(old, value);
      if (side == 0 || overflow == Overflow.WRAP) {
        return meaning(value & (-1L >>> (64 - width)));
      }
      if (overflow == Overflow.FAIL) {
        return null;
      }
      if (side > 0) {
        return most();
      }
      return signed ? ~most() : 0;
    }

    /** -1 when a value to set is too small for the field, 1 when it is too large. */
    private int sideOfSet(long value) {
      if (signed) {
        return value > most() ? 1 : value < ~most() ? -1 : 0;
      }
      // A negative number is a large unsigned one.
      return Long.compareUnsigned(value, most()) > 0 ? 1 : 0;
    }

    private int sideOfSum(long old, long sum) {
      boolean wrapped = ((old ^ sum) & (operand ^ sum)) < 0;
      if (wrapped) {
        return operand > 0 ? 1 : -1;
      }
      long least = signed ? ~most() : 0;
      return sum > most() ? 1 : sum < least ? -1 : 0;
    }
  }

  /** BITFIELD only reads where all its operations are GET. */
  private static List<FoundKey> keys(Arguments request) {
    boolean reads = true;
    for (int i = 2; i < request.count(); i += 3) {
      reads &= request.is(i, "get") && i + 2 < request.count();
    }
    KeySpec spec = reads ? KeySpec.at(1, RO, ACCESS) : KeySpec.at(1, RW, ACCESS, UPDATE);
    return List.of(new FoundKey(1, spec));
  }

  private static void run(Call call, boolean readOnly) {
    List<Operation> operations = parse(call);
    long last = -1;
    for (Operation operation : operations) {
      if (operation.kind() != Kind.GET) {
        if (readOnly) {
          throw new CommandError("ERR BITFIELD_RO only supports the GET subcommand");
        }
        last = Math.max(last, operation.lastByte());
      }
    }
    Reply reply = call.reply();
    if (last < 0) {
      StringView string = call.string(1);
      reply.array(operations.size());
      for (Operation operation : operations) {
        reply.integer(read(string, operation));
      }
      return;
    }
    boolean changed = grow(call, last);
    reply.array(operations.size());
    for (Operation operation : operations) {
      StringView string = call.stringForWrite(1);
      long old = read(string, operation);
      if (operation.kind() == Kind.GET) {
        reply.integer(old);
        continue;
      }
      Long value = operation.changed(old);
      if (value == null) {
        reply.nil();
        continue;
      }
      reply.integer(operation.kind() == Kind.SET ? old : value);
      if (value != old) {
        write(call, string, operation, value);
        changed = true;
      }
    }
    if (changed) {
      call.modified(1, KeyEvent.SETBIT);
    } else {
      makeRaw(call);
    }
  }

  /** Writes a short string's first byte as it is: one that was to be edited is no number since. */
  private static void makeRaw(Call call) {
    StringView string = call.stringForWrite(1);
    if (string.length() <= LONGEST_EMBEDDED) {
      StringEdit.write(call, string, 0, new byte[] {string.bytes()[string.offset()]}, 0, 1);
    }
  }

  private static long read(StringView string, Operation operation) {
    if (string == null) {
      return 0;
    }
    return operation.meaning(
        Bits.field(
            string.bytes(), string.offset(), string.length(), operation.at(), operation.width()));
  }

  /** Makes the string long enough to have a byte with this index; whether it was not. */
  private static boolean grow(Call call, long last) {
    StringView string = call.stringForWrite(1);
    if (string != null && last < string.length()) {
      return false;
    }
    StringEdit.write(call, string, last, new byte[1], 0, 1);
    return true;
  }

  private static void write(Call call, StringView string, Operation operation, long value) {
    int first = (int) (operation.at() >>> 3);
    int count = (int) operation.lastByte() - first + 1;
    byte[] piece = new byte[count];
    System.arraycopy(string.bytes(), string.offset() + first, piece, 0, count);
    Bits.setField(piece, operation.at() & 7, operation.width(), value);
    StringEdit.write(call, string, first, piece, 0, count);
  }

  // ---- the request

  private static List<Operation> parse(Call call) {
    List<Operation> operations = new ArrayList<>();
    Overflow overflow = Overflow.WRAP;
    int i = 2;
    while (i < call.count()) {
      int more = call.count() - i - 1;
      if (more >= 1 && call.is(i, "overflow")) {
        overflow = overflow(call, i + 1);
        i += 2;
      } else if (more >= 2 && call.is(i, "get")) {
        operations.add(operation(call, i, Kind.GET, overflow));
        i += 3;
      } else if (more >= 3 && (call.is(i, "set") || call.is(i, "incrby"))) {
        Kind kind = call.is(i, "set") ? Kind.SET : Kind.INCRBY;
        operations.add(operation(call, i, kind, overflow));
        i += 4;
      } else {
        throw CommandError.syntax();
      }
    }
    return operations;
  }

  private static Overflow overflow(Call call, int i) {
    if (call.is(i, "wrap")) {
      return Overflow.WRAP;
    }
    if (call.is(i, "sat")) {
      return Overflow.SAT;
    }
    if (call.is(i, "fail")) {
      return Overflow.FAIL;
    }
    throw new CommandError("ERR Invalid OVERFLOW type specified");
  }

  private static Operation operation(Call call, int i, Kind kind, Overflow overflow) {
    byte[] buffer = call.arguments().buffer();
    int at = call.arguments().offset(i + 1);
    int length = call.arguments().length(i + 1);
    boolean signed = length > 0 && buffer[at] == 'i';
    boolean known = signed || (length > 0 && buffer[at] == 'u');
    long width = 0;
    if (known && Numbers.isLong(buffer, at + 1, length - 1)) {
      width = Numbers.parseLong(buffer, at + 1, length - 1);
    }
    if (width < 1 || width > (signed ? 64 : 63)) {
      throw new CommandError(
          "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported"
              + " but i64 is.");
    }
    long bit = BitOffset.parse(call, i + 2, (int) width);
    long operand = kind == Kind.GET ? 0 : Parse.integer(call, i + 3);
    return new Operation(kind, overflow, signed, (int) width, bit, operand);
  }
}
