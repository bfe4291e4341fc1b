package io.respite.server.command.family.generic;

import static io.respite.server.command.CommandFlag.ASKING;
import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.OW;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Words;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.keyspace.AccessClock;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.rdb.DumpPayload;
import io.respite.server.rdb.ObjectFormats;
import io.respite.server.rdb.RdbFormatException;
import io.respite.server.type.StringValue;
import io.respite.server.type.Value;
import java.util.ArrayList;
import java.util.List;

/** DUMP and RESTORE: what a key holds, as bytes that another server takes. */
public final class DumpCommands {
  private static final int LARGEST_COUNT = 255;

  private DumpCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    return List.of(
        Command.named("dump")
            .arity(2)
            .group(CommandGroup.GENERIC)
            .since("2.6.0")
            .flags(READONLY)
            .keys(KeySpec.at(1, RO, ACCESS))
            .complexity(
                "O(1) to access the key and additional O(N*M) to serialize it, where N is the number"
                    + " of objects composing the value and M their average size.")
            .summary("Answers what a key holds as bytes for RESTORE.")
            .syntax("key")
            .tip("nondeterministic_output")
            .handler(DumpCommands::dump),
        restore("restore", "2.6.0", CommandGroup.GENERIC)
            .changed("3.0.0", "Added the `REPLACE` modifier.")
            .changed("5.0.0", "Added the `ABSTTL` modifier.")
            .changed("5.0.0", "Added the `IDLETIME` and `FREQ` options.")
            .summary("Makes a key of the bytes that DUMP answered."),
        restore("restore-asking", "3.0.0", CommandGroup.SERVER)
            .flags(ASKING)
            .summary("Makes a key of the bytes that DUMP answered, while a slot is on the move."));
  }

  private static Command restore(String name, String since, CommandGroup group) {
    return Command.named(name)
        .arity(-4)
        .group(group)
        .since(since)
        .flags(WRITE, DENYOOM)
        .categories("keyspace", "dangerous")
        .keys(KeySpec.at(1, OW, UPDATE))
        .complexity(
            "O(1) to create the new key and additional O(N*M) to reconstruct the serialized value,"
                + " where N is the number of objects composing the value and M their average size.")
        .syntax(
            "key ttl:integer serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ"
                + " frequency:integer]")
        .handler(DumpCommands::restore);
  }

  private static void dump(Call call) {
    Object entry = call.lookup(1);
    if (entry == null) {
      call.reply().nil();
    } else {
      call.reply().bulk(payload(call, entry));
    }
  }

  /**
   * The payload of what a key holds.
   *
   * @throws CommandError when it would be longer than a request's argument may be
   */
  static byte[] payload(Call call, Object entry) {
    long most = call.keyspace().maxStringBytes();
    try {
      if (entry instanceof byte[] record) {
        int at = PackedEntry.valueOffset(record);
        return DumpPayload.ofString(record, at, record.length - at, most);
      }
      return DumpPayload.of(((KeyEntry) entry).value(), most);
    } catch (RdbFormatException tooLong) {
      throw new CommandError("ERR " + tooLong.getMessage());
    }
  }

  private static final class Options {
    boolean replace;
    boolean absolute;
    long idleSeconds = -1;
    long count = -1;
  }

  private static Options parse(Call call) {
    Options o = new Options();
    for (int i = 4; i < call.count(); i++) {
      boolean more = i + 1 < call.count();
      if (call.is(i, "replace")) {
        o.replace = true;
      } else if (call.is(i, "absttl")) {
        o.absolute = true;
      } else if (call.is(i, "idletime") && more && o.count == -1) {
        o.idleSeconds = Parse.integer(call, ++i);
        if (o.idleSeconds < 0) {
          throw new CommandError("ERR Invalid IDLETIME value, must be >= 0");
        }
      } else if (call.is(i, "freq") && more && o.idleSeconds == -1) {
        o.count = Parse.integer(call, ++i);
        if (o.count < 0 || o.count > LARGEST_COUNT) {
          throw new CommandError("ERR Invalid FREQ value, must be >= 0 and <= 255");
        }
      } else {
        throw CommandError.syntax();
      }
    }
    return o;
  }

  private static void restore(Call call) {
    Options options = parse(call);
    if (!options.replace && call.peek(1) != null) {
      throw new CommandError("BUSYKEY Target key name already exists.");
    }
    long ttl = Parse.integer(call, 2);
    if (ttl < 0) {
      throw new CommandError("ERR Invalid TTL value, must be >= 0");
    }
    Value value = load(call);
    if (ttl > 0 && !options.absolute && ttl > Long.MAX_VALUE - call.now()) {
      throw new CommandError("ERR Invalid TTL value, the time is beyond what 64 bits hold");
    }
    long deadline = ttl == 0 || options.absolute ? ttl : ttl + call.now();
    if (deadline != 0 && deadline <= call.now() && call.keyspace().expires()) {
      if (call.remove(1)) {
        call.effect(Words.of("DEL"), call.bytes(1));
        call.modified(1, KeyEvent.DEL);
      }
      call.reply().ok();
      return;
    }
    // What was there is removed first, so that whoever listens hears of a new key.
    call.remove(1);
    place(call, value, deadline);
    setAccess(call, options);
    effect(call, options, deadline);
    call.modified(1, KeyEvent.RESTORE);
    call.reply().ok();
  }

  private static Value load(Call call) {
    byte[] payload = call.bytes(3);
    if (!DumpPayload.isIntact(payload)) {
      throw new CommandError("ERR DUMP payload version or checksum are wrong");
    }
    try {
      return DumpPayload.load(
          payload,
          new ObjectFormats.Surroundings(
              call.keyspace().hasher(),
              call.keyspace().limits(),
              call.keyspace().maxStringBytes()));
    } catch (RdbFormatException malformed) {
      throw new CommandError("ERR Bad data format");
    }
  }

  private static void place(Call call, Value value, long deadline) {
    byte[] key = call.bytes(1);
    if (value instanceof StringValue string) {
      // A record again: only strings that are edited in place are objects.
      call.database()
          .putString(
              key,
              0,
              key.length,
              string.bytes(),
              0,
              string.length(),
              deadline,
              PackedEntry.FORM_PLAIN);
    } else {
      call.database().put(key, value, deadline);
      call.database().fieldDeadlineChanged(key, 0, key.length);
    }
  }

  private static void setAccess(Call call, Options options) {
    AccessClock clock = call.keyspace().accessClock();
    int bits;
    if (options.idleSeconds >= 0 && !clock.countsFrequency()) {
      bits = clock.idleFor(options.idleSeconds, call.now());
    } else if (options.count >= 0 && clock.countsFrequency()) {
      bits = clock.counted((int) options.count, call.now());
    } else {
      return;
    }
    Object entry = call.peek(1);
    if (entry instanceof byte[] record) {
      PackedEntry.setAccess(record, bits);
    } else {
      ((KeyEntry) entry).access(bits);
    }
  }

  /** The same with an absolute deadline. */
  private static void effect(Call call, Options options, long deadline) {
    if (!call.keyspace().effects().active()) {
      return;
    }
    List<byte[]> words = new ArrayList<>();
    words.add(Words.of("RESTORE"));
    words.add(call.bytes(1));
    words.add(Words.of(deadline));
    words.add(call.bytes(3));
    if (options.replace) {
      words.add(Words.of("REPLACE"));
    }
    if (deadline != 0) {
      words.add(Words.of("ABSTTL"));
    }
    call.effect(words.toArray(byte[][]::new));
  }
}
