package io.respite.rigs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the checks of faults have in common: a seed, and the line they print in the end. */
public final class Checks {
  private Checks() {}

  /** {@code -Drespite.seed=N} repeats an earlier run; else each run is another. */
  public static long seed() {
    Long given = Long.getLong("respite.seed");
    return given != null ? given : System.nanoTime();
  }

  /** Prints {@code CHECK name rest} to standard output and to {@code target/checks.txt}. */
  public static void print(String name, String rest) {
    String line = "CHECK " + name + " " + rest;
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
