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
import io.respite.server.lua.compiler.LuaCompiler;
import io.respite.server.lua.machine.LuaClosure;
import io.respite.server.lua.value.LuaError;
import java.util.List;
import java.util.function.Supplier;

/** EVAL, EVALSHA and their read-only forms ("EVAL", redis.io/docs). */
final class EvalCommands {
  private static final String CHUNK = "@user_script";

  private final Runner runner;
  private final Supplier<Sandbox> world;
  private final ScriptCache cache;

  EvalCommands(Runner runner, Supplier<Sandbox> world, ScriptCache cache) {
    this.runner = runner;
    this.world = world;
    this.cache = cache;
  }

  List<Command> rows() {
    return List.of(
        row("eval", "2.6.0", "script")
            .flags(MAY_REPLICATE)
            .keys(KeySpec.counted(2, RW, ACCESS, UPDATE))
            .summary("Runs a script.")
            .handler(call -> eval(call, false)),
        row("evalsha", "2.6.0", "sha1")
            .flags(MAY_REPLICATE)
            .keys(KeySpec.counted(2, RW, ACCESS, UPDATE))
            .summary("Runs a script that the server knows, by its SHA-1 digest.")
            .handler(call -> evalsha(call, false)),
        row("eval_ro", "7.0.0", "script")
            .flags(READONLY)
            .keys(KeySpec.counted(2, RO, ACCESS))
            .summary("Runs a script that changes nothing.")
            .handler(call -> eval(call, true)),
        row("evalsha_ro", "7.0.0", "sha1")
            .flags(READONLY)
            .keys(KeySpec.counted(2, RO, ACCESS))
            .summary("Runs a script that changes nothing, by its SHA-1 digest.")
            .handler(call -> evalsha(call, true)));
  }

  private static Command row(String name, String since, String first) {
    return Command.named(name)
        .arity(-3)
        .group(CommandGroup.SCRIPTING)
        .since(since)
        .complexity("Depends on the script that is executed.")
        .flags(NOSCRIPT, SKIP_MONITOR, NO_MANDATORY_KEYS, MOVABLEKEYS, STALE)
        .syntax(first + " numkeys [key [key ...]] [arg [arg ...]]");
  }

  private void eval(Call call, boolean readOnly) {
    Keys.count(call);
    byte[] text = call.bytes(1);
    Sha1 digest = Sha1.of(text);
    ScriptCache.Entry entry = cache.get(digest);
    if (entry == null) {
      entry = compile(digest, text, runner);
      cache.add(digest, entry, false);
    }
    run(call, entry, readOnly);
  }

  private void evalsha(Call call, boolean readOnly) {
    Sha1 digest =
        Sha1.parse(
            call.arguments().buffer(), call.arguments().offset(1), call.arguments().length(1));
    ScriptCache.Entry entry = digest == null ? null : cache.get(digest);
    if (entry == null) {
      throw new CommandError("NOSCRIPT No matching script. Please use EVAL.");
    }
    run(call, entry, readOnly);
  }

  private void run(Call call, ScriptCache.Entry entry, boolean readOnly) {
    // A function of its own for each run: a script may give its function another environment.
    Sandbox sandbox = world.get();
    LuaClosure function = new LuaClosure(entry.prototype, sandbox.globals());
    ScriptHeader header = entry.header;
    runner.run(
        call,
        sandbox,
        new Program(entry.name, function, header.flags(), header.declared()),
        readOnly,
        false);
  }

  /**
   * Compiles a script.
   *
   * @throws CommandError when it cannot be compiled, or that takes too long
   */
  static ScriptCache.Entry compile(Sha1 digest, byte[] text, Runner runner) {
    ScriptHeader header = ScriptHeader.read(text);
    try {
      return new ScriptCache.Entry(
          digest.toString(),
          LuaCompiler.compile(header.text(), CHUNK, runner.compiling()),
          header,
          text);
    } catch (LuaError wrong) {
      throw new CommandError(
          "ERR Error compiling script (new function): " + Sandbox.message(wrong).substring(4));
    }
  }
}
