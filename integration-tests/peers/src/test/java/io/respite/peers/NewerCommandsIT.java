package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Engine;
import io.respite.rigs.Resp;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Commands and options that Redis 7.0 does not have: the requests of {@code newer-requests.txt},
 * reply by reply and event by event beside the servers that have them. What may differ is in {@code
 * differences.tsv}.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NewerCommandsIT {
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
  private static final Pattern AWAIT = Pattern.compile("await (\\S+(?:, \\S+)*) (H.*)");

  private static Stream<Arguments> servers() {
    return RealServer.engines("respite.newer.engines", Engine.REDIS_8, Engine.VALKEY_9)
        .flatMap(engine -> Stream.of(Arguments.of(engine, 2), Arguments.of(engine, 3)));
  }

  private static List<String> lines() throws IOException {
    try (InputStream in = NewerCommandsIT.class.getResourceAsStream("newer-requests.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }

  private static Request request(String line) {
    List<String> words = new ArrayList<>();
    for (Matcher matcher = WORD.matcher(line); matcher.find(); ) {
      words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    String name = words.get(0).toLowerCase(Locale.ROOT);
    return new Request(
        name.equals("object") || name.equals("script")
            ? name + "|" + words.get(1).toLowerCase(Locale.ROOT)
            : name,
        words);
  }

  @ParameterizedTest(name = "{0}, RESP{1}")
  @MethodSource("servers")
  void requests_are_answered_and_told_as_by_newer_servers(Engine engine, int protocol)
      throws Exception {
    Differences differences = new Differences(engine);
    List<String> failures = new ArrayList<>();
    int compared = 0;
    String[] options = {"--enable-debug-command", "yes"};
    try (ServerProcess real = RealServer.start(engine, options);
        ServerProcess respite = ServerProcess.respite(options);
        EventListener ours = new EventListener(respite.port, protocol);
        EventListener theirs = new EventListener(real.port, protocol)) {
      boolean wanted = false;
      for (String line : lines()) {
        if (line.startsWith("[")) {
          wanted = line.contains(engine.name());
          ours.events(request("FLUSHALL"), List.of());
          theirs.events(request("FLUSHALL"), List.of());
          continue;
        }
        if (!wanted) {
          continue;
        }
        Matcher await = AWAIT.matcher(line);
        if (await.matches()) {
          await(ours, await);
          await(theirs, await);
          continue;
        }
        Request request = request(line);
        List<String> mine = ours.events(request, List.of());
        List<String> yours = theirs.events(request, List.of());
        compared++;
        var how = differences.of(request);
        if (how.contains(Differences.How.SKIP)) {
          continue;
        }
        if (!differences.same(request, ours.reply(), theirs.reply())) {
          failures.add(String.format("%s%n  %s%n  %s", line, ours.reply(), theirs.reply()));
        }
        if (!mine.equals(yours) && !how.contains(Differences.How.EVENTS)) {
          failures.add(String.format("events of %s%n  %s%n  %s", line, mine, yours));
        }
      }
    }
    System.out.println(engine + " RESP" + protocol + ": " + compared + " requests by hand");
    assertThat(String.join(System.lineSeparator(), failures)).isEmpty();
  }

  private static void await(EventListener server, Matcher await) {
    AtomicReference<Resp> last = new AtomicReference<>();
    Awaitility.await(await.group())
        .atMost(ServerProcess.PATIENCE)
        .until(
            () -> {
              server.events(request(await.group(2)), List.of());
              last.set(server.reply());
              return last.get().toString().equals(await.group(1));
            });
  }
}
