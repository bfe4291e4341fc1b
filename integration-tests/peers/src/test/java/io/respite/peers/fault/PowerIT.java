package io.respite.peers.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power is cut under load. The server is frozen first, so that everybody agrees on the moment:
 * an acknowledgement that was sent before is counted, and none is sent after it.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PowerIT {
  /** What {@code everysec} promises. */
  private static final double PROMISED_SECONDS = 2.0;

  @TempDir private Path folder;

  private Check ready(String name) {
    Check check = new Check(name).needsRoot();
    for (String program : List.of("gcc", "mount", "losetup", "mkfs.ext4")) {
      check.needsProgram(program);
    }
    String obstacle = PowerDisk.obstacle(folder);
    return check.needs(obstacle.isEmpty(), obstacle);
  }

  /** What was found after all cuts. */
  private static final class Sum {
    long acknowledged;
    long lost;
    double worstSeconds;
    int rewrites;

    /** How often a real redis-server wanted its journal mended before it started again. */
    int mended;
  }

  private Sum cuts(Check check, int cuts, String fsync, int leastMillis, int mostMillis)
      throws Exception {
    Sum sum = new Sum();
    try (PowerDisk disk = new PowerDisk(Files.createDirectory(folder.resolve(check.name)))) {
      for (int cut = 0; cut < cuts; cut++) {
        cut(check, cut, disk, fsync, leastMillis + check.random.nextInt(mostMillis), sum);
      }
    }
    return sum;
  }

  private static void cut(
      Check check, int number, PowerDisk disk, String fsync, int millis, Sum sum)
      throws IOException, InterruptedException {
    TestServer server = new TestServer.Options(disk.folder()).journal(fsync).start();
    Load load;
    long moment;
    try {
      load = Load.on(server, "cut" + number);
      if (number % 2 == 1) {
        server.ask("BGREWRITEAOF");
        sum.rewrites++;
      }
      TimeUnit.MILLISECONDS.sleep(millis);
      server.freeze();
      moment = System.nanoTime();
      load.drain();
      disk.cut();
    } finally {
      server.kill();
    }
    load.join();
    disk.repair();
    try (TestServer again = startAgain(disk, fsync, sum)) {
      Readback readback = new Readback().add(again, load);
      sum.acknowledged += readback.acknowledged();
      sum.lost += readback.lost();
      sum.worstSeconds = Math.max(sum.worstSeconds, readback.oldestLostSeconds(moment));
    } catch (AssertionError found) {
      throw new AssertionError("seed " + check.seed + ", cut " + number, found);
    }
  }

  /** Ours starts with what is left. Redis does not where that ends with zeros. */
  private static TestServer startAgain(PowerDisk disk, String fsync, Sum sum) {
    TestServer.Options options = new TestServer.Options(disk.folder()).journal(fsync);
    try {
      return options.start();
    } catch (IllegalStateException ended) {
      if (TestServer.KIND == TestServer.Kind.RESPITE) {
        throw ended;
      }
      Path manifest = disk.folder().resolve("appendonlydir").resolve("appendonly.aof.manifest");
      Shell.must("sh", "-c", "yes | redis-check-aof --fix " + manifest);
      sum.mended++;
      return options.start();
    }
  }

  @Test
  void with_always_nothing_acknowledged_is_lost() throws Exception {
    Check check = ready("power-always");
    int cuts = check.times(3);
    Sum sum = cuts(check, cuts, "always", 500, 1_500);
    check.report("N=%d K=%d rewrites=%d lost=%d", sum.acknowledged, cuts, sum.rewrites, sum.lost);
    assertThat(sum.acknowledged).isPositive();
    assertThat(sum.lost).as("lost, seed %d", check.seed).isZero();
  }

  @Test
  void with_everysec_only_the_last_two_seconds_of_each_connection_are_lost() throws Exception {
    Check check = ready("power-everysec");
    int cuts = check.times(2);
    Sum sum = cuts(check, cuts, "everysec", 1_500, 1_500);
    check.report(
        "N=%d K=%d rewrites=%d mended=%d lost=%d worst=%.2fs",
        sum.acknowledged, cuts, sum.rewrites, sum.mended, sum.lost, sum.worstSeconds);
    assertThat(sum.acknowledged).isPositive();
    assertThat(sum.worstSeconds)
        .as("age, seed %d", check.seed)
        .isLessThanOrEqualTo(PROMISED_SECONDS);
  }

  @Test
  void with_no_much_is_lost_which_shows_that_the_cut_cuts() throws Exception {
    Check check = ready("power-no");
    Sum sum = cuts(check, 1, "no", 500, 500);
    check.report("N=%d K=1 lost=%d worst=%.2fs", sum.acknowledged, sum.lost, sum.worstSeconds);
    assertThat(sum.lost).as("lost, seed %d", check.seed).isPositive();
  }
}
