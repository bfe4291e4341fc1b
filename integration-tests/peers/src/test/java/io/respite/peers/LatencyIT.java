package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Engine;
import io.respite.rigs.RawClient;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What LATENCY answers, but for the numbers and DOCTOR's words, beside a real redis-server. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LatencyIT {
  private static final List<String> REQUESTS =
      List.of(
          "LATENCY LATEST",
          "LATENCY HISTORY command",
          "LATENCY GRAPH command",
          "LATENCY RESET",
          "CONFIG SET latency-monitor-threshold 5",
          "DEBUG SLEEP 0.02",
          "MULTI",
          "DEBUG SLEEP 0.02",
          "EXEC",
          "LATENCY LATEST",
          "LATENCY RESET nosuch",
          "LATENCY RESET command nosuch command",
          "LATENCY LATEST",
          "DEBUG SLEEP 0.02",
          "LATENCY HISTORY command",
          "LATENCY GRAPH command",
          "LATENCY RESET",
          "EVAL 'for i = 1, 50000000 do end' 0",
          "LATENCY LATEST",
          "LATENCY RESET",
          "SET k v",
          "SET k",
          "HSET h f v",
          "LATENCY HISTOGRAM nosuch set HSET hget",
          "LATENCY HISTOGRAM config|set",
          "LATENCY HISTOGRAM config|nosuch",
          "LATENCY GRAPH",
          "LATENCY HISTORY",
          "LATENCY LATEST x",
          "LATENCY nosuch",
          "LATENCY");

  private static List<String> answers(ServerProcess server, int protocol) {
    List<String> answers = new ArrayList<>();
    try (RawClient client = new RawClient(server.port)) {
      client.ask("HELLO " + protocol);
      for (String request : REQUESTS) {
        answers.add(request + " -> " + withoutNumbers(client.ask(request)));
      }
    }
    return answers;
  }

  /** Of a number its place is compared; of a length and of a graph's age not even the digits. */
  private static String withoutNumbers(String answer) {
    return answer.replaceAll("[:$=]?\\d+", "N").replaceAll("[_|o# ]+\n", "\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void answers_are_those_of_redis(int protocol) throws IOException {
    try (ServerProcess redis = RealServer.start(Engine.REDIS, "--enable-debug-command", "yes");
        ServerProcess respite = ServerProcess.respite("--enable-debug-command", "yes")) {
      List<String> theirs = answers(redis, protocol);
      assertThat(theirs).anyMatch(line -> line.contains("histogram_usec"));
      assertThat(answers(respite, protocol)).isEqualTo(theirs);
    }
  }
}
