package io.respite.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.rigs.Engine;
import io.respite.rigs.RedisCluster;
import io.respite.rigs.RespClient;
import io.respite.rigs.SentinelTrio;
import io.respite.rigs.ServerProcess;
import io.respite.rigs.SingleServer;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The servers that other tests rely on do what those tests rely on. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TopologiesIT {

  @Nested
  class A_single_server {
    @ParameterizedTest
    @MethodSource("io.respite.rigs.Engine#usual")
    void comes_back_at_its_port_after_it_was_killed(Engine engine) {
      try (SingleServer server = SingleServer.start(engine)) {
        int port = server.port();
        assertThat(server.uri()).isEqualTo("redis://127.0.0.1:" + port + "/0");
        assertThat(server.process().ask("SET", "k", "v").text()).isEqualTo("OK");
        assertThat(server.keys()).isOne();
        server.process().kill();
        assertThat(ServerProcess.answers(port)).isFalse();
        server.restart();
        assertThat(server.process().port).isEqualTo(port);
        assertThat(server.keys()).isZero();
      }
    }

    @ParameterizedTest
    @MethodSource("io.respite.rigs.Engine#usual")
    void is_stopped_by_close(Engine engine) {
      SingleServer server = SingleServer.start(engine);
      server.flush();
      server.close();
      assertThat(server.process().process.isAlive()).isFalse();
      assertThat(ServerProcess.answers(server.port())).isFalse();
    }

    @Test
    void answers_again_after_it_was_frozen() throws Exception {
      try (SingleServer server = SingleServer.start(Engine.real());
          RespClient client = new RespClient(server.port())) {
        server.process().freeze();
        client.patience(200);
        assertThatThrownBy(() -> client.ask("PING")).isInstanceOf(SocketTimeoutException.class);
        server.process().thaw();
        client.patience(10_000);
        assertThat(client.receive().text()).isEqualTo("PONG");
      }
    }
  }

  @Nested
  class A_sentinel_trio {
    @Test
    void replaces_its_primary_when_asked_and_when_it_is_killed() {
      try (SentinelTrio trio = SentinelTrio.start()) {
        ServerProcess first = trio.primary();
        assertThat(first.ask("SET", "k", "v").text()).isEqualTo("OK");
        first.awaitReplicated(2);

        ServerProcess second = trio.failover();
        assertThat(second.port).isNotEqualTo(first.port);
        assertThat(second.ask("GET", "k").text()).isEqualTo("v");
        trio.awaitReplicas(second);

        ServerProcess third = trio.killPrimary();
        assertThat(third.port).isNotEqualTo(second.port);
        assertThat(third.ask("SET", "k", "w").text()).isEqualTo("OK");
        trio.startKilled();
        assertThat(trio.servers()).allMatch(server -> server.process.isAlive());
        third.awaitReplicated(2);
      }
    }
  }

  @Nested
  class A_cluster_of_six {
    @Test
    void moves_slots_with_their_keys_and_replaces_a_primary_that_is_killed() {
      try (RedisCluster cluster = RedisCluster.ofSix()) {
        List<ServerProcess> primaries = cluster.primaries();
        assertThat(primaries).hasSize(3);
        assertThat(primaries.stream().mapToInt(RedisCluster::slots).sum()).isEqualTo(16_384);
        for (int i = 0; i < 300; i++) {
          set(primaries, "k" + i);
        }
        assertThat(cluster.keys()).isEqualTo(300);

        int before = RedisCluster.slots(primaries.get(1));
        cluster.awaitMoved(cluster.reshard(primaries.get(0), primaries.get(1), 500));
        assertThat(RedisCluster.slots(primaries.get(1))).isEqualTo(before + 500);
        assertThat(cluster.keys()).isEqualTo(300);

        primaries.forEach(primary -> primary.awaitReplicated(1));
        cluster.kill(primaries.get(0));
        assertThat(cluster.primaries()).hasSize(3).doesNotContain(primaries.get(0));
        assertThat(cluster.keys()).isEqualTo(300);
        cluster.startKilled();
        Awaitility.await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertThat(cluster.primaries()).hasSize(3));
        cluster.flush();
        assertThat(cluster.keys()).isZero();
      }
    }

    private void set(List<ServerProcess> primaries, String key) {
      assertThat(primaries)
          .as("one of the primaries takes %s", key)
          .anyMatch(primary -> primary.ask("SET", key, "v").text().equals("OK"));
    }
  }
}
