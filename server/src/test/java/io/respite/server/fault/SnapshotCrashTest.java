package io.respite.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.Engine;
import io.respite.server.ManualClock;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power is cut before and after every operation of saving. What is found afterwards is the last
 * snapshot whose saving was acknowledged, or the one that was being saved; always whole.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SnapshotCrashTest {
  private static final int SAVES = 3;
  private static final int CUTS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What an engine without keys answers to DEBUG DIGEST. */
  private static final String EMPTY = "+" + "0".repeat(40) + "\r\n";

  @BeforeAll
  static void quiet() {
    Samples.quiet();
  }

  @AfterAll
  static void loud() {
    Samples.loud();
  }

  /** What may be found after the power cut: the digests from the last good save on. */
  private static List<String> run(CrashStorage storage, String command) {
    List<String> possible = new ArrayList<>(List.of(EMPTY));
    try (Engine engine = Samples.engine(storage, new ManualClock())) {
      KeyTraffic client = new KeyTraffic(engine);
      for (int save = 0; save < SAVES && !storage.isStopped(); save++) {
        for (int i = 0; i < 40; i++) {
          client.line("SET key:" + save + ":" + i + " " + "value".repeat(i));
          client.line("HSET hash field" + i + " " + save);
          client.line("RPUSH list " + save + "-" + i);
        }
        String digest = client.line("DEBUG DIGEST");
        possible.add(digest);
        boolean done =
            command.equals("SAVE")
                ? client.line("SAVE").equals("+OK\r\n")
                : savedBeside(client, storage);
        if (done && !storage.isStopped()) {
          possible = new ArrayList<>(List.of(digest));
        }
      }
    } catch (UncheckedIOException notOpened) {
      assertThat(storage.isStopped()).as("%s", notOpened).isTrue();
    }
    return possible;
  }

  private static boolean savedBeside(KeyTraffic client, CrashStorage storage) {
    assertThat(client.line("BGSAVE")).startsWith("+Background saving started");
    // Somebody writes meanwhile.
    client.line("SET meanwhile 1");
    client.line("LPOP list");
    client.line("HDEL hash field0");
    Awaitility.await("the end of the save")
        .pollInterval(Duration.ofMillis(1))
        .atMost(PATIENCE)
        .until(() -> client.line("INFO persistence").contains("\r\nrdb_bgsave_in_progress:0\r\n"));
    return !storage.isStopped()
        && client.line("INFO persistence").contains("\r\nrdb_last_bgsave_status:ok\r\n");
  }

  private static String found(CrashStorage storage) {
    try (Engine engine = Samples.engine(storage, new ManualClock())) {
      return new KeyTraffic(engine).digest();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SAVE", "BGSAVE"})
  void a_save_is_there_or_the_one_before_it(String command) {
    long seed = Check.seed();
    SplittableRandom random = new SplittableRandom(seed);
    CrashStorage whole = CrashStorage.withFolders(Samples.FOLDER);
    List<String> last = run(whole, command);
    assertThat(last).containsExactly(found(whole.afterProcessEnd()));
    Map<CrashStorage.Operation, Integer> operations = whole.counts();
    long points = whole.points();
    for (long point = 1; point <= points; point++) {
      CrashStorage storage = CrashStorage.withFolders(Samples.FOLDER);
      storage.crashAt(point);
      List<String> possible = run(storage, command);
      assertThat(storage.isStopped()).isTrue();
      String what = "seed " + seed + ", point " + point;
      assertThat(found(storage.afterProcessEnd())).as(what).isIn(possible);
      for (int cut = 0; cut < CUTS; cut++) {
        assertThat(found(storage.afterPowerCut(random.split()))).as(what).isIn(possible);
      }
    }
    Check.report(
        "crash-points-rdb",
        "seed=%d command=%s points=%d N=%d lost=0 operations=%s",
        seed,
        command,
        points,
        points * (CUTS + 1),
        operations);
  }
}
