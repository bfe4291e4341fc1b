package io.respite.peers.fault;

import io.respite.rigs.Shell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * A file system whose power can be cut: ext4 in a file, mounted through a loop device. After {@link
 * #cut} nothing that was not forced reaches the file, and {@link #repair} mounts what is left, as
 * after the next start of the machine.
 *
 * <p>The order matters: the device must be gone before the file is mounted again, else the new
 * mount sees the old one's errors.
 */
final class PowerDisk implements AutoCloseable {
  private static final long BYTES = 512L << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path image;
  private final Path mountPoint;
  private final Path cutter;
  private boolean mounted;

  /** A new one, in a folder on another file system. */
  PowerDisk(Path folder) throws IOException {
    image = folder.resolve("disk.img");
    mountPoint = Files.createDirectory(folder.resolve("disk"));
    cutter = Compiler.program("shutdown", folder);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(BYTES);
    }
    Shell.must("mkfs.ext4", "-q", "-F", image.toString());
    mount();
  }

  /** Why there can be no such disk here; empty when there can. */
  static String obstacle(Path folder) {
    Shell.Ended device = Shell.run("losetup", "--find");
    if (device.code() != 0) {
      return "no loop device: " + device.output().trim();
    }
    try (PowerDisk disk = new PowerDisk(Files.createDirectory(folder.resolve("probe")))) {
      return disk.mounted ? "" : "the disk is not mounted";
    } catch (IOException | IllegalStateException failed) {
      return "no ext4 on a loop device: " + failed.getMessage().trim();
    }
  }

  private void mount() {
    Shell.must("mount", "-o", "loop", image.toString(), mountPoint.toString());
    mounted = true;
  }

  /** Where it is mounted. */
  Path folder() {
    return mountPoint;
  }

  /** Cuts the power. */
  void cut() {
    Shell.must(cutter.toString(), mountPoint.toString());
  }

  /** Mounts what is left. Nobody may have a file open there. */
  void repair() {
    unmount();
    mount();
  }

  private void unmount() {
    Shell.must("umount", mountPoint.toString());
    mounted = false;
    Awaitility.await("the end of the loop device")
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .until(() -> Shell.must("losetup", "-j", image.toString()).isBlank());
  }

  @Override
  public void close() {
    if (mounted) {
      unmount();
    }
  }
}
