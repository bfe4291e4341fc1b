package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.Ports;
import io.respite.rigs.RawClient;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** MIGRATE between our server and a real redis-server, in both directions. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MigrateIT {
  private static final String OK = "+OK\r\n";

  @Test
  void keys_of_every_type_move_there_and_back() throws IOException {
    assumeTrue(ServerProcess.installed("redis-server").isPresent(), "no redis-server installed");
    try (ServerProcess respite = ServerProcess.respite("--enable-debug-command", "yes");
        ServerProcess redis = ServerProcess.redis("--enable-debug-command", "yes").orElseThrow();
        RawClient ours = respite.connect();
        RawClient theirs = redis.connect()) {
      fill(ours);
      String digest = ours.ask("DEBUG DIGEST");
      String keys = "KEYS s l big t z h x";
      assertThat(ours.ask("MIGRATE 127.0.0.1 " + redis.port + " \"\" 0 5000 " + keys))
          .isEqualTo(OK);
      assertThat(ours.ask("DBSIZE")).isEqualTo(":0\r\n");
      assertThat(theirs.ask("DEBUG DIGEST")).isEqualTo(digest);
      assertThat(theirs.ask("TTL l")).matches(":(100|[1-9][0-9])\r\n");
      assertThat(theirs.ask("MIGRATE 127.0.0.1 " + respite.port + " \"\" 0 5000 " + keys))
          .isEqualTo(OK);
      assertThat(theirs.ask("DBSIZE")).isEqualTo(":0\r\n");
      assertThat(ours.ask("DEBUG DIGEST")).isEqualTo(digest);
    }
  }

  private static void fill(RawClient client) {
    client.ask("SET s 12345");
    client.ask("RPUSH l a b c");
    client.ask("EXPIRE l 100");
    for (int i = 0; i < 10; i++) {
      client.ask("RPUSH big " + (i + "x").repeat(2_000));
    }
    client.ask("SADD t a 1 2");
    client.ask("ZADD z 1.5 a 2 b");
    client.ask("HSET h f v g w");
    client.ask("XADD x 1-1 f v");
  }

  @Test
  void both_servers_answer_alike_when_something_is_wrong() throws IOException {
    assumeTrue(ServerProcess.installed("redis-server").isPresent(), "no redis-server installed");
    try (ServerProcess respite = ServerProcess.respite();
        ServerProcess redis = ServerProcess.redis().orElseThrow();
        ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RawClient ours = respite.connect();
        RawClient theirs = redis.connect()) {
      ours.ask("SET k v");
      theirs.ask("SET k v");
      int nobody = Ports.free();
      for (String words :
          new String[] {
            "% none 0 500",
            "% k 0 500",
            "% k 99 500 REPLACE",
            "% k 0 500 REPLACE AUTH secret",
            "% k 0 500 REPLACE AUTH2 user secret",
            "% k 0 500 KEYS k",
            "% k 0 500 x",
            "% k x 500",
            nobody + " k 0 500",
            silent.getLocalPort() + " k 0 50",
          }) {
        String line = "MIGRATE 127.0.0.1 " + words;
        assertThat(ours.ask(line.replace("%", "" + redis.port)))
            .as(words)
            .isEqualTo(theirs.ask(line.replace("%", "" + respite.port)));
      }
      assertThat(ours.ask("MIGRATE 127.0.0.1 " + redis.port + " k 0 500 COPY REPLACE"))
          .isEqualTo(OK);
      assertThat(ours.ask("EXISTS k")).isEqualTo(":1\r\n");
    }
  }
}
