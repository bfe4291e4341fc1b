package io.respite.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * The power is cut while an engine with a journal works, and the engine is opened again with what
 * is left: the state must be one that it had, a prefix of what was executed, and hold everything
 * that was acknowledged under {@code appendfsync always}.
 *
 * <p>The workload writes, rewrites the journal, saves, and switches the journal off and on. What is
 * acknowledged: a reply without an error that came while the machine was on.
 *
 * <p>Where pages in the middle may be missing, only a journal with checksums can tell; it may then
 * be refused, in words, and never loads something else.
 *
 * <p>{@code -Drespite.check.storage-model=100000} tries more, {@code -Drespite.seed=N} repeats.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class JournalCrashTest {
  private static final int CUTS = 4;

  /** How often one storage goes through a power cut and on. */
  private static final int LIVES = 3;

  @BeforeAll
  static void quiet() {
    Samples.quiet();
  }

  @AfterAll
  static void loud() {
    Samples.loud();
  }

  @Test
  void at_every_point_what_was_acknowledged_is_left() {
    long seed = Check.seed();
    JournalLife.Setting setting =
        new JournalLife.Setting("always", true, false, JournalLife.Disk.GOOD);
    CrashStorage whole = CrashStorage.withFolders(Samples.FOLDER);
    JournalLife.run(setting, whole, new SplittableRandom(seed), null, false);
    long points = whole.points();
    int hit = 0;
    for (long point = 1; point <= points; point++) {
      CrashStorage storage = CrashStorage.withFolders(Samples.FOLDER);
      storage.crashAt(point);
      JournalLife life = JournalLife.run(setting, storage, new SplittableRandom(seed), null, false);
      // The last points may not come again: threads do not always meet in the same way.
      hit += storage.isStopped() ? 1 : 0;
      String what = "seed " + seed + ", point " + point;
      assertThat(life.isRefused(storage.afterProcessEnd(), false, what)).isFalse();
      for (int cut = 0; cut < CUTS; cut++) {
        SplittableRandom random = new SplittableRandom(seed + 31 * point + cut);
        assertThat(life.isRefused(storage.afterPowerCut(random, false), false, what)).isFalse();
      }
    }
    Check.report(
        "crash-points",
        "seed=%d points=%d K=%d N=%d lost=0 operations=%s",
        seed,
        points,
        hit,
        points * (CUTS + 1),
        whole.counts());
    assertThat(hit).isPositive();
  }

  private int tried;
  private int refused;

  @Test
  void whatever_a_disk_keeps_the_state_is_a_prefix() {
    long seed = Check.seed();
    int cases = Check.times("storage-model", 1_000);
    for (long run = seed; tried < cases; run++) {
      try {
        lives(new SplittableRandom(run));
      } catch (AssertionError | RuntimeException failed) {
        throw new AssertionError("-Drespite.seed=" + run, failed);
      }
    }
    Check.report("storage-model", "seed=%d N=%d refused=%d lost=0", seed, tried, refused);
  }

  private void lives(SplittableRandom random) {
    JournalLife.Disk[] disks = JournalLife.Disk.values();
    JournalLife.Disk disk = disks[Math.max(0, random.nextInt(disks.length + 1) - 1)];
    // What a broken disk loses lies in the middle.
    boolean holes = disk == JournalLife.Disk.BROKEN || random.nextBoolean();
    boolean checksums = holes || random.nextBoolean();
    String fsync = random.nextBoolean() ? "always" : random.nextBoolean() ? "everysec" : "no";
    JournalLife.Setting setting =
        new JournalLife.Setting(fsync, checksums, random.nextBoolean(), disk);
    CrashStorage storage = CrashStorage.withFolders(Samples.FOLDER);
    JournalLife life = null;
    for (int lived = 0; lived < LIVES; lived++) {
      storage.crashAt(1 + random.nextInt(400));
      life = JournalLife.run(setting, storage, random.split(), life, holes);
      if (life == null) {
        return;
      }
      storage.stop();
      // Where only the process ended, nothing is missing.
      assertThat(life.isRefused(storage.afterProcessEnd(), false, "life " + lived)).isFalse();
      for (int cut = 0; cut < CUTS; cut++) {
        CrashStorage left = storage.afterPowerCut(random.split(), holes);
        refused += life.isRefused(left, holes, "life " + lived + ", cut " + cut) ? 1 : 0;
        tried++;
      }
      storage = storage.afterPowerCut(random.split(), holes);
    }
  }
}
