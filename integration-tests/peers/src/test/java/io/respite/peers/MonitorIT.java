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
import org.junit.jupiter.api.Test;

/** What MONITOR shows, line by line, beside a real redis-server. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MonitorIT {
  /** Requests of one client, with what is special about the line that each makes. */
  private static final List<String> REQUESTS =
      List.of(
          "SET a 1",
          "get \"a\\x00\\xff\\\"\\\\\\n\\t\\r\\a\\b x\"", // quoting
          "nosuch x", // not executed, so not shown
          "SET a",
          "LPUSH a x", // executed, though in vain
          "SELECT 3", // with the database as it is behind the request
          "MULTI",
          "SET k 1",
          "GET k",
          "EXEC",
          "MULTI",
          "SET k",
          "EXEC",
          "MULTI",
          "DISCARD",
          "EVAL 'redis.call(\"SET\",KEYS[1],ARGV[1]) return redis.pcall(\"NOPE\")' 1 lk v",
          "EVAL_RO 'return redis.call(\"GET\",KEYS[1])' 1 lk",
          "EVAL 'return redis.call(\"MONITOR\")' 0",
          "SCRIPT LOAD 'return 1'",
          "CONFIG GET maxmemory", // an operator's
          "AUTH secret", // a password
          "AUTH u secret",
          "HELLO 2 AUTH u secret",
          "HELLO 3",
          "PING",
          "CLIENT SETNAME x",
          "CLIENT LIST TYPE normal",
          "SUBSCRIBE ch",
          "PUBLISH ch m",
          "UNSUBSCRIBE",
          "SLOWLOG GET",
          "COMMAND COUNT",
          "INFO clients",
          "BLPOP nokey 0.1",
          "MULTI",
          "MONITOR",
          "EXEC",
          "WAIT 0 0",
          "MIGRATE 127.0.0.1 1 k 0 10 AUTH secret",
          "MIGRATE 127.0.0.1 1 k 0 10 COPY AUTH2 user secret",
          "RESET",
          "TIME",
          "OBJECT ENCODING a",
          "FUNCTION LIST",
          "SPUBLISH a b",
          "CLIENT REPLY SKIP");

  /** Of the client that watches, after it has begun to. */
  private static final List<String> OF_THE_WATCHER =
      List.of(
          "PING", "GET a", "SET a 2", "DBSIZE", "SUBSCRIBE x", "UNSUBSCRIBE x", "RESET", "PING");

  private static List<String> shown(ServerProcess server) {
    List<String> lines = new ArrayList<>();
    try (RawClient watcher = new RawClient(server.port);
        RawClient client = new RawClient(server.port)) {
      lines.add(watcher.ask("MONITOR"));
      // At once, as each line is told by what it shows.
      client.send(String.join("\r\n", REQUESTS) + "\r\n");
      client.receiveAll();
      lines.addAll(List.of(withoutTimes(watcher.receiveAll()).split("\r\n")));
      watcher.send("MONITOR\r\n");
      lines.add("again -> " + watcher.receiveAll());
      for (String request : OF_THE_WATCHER) {
        watcher.send(request + "\r\n");
        lines.add(request + " -> " + withoutTimes(watcher.receiveAll()));
      }
    }
    return lines;
  }

  private static String withoutTimes(String lines) {
    return lines.replaceAll("\\+\\d+\\.\\d{6} ", "+").replaceAll("127.0.0.1:\\d+]", "client]");
  }

  @Test
  void lines_are_those_of_redis() throws IOException {
    try (ServerProcess redis = RealServer.start(Engine.REDIS);
        ServerProcess respite = ServerProcess.respite()) {
      List<String> theirs = shown(redis);
      assertThat(theirs).anyMatch(line -> line.contains("[3 lua] \"SET\""));
      assertThat(shown(respite)).isEqualTo(theirs);
    }
  }
}
