package io.respite.server.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.environment.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the storage of the crash tests keeps and loses: it is the judge of others. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CrashStorageTest {
  private static final Path FOLDER = Path.of("/data");
  private static final Path FILE = FOLDER.resolve("file");
  private static final Path OTHER = FOLDER.resolve("other");
  private static final int CUTS = 300;

  private final CrashStorage storage = CrashStorage.withFolders(FOLDER);

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String text(CrashStorage from, Path file) {
    try {
      return from.exists(file)
          ? new String(from.content(file), StandardCharsets.US_ASCII).replace('\0', '0')
          : "none";
    } catch (IOException impossible) {
      throw new java.io.UncheckedIOException(impossible);
    }
  }

  /** What the file may be after a power cut. */
  private Set<String> outcomes(Path file) {
    Set<String> seen = new TreeSet<>();
    for (int seed = 0; seed < CUTS; seed++) {
      seen.add(text(storage.afterPowerCut(new SplittableRandom(seed)), file));
    }
    return seen;
  }

  private void write(Path file, String text, boolean forced) throws IOException {
    try (Storage.Output output = storage.create(file)) {
      output.write(bytes(text));
      if (forced) {
        output.force();
      }
    }
  }

  @Nested
  class A_power_cut {
    @Test
    void leaves_what_was_forced_with_its_name() throws IOException {
      write(FILE, "abc", true);
      storage.forceDirectory(FOLDER);
      assertThat(outcomes(FILE)).containsExactly("abc");
    }

    @Test
    void may_take_a_name_that_was_not_forced() throws IOException {
      write(FILE, "abc", true);
      assertThat(outcomes(FILE)).containsExactly("abc", "none");
    }

    @Test
    void may_leave_any_part_of_what_was_not_forced() throws IOException {
      write(FILE, "abc", true);
      storage.forceDirectory(FOLDER);
      try (Storage.Output output = storage.append(FILE)) {
        output.write(bytes("de"));
        output.write(bytes("fg"));
      }
      assertThat(outcomes(FILE))
          .contains("abc", "abcd", "abcde", "abcdef", "abcdefg")
          .contains("abc00", "abc0000")
          .allSatisfy(outcome -> assertThat(outcome).startsWith("abc"));
    }

    @Test
    void may_tear_at_pages() throws IOException {
      write(FILE, "a".repeat(512), true);
      storage.forceDirectory(FOLDER);
      try (Storage.Output output = storage.append(FILE)) {
        output.write(bytes("b".repeat(512) + "c".repeat(512)));
      }
      assertThat(outcomes(FILE))
          .contains("a".repeat(512) + "0".repeat(512) + "c".repeat(512))
          .contains("a".repeat(512) + "b".repeat(512) + "0".repeat(512));
    }

    @Test
    void may_undo_the_emptying_of_a_file() throws IOException {
      write(FILE, "abc", true);
      storage.forceDirectory(FOLDER);
      write(FILE, "x", false);
      assertThat(outcomes(FILE)).contains("abc", "", "x").doesNotContain("none");
    }

    @Test
    void in_the_middle_of_a_truncate_leaves_the_file_whole_or_cut() throws IOException {
      write(FILE, "abcdef", true);
      storage.forceDirectory(FOLDER);
      long before = storage.points();
      storage.crashAt(before + 3);
      assertThatThrownBy(() -> storage.truncate(FILE, 3)).isInstanceOf(CrashStorage.Stopped.class);
      assertThat(outcomes(FILE)).containsExactly("abc", "abcdef");
    }

    @Test
    void after_a_truncate_leaves_the_cut_file() throws IOException {
      write(FILE, "abcdef", true);
      storage.forceDirectory(FOLDER);
      storage.truncate(FILE, 3);
      assertThat(outcomes(FILE)).containsExactly("abc");
      assertThatThrownBy(() -> storage.truncate(FILE, 4)).hasMessageContaining("cut to 4");
    }

    @Test
    void leaves_a_rename_whole_or_undone() throws IOException {
      write(OTHER, "old", true);
      write(FILE, "new", true);
      storage.forceDirectory(FOLDER);
      storage.rename(FILE, OTHER);
      assertThat(outcomes(OTHER)).containsExactly("new", "old");
      for (int seed = 0; seed < CUTS; seed++) {
        CrashStorage left = storage.afterPowerCut(new SplittableRandom(seed));
        assertThat(left.exists(FILE)).isEqualTo(text(left, OTHER).equals("old"));
      }
      storage.forceDirectory(FOLDER);
      assertThat(outcomes(OTHER)).containsExactly("new");
    }

    @Test
    void may_keep_a_later_file_and_lose_an_earlier_one() throws IOException {
      write(FILE, "first", false);
      write(OTHER, "second", false);
      Set<String> both = new TreeSet<>();
      for (int seed = 0; seed < 2 * CUTS; seed++) {
        CrashStorage left = storage.afterPowerCut(new SplittableRandom(seed));
        both.add(text(left, FILE) + " " + text(left, OTHER));
      }
      assertThat(both).contains("none second", "first none", "first second", "none none");
    }

    @Test
    void may_bring_back_what_was_deleted() throws IOException {
      write(FILE, "abc", true);
      storage.forceDirectory(FOLDER);
      storage.delete(FILE);
      assertThat(outcomes(FILE)).containsExactly("abc", "none");
      storage.forceDirectory(FOLDER);
      assertThat(outcomes(FILE)).containsExactly("none");
    }

    @Test
    void may_take_a_folder_whose_parent_was_not_forced() throws IOException {
      Path inner = FOLDER.resolve("inner");
      storage.createFolders(inner);
      write(inner.resolve("file"), "abc", true);
      storage.forceDirectory(inner);
      assertThat(outcomes(inner.resolve("file"))).containsExactly("abc", "none");
      storage.forceDirectory(FOLDER);
      assertThat(outcomes(inner.resolve("file"))).containsExactly("abc");
    }

    @Test
    void is_the_same_for_the_same_seed() throws IOException {
      write(FILE, "x".repeat(10_000), false);
      for (int seed = 0; seed < 20; seed++) {
        assertThat(text(storage.afterPowerCut(new SplittableRandom(seed)), FILE))
            .isEqualTo(text(storage.afterPowerCut(new SplittableRandom(seed)), FILE));
      }
    }
  }

  @Nested
  class The_end_of_the_process_alone {
    @Test
    void loses_nothing() throws IOException {
      write(FILE, "abc", false);
      assertThat(text(storage.afterProcessEnd(), FILE)).isEqualTo("abc");
    }
  }

  @Nested
  class Stopping_at_a_point {
    @Test
    void counts_two_points_for_each_operation() throws IOException {
      write(FILE, "abc", true);
      assertThat(storage.points()).isEqualTo(6);
      assertThat(storage.counts())
          .containsEntry(CrashStorage.Operation.WRITE, 1)
          .containsEntry(CrashStorage.Operation.FORCE, 1);
    }

    @Test
    void happens_before_or_after_the_operation_and_then_nothing_does() {
      String[] expected = {"none", "", "", "abc", "abc", "abc"};
      for (int point = 1; point <= 6; point++) {
        CrashStorage each = CrashStorage.withFolders(FOLDER);
        each.crashAt(point);
        assertThatThrownBy(
                () -> {
                  Storage.Output output = each.create(FILE);
                  output.write(bytes("abc"));
                  output.force();
                })
            .isInstanceOf(CrashStorage.Stopped.class);
        assertThat(each.isStopped()).isTrue();
        assertThatThrownBy(() -> each.delete(FILE)).isInstanceOf(CrashStorage.Stopped.class);
        assertThat(text(each.afterProcessEnd(), FILE))
            .as("%d", point)
            .isEqualTo(expected[point - 1]);
      }
    }
  }

  @Nested
  class A_disk_that_refuses {
    @Test
    void forgets_what_a_failed_force_was_to_save_even_when_it_is_tried_again() throws IOException {
      write(FILE, "abc", true);
      storage.forceDirectory(FOLDER);
      try (Storage.Output output = storage.append(FILE)) {
        output.write(bytes("de"));
        storage.onOperation(
            (operation, path, count) -> {
              if (operation == CrashStorage.Operation.FORCE) {
                throw new IOException("Input/output error");
              }
            });
        assertThatThrownBy(output::force).hasMessage("Input/output error");
        assertThat(text(storage, FILE)).isEqualTo("abcde");
        assertThat(outcomes(FILE)).containsExactly("abc");
        storage.onOperation((operation, path, count) -> {});
        output.write(bytes("f"));
        output.force();
      }
      assertThat(outcomes(FILE)).containsExactly("abc00f");
    }

    @Test
    void changes_nothing() {
      storage.onOperation(
          (operation, path, count) -> {
            throw new IOException("No space left on device");
          });
      assertThatThrownBy(() -> storage.create(FILE)).hasMessage("No space left on device");
      assertThat(storage.exists(FILE)).isFalse();
      assertThatThrownBy(() -> storage.open(FILE)).isInstanceOf(NoSuchFileException.class);
    }
  }
}
