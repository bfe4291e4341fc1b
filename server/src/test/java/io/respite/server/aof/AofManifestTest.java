package io.respite.server.aof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.respite.server.environment.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The text that says which files there are. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AofManifestTest {
  private static final String NAME = "appendonly.aof";
  private static final String INVALID = "Invalid AOF manifest file format";

  private static AofManifest parse(String text) throws AofManifestException {
    return AofManifest.parse(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static List<String> names(List<AofManifest.Entry> entries) {
    return entries.stream().map(AofManifest.Entry::name).toList();
  }

  @Nested
  class Parsing {
    @Test
    void takes_what_redis_writes() throws IOException {
      String text =
          """
          file appendonly.aof.2.base.rdb seq 2 type b
          file appendonly.aof.1.base.rdb seq 1 type h
          file appendonly.aof.3.incr.aof seq 3 type i
          file appendonly.aof.4.incr.aof seq 4 type i
          """;
      AofManifest manifest = parse(text);
      assertThat(manifest.base())
          .contains(new AofManifest.Entry("appendonly.aof.2.base.rdb", 2, AofManifest.Type.BASE));
      assertThat(names(manifest.history())).containsExactly("appendonly.aof.1.base.rdb");
      assertThat(names(manifest.files()))
          .containsExactly(
              "appendonly.aof.2.base.rdb",
              "appendonly.aof.3.incr.aof",
              "appendonly.aof.4.incr.aof");
      assertThat(manifest.lastIncrement().orElseThrow().seq()).isEqualTo(4);
      assertThat(manifest).hasToString(text);
    }

    @Test
    void leaves_out_remarks_and_keys_it_does_not_know() throws IOException {
      AofManifest manifest =
          parse("# a remark\nSEQ 1 startoffset 12 Type base  file \"a\\x20b\" \r\n#\n");
      assertThat(names(manifest.files())).containsExactly("a b");
      assertThat(manifest).hasToString("file \"a b\" seq 1 type b\n");
    }

    @Test
    void a_remark_may_go_over_the_end_of_a_line_only_if_what_follows_makes_sense() {
      assertThatThrownBy(() -> parse("#" + "x".repeat(1500) + "\nfile a seq 1 type b\n"))
          .hasMessage(INVALID);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "\n",
          "file a seq 1\n",
          "file a seq 1 type b more\n",
          "file a seq x type b\n",
          "file a seq 0 type b\n",
          "file a seq 99999999999999999999 type b\n",
          "file \"\" seq 1 type b\n",
          "file \"a seq 1 type b\n",
          "file a\\x00b seq 1 key type b\n",
          "file \"a\\x00b\" seq 1 type b\n",
          "seq 1 type b key value\n",
        })
    void refuses_lines_of_another_form(String text) {
      assertThatThrownBy(() -> parse(text)).hasMessage(INVALID);
    }

    @Test
    void refuses_what_redis_refuses_in_its_words() {
      assertThatThrownBy(() -> parse("")).hasMessage("Found an empty AOF manifest");
      for (String name : List.of("/etc/passwd", "../a", "a/b", "'a\\b'", ".", "..")) {
        assertThatThrownBy(() -> parse("file " + name + " seq 1 type b\n"))
            .hasMessage("File can't be a path, just a filename");
      }
      assertThatThrownBy(() -> parse("file a seq 1 type b\nfile b seq 2 type b\n"))
          .hasMessage("Found duplicate base file information");
      assertThatThrownBy(() -> parse("file a seq 2 type i\nfile b seq 2 type i\n"))
          .hasMessage("Found a non-monotonic sequence number");
      assertThatThrownBy(() -> parse("file a seq -1 type i\n"))
          .hasMessage("Found a non-monotonic sequence number");
      assertThatThrownBy(() -> parse("file a seq 1 type x\n")).hasMessage("Unknown AOF file type");
      for (String text :
          List.of(
              "file a seq 1 type b",
              "file " + "a".repeat(1010) + " seq 1 type b\n",
              "file a seq 1 \0type b\n")) {
        assertThatThrownBy(() -> parse(text))
            .hasMessage("The AOF manifest file contains too long line");
      }
    }

    @Test
    void takes_a_line_of_1024_bytes() throws IOException {
      String rest = " seq 1 type b\n";
      String name = "a".repeat(1024 - 5 - rest.length());
      assertThat(names(parse("file " + name + rest).files())).containsExactly(name);
    }

    @Test
    void says_which_line_is_wrong() {
      AofManifestException wrong =
          catchThrowableOfType(
              AofManifestException.class, () -> parse("file a seq 1 type b\n  file b seq 1 \n"));
      assertThat(wrong.lineNumber()).isEqualTo(2);
      assertThat(wrong.line()).isEqualTo("file b seq 1");
      wrong =
          catchThrowableOfType(AofManifestException.class, () -> parse("file a seq 1 type b\nx"));
      assertThat(wrong.lineNumber()).isZero();
      assertThat(wrong.line()).isEmpty();
    }
  }

  @Nested
  class Formatting {
    @ParameterizedTest
    @ValueSource(
        strings = {"a b", "quo\"te", "it's", "back\\slash", "líne\n", "\u20ac", "tab\t", "#x"})
    void quotes_names_so_that_they_are_read_again(String prefix) throws IOException {
      AofManifest manifest = AofManifest.EMPTY.withNewBase(prefix, true, null);
      if (prefix.contains("\\")) {
        assertThatThrownBy(() -> AofManifest.parse(manifest.format()))
            .hasMessage("File can't be a path, just a filename");
      } else {
        assertThat(AofManifest.parse(manifest.format())).isEqualTo(manifest);
      }
    }
  }

  @Nested
  class Operations {
    @Test
    void the_life_of_an_append_only_file() throws IOException {
      AofManifest first = AofManifest.EMPTY.withNewBase(NAME, true, null).withNewIncrement(NAME);
      assertThat(first)
          .hasToString(
              """
              file appendonly.aof.1.base.rdb seq 1 type b
              file appendonly.aof.1.incr.aof seq 1 type i
              """);
      AofManifest rewriting = first.withNewIncrement(NAME);
      AofManifest rewritten =
          rewriting.withNewBase(NAME, false, rewriting.lastIncrement().orElseThrow());
      assertThat(rewritten)
          .hasToString(
              """
              file appendonly.aof.2.base.aof seq 2 type b
              file appendonly.aof.1.base.rdb seq 1 type h
              file appendonly.aof.1.incr.aof seq 1 type h
              file appendonly.aof.2.incr.aof seq 2 type i
              """);
      assertThat(rewritten.withoutHistory())
          .hasToString(
              """
              file appendonly.aof.2.base.aof seq 2 type b
              file appendonly.aof.2.incr.aof seq 2 type i
              """);
      assertThat(AofManifest.EMPTY.isEmpty()).isTrue();
      assertThat(rewritten.isEmpty()).isFalse();
    }

    @Test
    void an_increment_that_is_newer_than_the_first_to_stay_stays_too() {
      AofManifest three =
          AofManifest.EMPTY.withNewIncrement(NAME).withNewIncrement(NAME).withNewIncrement(NAME);
      AofManifest rewritten = three.withNewBase(NAME, true, three.increments().get(1));
      assertThat(names(rewritten.files()))
          .containsExactly(
              "appendonly.aof.1.base.rdb",
              "appendonly.aof.2.incr.aof",
              "appendonly.aof.3.incr.aof");
      assertThatThrownBy(() -> rewritten.withNewBase(NAME, true, three.increments().get(0)))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_name_in_the_history_is_not_given_again() throws IOException {
      AofManifest manifest =
          parse("file a.7.incr.aof seq 7 type h\nfile a.3.base.rdb seq 3 type h\n");
      assertThat(manifest.withNewIncrement("a").lastIncrement().orElseThrow().seq()).isEqualTo(8);
      assertThat(manifest.withNewBase("a", true, null).base().orElseThrow().seq()).isEqualTo(4);
    }

    @Test
    void an_old_single_file_becomes_the_base() {
      assertThat(AofManifest.upgraded(NAME)).hasToString("file appendonly.aof seq 1 type b\n");
    }
  }

  @Nested
  class On_disk {
    @TempDir private Path folder;

    @Test
    void is_replaced_and_read_again() throws IOException {
      Storage storage = Storage.system();
      assertThat(AofManifest.read(storage, folder, NAME)).isEqualTo(AofManifest.EMPTY);
      AofManifest first = AofManifest.EMPTY.withNewIncrement(NAME);
      first.write(storage, folder, NAME);
      AofManifest second = first.withNewIncrement(NAME);
      second.write(storage, folder, NAME);
      assertThat(AofManifest.read(storage, folder, NAME)).isEqualTo(second).isNotEqualTo(first);
      try (var names = Files.list(folder)) {
        assertThat(names.map(path -> path.getFileName().toString()))
            .containsExactly("appendonly.aof.manifest");
      }
    }

    @Test
    void a_huge_one_is_refused_before_it_is_read() throws IOException {
      Files.write(folder.resolve("appendonly.aof.manifest"), new byte[2 << 20]);
      assertThatThrownBy(() -> AofManifest.read(Storage.system(), folder, NAME))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("2097152 bytes");
    }
  }
}
