package io.respite.server.script;

import static io.respite.server.command.CommandFlag.ALLOW_BUSY;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Help;
import java.util.List;

/** SCRIPT and its subcommands: the cache of scripts, and the script that runs. */
final class ScriptCommands {
  private final Runner runner;
  private final ScriptCache cache;

  ScriptCommands(Runner runner, ScriptCache cache) {
    this.runner = runner;
    this.cache = cache;
  }

  List<Command> rows() {
    return List.of(
        Command.named("script")
            .arity(-2)
            .group(CommandGroup.SCRIPTING)
            .since("2.6.0")
            .complexity("Depends on subcommand.")
            .summary("A container for commands about scripts.")
            .subcommand(
                row("debug", 3, "3.2.0", "O(1)")
                    .summary("Would let the next scripts of the client be debugged.")
                    .syntax("<YES | SYNC | NO>")
                    .handler(this::debug))
            .subcommand(
                row("exists", -3, "2.6.0", "O(N) with N being the number of digests.")
                    .tip("request_policy:all_shards")
                    .tip("response_policy:agg_logical_and")
                    .summary("Says of each digest whether the server knows its script.")
                    .syntax("sha1 [sha1 ...]")
                    .handler(this::exists))
            .subcommand(
                row("flush", -2, "2.6.0", "O(N) with N being the number of scripts.")
                    .tip("request_policy:all_nodes")
                    .tip("response_policy:all_succeeded")
                    .changed("6.2.0", "Added the `ASYNC` and `SYNC` flushing mode modifiers.")
                    .summary("Forgets all scripts.")
                    .syntax("[ASYNC | SYNC]")
                    .handler(this::flush))
            .subcommand(Help.row("5.0.0"))
            .subcommand(
                row("kill", 2, "2.6.0", "O(1)")
                    .flags(ALLOW_BUSY)
                    .tip("request_policy:all_shards")
                    .tip("response_policy:one_succeeded")
                    .summary("Ends the script that runs, unless it has changed something.")
                    .handler(this::kill))
            .subcommand(
                row("load", 3, "2.6.0", "O(N) with N being the length of the script.")
                    .flags(STALE)
                    .tip("request_policy:all_nodes")
                    .tip("response_policy:all_succeeded")
                    .summary("Lets the server know a script, and answers its digest.")
                    .syntax("script")
                    .handler(this::load))
            .subcommand(
                row("show", 3, "8.0.0", "O(1)")
                    .summary("Answers the text of a script that the server knows.")
                    .syntax("sha1")
                    .handler(this::show)));
  }

  private static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name).arity(arity).since(since).complexity(complexity).flags(NOSCRIPT);
  }

  private Sha1 digest(Call call, int i) {
    return Sha1.parse(
        call.arguments().buffer(), call.arguments().offset(i), call.arguments().length(i));
  }

  private void debug(Call call) {
    if (call.is(2, "no")) {
      call.reply().ok();
    } else if (call.is(2, "yes") || call.is(2, "sync")) {
      throw new CommandError("ERR this server has no debugger for scripts");
    } else {
      throw new CommandError("ERR Use SCRIPT DEBUG YES/SYNC/NO");
    }
  }

  private void exists(Call call) {
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      Sha1 digest = digest(call, i);
      call.reply().integer(digest != null && cache.get(digest) != null ? 1 : 0);
    }
  }

  private void flush(Call call) {
    boolean right =
        call.count() == 2 || (call.count() == 3 && (call.is(2, "sync") || call.is(2, "async")));
    if (!right) {
      throw new CommandError("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
    }
    cache.clear();
    call.reply().ok();
  }

  private void kill(Call call) {
    runner.kill(false);
    call.reply().ok();
  }

  private void load(Call call) {
    byte[] text = call.bytes(2);
    Sha1 digest = Sha1.of(text);
    ScriptCache.Entry entry = cache.get(digest);
    if (entry == null) {
      entry = EvalCommands.compile(digest, text, runner);
      cache.add(digest, entry, true);
    } else {
      cache.keep(digest, entry);
    }
    call.reply().bulk(entry.name);
  }

  private void show(Call call) {
    Sha1 digest = digest(call, 2);
    ScriptCache.Entry entry = digest == null ? null : cache.get(digest);
    if (entry == null) {
      throw new CommandError("NOSCRIPT No matching script.");
    }
    call.reply().bulk(entry.text);
  }
}
