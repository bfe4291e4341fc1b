package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.environment.Environment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that checks files. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CheckRdbTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private int run(String... arguments) {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return CheckRdb.run(List.of(arguments), Environment.system(), out, out);
  }

  private List<String> lines() {
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static byte[] golden() throws IOException {
    try (InputStream in = CheckRdbTest.class.getResourceAsStream("rdb/redis-7.0.15.rdb")) {
      return in.readAllBytes();
    }
  }

  private String file(byte[] content) throws IOException {
    return Files.write(folder.resolve("f.rdb"), content).toString();
  }

  @Test
  void says_of_a_good_file_what_is_in_it() throws IOException {
    String name = file(golden());
    assertThat(run(name)).isZero();
    assertThat(lines())
        .contains(
            "[offset 0] Checking RDB file " + name,
            "[offset 27] AUX FIELD redis-ver = '7.0.15'",
            "[offset 41] AUX FIELD redis-bits = '64'",
            "[offset 1242] Checksum OK",
            "[offset 1242] \\o/ RDB looks OK! \\o/")
        .anyMatch(line -> line.endsWith("Selecting DB ID 5"))
        .endsWith("[info] 26 keys read", "[info] 2 expires", "[info] 0 already expired");
  }

  @Test
  void says_of_a_damaged_file_where_and_what() throws IOException {
    assertThat(run(file(Arrays.copyOf(golden(), 451)))).isEqualTo(1);
    assertThat(lines())
        .contains("--- RDB ERROR DETECTED ---", "[additional info] While doing: read-object-value")
        .anyMatch(line -> line.matches("\\[additional info] Reading key '.+'"))
        .anyMatch(line -> line.matches("\\[additional info] Reading type [0-9]+ \\([a-z0-9-]+\\)"))
        .anyMatch(line -> line.matches("\\[info] [0-9]+ keys read"));
  }

  @Test
  void tells_a_file_without_a_check() throws IOException {
    byte[] bytes = golden();
    Arrays.fill(bytes, bytes.length - 8, bytes.length, (byte) 0);
    assertThat(run(file(bytes))).isZero();
    assertThat(lines())
        .contains("[offset 1242] RDB file was saved with checksum disabled: no check performed.");
  }

  @Test
  void ends_with_1_without_a_file_and_with_0_when_asked_for_its_version() {
    assertThat(run()).isEqualTo(1);
    assertThat(run("a", "b")).isEqualTo(1);
    assertThat(run(folder.resolve("none").toString())).isEqualTo(1);
    assertThat(run("--version")).isZero();
    assertThat(lines())
        .contains("Usage: respite-check-rdb <rdb-file-name>")
        .anyMatch(line -> line.startsWith("Cannot read the file: "))
        .anyMatch(line -> line.startsWith("respite-check-rdb "));
  }
}
