package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.aof.AofEncoder;
import io.respite.server.environment.Environment;
import java.io.ByteArrayInputStream;
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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that checks append-only files. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CheckAofTest {
  private static final String SET = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n";
  private static final String TIMES = "#TS:100\r\n" + SET + "#TS:200\r\n" + SET;

  @TempDir private Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private String answer = "n\n";

  private int run(String... arguments) {
    printed.reset();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    InputStream in = new ByteArrayInputStream(answer.getBytes(StandardCharsets.US_ASCII));
    return CheckAof.run(List.of(arguments), Environment.system(), in, out);
  }

  private List<String> lines() {
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content, StandardCharsets.ISO_8859_1).toString();
  }

  private String content(String name) throws IOException {
    return Files.readString(folder.resolve(name), StandardCharsets.ISO_8859_1);
  }

  @Nested
  class Single_files {
    @Test
    void that_are_good() throws IOException {
      String name = file("a.aof", TIMES);
      assertThat(run(name)).isZero();
      assertThat(lines())
          .containsExactly(
              "Start checking Old-Style AOF",
              "AOF analyzed: filename=" + name + ", size=72, ok_up_to=72, ok_up_to_line=15, diff=0",
              "AOF " + name + " is valid");
      assertThat(run(file("empty.aof", ""))).isZero();
      assertThat(lines()).last().asString().endsWith("empty.aof is empty");
    }

    @Test
    void that_are_cut_are_cut_back_when_somebody_says_yes() throws IOException {
      String name = file("a.aof", SET + "*3\r\n$3\r\nSE");
      assertThat(run(name)).isEqualTo(1);
      assertThat(lines())
          .containsExactly(
              "Start checking Old-Style AOF",
              "0x              23: Expected to read 5 bytes, got 2 bytes",
              "AOF analyzed: filename="
                  + name
                  + ", size=37, ok_up_to=27, ok_up_to_line=10, diff=10",
              "AOF " + name + " is not valid. Use the --fix option to try fixing it.");
      assertThat(run("--fix", name)).isEqualTo(1);
      assertThat(lines()).last().isEqualTo("Continue? [y/N]: Aborting...");
      assertThat(content("a.aof")).hasSize(37);
      answer = "Y\n";
      assertThat(run("--fix", name)).isZero();
      assertThat(lines()).last().asString().endsWith("Successfully truncated AOF " + name);
      assertThat(content("a.aof")).isEqualTo(SET);
      assertThat(run("--fix", name)).isZero();
    }

    @Test
    void lose_a_transaction_without_its_end_as_a_whole() throws IOException {
      answer = "y";
      String name = file("a.aof", SET + "*1\r\n$5\r\nMULTI\r\n" + SET + SET + "*1");
      assertThat(run("--fix", name)).isZero();
      assertThat(content("a.aof")).isEqualTo(SET);
    }

    @Test
    void that_end_in_a_transaction_are_told_to_lack_its_end() throws IOException {
      String begin = "*1\r\n$5\r\nMULTI\r\n";
      assertThat(run(file("a.aof", begin))).isEqualTo(1);
      assertThat(lines().get(1))
          .isEqualTo("0x               8: Reached EOF before reading EXEC for MULTI");
      // Between two lines of a command.
      assertThat(run(file("a.aof", begin + "*1\r\n"))).isEqualTo(1);
      assertThat(lines()).contains("0x              13: Reached EOF before reading EXEC for MULTI");
    }

    @Test
    void may_begin_as_an_rdb_file() throws IOException {
      byte[] rdb;
      try (InputStream in = CheckAofTest.class.getResourceAsStream("rdb/redis-7.0.15.rdb")) {
        rdb = in.readAllBytes();
      }
      String text = new String(rdb, StandardCharsets.ISO_8859_1);
      assertThat(run(file("a.aof", text + SET))).isZero();
      assertThat(lines())
          .contains("RDB preamble is OK, proceeding with AOF tail...", "[info] 26 keys read")
          .anyMatch(line -> line.contains("ok_up_to=" + (rdb.length + SET.length()) + ","));
      assertThat(run(file("a.aof", text.substring(0, 500)))).isEqualTo(1);
      assertThat(lines()).last().isEqualTo("RDB preamble of AOF file is not sane, aborting.");
    }

    @Test
    void with_a_wrong_checksum_are_refused() throws IOException {
      AofEncoder encoder = new AofEncoder();
      encoder.begin(true);
      for (String value : List.of("good", "evil")) {
        encoder.command(
            "SET".getBytes(StandardCharsets.US_ASCII),
            "a".getBytes(StandardCharsets.US_ASCII),
            value.getBytes(StandardCharsets.US_ASCII));
      }
      String whole =
          new String(Arrays.copyOf(encoder.buffer(), encoder.size()), StandardCharsets.ISO_8859_1);
      assertThat(run(file("a.aof", whole))).isZero();
      String name = file("a.aof", whole.replace("evil", "Evil"));
      assertThat(run(name)).isEqualTo(1);
      assertThat(lines())
          .anyMatch(line -> line.contains(": a wrong checksum: the 30 bytes before it give "));
      answer = "y";
      assertThat(run("--fix", name)).isZero();
      assertThat(whole).startsWith(content("a.aof"));
      assertThat(content("a.aof")).contains("good").doesNotContain("vil");
      assertThat(run(name)).isZero();
    }
  }

  @Nested
  class Times {
    @Test
    void cut_what_is_later() throws IOException {
      String name = file("a.aof", TIMES);
      assertThat(run("--truncate-to-timestamp", "200", name)).isZero();
      assertThat(lines())
          .containsExactly(
              "Start checking Old-Style AOF",
              "Truncate nothing in AOF " + name + " to timestamp 200",
              "AOF " + name + " is valid");
      assertThat(run("--truncate-to-timestamp", "150", name)).isZero();
      assertThat(lines())
          .last()
          .isEqualTo("Successfully truncated AOF " + name + " to timestamp 150");
      assertThat(content("a.aof")).isEqualTo("#TS:100\r\n" + SET);
      assertThat(run("--truncate-to-timestamp", "50", name)).isEqualTo(1);
      assertThat(lines())
          .last()
          .isEqualTo("AOF " + name + " has nothing before timestamp 50, aborting...");
    }

    @Test
    void that_are_none_are_refused() throws IOException {
      assertThat(run("--truncate-to-timestamp", "5x", file("a.aof", SET))).isEqualTo(1);
      assertThat(lines()).containsExactly("Invalid timestamp, aborting...");
      String name = file("a.aof", "#TS:abc\r\n" + SET);
      assertThat(run(name)).isZero();
      assertThat(run("--truncate-to-timestamp", "5", name)).isEqualTo(1);
      assertThat(lines()).last().isEqualTo("Invalid timestamp annotation");
    }
  }

  @Nested
  class Manifests {
    private String manifest() throws IOException {
      return file(
          "x.manifest",
          "# files\nfile b.aof seq 1 type b\nfile 1 seq 1 type i\nfile 2 seq 2 type i\n");
    }

    @Test
    void name_files_of_which_each_is_checked() throws IOException {
      file("b.aof", SET);
      file("1", SET);
      file("2", "");
      assertThat(run(manifest())).isZero();
      assertThat(lines())
          .containsExactly(
              "Start checking Multi Part AOF",
              "Start to check BASE AOF (RESP format).",
              "AOF analyzed: filename=b.aof, size=27, ok_up_to=27, ok_up_to_line=8, diff=0",
              "BASE AOF b.aof is valid",
              "Start to check INCR files.",
              "AOF analyzed: filename=1, size=27, ok_up_to=27, ok_up_to_line=15, diff=0",
              "INCR AOF 1 is valid",
              "INCR AOF 2 is empty",
              "All AOF files and manifest are valid");
    }

    @Test
    void let_only_the_last_file_be_cut() throws IOException {
      answer = "y";
      file("b.aof", SET);
      file("1", SET + "*");
      file("2", SET + "*");
      assertThat(run("--fix", manifest())).isEqualTo(1);
      assertThat(lines())
          .last()
          .isEqualTo("Failed to truncate AOF 1 because it is not the last file");
      file("1", TIMES);
      assertThat(run("--fix", manifest())).isZero();
      assertThat(content("2")).isEqualTo(SET);
      assertThat(run("--truncate-to-timestamp", "150", manifest())).isEqualTo(1);
      assertThat(lines())
          .contains(
              "Failed to truncate AOF "
                  + folder.resolve("1")
                  + " to timestamp 150 to offset 36 because it is not the last file.");
      assertThat(content("1")).isEqualTo(TIMES);
    }

    @Test
    void let_the_last_file_be_cut_in_which_there_is_anything() throws IOException {
      answer = "y";
      file("b.aof", SET);
      file("1", SET + "*");
      file("2", "");
      assertThat(run("--fix", manifest())).isZero();
      assertThat(content("1")).isEqualTo(SET);
      assertThat(content("2")).isEmpty();
    }

    @Test
    void may_be_wrong_themselves() throws IOException {
      assertThat(run(file("x.manifest", "file a/b seq 1 type b\n"))).isEqualTo(1);
      assertThat(lines())
          .containsExactly(
              "Start checking Multi Part AOF",
              "*** FATAL AOF MANIFEST FILE ERROR ***",
              "Reading the manifest file, at line 1",
              ">>> 'file a/b seq 1 type b'",
              "File can't be a path, just a filename");
      assertThat(run(file("x.manifest", "file none seq 1 type b\n"))).isEqualTo(1);
      assertThat(lines())
          .last()
          .isEqualTo("Cannot open file " + folder.resolve("none") + ": No such file or directory");
    }
  }

  @Test
  void says_how_it_is_used() {
    for (String[] wrong :
        new String[][] {{}, {"a", "b"}, {"--x", "1", "a"}, {"1", "2", "3", "4"}}) {
      assertThat(run(wrong)).isEqualTo(1);
      assertThat(lines())
          .containsExactly(
              "Usage: respite-check-aof [--fix|--truncate-to-timestamp $timestamp]"
                  + " <file.manifest|file.aof>");
    }
    assertThat(run("none")).isEqualTo(1);
    assertThat(lines()).containsExactly("Cannot open file none: No such file or directory");
    assertThat(run("--version")).isZero();
    assertThat(lines()).first().asString().startsWith("respite-check-aof ");
  }
}
