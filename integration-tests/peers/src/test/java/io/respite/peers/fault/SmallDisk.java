package io.respite.peers.fault;

import io.respite.rigs.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system that is soon full, and can be made larger: tmpfs. */
final class SmallDisk implements AutoCloseable {
  private final Path mountPoint;

  /** A new one of so many megabytes, in a folder. */
  SmallDisk(Path folder, int megabytes) throws IOException {
    mountPoint = Files.createDirectory(folder.resolve("small"));
    Shell.must(
        "mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", mountPoint.toString());
  }

  /** Why there can be no such disk here; empty when there can. */
  static String obstacle(Path folder) {
    try (SmallDisk disk = new SmallDisk(Files.createDirectory(folder.resolve("probe")), 1)) {
      return Files.isDirectory(disk.folder()) ? "" : "the disk is not there";
    } catch (IOException | IllegalStateException failed) {
      return "no tmpfs: " + failed.getMessage().trim();
    }
  }

  /** Where it is mounted. */
  Path folder() {
    return mountPoint;
  }

  /** Gives it another size. */
  void resize(int megabytes) {
    Shell.must("mount", "-o", "remount,size=" + megabytes + "m", mountPoint.toString());
  }

  @Override
  public void close() {
    Shell.must("umount", mountPoint.toString());
  }
}
