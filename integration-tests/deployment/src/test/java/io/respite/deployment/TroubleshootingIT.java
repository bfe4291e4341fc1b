package io.respite.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** The messages of {@code docs/troubleshooting.md} are those of the sources. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TroubleshootingIT {
  private static final Path ROOT = Path.of(System.getProperty("respite.root"));

  /** Said by javax.cache itself, and by other servers. */
  private static final Set<String> FOREIGN =
      Set.of(
          "Multiple CachingProviders have been configured",
          "OOM command not allowed when used memory > 'maxmemory'.");

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The sources, with the parts of texts put together. */
  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String folder : List.of("provider/src/main", "server/src/main", "server/bin")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        all.append(
            files
                .filter(Files::isRegularFile)
                .map(TroubleshootingIT::text)
                .collect(Collectors.joining("\n")));
      }
    }
    return all.toString()
        .replaceAll("\"\\s*(\\.formatted\\([^\"]*\\))?\\s*\\+\\s*\"", "")
        .replace("\\n", "");
  }

  @Test
  void every_message_is_one_that_can_be_met() throws IOException {
    String sources = sources();
    List<String> messages =
        text(ROOT.resolve("docs/troubleshooting.md"))
            .lines()
            .filter(line -> line.startsWith("`"))
            .map(line -> line.substring(1, line.length() - 1))
            .filter(message -> !FOREIGN.contains(message))
            .toList();
    assertThat(messages).hasSizeGreaterThan(40);
    for (String message : messages) {
      for (String part : message.split("…", -1)) {
        assertThat(sources.contains(part.replaceAll("^[ .:']+|[ .:']+$", "")))
            .as("'%s' of '%s' is in the sources", part, message)
            .isTrue();
      }
    }
  }
}
