package io.respite.server.script;

import static io.respite.server.command.CommandFlag.ALLOW_BUSY;
import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.WRITE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Help;
import io.respite.server.command.Reply;
import io.respite.server.encoding.Glob;
import io.respite.server.rdb.DumpPayload;
import io.respite.server.rdb.FunctionPayload;
import io.respite.server.rdb.RdbFormatException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** FUNCTION and its subcommands: the libraries, and the function that runs. */
final class FunctionCommands {
  private static final String ENGINE = "LUA";

  private final Runner runner;
  private final Libraries libraries;

  FunctionCommands(Runner runner, Libraries libraries) {
    this.runner = runner;
    this.libraries = libraries;
  }

  List<Command> rows() {
    return List.of(
        Command.named("function")
            .arity(-2)
            .group(CommandGroup.SCRIPTING)
            .since("7.0.0")
            .complexity("Depends on subcommand.")
            .summary("A container for commands about functions.")
            .subcommand(
                changing(row("delete", 3, "O(1)"))
                    .summary("Removes a library and its functions.")
                    .syntax("library-name")
                    .handler(this::delete))
            .subcommand(
                row("dump", 2, "O(N) where N is the number of functions.")
                    .summary("Answers all libraries in a form for RESTORE.")
                    .handler(this::dump))
            .subcommand(
                changing(row("flush", -2, "O(N) where N is the number of functions."))
                    .summary("Removes all libraries.")
                    .syntax("[ASYNC | SYNC]")
                    .handler(this::flush))
            .subcommand(Help.row("7.0.0"))
            .subcommand(
                row("kill", 2, "O(1)")
                    .flags(ALLOW_BUSY)
                    .tip("request_policy:all_shards")
                    .tip("response_policy:one_succeeded")
                    .summary("Ends the function that runs, unless it has changed something.")
                    .handler(this::kill))
            .subcommand(
                row("list", -2, "O(N) where N is the number of functions.")
                    .tip("nondeterministic_output_order")
                    .summary("Lists libraries and their functions.")
                    .syntax("[LIBRARYNAME library-name-pattern] [WITHCODE]")
                    .handler(this::list))
            .subcommand(
                changing(row("load", -3, "O(1) (considering compilation time is redundant)"))
                    .flags(DENYOOM)
                    .summary("Adds a library.")
                    .syntax("[REPLACE] function-code")
                    .handler(this::load))
            .subcommand(
                changing(row("restore", -3, "O(N) where N is the number of functions."))
                    .flags(DENYOOM)
                    .summary("Adds the libraries of a DUMP.")
                    .syntax("serialized-value [FLUSH | APPEND | REPLACE]")
                    .handler(this::restore))
            .subcommand(
                row("stats", 2, "O(1)")
                    .flags(ALLOW_BUSY)
                    .tip("nondeterministic_output")
                    .tip("request_policy:all_shards")
                    .tip("response_policy:special")
                    .summary("Shows what runs, and how many libraries and functions there are.")
                    .handler(this::stats)));
  }

  private static Command row(String name, int arity, String complexity) {
    return Command.named(name).arity(arity).since("7.0.0").complexity(complexity).flags(NOSCRIPT);
  }

  private static Command changing(Command row) {
    return row.flags(WRITE).tip("request_policy:all_shards").tip("response_policy:all_succeeded");
  }

  private static CommandError wrongArguments(Call call) {
    return new CommandError(
        "ERR unknown subcommand or wrong number of arguments for '"
            + call.quoted(1)
            + "'. Try FUNCTION HELP.");
  }

  private void load(Call call) {
    boolean replace = false;
    for (int i = 2; i < call.count() - 1; i++) {
      if (!call.is(i, "replace")) {
        throw new CommandError("ERR Unknown option given: " + call.quoted(i));
      }
      replace = true;
    }
    String name = libraries.load(call.bytes(call.count() - 1), replace);
    call.changed();
    call.reply().bulk(name);
  }

  private void delete(Call call) {
    if (!libraries.delete(call.text(2))) {
      throw new CommandError("ERR Library not found");
    }
    call.changed();
    call.reply().ok();
  }

  private void flush(Call call) {
    if (call.count() > 3) {
      throw wrongArguments(call);
    }
    if (call.count() == 3 && !call.is(2, "sync") && !call.is(2, "async")) {
      throw new CommandError("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
    }
    libraries.flush();
    call.changed();
    call.reply().ok();
  }

  private void kill(Call call) {
    runner.kill(true);
    call.reply().ok();
  }

  private void dump(Call call) {
    try {
      call.reply().bulk(FunctionPayload.of(libraries.codes(), call.keyspace().maxStringBytes()));
    } catch (RdbFormatException tooLarge) {
      throw new CommandError("ERR " + tooLarge.getMessage());
    }
  }

  private void restore(Call call) {
    if (call.count() > 4) {
      throw wrongArguments(call);
    }
    Libraries.Policy policy = Libraries.Policy.APPEND;
    if (call.count() == 4) {
      policy = policy(call);
    }
    byte[] payload = call.bytes(2);
    if (!DumpPayload.isIntact(payload)) {
      throw new CommandError("ERR DUMP payload version or checksum are wrong");
    }
    try {
      libraries.restore(FunctionPayload.codes(payload, call.keyspace().maxStringBytes()), policy);
    } catch (RdbFormatException wrong) {
      throw new CommandError("ERR " + wrong.getMessage());
    }
    call.changed();
    call.reply().ok();
  }

  private static Libraries.Policy policy(Call call) {
    for (Libraries.Policy policy : Libraries.Policy.values()) {
      if (call.is(3, policy.name().toLowerCase(Locale.ROOT))) {
        return policy;
      }
    }
    throw new CommandError(
        "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
  }

  // ---- what there is

  private void list(Call call) {
    boolean withCode = false;
    byte[] pattern = null;
    for (int i = 2; i < call.count(); i++) {
      if (!withCode && call.is(i, "withcode")) {
        withCode = true;
      } else if (pattern == null && call.is(i, "libraryname")) {
        if (++i == call.count()) {
          throw new CommandError("ERR library name argument was not given");
        }
        pattern = call.bytes(i);
      } else {
        throw new CommandError("ERR Unknown argument " + call.quoted(i));
      }
    }
    Reply reply = call.reply();
    int begin = reply.begin();
    int count = 0;
    for (Library library : libraries.all()) {
      if (pattern == null || matches(pattern, library.name())) {
        write(library, withCode, reply);
        count++;
      }
    }
    reply.finishArray(begin, count);
  }

  /** Library names are matched in either case. */
  private static boolean matches(byte[] pattern, String name) {
    String lower = new String(pattern, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    return Glob.matches(
        lower.getBytes(StandardCharsets.ISO_8859_1),
        name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void write(Library library, boolean withCode, Reply reply) {
    reply.map(withCode ? 4 : 3);
    reply.bulk("library_name");
    reply.bulk(library.name());
    reply.bulk("engine");
    reply.bulk(ENGINE);
    reply.bulk("functions");
    reply.array(library.functions().size());
    library.functions().values().forEach(function -> write(function, reply));
    if (withCode) {
      reply.bulk("library_code");
      reply.bulk(library.code());
    }
  }

  private static void write(Library.Function function, Reply reply) {
    reply.map(3);
    reply.bulk("name");
    reply.bulk(function.program().name());
    reply.bulk("description");
    if (function.description() == null) {
      reply.nil();
    } else {
      reply.bulk(function.description().getBytes(StandardCharsets.ISO_8859_1));
    }
    reply.bulk("flags");
    Set<ScriptFlag> flags = function.program().flags();
    reply.set(flags.size());
    flags.forEach(flag -> reply.simple(flag.word()));
  }

  private void stats(Call call) {
    Reply reply = call.reply();
    reply.map(2);
    reply.bulk("running_script");
    Run run = runner.current();
    if (run == null) {
      reply.nil();
    } else {
      reply.map(3);
      reply.bulk("name");
      reply.bulk(run.program().name());
      reply.bulk("command");
      reply.array(run.request().length);
      for (byte[] word : run.request()) {
        reply.bulk(word);
      }
      reply.bulk("duration_ms");
      reply.integer(TimeUnit.NANOSECONDS.toMillis(runner.nanos() - run.beganNanos()));
    }
    reply.bulk("engines");
    reply.map(1);
    reply.bulk(ENGINE);
    reply.map(2);
    reply.bulk("libraries_count");
    reply.integer(libraries.all().size());
    reply.bulk("functions_count");
    reply.integer(libraries.functionCount());
  }
}
