package io.respite.server.command.family.server;

import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandFlag;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.CommandTable;
import io.respite.server.command.FoundKey;
import io.respite.server.command.Help;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Reply;
import io.respite.server.command.Syntax;
import io.respite.server.encoding.Glob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** COMMAND: the command table, told to clients. Everything derives from the rows. */
public final class CommandCommands {
  private final CommandTable table;

  /** The family. */
  public CommandCommands(CommandTable table) {
    this.table = table;
  }

  /** The rows. */
  public List<Command> rows() {
    return List.of(
        row("command", "2.8.13", -1)
            .complexity("O(N) where N is the total number of commands")
            .summary("Describes all commands.")
            .tip("nondeterministic_output_order")
            .handler(this::all)
            .subcommand(
                row("count", "2.8.13", 2)
                    .complexity("O(1)")
                    .summary("Answers how many commands there are.")
                    .handler(call -> call.reply().integer(table.commands().size())))
            .subcommand(
                row("docs", "7.0.0", -2)
                    .complexity("O(N) where N is the number of commands to look up")
                    .summary("Answers what the reference says of commands.")
                    .syntax("[command-name [command-name ...]]")
                    .tip("nondeterministic_output_order")
                    .handler(this::docs))
            .subcommand(
                row("getkeys", "2.8.13", -3)
                    .complexity("O(N) where N is the number of arguments to the command")
                    .summary("Answers the keys in a request.")
                    .syntax("command [arg [arg ...]]")
                    .handler(this::getKeys))
            .subcommand(
                row("getkeysandflags", "7.0.0", -3)
                    .complexity("O(N) where N is the number of arguments to the command")
                    .summary("Answers the keys in a request, and what happens to them.")
                    .syntax("command [arg [arg ...]]")
                    .handler(this::getKeysAndFlags))
            .subcommand(
                row("info", "2.8.13", -2)
                    .complexity("O(N) where N is the number of commands to look up")
                    .summary("Describes some commands, or all.")
                    .syntax("[command-name [command-name ...]]")
                    .tip("nondeterministic_output_order")
                    .handler(this::info))
            .subcommand(
                row("list", "7.0.0", -2)
                    .complexity("O(N) where N is the total number of commands")
                    .summary("Answers the names of the commands, all or some.")
                    .syntax("[FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern>]")
                    .tip("nondeterministic_output_order")
                    .handler(this::list))
            .subcommand(Help.row("5.0.0")));
  }

  private static Command row(String name, String since, int arity) {
    return Command.named(name)
        .group(CommandGroup.SERVER)
        .since(since)
        .arity(arity)
        .flags(LOADING, STALE)
        .categories("connection");
  }

  // ---- COMMAND INFO

  private void all(Call call) {
    List<Command> commands = table.commands();
    call.reply().array(commands.size());
    commands.forEach(command -> describe(call.reply(), command));
  }

  private void info(Call call) {
    if (call.count() == 2) {
      all(call);
      return;
    }
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      Command command = table.find(call.text(i));
      if (command == null) {
        call.reply().nil();
      } else {
        describe(call.reply(), command);
      }
    }
  }

  private static void describe(Reply reply, Command command) {
    reply.array(10);
    reply.bulk(command.fullName());
    reply.integer(command.arity());
    reply.set(command.flags().size());
    command.flags().forEach(flag -> reply.simple(flag.flagName()));
    LegacyRange range = LegacyRange.of(command);
    reply.integer(range.first());
    reply.integer(range.last());
    reply.integer(range.step());
    reply.set(command.categories().size());
    command.categories().forEach(category -> reply.simple("@" + category));
    reply.set(command.tips().size());
    command.tips().forEach(reply::bulk);
    reply.set(command.keySpecs().size());
    command.keySpecs().forEach(spec -> describe(reply, spec));
    Collection<Command> children = command.subcommands().values();
    if (children.isEmpty()) {
      reply.set(0);
      return;
    }
    reply.array(children.size());
    children.forEach(child -> describe(reply, child));
  }

  /** First, last and step as before key specifications: those of all specs at fixed indexes. */
  private record LegacyRange(int first, int last, int step) {
    static LegacyRange of(Command command) {
      int first = 0;
      int last = 0;
      int step = 0;
      for (KeySpec spec : command.keySpecs()) {
        boolean fixed =
            !spec.isUnknown()
                && spec.keyword().isEmpty()
                && spec.keyCount() < 0
                && spec.limit() == 0;
        if (!fixed) {
          continue;
        }
        int end = spec.last() < 0 ? spec.last() : spec.begin() + spec.last();
        first = first == 0 ? spec.begin() : Math.min(first, spec.begin());
        last = last < 0 ? last : end < 0 ? end : Math.max(last, end);
        step = spec.step();
      }
      return new LegacyRange(first, last, step);
    }
  }

  private static void describe(Reply reply, KeySpec spec) {
    reply.map(3);
    reply.bulk("flags");
    List<String> flags = flags(spec);
    reply.set(flags.size());
    flags.forEach(reply::simple);
    if (spec.isUnknown()) {
      unknown(reply, "begin_search");
      unknown(reply, "find_keys");
      return;
    }
    reply.bulk("begin_search");
    boolean keyword = !spec.keyword().isEmpty();
    reply.map(2);
    reply.bulk("type");
    reply.bulk(keyword ? "keyword" : "index");
    reply.bulk("spec");
    if (keyword) {
      reply.map(2);
      pair(reply, "keyword", spec.keyword());
      pair(reply, "startfrom", spec.begin());
    } else {
      reply.map(1);
      pair(reply, "index", spec.begin());
    }
    reply.bulk("find_keys");
    boolean counted = spec.keyCount() >= 0;
    reply.map(2);
    reply.bulk("type");
    reply.bulk(counted ? "keynum" : "range");
    reply.bulk("spec");
    reply.map(3);
    if (counted) {
      pair(reply, "keynumidx", spec.keyCount());
      pair(reply, "firstkey", spec.first());
      pair(reply, "keystep", spec.step());
    } else {
      pair(reply, "lastkey", spec.last());
      pair(reply, "keystep", spec.step());
      pair(reply, "limit", spec.limit());
    }
  }

  private static void unknown(Reply reply, String name) {
    reply.bulk(name);
    reply.map(2);
    pair(reply, "type", "unknown");
    reply.bulk("spec");
    reply.map(0);
  }

  private static void pair(Reply reply, String name, long value) {
    reply.bulk(name);
    reply.integer(value);
  }

  private static void pair(Reply reply, String name, String value) {
    reply.bulk(name);
    reply.bulk(value);
  }

  /** What happens to the keys first, in upper case; then how, in lower case. */
  private static List<String> flags(KeySpec spec) {
    List<String> names = new ArrayList<>();
    for (KeySpec.Flag flag : KeySpec.Flag.values()) {
      if (spec.flags().contains(flag)) {
        names.add(flag.name().length() == 2 ? flag.name() : flag.name().toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }

  // ---- COMMAND DOCS

  private void docs(Call call) {
    Reply reply = call.reply();
    int begin = reply.begin();
    long found = 0;
    if (call.count() == 2) {
      for (Command command : table.commands()) {
        document(reply, command);
        found++;
      }
    }
    for (int i = 2; i < call.count(); i++) {
      Command command = table.find(call.text(i));
      if (command != null) {
        document(reply, command);
        found++;
      }
    }
    reply.finishMap(begin, found);
  }

  private static void document(Reply reply, Command command) {
    reply.bulk(command.fullName());
    int begin = reply.begin();
    pair(reply, "summary", command.summary());
    pair(reply, "since", command.since());
    pair(reply, "group", command.group().groupName());
    int pairs = 3;
    if (!command.complexity().isEmpty()) {
      pair(reply, "complexity", command.complexity());
      pairs++;
    }
    if (!command.deprecatedSince().isEmpty()) {
      reply.bulk("doc_flags");
      reply.set(1);
      reply.simple("deprecated");
      pair(reply, "deprecated_since", command.deprecatedSince());
      pair(reply, "replaced_by", command.replacedBy());
      pairs += 3;
    }
    if (!command.history().isEmpty()) {
      reply.bulk("history");
      reply.set(command.history().size());
      for (String change : command.history()) {
        int colon = change.indexOf(':');
        reply.array(2);
        reply.bulk(change.substring(0, colon));
        reply.bulk(change.substring(colon + 1));
      }
      pairs++;
    }
    if (!command.syntax().isEmpty()) {
      reply.bulk("arguments");
      document(reply, Syntax.parse(command.syntax()));
      pairs++;
    }
    if (!command.subcommands().isEmpty()) {
      reply.bulk("subcommands");
      reply.map(command.subcommands().size());
      command.subcommands().values().forEach(child -> document(reply, child));
      pairs++;
    }
    reply.finishMap(begin, pairs);
  }

  private static void document(Reply reply, List<Syntax.Argument> arguments) {
    reply.array(arguments.size());
    for (Syntax.Argument argument : arguments) {
      int begin = reply.begin();
      int pairs = 2;
      pair(reply, "name", argument.name());
      pair(reply, "type", argument.type().typeName());
      if (argument.type() == Syntax.Type.KEY) {
        reply.bulk("key_spec_index");
        reply.integer(0);
        pairs++;
      }
      if (!argument.token().isEmpty()) {
        pair(reply, "token", argument.token());
        pairs++;
      }
      List<String> flags = new ArrayList<>();
      if (argument.optional()) {
        flags.add("optional");
      }
      if (argument.multiple()) {
        flags.add("multiple");
      }
      if (argument.multipleToken()) {
        flags.add("multiple_token");
      }
      if (!flags.isEmpty()) {
        reply.bulk("flags");
        reply.set(flags.size());
        flags.forEach(reply::simple);
        pairs++;
      }
      if (!argument.children().isEmpty()) {
        reply.bulk("arguments");
        document(reply, argument.children());
        pairs++;
      }
      reply.finishMap(begin, pairs);
    }
  }

  // ---- COMMAND LIST

  private void list(Call call) {
    List<String> names = new ArrayList<>();
    if (call.count() == 2) {
      withChildren(table.commands()).forEach(command -> names.add(command.fullName()));
    } else if (call.count() == 5 && call.is(2, "filterby")) {
      filter(call, names);
    } else {
      throw CommandError.syntax();
    }
    call.reply().array(names.size());
    names.forEach(call.reply()::bulk);
  }

  private void filter(Call call, List<String> names) {
    boolean category = call.is(3, "aclcat");
    boolean pattern = call.is(3, "pattern");
    if (!category && !pattern && !call.is(3, "module")) {
      throw CommandError.syntax();
    }
    String wanted = call.text(4).toLowerCase(Locale.ROOT);
    for (Command command : withChildren(table.commands())) {
      byte[] name = ConnectionCommands.bytes(command.fullName());
      boolean matches =
          (category && command.categories().contains(wanted))
              || (pattern
                  && Glob.matches(
                      call.arguments().buffer(),
                      call.arguments().offset(4),
                      call.arguments().length(4),
                      name,
                      0,
                      name.length,
                      true));
      // There are no modules, so none has commands.
      if (matches) {
        names.add(command.fullName());
      }
    }
  }

  private static List<Command> withChildren(List<Command> commands) {
    List<Command> all = new ArrayList<>();
    for (Command command : commands) {
      all.add(command);
      all.addAll(command.subcommands().values());
    }
    return all;
  }

  // ---- COMMAND GETKEYS

  private void getKeys(Call call) {
    List<FoundKey> keys = keysOf(call);
    call.reply().array(keys.size());
    for (FoundKey key : keys) {
      call.reply().bulk(call.bytes(key.index() + 2));
    }
  }

  private void getKeysAndFlags(Call call) {
    List<FoundKey> keys = keysOf(call);
    call.reply().array(keys.size());
    for (FoundKey key : keys) {
      call.reply().array(2);
      call.reply().bulk(call.bytes(key.index() + 2));
      List<String> flags = flags(key.spec());
      call.reply().set(flags.size());
      flags.forEach(call.reply()::simple);
    }
  }

  private List<FoundKey> keysOf(Call call) {
    byte[][] parts = new byte[call.count() - 2][];
    for (int i = 2; i < call.count(); i++) {
      parts[i - 2] = call.bytes(i);
    }
    Arguments request = Arguments.of(parts);
    Command command = table.find(request.text(0));
    if (command != null && parts.length > 1 && !command.subcommands().isEmpty()) {
      command = command.subcommands().get(request.text(1).toLowerCase(Locale.ROOT));
    }
    if (command == null) {
      throw new CommandError("ERR Invalid command specified");
    }
    // A channel is routed like a key, and is none.
    if (command.keySpecs().stream().allMatch(spec -> spec.flags().contains(KeySpec.Flag.NOT_KEY))) {
      throw new CommandError("ERR The command has no key arguments");
    }
    if (!command.accepts(parts.length)) {
      throw new CommandError("ERR Invalid number of arguments specified for command");
    }
    List<FoundKey> keys = KeyFinder.find(command, request);
    if (keys.isEmpty() && !command.is(CommandFlag.NO_MANDATORY_KEYS)) {
      throw new CommandError("ERR Invalid arguments specified for command");
    }
    return keys;
  }
}
