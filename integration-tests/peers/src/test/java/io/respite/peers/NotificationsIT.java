package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Engine;
import io.respite.rigs.Seeds;
import io.respite.rigs.ServerProcess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Keyspace events, request by request, beside those of a real redis-server: the same names for the
 * same keys, equally many. {@code -Drespite.notifications.seed=} repeats a run.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NotificationsIT {
  private static final int REQUESTS = Integer.getInteger("respite.notifications.requests", 10_000);
  private static final int SHOWN = 12;
  private static final int HISTORY = 5;

  private static Stream<Engine> servers() {
    return RealServer.engines("respite.notifications.engines", Engine.REDIS, Engine.REDIS_8);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void events_are_those_of_redis(Engine engine) throws Exception {
    Differences differences = new Differences(engine);
    long seed = Long.getLong("respite.notifications.seed", Seeds.first());
    int requests = engine == Engine.REDIS ? REQUESTS : REQUESTS / 5;
    System.out.println(engine + ": events of " + requests + " requests, seed " + seed);
    Map<String, String> failures = new TreeMap<>();
    int seen = 0;
    try (ServerProcess redis =
            RealServer.start(engine, "--hz", "500", "--enable-debug-command", "yes");
        ServerProcess respite = ServerProcess.respite("--enable-debug-command", "yes");
        EventListener ours = new EventListener(respite.port, 2);
        EventListener theirs = new EventListener(redis.port, 2)) {
      RequestGenerator generator =
          new RequestGenerator(seed, CommandRows.shared(redis, differences), new HashSet<>());
      List<Request> history = new ArrayList<>();
      for (int i = 0; i < requests && failures.size() < SHOWN; i++) {
        Request request = generator.next();
        Set<Differences.How> how = differences.of(request);
        if (how.contains(Differences.How.SKIP) || how.contains(Differences.How.EVENTS)) {
          continue;
        }
        history.add(request);
        List<String> mine = ours.events(request, differences.beforeEvents(request));
        List<String> yours = theirs.events(request, differences.beforeEvents(request));
        seen += yours.size();
        // An element that was added before the corruption was met is told of here, not there.
        boolean corrupt = ours.reply().toString().contains("INVALIDOBJ");
        if (!mine.equals(yours) && !corrupt) {
          failures.putIfAbsent(
              request.command(),
              String.format(
                  "%s%n  respite: %s%n  redis:   %s", related(history, request), mine, yours));
        }
      }
    }
    assertThat(failures.values()).as("requests with other events, seed %d", seed).isEmpty();
    assertThat(seen).as("events").isGreaterThan(requests / 10);
  }

  /** The last requests that have a key in common with this one; all of a transaction. */
  private static String related(List<Request> history, Request request) {
    Set<String> keys = new HashSet<>(List.of(RandomValues.allKeys()));
    keys.retainAll(request.words());
    if (request.command().equals("exec")) {
      int begin = history.size() - 1;
      while (begin > 0 && !history.get(begin).command().equals("multi")) {
        begin--;
      }
      return history.subList(begin, history.size()).toString();
    }
    List<String> related =
        history.stream()
            .filter(r -> r.equals(request) || !Collections.disjoint(r.words(), keys))
            .map(Request::toString)
            .toList();
    return String.join(
        System.lineSeparator(),
        related.subList(Math.max(0, related.size() - HISTORY), related.size()));
  }
}
