package io.respite.server.command.family.hash;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Words;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.FieldView;
import io.respite.server.type.HashValue;
import java.util.ArrayList;
import java.util.List;

/**
 * HSETEX: fields with their values, a condition on all of them or on the key, and one deadline for
 * all, in one step. It is what a cache's put comes down to.
 */
public final class HashSetexCommand {
  private HashSetexCommand() {}

  /** The row. */
  public static List<Command> rows() {
    return List.of(
        Command.named("hsetex")
            .arity(-6)
            .group(CommandGroup.HASH)
            .since("8.0.0")
            .complexity("O(N) where N is the number of fields set.")
            .flags(WRITE, DENYOOM, FAST)
            .keys(KeySpec.at(1, RW, UPDATE))
            .summary("Sets fields with a deadline, if all of them exist, or none.")
            .syntax(
                "key [NX | XX] [FNX | FXX] [EX seconds | PX milliseconds | EXAT unix-time-seconds"
                    + " | PXAT unix-time-milliseconds | KEEPTTL]"
                    + " FIELDS numfields field value [field value ...]")
            .changed("9.0.0", "Added the NX and XX options.")
            .handler(HashSetexCommand::hsetex));
  }

  /** The options before FIELDS; {@code first} is the index of the first field. */
  private record Options(
      boolean newKey,
      boolean oldKey,
      boolean allNew,
      boolean allOld,
      boolean keep,
      boolean timed,
      long deadline,
      int first) {}

  private static Options parse(Call call) {
    boolean newKey = false;
    boolean oldKey = false;
    boolean allNew = false;
    boolean allOld = false;
    boolean keep = false;
    boolean timed = false;
    long deadline = 0;
    for (int i = 2; i < call.count(); i++) {
      if (call.is(i, "fields")) {
        return new Options(
            newKey, oldKey, allNew, allOld, keep, timed, deadline, firstField(call, i));
      }
      boolean seconds = call.is(i, "ex") || call.is(i, "exat");
      boolean absolute = call.is(i, "exat") || call.is(i, "pxat");
      if (seconds || absolute || call.is(i, "px")) {
        requireOneTime(timed || keep);
        if (i + 1 >= call.count()) {
          throw new CommandError("ERR missing expire time");
        }
        timed = true;
        deadline = HashExpiryCommands.deadline(call, ++i, seconds, absolute);
      } else if (call.is(i, "keepttl")) {
        requireOneTime(timed || keep);
        keep = true;
      } else if (call.is(i, "nx") || call.is(i, "xx")) {
        if (newKey || oldKey) {
          throw new CommandError("ERR Only one of XX or NX arguments can be specified");
        }
        newKey = call.is(i, "nx");
        oldKey = !newKey;
      } else if (call.is(i, "fnx") || call.is(i, "fxx")) {
        if (allNew || allOld) {
          throw new CommandError("ERR Only one of FXX or FNX arguments can be specified");
        }
        allNew = call.is(i, "fnx");
        allOld = !allNew;
      } else {
        throw new CommandError("ERR unknown argument: " + call.quoted(i));
      }
    }
    throw CommandError.arity(call.command().fullName());
  }

  private static void requireOneTime(boolean hasOne) {
    if (hasOne) {
      throw new CommandError(
          "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified");
    }
  }

  private static int firstField(Call call, int i) {
    int left = call.count() - i - 2;
    if (left < 2) {
      throw CommandError.arity(call.command().fullName());
    }
    long count =
        Parse.integer(
            call,
            i + 1,
            1,
            Integer.MAX_VALUE,
            () -> new CommandError("ERR invalid number of fields"));
    if (left % 2 != 0 || count != left / 2) {
      throw CommandError.arity(call.command().fullName());
    }
    return i + 2;
  }

  private static void hsetex(Call call) {
    Options options = parse(call);
    HashValue hash = call.hashForWrite(1);
    if (!holds(call, hash, options)) {
      call.noEffect();
      call.reply().integer(0);
      return;
    }
    hash = call.hashOrNew(1);
    boolean over = options.timed && options.deadline <= call.now() && call.keyspace().expires();
    HashSupport.expireFields(call, hash, options.first);
    List<Integer> fields = new ArrayList<>();
    for (int i = options.first; i < call.count(); i += 2) {
      fields.add(i);
      if (over) {
        HashSupport.remove(call, hash, i);
      } else {
        HashSupport.put(call, hash, i, i + 1, deadline(call, hash, options, i));
      }
    }
    if (options.timed && !over) {
      HashSupport.deadlineChanged(call);
    }
    if (HashSupport.journalled(call)) {
      journal(call, options, over, fields);
    }
    HashSupport.named(call, fields);
    call.modified(1, KeyEvent.HSET);
    if (options.timed) {
      HashSupport.named(call, fields);
      call.modified(1, over ? KeyEvent.HDEL : KeyEvent.HEXPIRE);
    }
    HashSupport.removeIfEmpty(call, hash);
    call.reply().integer(1);
  }

  private static boolean holds(Call call, HashValue hash, Options options) {
    if ((options.newKey && hash != null) || (options.oldKey && hash == null)) {
      return false;
    }
    if (!options.allNew && !options.allOld) {
      return true;
    }
    for (int i = options.first; i < call.count(); i += 2) {
      boolean exists = HashSupport.field(call, hash, i) != null;
      if (exists != options.allOld) {
        return false;
      }
    }
    return true;
  }

  private static long deadline(Call call, HashValue hash, Options options, int field) {
    if (options.timed) {
      return Math.max(1, options.deadline);
    }
    FieldView old = options.keep ? HashSupport.field(call, hash, field) : null;
    return old == null ? 0 : old.expireAt();
  }

  private static void journal(Call call, Options options, boolean over, List<Integer> fields) {
    if (over) {
      HashSupport.effectDeleted(call, fields);
      return;
    }
    List<byte[]> words = new ArrayList<>();
    boolean plain = !options.timed && !options.keep;
    words.add(Words.of(plain ? "HSET" : "HSETEX"));
    words.add(call.bytes(1));
    if (options.timed) {
      words.add(Words.of("PXAT"));
      words.add(Words.of(options.deadline));
    } else if (options.keep) {
      words.add(Words.of("KEEPTTL"));
    }
    if (!plain) {
      words.add(Words.of("FIELDS"));
      words.add(Words.of(fields.size()));
    }
    for (int i = options.first; i < call.count(); i++) {
      words.add(call.bytes(i));
    }
    call.effect(words.toArray(byte[][]::new));
  }
}
