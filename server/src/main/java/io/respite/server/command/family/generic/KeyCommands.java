package io.respite.server.command.family.generic;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.INSERT;
import static io.respite.server.command.KeySpec.Flag.OW;
import static io.respite.server.command.KeySpec.Flag.RM;
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
import io.respite.server.keyspace.Database;
import io.respite.server.keyspace.KeyEvent;
import java.util.List;

/**
 * Keys whatever they hold: removing, renaming, copying, moving, asking.
 *
 * <p>Removing takes one step however large the value is: it leaves the table, and the garbage
 * collector takes it apart at its leisure. So DEL and UNLINK are the same.
 */
public final class KeyCommands {
  private KeyCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    String perKey = "O(N) where N is the number of keys named.";
    KeySpec source = KeySpec.at(1, RW, ACCESS, DELETE);
    return List.of(
        row("del", -2, "1.0.0", perKey)
            .flags(WRITE)
            .keys(KeySpec.range(1, -1, 1, RM, DELETE))
            .summary("Removes keys.")
            .syntax("key [key ...]")
            .tip("request_policy:multi_shard")
            .tip("response_policy:agg_sum")
            .handler(KeyCommands::del),
        row("unlink", -2, "4.0.0", perKey)
            .flags(WRITE, FAST)
            .keys(KeySpec.range(1, -1, 1, RM, DELETE))
            .summary("Removes keys; large values are taken apart later.")
            .syntax("key [key ...]")
            .tip("request_policy:multi_shard")
            .tip("response_policy:agg_sum")
            .handler(KeyCommands::del),
        row("exists", -2, "1.0.0", perKey)
            .flags(READONLY, FAST)
            .keys(KeySpec.range(1, -1, 1, RO))
            .summary("Counts how many of the keys named exist.")
            .syntax("key [key ...]")
            .changed("3.0.3", "Accepts multiple `key` arguments.")
            .tip("request_policy:multi_shard")
            .tip("response_policy:agg_sum")
            .handler(KeyCommands::exists),
        row("touch", -2, "3.2.1", perKey)
            .flags(READONLY, FAST)
            .keys(KeySpec.range(1, -1, 1, RO))
            .summary("Counts how many of the keys named exist, as a use of each.")
            .syntax("key [key ...]")
            .tip("request_policy:multi_shard")
            .tip("response_policy:agg_sum")
            .handler(KeyCommands::touch),
        row("type", 2, "1.0.0", "O(1)")
            .flags(READONLY, FAST)
            .keys(KeySpec.at(1, RO))
            .summary("Answers the type of what a key holds.")
            .syntax("key")
            .handler(KeyCommands::type),
        row("rename", 3, "1.0.0", "O(1)")
            .flags(WRITE)
            .keys(source)
            .keys(KeySpec.at(2, OW, UPDATE))
            .summary("Gives a key another name, whatever had that name.")
            .syntax("key newkey")
            .handler(KeyCommands::rename),
        row("renamenx", 3, "1.0.0", "O(1)")
            .flags(WRITE, FAST)
            .keys(source)
            .keys(KeySpec.at(2, OW, INSERT))
            .summary("Gives a key another name that no key has.")
            .syntax("key newkey")
            .changed(
                "3.2.0",
                "The command no longer returns an error when source and destination names are the"
                    + " same.")
            .handler(KeyCommands::renamenx),
        row(
                "copy",
                -3,
                "6.2.0",
                "O(N) where N is the number of parts of the value; O(1) for a string.")
            .flags(WRITE, DENYOOM)
            .keys(KeySpec.at(1, RO, ACCESS))
            .keys(KeySpec.at(2, OW, UPDATE))
            .summary("Copies what a key holds to another key.")
            .syntax("source destination [DB destination-db] [REPLACE]")
            .handler(KeyCommands::copy),
        row("move", 3, "1.0.0", "O(1)")
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, ACCESS, UPDATE))
            .summary("Moves a key to another database that does not have it.")
            .syntax("key db")
            .handler(KeyCommands::move),
        row("randomkey", 1, "1.0.0", "O(1)")
            .flags(READONLY)
            .summary("Answers a key chosen at random.")
            .tip("request_policy:all_shards")
            .tip("response_policy:special")
            .tip("nondeterministic_output")
            .handler(KeyCommands::randomkey));
  }

  private static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.GENERIC)
        .since(since)
        .complexity(complexity);
  }

  private static void del(Call call) {
    int removed = 0;
    for (int i = 1; i < call.count(); i++) {
      if (call.remove(i)) {
        call.modified(i, KeyEvent.DEL);
        removed++;
      }
    }
    call.reply().integer(removed);
  }

  private static void exists(Call call) {
    int found = 0;
    for (int i = 1; i < call.count(); i++) {
      if (call.look(i) != null) {
        found++;
      }
    }
    call.reply().integer(found);
  }

  private static void touch(Call call) {
    int found = 0;
    for (int i = 1; i < call.count(); i++) {
      if (call.lookup(i) != null) {
        found++;
      }
    }
    call.reply().integer(found);
  }

  private static void type(Call call) {
    Object entry = call.look(1);
    call.reply().simple(entry == null ? "none" : Database.typeName(entry));
  }

  private static void rename(Call call) {
    if (requireSource(call)) {
      call.reply().ok();
      return;
    }
    moveName(call);
    call.reply().ok();
  }

  private static void renamenx(Call call) {
    if (requireSource(call) || call.peek(2) != null) {
      call.reply().integer(0);
      return;
    }
    moveName(call);
    call.reply().integer(1);
  }

  /** Refuses a missing source; whether both names are the same. */
  private static boolean requireSource(Call call) {
    if (call.peek(1) == null) {
      throw new CommandError("ERR no such key");
    }
    return java.util.Arrays.equals(call.bytes(1), call.bytes(2));
  }

  private static void moveName(Call call) {
    Arguments arguments = call.arguments();
    Database database = call.database();
    Object entry = database.take(arguments.buffer(), arguments.offset(1), arguments.length(1));
    database.place(call.bytes(2), entry);
    call.modified(1, KeyEvent.RENAME_FROM);
    call.modified(2, KeyEvent.RENAME_TO);
  }

  private static void copy(Call call) {
    boolean replace = false;
    Database target = call.database();
    for (int i = 3; i < call.count(); i++) {
      if (call.is(i, "replace")) {
        replace = true;
      } else if (call.is(i, "db") && i + 1 < call.count()) {
        target = call.keyspace().database(Parse.database(call, ++i));
      } else {
        throw CommandError.syntax();
      }
    }
    byte[] key = call.bytes(2);
    if (target == call.database() && java.util.Arrays.equals(call.bytes(1), key)) {
      throw new CommandError("ERR source and destination objects are the same");
    }
    Object entry = call.lookup(1);
    if (entry == null || (!replace && target.peek(key, 0, key.length) != null)) {
      call.reply().integer(0);
      return;
    }
    target.placeCopy(key, entry);
    call.modified(target, key, KeyEvent.COPY_TO);
    call.reply().integer(1);
  }

  private static void move(Call call) {
    Database target = call.keyspace().database(Parse.database(call, 2));
    if (target == call.database()) {
      throw new CommandError("ERR source and destination objects are the same");
    }
    byte[] key = call.bytes(1);
    if (call.peek(1) == null || target.peek(key, 0, key.length) != null) {
      call.reply().integer(0);
      return;
    }
    target.place(key, call.database().take(key, 0, key.length));
    call.modified(1, KeyEvent.MOVE_FROM);
    call.modified(target, key, KeyEvent.MOVE_TO);
    call.reply().integer(1);
  }

  private static void randomkey(Call call) {
    byte[] key = RandomKey.choose(call.database());
    if (key == null) {
      call.reply().nil();
    } else {
      call.reply().bulk(key);
    }
  }
}
