package io.respite.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Checks;
import io.respite.rigs.Engine;
import io.respite.rigs.SingleServer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JVMs that miss the same entries at the same time, with a source that must not be overrun. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StampedeIT {
  private static final int JVMS = 4;
  private static final int THREADS = 8;
  private static final int KEYS = 20;
  private static final int LEASE_MILLIS = 2_000;
  private static final int LOAD_MILLIS = 100;

  private static List<String> beginning(String word, List<String> lines) {
    return lines.stream().filter(line -> line.startsWith(word + " ")).toList();
  }

  private static void open(Worker worker, SingleServer server, long loadMillis) {
    worker.tell("loading %s loaded %d %d".formatted(server.uri(), LEASE_MILLIS, loadMillis));
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#usual")
  void each_entry_is_loaded_once_by_all_together(Engine engine) {
    try (SingleServer server = SingleServer.start(engine);
        Worker.Group group = Worker.start(JVMS, server.uri(), "warm")) {
      group.workers.forEach(worker -> open(worker, server, LOAD_MILLIS));
      group.answers();
      for (String how : List.of("get", "getAll", "invoke", "compute")) {
        long begin = System.nanoTime();
        group.tell("stampede %s %s %d %d".formatted(how, how, KEYS, THREADS));
        List<String> answers = group.answers();
        assertThat(beginning("wrong", answers)).as(how).isEmpty();
        List<String> loads = beginning("load", answers);
        Checks.print(
            "stampede",
            String.format(
                Locale.ROOT,
                "server=%s by=%s jvms=%d threads=%d keys=%d reads=%d loads=%d seconds=%.1f",
                engine.name().toLowerCase(Locale.ROOT),
                how,
                JVMS,
                THREADS,
                KEYS,
                JVMS * THREADS * KEYS,
                loads.size(),
                (System.nanoTime() - begin) / 1e9));
        assertThat(loads).as(how).hasSize(KEYS).doesNotHaveDuplicates();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#usual")
  void another_takes_over_from_a_JVM_that_is_killed_while_it_loads(Engine engine) {
    try (SingleServer server = SingleServer.start(engine);
        Worker.Group group = Worker.start(JVMS, server.uri(), "warm")) {
      Worker killed = group.workers.remove(0);
      open(killed, server, Duration.ofHours(1).toMillis());
      killed.answer();
      group.workers.forEach(worker -> open(worker, server, LOAD_MILLIS));
      group.answers();
      killed.tell("stampede get key 1 1");
      Awaitility.await()
          .pollInterval(Duration.ofMillis(10))
          .until(() -> server.process().ask("EXISTS", "{loaded}#load:key0").text().equals("1"));
      group.tell("stampede get key 1 " + THREADS);
      killed.kill();
      long begin = System.nanoTime();
      List<String> answers = group.answers();
      double seconds = (System.nanoTime() - begin) / 1e9;
      assertThat(beginning("wrong", answers)).isEmpty();
      assertThat(beginning("load", answers)).containsExactly("load key0");
      Checks.print(
          "stampede-killed",
          String.format(
              Locale.ROOT,
              "server=%s jvms=%d threads=%d lease=%d loads=1 seconds=%.1f",
              engine.name().toLowerCase(Locale.ROOT),
              JVMS,
              THREADS,
              LEASE_MILLIS,
              seconds));
    }
  }
}
