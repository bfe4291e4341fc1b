package io.respite.server.command.family.server;

import static io.respite.server.command.CommandFlag.LOADING;
import static io.respite.server.command.CommandFlag.STALE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.InfoSection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** INFO: the sections that their owners write, in a fixed order. */
public final class InfoCommand {
  private final List<InfoSection> sections;

  /**
   * The family.
   *
   * @param sections in the order of the answer; may grow until the first request
   */
  public InfoCommand(List<InfoSection> sections) {
    this.sections = sections;
  }

  /** The rows. */
  public List<Command> rows() {
    return List.of(
        Command.named("info")
            .group(CommandGroup.SERVER)
            .since("1.0.0")
            .arity(-1)
            .flags(LOADING, STALE)
            .categories("dangerous")
            .complexity("O(1)")
            .summary("Answers figures about the server.")
            .syntax("[section [section ...]]")
            .changed("7.0.0", "Takes several sections.")
            .tip("nondeterministic_output")
            .tip("request_policy:all_shards")
            .tip("response_policy:special")
            .handler(this::info));
  }

  private void info(Call call) {
    Set<String> wanted = new TreeSet<>();
    for (int i = 1; i < call.count(); i++) {
      wanted.add(call.text(i).toLowerCase(Locale.ROOT));
    }
    boolean all = wanted.contains("all") || wanted.contains("everything");
    boolean byDefault = wanted.isEmpty() || wanted.contains("default");
    StringBuilder text = new StringBuilder();
    for (InfoSection section : sections) {
      if (all || wanted.contains(section.name()) || (byDefault && section.shownByDefault())) {
        append(text, section);
      }
    }
    call.reply().verbatim("txt", text.toString());
  }

  private static void append(StringBuilder text, InfoSection section) {
    if (!text.isEmpty()) {
      text.append("\r\n");
    }
    InfoSection.Lines lines = new InfoSection.Lines();
    section.write(lines);
    String name = section.name();
    String heading =
        name.equals("cpu")
            ? "CPU"
            : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    text.append("# ").append(heading).append("\r\n").append(lines);
  }
}
