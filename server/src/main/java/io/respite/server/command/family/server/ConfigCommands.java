package io.respite.server.command.family.server;

import static io.respite.server.command.CommandFlag.ADMIN;
import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.NOSCRIPT;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.command.Call;
import io.respite.server.command.Clients;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Help;
import io.respite.server.config.Config;
import io.respite.server.config.ConfigException;
import io.respite.server.config.ConfigRewriter;
import io.respite.server.config.Directive;
import io.respite.server.config.Directives;
import io.respite.server.encoding.Glob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** CONFIG: looks at directives and changes them while the server runs. */
public final class ConfigCommands {
  private final Instance instance;
  private final Runnable resetStatistics;

  /**
   * The family.
   *
   * @param resetStatistics puts counters back to zero that are not the instance's own
   */
  public ConfigCommands(Instance instance, Runnable resetStatistics) {
    this.instance = instance;
    this.resetStatistics = resetStatistics;
    instance.config().heed(Directives.ENABLE_PROTECTED_CONFIGS);
  }

  /** The rows. */
  public List<Command> rows() {
    return List.of(
        Command.named("config")
            .group(CommandGroup.SERVER)
            .since("2.0.0")
            .arity(-2)
            .complexity("Depends on subcommand.")
            .summary("A container for commands about the server's configuration.")
            .subcommand(
                row("get", "2.0.0", -3)
                    .complexity("O(N) where N is the number of directives")
                    .summary("Answers the values of the directives that match a pattern.")
                    .syntax("parameter [parameter ...]")
                    .changed("7.0.0", "Takes several patterns.")
                    .handler(this::get))
            .subcommand(
                row("resetstat", "2.0.0", 2)
                    .complexity("O(1)")
                    .summary("Puts the counters that INFO shows back to zero.")
                    .tip("request_policy:all_nodes")
                    .tip("response_policy:all_succeeded")
                    .handler(this::resetStat))
            .subcommand(
                row("rewrite", "2.8.0", 2)
                    .complexity("O(1)")
                    .summary("Brings the configuration file up to date with the values in use.")
                    .tip("request_policy:all_nodes")
                    .tip("response_policy:all_succeeded")
                    .handler(this::rewrite))
            .subcommand(
                row("set", "2.0.0", -4)
                    .complexity("O(N) where N is the number of directives")
                    .summary("Changes directives, all of them or none.")
                    .syntax("parameter value [parameter value ...]")
                    .changed("7.0.0", "Takes several directives.")
                    .tip("request_policy:all_nodes")
                    .tip("response_policy:all_succeeded")
                    .handler(this::set))
            .subcommand(Help.row("5.0.0")));
  }

  private static Command row(String name, String since, int arity) {
    return Command.named(name)
        .group(CommandGroup.SERVER)
        .since(since)
        .arity(arity)
        .flags(ADMIN, NOSCRIPT, LOADING, STALE);
  }

  private void get(Call call) {
    Map<String, Directive<?>> found = new LinkedHashMap<>();
    for (int i = 2; i < call.count(); i++) {
      String pattern = call.text(i);
      if (pattern.chars().noneMatch(c -> c == '*' || c == '?' || c == '[')) {
        // A name answers as it was asked for: old names, and upper case, stay.
        Directives.find(pattern).ifPresent(directive -> found.putIfAbsent(pattern, directive));
        continue;
      }
      for (Directive<?> directive : Directives.all()) {
        if (!directive.is(Directive.Trait.HIDDEN)) {
          collect(call, i, directive.name(), directive, found);
          collect(call, i, directive.alias(), directive, found);
        }
      }
    }
    Config config = instance.config();
    call.reply().map(found.size());
    found.forEach(
        (name, directive) -> {
          call.reply().bulk(ConnectionCommands.bytes(name));
          call.reply().bulk(ConnectionCommands.bytes(config.show(directive)));
        });
  }

  private static void collect(
      Call call, int i, String name, Directive<?> directive, Map<String, Directive<?>> found) {
    byte[] bytes = ConnectionCommands.bytes(name);
    boolean matches =
        !name.isEmpty()
            && Glob.matches(
                call.arguments().buffer(),
                call.arguments().offset(i),
                call.arguments().length(i),
                bytes,
                0,
                bytes.length,
                true);
    if (matches) {
      found.putIfAbsent(name, directive);
    }
  }

  private void set(Call call) {
    if (call.count() % 2 != 0) {
      throw CommandError.syntax();
    }
    List<String> pairs = new ArrayList<>();
    for (int i = 2; i < call.count(); i++) {
      pairs.add(call.text(i));
    }
    Config config = instance.config();
    try {
      for (Directive<?> directive : config.set(pairs, mayProtected(call), false)) {
        if (config.isWithoutEffect(directive)) {
          instance.log().warning(noEffect(directive));
        }
      }
    } catch (ConfigException refused) {
      throw new CommandError("ERR " + refused.getMessage());
    }
    call.reply().ok();
  }

  /** What the log says when a directive asks for something that is not there. */
  public static String noEffect(Directive<?> directive) {
    return "WARNING: the directive '" + directive.name() + "' has no effect in this version";
  }

  private boolean mayProtected(Call call) {
    String allowed = instance.config().get(Directives.ENABLE_PROTECTED_CONFIGS);
    Clients.Traffic traffic = ConnectionCommands.traffic(call.session());
    boolean local = traffic == null || traffic.fromHere();
    return allowed.equals("yes") || (allowed.equals("local") && local);
  }

  private void rewrite(Call call) {
    if (instance.config().file().isEmpty()) {
      throw new CommandError("ERR The server is running without a config file");
    }
    try {
      ConfigRewriter.rewrite(instance.config());
    } catch (IOException failed) {
      instance.log().warning("CONFIG REWRITE failed: " + failed.getMessage());
      throw new CommandError("ERR Rewriting config file: " + failed.getMessage());
    }
    instance.log().notice("CONFIG REWRITE executed with success.");
    call.reply().ok();
  }

  private void resetStat(Call call) {
    call.keyspace().statistics().reset();
    instance.traffic().reset();
    instance.dispatcher().errors().reset();
    instance.dispatcher().resetCalled();
    for (Command command : instance.dispatcher().table().commands()) {
      command.statistics().reset();
      command.subcommands().values().forEach(child -> child.statistics().reset());
    }
    resetStatistics.run();
    call.reply().ok();
  }
}
