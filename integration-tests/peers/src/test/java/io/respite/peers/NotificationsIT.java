package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Keyspace events, request by request, beside those of a real redis-server: the same names for the
 * same keys, equally many. {@code -Drespite.notifications.seed=} repeats a run.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NotificationsIT {
  private static final int REQUESTS = Integer.getInteger("respite.notifications.requests", 10_000);
  private static final int SHOWN = 12;
  private static final int HISTORY = 5;

  /** One server, a connection that asks, and one that listens. */
  private static final class Listener implements AutoCloseable {
    private final Peer client;
    private final Peer subscriber;
    private Resp reply = Peer.SILENT;
    private int asked;

    Listener(int port) throws IOException {
      client = new Peer(port);
      subscriber = new Peer(port);
      assertThat(client.ask("CONFIG", "SET", "notify-keyspace-events", "AKE").text())
          .isEqualTo("OK");
      // What is dead is found by those who look, not by a clock.
      assertThat(client.ask("DEBUG", "SET-ACTIVE-EXPIRE", "0").text()).isEqualTo("OK");
      assertThat(subscriber.ask("PSUBSCRIBE", "__key*__:*").items()).hasSize(3);
    }

    /** The events of a request, in alphabetical order. */
    List<String> events(Request request) throws IOException {
      List<Request> sent = new ArrayList<>(request.before());
      sent.add(request);
      // A message that is surely the last, whatever state a transaction is in.
      String mark = "end of " + asked++;
      client.send(sent);
      for (int i = 0; i < sent.size(); i++) {
        reply = client.receive();
      }
      try (Peer other = new Peer(client.port())) {
        other.ask("PUBLISH", "__keyspace@0__:mark", mark);
      }
      List<String> events = new ArrayList<>();
      while (true) {
        Resp message = subscriber.receive();
        assertThat(message.items()).as("%s", message).hasSize(4);
        if (message.items().get(3).text().equals(mark)) {
          Collections.sort(events);
          return events;
        }
        events.add(message.items().get(2).text() + " " + message.items().get(3).text());
      }
    }

    @Override
    public void close() throws IOException {
      client.close();
      subscriber.close();
    }
  }

  @Test
  void events_are_those_of_redis() throws Exception {
    assumeTrue(ServerProcess.installed("redis-server").isPresent(), "no redis-server installed");
    Differences differences = new Differences();
    long seed = Long.getLong("respite.notifications.seed", new Random().nextLong());
    System.out.println("Events of " + REQUESTS + " requests, seed " + seed);
    Map<String, String> failures = new TreeMap<>();
    int seen = 0;
    try (ServerProcess respite = ServerProcess.respite("--enable-debug-command", "yes");
        ServerProcess redis =
            ServerProcess.redis("--hz", "500", "--enable-debug-command", "yes").orElseThrow();
        Listener ours = new Listener(respite.port);
        Listener theirs = new Listener(redis.port)) {
      RequestGenerator generator =
          new RequestGenerator(seed, CommandRows.shared(redis, differences), new HashSet<>());
      List<Request> history = new ArrayList<>();
      for (int i = 0; i < REQUESTS && failures.size() < SHOWN; i++) {
        Request request = generator.next();
        Set<Differences.How> how = differences.of(request);
        if (how.contains(Differences.How.SKIP) || how.contains(Differences.How.EVENTS)) {
          continue;
        }
        history.add(request);
        List<String> mine = ours.events(request);
        List<String> yours = theirs.events(request);
        seen += yours.size();
        // An element that was added before the corruption was met is told of here, not there.
        boolean corrupt = ours.reply.toString().contains("INVALIDOBJ");
        if (!mine.equals(yours) && !corrupt) {
          failures.putIfAbsent(
              request.command(),
              String.format(
                  "%s%n  respite: %s%n  redis:   %s", related(history, request), mine, yours));
        }
      }
    }
    assertThat(failures.values()).as("requests with other events, seed %d", seed).isEmpty();
    assertThat(seen).as("events").isGreaterThan(REQUESTS / 10);
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
