package io.respite.server.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** What the checks have in common: a seed that can be given, figures, and the line at the end. */
final class Check {
  private Check() {}

  /** The seed of a run: {@code -Drespite.seed=N} repeats an earlier one. */
  static long seed() {
    Long given = Long.getLong("respite.seed");
    return given != null ? given : System.nanoTime();
  }

  /**
   * How often something is tried: {@code -Drespite.check.NAME=N}, else what the gate has time for.
   */
  static int times(String name, int inTheGate) {
    return Integer.getInteger("respite.check." + name, inTheGate);
  }

  /** How long something is tried, in seconds; given like {@link #times}. */
  static long nanos(String name, int secondsInTheGate) {
    return times(name, secondsInTheGate) * 1_000_000_000L;
  }

  /** Prints {@code CHECK name figures}, and keeps the line. */
  static void report(String name, String figures, Object... arguments) {
    String line = "CHECK " + name + " " + String.format(Locale.ROOT, figures, arguments);
    System.out.println(line);
    try {
      Files.createDirectories(Path.of("target"));
      Files.writeString(
          Path.of("target", "checks.txt"),
          line + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
