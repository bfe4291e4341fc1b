package io.respite.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The arguments of the program, understood as {@code redis-server} understands them.
 *
 * <p>{@code [file] [--directive word ...] [-]}: the first argument names a file unless it begins
 * with a dash; {@code --name} begins a directive and what follows are its words; a single dash,
 * first or last, reads standard input. An argument that begins with two dashes right after a
 * directive's name is that directive's word, except after {@code --save}, where it means an empty
 * list.
 *
 * @param task what the arguments ask for
 * @param file the configuration file
 * @param standardInput whether standard input holds a configuration
 * @param options the options as lines of a configuration, one byte per char
 */
public record CommandLine(Task task, Optional<Path> file, boolean standardInput, String options) {
  /** What the program is asked to do. */
  public enum Task {
    /** Start a server. */
    SERVE,
    /** Print the version. */
    VERSION,
    /** Print how the program is called. */
    HELP,
    /** {@code --test-memory}, which makes no sense in a virtual machine. */
    TEST_MEMORY,
    /** {@code --check-system}. */
    CHECK_SYSTEM
  }

  /** Reads the arguments; what is wrong in the options is found when they are loaded. */
  public static CommandLine parse(List<String> arguments) {
    if (!arguments.isEmpty()) {
      Task task =
          switch (arguments.get(0)) {
            case "-v", "--version" -> Task.VERSION;
            case "-h", "--help" -> Task.HELP;
            case "--test-memory" -> Task.TEST_MEMORY;
            case "--check-system" -> Task.CHECK_SYSTEM;
            default -> Task.SERVE;
          };
      if (task != Task.SERVE) {
        return new CommandLine(task, Optional.empty(), false, "");
      }
    }
    boolean hasFile = !arguments.isEmpty() && !arguments.get(0).startsWith("-");
    Optional<Path> file = hasFile ? Optional.of(Path.of(arguments.get(0))) : Optional.empty();
    return options(file, arguments, hasFile ? 1 : 0);
  }

  private static CommandLine options(Optional<Path> file, List<String> arguments, int from) {
    StringBuilder lines = new StringBuilder();
    boolean standardInput = false;
    boolean nameMayFollow = true;
    for (int i = from; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      boolean last = i == arguments.size() - 1;
      if (argument.equals("-") && (i == 0 || last)) {
        standardInput = true;
      } else if (nameMayFollow && argument.startsWith("--")) {
        if (lines.length() > 0) {
          lines.append('\n');
        }
        lines.append(Words.fromUnicode(argument.substring(2))).append(' ');
        // "--port 6380" may come as one argument; then the directive is complete.
        nameMayFollow = Words.split(argument).map(List::size).orElse(0) != 1;
        boolean save = argument.equalsIgnoreCase("--save");
        if (save && (last || arguments.get(i + 1).startsWith("--"))) {
          lines.append("\"\"");
          nameMayFollow = true;
        }
      } else {
        lines.append(Words.quote(Words.fromUnicode(argument))).append(' ');
        nameMayFollow = true;
      }
    }
    return new CommandLine(Task.SERVE, file, standardInput, lines.toString());
  }
}
