package io.respite.server.script;

import static io.respite.server.command.CommandFlag.MAY_REPLICATE;
import static io.respite.server.command.CommandFlag.MOVABLEKEYS;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.NO_MANDATORY_KEYS;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.SKIP_MONITOR;
import static io.respite.server.command.CommandFlag.STALE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import java.util.List;
import java.util.function.Supplier;

/** FCALL and FCALL_RO: call functions of libraries ("FCALL", redis.io/docs). */
final class FcallCommands {
  private final Runner runner;
  private final Supplier<Sandbox> world;
  private final Libraries libraries;

  FcallCommands(Runner runner, Supplier<Sandbox> world, Libraries libraries) {
    this.runner = runner;
    this.world = world;
    this.libraries = libraries;
  }

  List<Command> rows() {
    return List.of(
        row("fcall")
            .flags(MAY_REPLICATE)
            .keys(KeySpec.counted(2, RW, ACCESS, UPDATE))
            .summary("Calls a function of a library.")
            .handler(call -> fcall(call, false)),
        row("fcall_ro")
            .flags(READONLY)
            .keys(KeySpec.counted(2, RO, ACCESS))
            .summary("Calls a function of a library that changes nothing.")
            .handler(call -> fcall(call, true)));
  }

  private static Command row(String name) {
    return Command.named(name)
        .arity(-3)
        .group(CommandGroup.SCRIPTING)
        .since("7.0.0")
        .complexity("Depends on the function that is executed.")
        .flags(NOSCRIPT, SKIP_MONITOR, NO_MANDATORY_KEYS, MOVABLEKEYS, STALE)
        .syntax("function numkeys [key [key ...]] [arg [arg ...]]");
  }

  private void fcall(Call call, boolean readOnly) {
    Library.Function function = libraries.function(call.text(1));
    if (function == null) {
      throw new CommandError("ERR Function not found");
    }
    Parse.integer(
        call,
        2,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        () -> new CommandError("ERR Bad number of keys provided"));
    runner.run(call, world.get(), function.program(), readOnly, true);
  }
}
