package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.server.command.Command;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random requests to our server and to a real redis-server, reply by reply. {@code
 * -Drespite.differential.commands=5000000} lets it run for longer, {@code
 * -Drespite.differential.seed=} repeats one stream. Deliberate differences are in {@code
 * differences.tsv}.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DifferentialIT {
  private static final int STREAM = 2_000;

  /** Commands whose replies differ, after which the run ends. */
  private static final int SHOWN = 6;

  private static final int COMMANDS = Integer.getInteger("respite.differential.commands", 200_000);
  private static final String[] LIMITS = {
    "--enable-debug-command", "yes",
    "--hash-max-listpack-entries", "6",
    "--hash-max-listpack-value", "24",
    "--set-max-intset-entries", "5",
    "--zset-max-listpack-entries", "6",
    "--zset-max-listpack-value", "24",
    "--list-max-listpack-size", "4",
    "--stream-node-max-entries", "5",
    "--hll-sparse-max-bytes", "60",
  };

  private final Differences differences = new Differences();
  private final Set<String> tokens = new HashSet<>();

  @ParameterizedTest(name = "RESP{0}")
  @ValueSource(ints = {2, 3})
  void random_requests_are_answered_as_by_redis(int protocol) throws Exception {
    assumeTrue(ServerProcess.installed("redis-server").isPresent(), "no redis-server installed");
    try (ServerProcess respite = ServerProcess.respite(LIMITS);
        ServerProcess redis = ServerProcess.redis(withTicks()).orElseThrow();
        Differential differential =
            new Differential(respite.port, redis.port, differences, protocol)) {
      List<Command> rows = CommandRows.shared(redis, differences);
      Long only = Long.getLong("respite.differential.seed");
      long seed = only == null ? new Random().nextLong() : only;
      int streams = only == null ? COMMANDS / 2 / STREAM : 1;
      System.out.println(
          "RESP"
              + protocol
              + ": "
              + streams * STREAM
              + " requests of "
              + rows.size()
              + " commands, first seed "
              + seed);
      Map<String, String> failures = new TreeMap<>();
      for (int i = 0; i < streams && failures.size() < SHOWN; i++) {
        compare(differential, rows, seed + i, failures);
      }
      if (!failures.isEmpty()) {
        fail("Replies differ.%n%s", String.join(System.lineSeparator(), failures.values()));
      }
      if (only == null) {
        Set<String> missing = new TreeSet<>();
        rows.forEach(row -> missing.addAll(RequestGenerator.tokensOf(row)));
        missing.removeAll(tokens);
        assertThat(missing).as("options that never occurred").isEmpty();
      }
    }
  }

  /** The real server ends a wait at its next tick: 500 times a second instead of ten. */
  private static String[] withTicks() {
    return Stream.concat(Stream.of(LIMITS), Stream.of("--hz", "500")).toArray(String[]::new);
  }

  /** Runs one stream; a difference is shrunk and kept, the first for each command. */
  private void compare(
      Differential differential, List<Command> rows, long seed, Map<String, String> failures) {
    RequestGenerator generator = new RequestGenerator(seed, rows, tokens);
    List<Request> requests = new ArrayList<>();
    while (requests.size() < STREAM) {
      Request request = generator.next();
      if (!differences.of(request).contains(Differences.How.SKIP)) {
        requests.add(request);
      }
    }
    Optional<Differential.Mismatch> mismatch = differential.run(requests);
    if (mismatch.isPresent()) {
      List<Request> shortest = differential.shrink(requests, mismatch.get().index());
      Differential.Mismatch again = differential.run(shortest).orElse(mismatch.get());
      String stream =
          shortest.stream().map(r -> "  " + r).collect(Collectors.joining(System.lineSeparator()));
      failures.putIfAbsent(
          again.request().split(" ", -1)[0].toLowerCase(Locale.ROOT),
          String.format("Seed %d, shrunk to:%n%s%n%s%n", seed, stream, again));
    }
  }
}
