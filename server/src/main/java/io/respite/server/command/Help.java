package io.respite.server.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The HELP subcommand that every container has; its text derives from the rows. */
public final class Help {
  private Help() {}

  /** The row {@code HELP}, since the given version. */
  public static Command row(String since) {
    return Command.named("help")
        .arity(2)
        .since(since)
        .flags(CommandFlag.LOADING, CommandFlag.STALE)
        .complexity("O(1)")
        .summary("Lists the subcommands.")
        .handler(call -> write(call, call.command().parent()));
  }

  private static void write(Call call, Command container) {
    List<String> lines = new ArrayList<>();
    lines.add(upper(container) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
    for (Command child : container.subcommands().values()) {
      if (child.name().equals("help")) {
        continue;
      }
      lines.add((upper(child) + " " + child.syntax().replaceAll(":[a-z-]+", "")).stripTrailing());
      lines.add("    " + child.summary());
    }
    lines.add("HELP");
    lines.add("    Prints this help.");
    Reply reply = call.reply();
    reply.array(lines.size());
    lines.forEach(reply::simple);
  }

  private static String upper(Command command) {
    return command.name().toUpperCase(Locale.ROOT);
  }
}
