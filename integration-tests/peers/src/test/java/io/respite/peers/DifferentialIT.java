package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.respite.rigs.Engine;
import io.respite.rigs.Seeds;
import io.respite.rigs.ServerProcess;
import io.respite.server.command.Command;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random requests to our server and to real ones, reply by reply: to the system's redis-server, and
 * fewer to newer servers, most of them of commands that the older one does not have. {@code
 * -Drespite.differential.commands=5000000 -Drespite.seeds=random} lets it run for longer, {@code
 * -Drespite.differential.seed=} repeats one stream, {@code -Drespite.differential.engines=REDIS_8}
 * sends all to another server. Deliberate differences are in {@code differences.tsv}.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DifferentialIT {
  private static final int STREAM = 2_000;

  /** Commands whose replies differ, after which the run ends. */
  private static final int SHOWN = 6;

  private static final int COMMANDS = Integer.getInteger("respite.differential.commands", 200_000);

  /** How many requests beside newer servers. */
  private static final int NEWER_COMMANDS =
      Integer.getInteger("respite.differential.newer", 40_000);

  /** How much more often than others a command comes that Redis 7.0 does not have. */
  private static final int NEWER_WEIGHT = 6;

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

  private final Set<String> tokens = new HashSet<>();

  private static Stream<Arguments> servers() {
    return withProtocols("respite.differential.engines", Engine.REDIS);
  }

  private static Stream<Arguments> newerServers() {
    return withProtocols("respite.differential.newer.engines", Engine.REDIS_8, Engine.VALKEY_9);
  }

  private static Stream<Arguments> withProtocols(String property, Engine... usual) {
    return RealServer.engines(property, usual)
        .flatMap(engine -> Stream.of(Arguments.of(engine, 2), Arguments.of(engine, 3)));
  }

  @ParameterizedTest(name = "{0}, RESP{1}")
  @MethodSource("servers")
  void random_requests_are_answered_as_by_redis(Engine engine, int protocol) throws Exception {
    run(engine, protocol, COMMANDS / 2, 1);
  }

  @ParameterizedTest(name = "{0}, RESP{1}")
  @MethodSource("newerServers")
  void random_requests_of_later_commands_are_answered_as_by_newer_servers(
      Engine engine, int protocol) throws Exception {
    run(engine, protocol, NEWER_COMMANDS / 4, NEWER_WEIGHT);
  }

  private void run(Engine engine, int protocol, int requests, int newerWeight) throws Exception {
    Differences differences = new Differences(engine);
    try (ServerProcess redis = RealServer.start(engine, withTicks());
        ServerProcess respite = ServerProcess.respite(LIMITS);
        Differential differential =
            new Differential(respite.port, redis.port, differences, protocol)) {
      List<Command> shared = CommandRows.shared(redis, differences);
      List<Command> newer = shared.stream().filter(CommandRows::isLaterThanSeven).toList();
      List<Command> rows = new ArrayList<>(shared);
      for (int i = 1; i < newerWeight; i++) {
        rows.addAll(newer);
      }
      Long only = Long.getLong("respite.differential.seed");
      long seed = only == null ? Seeds.first() : only;
      int streams = only == null ? Math.max(1, requests / STREAM) : 1;
      System.out.println(
          engine
              + " RESP"
              + protocol
              + ": "
              + streams * STREAM
              + " requests of "
              + shared.size()
              + " commands, first seed "
              + seed);
      Map<String, String> failures = new TreeMap<>();
      for (int i = 0; i < streams && failures.size() < SHOWN; i++) {
        compare(differential, differences, rows, seed + i, failures);
      }
      if (!failures.isEmpty()) {
        fail("Replies differ.%n%s", String.join(System.lineSeparator(), failures.values()));
      }
      if (only == null) {
        Set<String> missing = new TreeSet<>();
        (newerWeight > 1 ? newer : shared)
            .forEach(row -> missing.addAll(RequestGenerator.tokensOf(row)));
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
      Differential differential,
      Differences differences,
      List<Command> rows,
      long seed,
      Map<String, String> failures) {
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
