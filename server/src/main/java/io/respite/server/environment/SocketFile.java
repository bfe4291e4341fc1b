package io.respite.server.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * The file of a Unix socket, which must never be open to more users than configured.
 *
 * <p>Between bind and chmod a socket has whatever the umask left. So it is bound inside a folder
 * that only we may enter, gets its permissions there, and is moved to its place then.
 */
public final class SocketFile {
  private static final int OWNER_READ = 0400;

  private SocketFile() {}

  /** Removes a socket that an earlier run left behind. */
  public static void remove(String path) throws IOException {
    Files.deleteIfExists(Path.of(path));
  }

  /** A path in a folder of its own, beside the one where the socket shall be. */
  public static String hiddenBeside(String path) throws IOException {
    Path parent = Path.of(path).toAbsolutePath().getParent();
    return Files.createTempDirectory(parent, ".respite-").resolve("s").toString();
  }

  /** Sets the permissions of a hidden socket and moves it to its place. */
  public static void reveal(String hidden, String path, int permissions) throws IOException {
    Files.setPosixFilePermissions(Path.of(hidden), set(permissions));
    Files.move(Path.of(hidden), Path.of(path));
  }

  /** Removes what {@link #hiddenBeside} made. */
  public static void discard(String hidden) throws IOException {
    Files.deleteIfExists(Path.of(hidden));
    Files.delete(Path.of(hidden).getParent());
  }

  private static Set<PosixFilePermission> set(int permissions) {
    // The enum's order is that of the bits, from the owner's read to the others' execute.
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    int bit = OWNER_READ;
    for (PosixFilePermission permission : PosixFilePermission.values()) {
      if ((permissions & bit) != 0) {
        set.add(permission);
      }
      bit >>= 1;
    }
    return set;
  }
}
