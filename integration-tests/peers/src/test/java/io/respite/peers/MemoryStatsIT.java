package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Engine;
import io.respite.rigs.RawClient;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The form of what MEMORY answers, beside a real redis-server; figures are each one's own. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MemoryStatsIT {
  private static List<String> forms(ServerProcess server, int protocol) {
    try (RawClient client = new RawClient(server.port)) {
      client.ask("HELLO " + protocol);
      client.ask("SET a 1");
      client.ask("SELECT 3");
      client.ask("HSET h f v");
      return List.of(
          withoutFigures(client.ask("MEMORY STATS")),
          client.ask("MEMORY PURGE"),
          client.ask("MEMORY STATS x"),
          client.ask("MEMORY DOCTOR").substring(0, 1),
          client.ask("MEMORY MALLOC-STATS").substring(0, 1),
          client.ask("MEMORY nosuch"));
    }
  }

  /**
   * Integers and doubles without their values; a double is text in RESP2, and its length goes too.
   */
  private static String withoutFigures(String answer) {
    return answer
        .replaceAll(":-?\\d+\r\n", ":\r\n")
        .replaceAll("\\$\\d+\r\n-?[0-9.e+-]+\r\n", "double\r\n")
        .replaceAll(",-?[0-9.e+-]+\r\n", "double\r\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void forms_are_those_of_redis(int protocol) throws IOException {
    try (ServerProcess redis = RealServer.start(Engine.REDIS);
        ServerProcess respite = ServerProcess.respite()) {
      List<String> theirs = forms(redis, protocol);
      assertThat(theirs.get(0)).contains("overhead.hashtable.main", "double");
      assertThat(forms(respite, protocol)).isEqualTo(theirs);
    }
  }
}
