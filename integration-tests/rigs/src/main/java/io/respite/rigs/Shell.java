package io.respite.rigs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs to their end. */
public final class Shell {
  private static final int PATIENCE_SECONDS = 60;

  private Shell() {}

  /** How a program ended, and what it printed. */
  public record Ended(int code, String output) {}

  /** Runs a program. */
  public static Ended run(String... command) {
    try {
      Path output = Files.createTempFile("respite-shell", ".txt");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new IllegalStateException(List.of(command) + " does not end");
        }
        String text = Files.readString(output, StandardCharsets.ISO_8859_1);
        return new Ended(process.exitValue(), text);
      } finally {
        Files.delete(output);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  /**
   * Runs a program that must succeed.
   *
   * @return what it printed
   */
  public static String must(String... command) {
    Ended ended = run(command);
    if (ended.code != 0) {
      throw new IllegalStateException(
          List.of(command) + " ended with " + ended.code + ": " + ended.output);
    }
    return ended.output;
  }
}
