package io.respite.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/** The clients people use: redis-cli, Jedis and Lettuce. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ClientsIT {
  private static final int KEYS = 10_000;

  private static ServerProcess server;

  @BeforeAll
  static void start() throws IOException {
    server = ServerProcess.respite("--requirepass", "secret");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String cli(String... arguments) throws Exception {
    assumeTrue(ServerProcess.installed("redis-cli").isPresent(), "redis-cli is not installed here");
    List<String> command =
        new java.util.ArrayList<>(
            List.of("redis-cli", "-p", "" + server.port, "-a", "secret", "--no-auth-warning"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void redis_cli_speaks_both_protocols() throws Exception {
    for (String protocol : List.of("-2", "-3")) {
      assertThat(cli(protocol, "set", "cli", "a b")).isEqualTo("OK\n");
      assertThat(cli(protocol, "get", "cli")).isEqualTo("a b\n");
      assertThat(cli(protocol, "-n", "3", "get", "cli")).isEqualTo("\n");
      assertThat(cli(protocol, "info", "server")).contains("redis_version:7.2");
      assertThat(cli(protocol, "client", "list")).contains("cmd=client|list");
    }
    assertThat(cli("command", "docs", "set")).contains("summary").contains("keepttl");
  }

  @Test
  void jedis_works_with_pipelines_and_both_protocols() {
    try (Jedis jedis = new Jedis("127.0.0.1", server.port)) {
      jedis.auth("secret");
      assertThat(jedis.set("jedis", "value")).isEqualTo("OK");
      assertThat(jedis.get("jedis")).isEqualTo("value");
      assertThat(jedis.clientSetname("me")).isEqualTo("OK");
      assertThat(jedis.clientGetname()).isEqualTo("me");
      assertThat(jedis.configGet("maxclients")).containsEntry("maxclients", "10000");
      Pipeline pipeline = jedis.pipelined();
      for (int i = 0; i < KEYS; i++) {
        pipeline.set("jedis:" + i, "v" + i);
      }
      for (int i = 0; i < KEYS; i++) {
        pipeline.get("jedis:" + i);
      }
      List<Object> answers = pipeline.syncAndReturnAll();
      assertThat(answers).hasSize(2 * KEYS);
      assertThat(answers.get(2 * KEYS - 1)).isEqualTo("v" + (KEYS - 1));
      assertThat(jedis.select(5)).isEqualTo("OK");
      assertThat(jedis.get("jedis")).isNull();
    }
  }

  @Test
  void lettuce_connects_by_RESP3_and_sends_asynchronously() {
    RedisURI uri =
        RedisURI.Builder.redis("127.0.0.1", server.port)
            .withPassword("secret".toCharArray())
            .withDatabase(2)
            .withClientName("lettuce")
            .build();
    try (RedisClient client = RedisClient.create(uri)) {
      var connection = client.connect();
      var commands = connection.sync();
      assertThat(commands.set("key", "value")).isEqualTo("OK");
      assertThat(commands.get("key")).isEqualTo("value");
      assertThat(commands.clientList()).contains("name=lettuce").contains("resp=3");
      assertThat(commands.time()).hasSize(2);
      var futures =
          java.util.stream.IntStream.range(0, KEYS)
              .mapToObj(i -> connection.async().incr("counter"))
              .toList();
      futures.get(KEYS - 1).toCompletableFuture().join();
      assertThat(commands.get("counter")).isEqualTo(Integer.toString(KEYS));
      assertThat(commands.dbsize()).isEqualTo(2);
      connection.close();
    }
  }
}
