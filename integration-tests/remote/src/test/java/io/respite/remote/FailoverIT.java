package io.respite.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.rigs.Checks;
import io.respite.rigs.RedisCluster;
import io.respite.rigs.SentinelTrio;
import io.respite.rigs.ServerProcess;
import java.util.List;
import javax.cache.CacheException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An application keeps its caches while servers die, are replaced, and move slots. Replication is
 * asynchronous: what a primary acknowledged and had not yet sent when it died is lost, is counted
 * here, and is lost never where all replicas are waited for.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FailoverIT {
  private static final int THREADS = 8;
  private static final int BUCKETS = 16;
  private static final int TIMEOUT_MILLIS = 2_000;

  /** What happens to the servers while the application runs. */
  private interface Fault {
    void happen();
  }

  /** Runs a fault under load; answers how many acknowledged puts are lost. */
  private static long lost(String check, Application application, int wait, Fault fault) {
    application.awaitMore(200);
    fault.happen();
    // The application finds its way without being told.
    application.awaitMore(200);
    application.stop();
    long lost = application.lost();
    Checks.print(
        check,
        "threads=%d wait=%d acknowledged=%d lost=%d failed=%d worst=%dms outage=%dms"
            .formatted(
                THREADS,
                wait,
                application.acknowledged(),
                lost,
                application.failed(),
                application.worstMillis(),
                application.outageMillis()));
    application.failures().forEach((text, count) -> System.out.println(count + " x " + text));
    assertThat(application.worstMillis())
        .as("milliseconds of the slowest call, which has a time-out of %d", TIMEOUT_MILLIS)
        .isLessThanOrEqualTo(2 * TIMEOUT_MILLIS);
    return lost;
  }

  private static String with(String uri, int wait) {
    return uri + "?timeout=" + TIMEOUT_MILLIS + (wait == 0 ? "" : "&wait=" + wait);
  }

  @Nested
  class Under_sentinels {
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void a_primary_that_is_killed_is_replaced(int wait) {
      try (SentinelTrio trio = SentinelTrio.start();
          Application application = new Application(with(trio.uri(), wait), "caches", THREADS, 1)) {
        long lost =
            lost(
                "failover-sentinel",
                application,
                wait,
                () -> {
                  trio.killPrimary();
                  // Else there would be one replica left, and two to be waited for.
                  trio.startKilled();
                });
        if (wait == 2) {
          assertThat(lost).as("lost though both replicas had it").isZero();
        }
      }
    }

    @Test
    void a_primary_that_is_well_is_replaced_when_an_operator_wants_it() {
      try (SentinelTrio trio = SentinelTrio.start();
          Application application = new Application(with(trio.uri(), 0), "caches", THREADS, 1)) {
        lost("failover-sentinel-ordered", application, 0, trio::failover);
      }
    }

    @Test
    void a_primary_that_does_not_answer_any_more_is_replaced() {
      try (SentinelTrio trio = SentinelTrio.start();
          Application application = new Application(with(trio.uri(), 0), "caches", THREADS, 1)) {
        ServerProcess frozen = trio.primary();
        try {
          lost("failover-sentinel-frozen", application, 0, trio::freezePrimary);
        } finally {
          frozen.thaw();
        }
      }
    }
  }

  @Nested
  class In_a_cluster {
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void a_primary_that_is_killed_is_replaced(int wait) {
      try (RedisCluster cluster = RedisCluster.ofSix();
          Application application =
              new Application(with(cluster.uri(), wait), "caches", THREADS, BUCKETS)) {
        long lost =
            lost(
                "failover-cluster",
                application,
                wait,
                () -> {
                  cluster.kill(cluster.primaries().get(0));
                  if (wait > 0) {
                    // Else the one that took its place would have no replica to be waited for.
                    cluster.startKilled();
                  }
                });
        if (wait > 0) {
          assertThat(lost).as("lost though the replica had it").isZero();
        }
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void a_primary_that_does_not_answer_any_more_is_replaced(int wait) {
      try (RedisCluster cluster = RedisCluster.ofSix();
          Application application =
              new Application(with(cluster.uri(), wait), "caches", THREADS, BUCKETS)) {
        ServerProcess frozen = cluster.primaries().get(0);
        try {
          long lost =
              lost(
                  "failover-cluster-frozen",
                  application,
                  wait,
                  () -> {
                    cluster.freeze(frozen);
                    if (wait > 0) {
                      // As above.
                      frozen.thaw();
                    }
                  });
          if (wait > 0) {
            assertThat(lost).as("lost though the replica had it").isZero();
          }
        } finally {
          frozen.thaw();
        }
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void slots_move_to_another_primary_and_nothing_is_lost(int wait) {
      try (RedisCluster cluster = RedisCluster.ofSix();
          Application application =
              new Application(with(cluster.uri(), wait), "caches", THREADS, BUCKETS)) {
        List<ServerProcess> primaries = cluster.primaries();
        long lost =
            lost(
                "reshard-cluster",
                application,
                wait,
                () -> {
                  ServerProcess from = primaries.get(0);
                  // All of them, so that the buckets there are among them.
                  int slots = RedisCluster.slots(from);
                  cluster.awaitMoved(cluster.reshard(from, primaries.get(1), slots / 2));
                  cluster.awaitMoved(cluster.reshard(from, primaries.get(2), slots - slots / 2));
                });
        assertThat(lost).isZero();
        // A primary without slots becomes a replica, and hangs up on whoever stands in WAIT then:
        // what each thread has under way there may have been done or not.
        assertThat(application.failed())
            .as("puts that threw: %s", application.failures())
            .isLessThanOrEqualTo(wait == 0 ? 0 : THREADS);
        assertThat(application.failures().keySet())
            .allMatch(
                text -> text.contains("was lost before it answered") || text.contains("UNBLOCKED"));
        if (wait > 0) {
          cluster.replicas().forEach(ServerProcess::kill);
          assertThatThrownBy(() -> application.cache().put("nobody", "else"))
              .isInstanceOf(CacheException.class)
              .hasMessageContaining("only 0 replicas");
          assertThat(application.cache().get("nobody")).isEqualTo("else");
        }
      }
    }
  }
}
