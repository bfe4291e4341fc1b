package io.respite.server.command.family.hyperloglog;

import static io.respite.server.command.CommandFlag.ADMIN;
import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.MAY_REPLICATE;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.INSERT;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Reply;
import io.respite.server.encoding.HyperLogLog;
import io.respite.server.keyspace.KeyEntry;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.keyspace.StringView;
import io.respite.server.type.StringValue;
import java.util.List;
import java.util.Locale;

/**
 * PFADD, PFCOUNT and their relatives, on strings that hold a {@link HyperLogLog}: what GET answers
 * is byte for byte what the real server would answer.
 *
 * <p>PFCOUNT of one key keeps its estimate in the string, so it may change the key although it
 * reads.
 */
public final class HyperLogLogCommands {
  private HyperLogLogCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    return List.of(
        row("pfadd", -2, "2.8.9", "O(1) for each element.")
            .flags(WRITE, DENYOOM, FAST)
            .keys(KeySpec.at(1, RW, INSERT))
            .summary("Says that elements were seen.")
            .syntax("key [element [element ...]]")
            .handler(HyperLogLogCommands::pfadd),
        row("pfcount", -2, "2.8.9", "O(1) for one key, O(N) for N keys that are merged first.")
            .flags(READONLY, MAY_REPLICATE)
            .keys(KeySpec.range(1, -1, 1, RW, ACCESS))
            .summary("Estimates how many different elements were seen.")
            .syntax("key [key ...]")
            .handler(HyperLogLogCommands::pfcount),
        row("pfmerge", -2, "2.8.9", "O(N) to merge N keys, with large constant times.")
            .flags(WRITE, DENYOOM)
            .keys(KeySpec.at(1, RW, ACCESS, INSERT))
            .keys(KeySpec.range(2, -1, 1, RO, ACCESS))
            .summary("Merges what was seen at several keys into one.")
            .syntax("destkey:key [sourcekey:key [sourcekey ...]]")
            .handler(HyperLogLogCommands::pfmerge),
        row("pfdebug", 3, "2.8.9", "O(N) where N is the number of registers.")
            .flags(WRITE, DENYOOM, ADMIN)
            .keys(KeySpec.at(2, RW, ACCESS))
            .summary("Shows how an estimate is stored; for developers.")
            .syntax("subcommand key")
            .handler(HyperLogLogCommands::pfdebug),
        row("pfselftest", 1, "2.8.9", "O(1), which takes a fraction of a second.")
            .flags(ADMIN)
            .summary("Checks estimates of known numbers; for developers.")
            .handler(HyperLogLogCommands::pfselftest));
  }

  private static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.HYPERLOGLOG)
        .since(since)
        .complexity(complexity);
  }

  private static CommandError corrupt() {
    return new CommandError("INVALIDOBJ Corrupted HLL object detected");
  }

  private static StringView checked(StringView string) {
    if (string != null && !HyperLogLog.isOne(string.bytes(), string.offset(), string.length())) {
      throw new CommandError("WRONGTYPE Key is not a valid HyperLogLog string value.");
    }
    return string;
  }

  /** The string at the key in argument {@code i} for editing; a new estimate if there is none. */
  private static StringValue editable(Call call, int i) {
    return editable(call, i, checked(call.stringForWrite(i)) == null);
  }

  /** The estimate at key 1 if it can be edited as it is: one look-up for the common case. */
  private static StringValue inPlace(Call call) {
    return call.peek(1) instanceof KeyEntry entry
            && entry.value() instanceof StringValue log
            && HyperLogLog.isOne(log.bytes(), 0, log.length())
        ? log
        : null;
  }

  private static StringValue editable(Call call, int i, boolean isNew) {
    Arguments arguments = call.arguments();
    StringValue log =
        call.database()
            .editableString(arguments.buffer(), arguments.offset(i), arguments.length(i));
    if (isNew) {
      log.replace(HyperLogLog.empty());
    }
    return log;
  }

  private static long sparseMaxBytes(Call call) {
    return call.keyspace().limits().hyperLogLogSparseBytes();
  }

  private static void pfadd(Call call) {
    boolean changed = false;
    StringValue log = inPlace(call);
    if (log == null) {
      changed = checked(call.stringForWrite(1)) == null;
      log = editable(call, 1, changed);
    }
    Arguments arguments = call.arguments();
    boolean sound = true;
    for (int i = 2; i < call.count() && sound; i++) {
      int added =
          HyperLogLog.add(
              log,
              arguments.buffer(),
              arguments.offset(i),
              arguments.length(i),
              sparseMaxBytes(call));
      changed |= added == 1;
      sound = added != HyperLogLog.CORRUPT;
    }
    if (changed) {
      HyperLogLog.invalidate(log);
      call.modified(1, KeyEvent.PFADD);
    }
    if (!sound) {
      throw corrupt();
    }
    call.reply().integer(changed ? 1 : 0);
  }

  private static void pfcount(Call call) {
    if (call.count() > 2) {
      byte[] registers = new byte[HyperLogLog.REGISTERS];
      for (int i = 1; i < call.count(); i++) {
        merge(call, i, registers);
      }
      call.reply().integer(HyperLogLog.count(registers));
      return;
    }
    StringView string = checked(call.string(1));
    if (string == null) {
      call.reply().integer(0);
      return;
    }
    if (HyperLogLog.isCached(string.bytes(), string.offset())) {
      call.reply().integer(HyperLogLog.cached(string.bytes(), string.offset()));
      return;
    }
    long estimate = HyperLogLog.count(string.bytes(), string.offset(), string.length());
    if (estimate == HyperLogLog.CORRUPT) {
      throw corrupt();
    }
    HyperLogLog.cache(editable(call, 1), estimate);
    // No event: the estimate is the same as before, only known. WATCH notices all the same.
    call.modified(1, KeyEvent.UNNAMED);
    call.reply().integer(estimate);
  }

  /** Raises registers to those of the string at the key in argument {@code i}, if there is one. */
  private static StringView merge(Call call, int i, byte[] registers) {
    StringView string = checked(call.string(i));
    if (string != null
        && !HyperLogLog.mergeInto(registers, string.bytes(), string.offset(), string.length())) {
      throw corrupt();
    }
    return string;
  }

  private static void pfmerge(Call call) {
    byte[] registers = new byte[HyperLogLog.REGISTERS];
    boolean dense = false;
    for (int i = 1; i < call.count(); i++) {
      StringView string = merge(call, i, registers);
      dense |= string != null && HyperLogLog.isDense(string.bytes(), string.offset());
    }
    StringValue log = editable(call, 1);
    if (dense) {
      toDense(log);
    }
    for (int i = 0; i < registers.length; i++) {
      if (registers[i] != 0
          && HyperLogLog.raise(log, i, registers[i], sparseMaxBytes(call)) == HyperLogLog.CORRUPT) {
        throw corrupt();
      }
    }
    HyperLogLog.invalidate(log);
    call.modified(1, KeyEvent.PFADD);
    call.reply().ok();
  }

  /** Makes a string dense; whether it was not. */
  private static boolean toDense(StringValue log) {
    if (HyperLogLog.isDense(log.bytes(), 0)) {
      return false;
    }
    byte[] dense = HyperLogLog.toDense(log.bytes(), 0, log.length());
    if (dense == null) {
      throw corrupt();
    }
    log.replace(dense);
    return true;
  }

  private static void pfdebug(Call call) {
    StringView string = checked(call.stringForWrite(2));
    if (string == null) {
      throw new CommandError("ERR The specified key does not exist");
    }
    boolean isDense = HyperLogLog.isDense(string.bytes(), string.offset());
    Reply reply = call.reply();
    switch (call.text(1).toLowerCase(Locale.ROOT)) {
      case "getreg" -> {
        StringValue log = makeDense(call);
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        HyperLogLog.mergeInto(registers, log.bytes(), 0, log.length());
        reply.array(registers.length);
        for (byte register : registers) {
          reply.integer(register);
        }
      }
      case "decode" -> {
        if (isDense) {
          throw new CommandError("ERR HLL encoding is not sparse");
        }
        String runs = HyperLogLog.describe(string.bytes(), string.offset(), string.length());
        if (runs == null) {
          throw corrupt();
        }
        reply.bulk(runs);
      }
      case "encoding" -> reply.simple(isDense ? "dense" : "sparse");
      case "todense" -> {
        makeDense(call);
        reply.integer(isDense ? 0 : 1);
      }
      default -> throw new CommandError("ERR Unknown PFDEBUG subcommand '" + call.quoted(1) + "'");
    }
  }

  private static StringValue makeDense(Call call) {
    StringValue log = editable(call, 2);
    if (toDense(log)) {
      call.changed(2);
    }
    return log;
  }

  private static void pfselftest(Call call) {
    String wrong = HyperLogLog.selfTest();
    if (wrong != null) {
      throw new CommandError("TESTFAILED " + wrong);
    }
    call.reply().ok();
  }
}
