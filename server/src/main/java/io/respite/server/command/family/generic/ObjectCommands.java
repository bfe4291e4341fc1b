package io.respite.server.command.family.generic;

import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.STALE;
import static io.respite.server.command.KeySpec.Flag.RO;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.keyspace.AccessClock;
import io.respite.server.keyspace.Database;
import java.util.List;
import java.util.function.ToLongFunction;

/** OBJECT: how a value is kept, and when it was used. Asking is not a use. */
public final class ObjectCommands {
  private static final String SWITCHING =
      " Please note that when switching between policies at runtime LRU and LFU data will take some"
          + " time to adjust.";

  private static final List<String> HELP =
      List.of(
          "OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
          "ENCODING <key>",
          "    The form in which the value is kept.",
          "FREQ <key>",
          "    The logarithmic counter of the key's uses; needs an LFU policy.",
          "IDLETIME <key>",
          "    Seconds since the key was last used.",
          "REFCOUNT <key>",
          "    How many keys share the value, which is always one.",
          "HELP",
          "    This text.");

  private ObjectCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    return List.of(
        Command.named("object")
            .arity(-2)
            .group(CommandGroup.GENERIC)
            .since("2.2.3")
            .complexity("Depends on subcommand.")
            .summary("A container for commands on how values are kept.")
            .subcommand(
                sub("encoding", "2.2.3")
                    .summary("Answers the name of the form in which a value is kept.")
                    .handler(ObjectCommands::encoding))
            .subcommand(
                sub("freq", "4.0.0")
                    .summary("Answers the logarithmic counter of a key's uses.")
                    .handler(ObjectCommands::freq))
            .subcommand(
                sub("idletime", "2.2.3")
                    .summary("Answers the seconds since a key was last used.")
                    .handler(ObjectCommands::idletime))
            .subcommand(
                sub("refcount", "2.2.3")
                    .summary("Answers how many keys share a value.")
                    .handler(call -> replyNumber(call, entry -> 1)))
            .subcommand(
                Command.named("help")
                    .arity(2)
                    .since("6.2.0")
                    .complexity("O(1)")
                    .flags(LOADING, STALE)
                    .summary("Explains the subcommands.")
                    .handler(ObjectCommands::help)));
  }

  private static Command sub(String name, String since) {
    return Command.named(name)
        .arity(3)
        .since(since)
        .complexity("O(1)")
        .flags(READONLY)
        .keys(KeySpec.at(2, RO))
        .syntax("key")
        .tip("nondeterministic_output");
  }

  private static void encoding(Call call) {
    Object entry = call.peek(2);
    if (entry == null) {
      call.reply().nil();
    } else {
      call.reply().bulk(Database.encoding(entry));
    }
  }

  private static void freq(Call call) {
    AccessClock clock = call.keyspace().accessClock();
    if (call.peek(2) != null && !clock.countsFrequency()) {
      throw new CommandError(
          "ERR An LFU maxmemory policy is not selected, access frequency not tracked." + SWITCHING);
    }
    replyNumber(call, entry -> clock.count(Database.access(entry), call.now()));
  }

  private static void idletime(Call call) {
    AccessClock clock = call.keyspace().accessClock();
    if (call.peek(2) != null && clock.countsFrequency()) {
      throw new CommandError(
          "ERR An LFU maxmemory policy is selected, idle time not tracked." + SWITCHING);
    }
    replyNumber(call, entry -> clock.idleSeconds(Database.access(entry), call.now()));
  }

  private static void replyNumber(Call call, ToLongFunction<Object> number) {
    Object entry = call.peek(2);
    if (entry == null) {
      call.reply().nil();
    } else {
      call.reply().integer(number.applyAsLong(entry));
    }
  }

  private static void help(Call call) {
    call.reply().array(HELP.size());
    HELP.forEach(call.reply()::simple);
  }
}
