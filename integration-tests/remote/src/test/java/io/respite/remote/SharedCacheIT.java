package io.respite.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.remote.linear.Checker;
import io.respite.remote.linear.Operation;
import io.respite.rigs.Checks;
import io.respite.rigs.Engine;
import io.respite.rigs.Resp;
import io.respite.rigs.SingleServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Applications in several JVMs that use one cache on one server at the same time. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SharedCacheIT {
  private static final int JVMS = 4;
  private static final int THREADS = 8;
  private static final int INCREMENTS = 250;
  private static final int ALL_INCREMENTS = JVMS * THREADS * INCREMENTS;

  private static String name(Engine engine) {
    return engine.name().toLowerCase(Locale.ROOT);
  }

  private static long number(Resp reply) {
    return reply.text().isEmpty() ? 0 : Long.parseLong(reply.text());
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#usual")
  void no_increment_by_invoke_is_lost(Engine engine) {
    long begin = System.nanoTime();
    try (SingleServer server = SingleServer.start(engine);
        Worker.Group group = Worker.start(JVMS, server.uri(), "counters")) {
      long started = System.nanoTime();
      group.tell("increment n " + THREADS + " " + INCREMENTS);
      assertThat(group.answers()).hasSize(JVMS).containsOnly("" + THREADS * INCREMENTS);
      long ended = System.nanoTime();
      List<String> sums = new ArrayList<>();
      group.workers.forEach(worker -> sums.addAll(worker.ask("get n")));
      assertThat(sums).hasSize(JVMS).containsOnly("" + ALL_INCREMENTS);
      Checks.print(
          "increments",
          String.format(
              Locale.ROOT,
              "server=%s jvms=%d threads=%d sum=%d expected=%d lost=0 seconds=%.1f start=%.1f",
              name(engine),
              JVMS,
              THREADS,
              ALL_INCREMENTS,
              ALL_INCREMENTS,
              (ended - started) / 1e9,
              (started - begin) / 1e9));
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#usual")
  void one_putIfAbsent_wins(Engine engine) {
    int keys = 200;
    try (SingleServer server = SingleServer.start(engine);
        Worker.Group group = Worker.start(JVMS, server.uri(), "claims")) {
      for (int i = 0; i < JVMS; i++) {
        group.workers.get(i).tell("claim key " + keys + " " + THREADS + " jvm" + i);
      }
      List<String> won = group.answers();
      assertThat(won.stream().map(line -> line.split(" ", -1)[0]))
          .hasSize(keys)
          .doesNotHaveDuplicates();
      // And the winner's value is the one that stays.
      Worker reader = group.workers.get(0);
      for (String line : won) {
        String[] words = line.split(" ", -1);
        assertThat(reader.ask("get " + words[0])).containsExactly(words[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#usual")
  void a_JVM_that_is_killed_hurts_nobody(Engine engine) {
    try (SingleServer server = SingleServer.start(engine);
        Worker.Group group = Worker.start(JVMS, server.uri(), "counters")) {
      Worker killed = group.workers.remove(0);
      killed.tell("increment n " + THREADS + " 1000000");
      group.tell("increment n " + THREADS + " " + INCREMENTS);
      // Any client can read a cache of texts. So it is killed in the middle of both.
      Awaitility.await()
          .pollInterval(Duration.ofMillis(10))
          .atMost(Duration.ofSeconds(60))
          .until(() -> number(server.process().ask("HGET", "counters", "n")) > 500);
      killed.kill();
      int survivors = (JVMS - 1) * THREADS * INCREMENTS;
      assertThat(group.answers()).hasSize(JVMS - 1).containsOnly("" + THREADS * INCREMENTS);

      Worker reader = group.workers.get(0);
      long sum = Long.parseLong(reader.ask("get n").get(0));
      assertThat(sum).isGreaterThan(survivors);
      // Nothing that the dead one held is in anybody's way.
      assertThat(reader.ask("increment n 1 1")).containsExactly("1");
      assertThat(reader.ask("get n")).containsExactly("" + (sum + 1));
      try (Worker.Group another = Worker.start(1, server.uri(), "counters")) {
        assertThat(another.workers.get(0).ask("get n")).containsExactly("" + (sum + 1));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.respite.rigs.Engine#usual")
  void what_all_see_can_have_happened_in_one_order(Engine engine) {
    long seed = Checks.seed();
    int jvms = 3;
    int threads = 4;
    int times = 400;
    int keys = 5;
    try (SingleServer server = SingleServer.start(engine);
        Worker.Group group = Worker.start(jvms, server.uri(), "registers")) {
      for (Worker worker : group.workers) {
        long before = System.nanoTime();
        long clock = Long.parseLong(worker.ask("clock").get(0));
        assertThat(clock).as("the clock that all JVMs share").isBetween(before, System.nanoTime());
      }
      for (int i = 0; i < jvms; i++) {
        group
            .workers
            .get(i)
            .tell(
                "history %d %d %d %d %d"
                    .formatted(seed + 100L * i, threads, times, keys, threads * i));
      }
      List<Operation> history = group.answers().stream().map(Operation::parse).toList();
      assertThat(history).hasSize(jvms * threads * times).allMatch(Operation::isKnown);
      assertThat(Checker.check(history)).as("seed %d", seed).isEmpty();
      Checks.print(
          "linearizability",
          "server=%s seed=%d operations=%d clients=%d keys=%d overlapping=%d violations=0"
              .formatted(
                  name(engine), seed, history.size(), jvms * threads, keys, overlapping(history)));
    }
  }

  /**
   * How many operations began before the one that began before them, on the same key, had ended.
   */
  private static long overlapping(List<Operation> history) {
    List<Operation> sorted =
        history.stream()
            .sorted(Comparator.comparing(Operation::key).thenComparing(Operation::invoked))
            .toList();
    long count = 0;
    for (int i = 1; i < sorted.size(); i++) {
      Operation before = sorted.get(i - 1);
      Operation after = sorted.get(i);
      if (before.key().equals(after.key()) && after.invoked() < before.returned()) {
        count++;
      }
    }
    return count;
  }
}
