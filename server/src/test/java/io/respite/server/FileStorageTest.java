package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.environment.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine's file system behind its seam. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FileStorageTest {
  @TempDir private Path folder;

  @Nested
  class Truncate {
    @Test
    void drops_what_lies_behind() throws IOException {
      Path file = Files.write(folder.resolve("f"), new byte[] {1, 2, 3, 4});
      Storage.system().truncate(file, 3);
      assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
      Storage.system().truncate(file, 3);
      Storage.system().truncate(file, 0);
      assertThat(Files.readAllBytes(file)).isEmpty();
    }

    @Test
    void never_makes_a_file_longer_or_a_new_one() throws IOException {
      Path file = Files.write(folder.resolve("f"), new byte[2]);
      assertThatThrownBy(() -> Storage.system().truncate(file, 3))
          .isInstanceOf(IOException.class)
          .hasMessage(file + " has 2 bytes and cannot be cut to 3");
      assertThatThrownBy(() -> Storage.system().truncate(folder.resolve("none"), 0))
          .isInstanceOf(NoSuchFileException.class);
      assertThat(Files.exists(folder.resolve("none"))).isFalse();
    }
  }
}
