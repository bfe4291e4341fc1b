package io.respite.server.command.family.generic;

import static io.respite.server.command.CommandFlag.READONLY;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.command.ScanOptions;
import io.respite.server.encoding.Glob;
import io.respite.server.keyspace.Database;
import java.util.ArrayList;
import java.util.List;

/** Going through all keys: SCAN in steps, KEYS at once. */
public final class ScanCommands {
  private ScanCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    return List.of(
        Command.named("scan")
            .arity(-2)
            .group(CommandGroup.GENERIC)
            .since("2.8.0")
            .complexity("O(1) for each call; O(N) for all calls until the cursor is 0.")
            .flags(READONLY)
            .summary("Goes through the keys of a database in steps.")
            .syntax("cursor [MATCH pattern] [COUNT count] [TYPE type]")
            .changed("6.0.0", "Added the `TYPE` subcommand.")
            .tip("nondeterministic_output")
            .tip("request_policy:special")
            .tip("response_policy:special")
            .handler(ScanCommands::scan),
        Command.named("keys")
            .arity(2)
            .group(CommandGroup.GENERIC)
            .since("1.0.0")
            .complexity("O(N) where N is the number of keys in the database.")
            .flags(READONLY)
            .categories("dangerous")
            .summary("Answers all keys that match a pattern.")
            .syntax("pattern")
            .tip("request_policy:all_shards")
            .tip("nondeterministic_output_order")
            .handler(ScanCommands::keys));
  }

  private static void scan(Call call) {
    long cursor = Parse.cursor(call, 1);
    ScanOptions options = ScanOptions.parse(call, 2, ScanOptions.Kind.KEYS);
    Database database = call.database();
    List<byte[]> found = new ArrayList<>();
    long next =
        database.scan(
            cursor,
            options.count(),
            entry -> {
              byte[] key = Database.keyOf(entry);
              if (options.matches(key, 0, key.length)
                  && isAlive(database, entry, key)
                  && options.wantsType(Database.typeName(entry))) {
                found.add(key);
              }
            });
    Reply reply = call.reply();
    reply.array(2);
    reply.bulk(Long.toUnsignedString(next));
    reply.array(found.size());
    found.forEach(reply::bulk);
  }

  /** Whether an entry lives; a dead one is removed, as by any look-up. */
  private static boolean isAlive(Database database, Object entry, byte[] key) {
    return !database.dead(entry) || database.peek(key, 0, key.length) != null;
  }

  private static void keys(Call call) {
    byte[] pattern = call.bytes(1);
    boolean all = Glob.matchesEverything(pattern);
    Database database = call.database();
    Reply reply = call.reply();
    int begin = reply.begin();
    int[] count = {0};
    database.forEach(
        entry -> {
          byte[] key = Database.keyOf(entry);
          if ((all || Glob.matches(pattern, key)) && !database.dead(entry)) {
            reply.bulk(key);
            count[0]++;
          }
        });
    reply.finishArray(begin, count[0]);
  }
}
