package io.respite.benchmarks.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.rigs.Checks;
import io.respite.rigs.Engine;
import io.respite.rigs.ServerProcess;
import io.respite.rigs.SingleServer;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documentation promises of round trips, counted between the provider and a server. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RoundTripsIT {

  @Nested
  class On_a_real_server extends Promises {
    @Override
    ServerProcess start() {
      return SingleServer.start(Engine.real()).process();
    }
  }

  @Nested
  class On_our_own_server extends Promises {
    @Override
    ServerProcess start() throws IOException {
      return ServerProcess.respite();
    }
  }

  @TestInstance(Lifecycle.PER_CLASS)
  abstract static class Promises {
    private ServerProcess server;
    private RoundTrips counter;

    abstract ServerProcess start() throws IOException;

    @BeforeAll
    void connect() throws IOException {
      server = start();
      counter = new RoundTrips(server.port, port -> URI.create("redis://127.0.0.1:" + port + "/0"));
    }

    @AfterAll
    void disconnect() throws IOException {
      try {
        if (counter != null) {
          counter.close();
        }
      } finally {
        if (server != null) {
          server.close();
        }
      }
    }

    static Stream<Arguments> standardPolicies() {
      return of(Policy::isStandard, row -> true);
    }

    static Stream<Arguments> ownPolicies() {
      return of(policy -> !policy.isStandard(), row -> row.kind() == Row.Kind.ENTRY);
    }

    private static Stream<Arguments> of(Predicate<Policy> wanted, Predicate<Row> such) {
      return Arrays.stream(Policy.values())
          .filter(wanted)
          .flatMap(
              policy ->
                  Row.all().stream()
                      .filter(row -> row.promise() > 0 && such.test(row))
                      .map(row -> Arguments.of(policy, row)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("standardPolicies")
    void an_operation_takes_no_more_round_trips_than_promised(Policy policy, Row row)
        throws IOException, InterruptedException {
      RoundTrips.Cost cost = counter.measure(row, policy);
      assertThat(cost.trips()).as(cost.toString()).isBetween(1L, (long) row.promise());
    }

    static Stream<Row> special() {
      return Row.special().stream();
    }

    @ParameterizedTest
    @MethodSource("special")
    void caches_with_writers_leases_buckets_and_near_caches_take_no_more_than_promised(Row row)
        throws IOException, InterruptedException {
      RoundTrips.Cost cost = counter.measure(row, Policy.ETERNAL);
      assertThat(cost.trips()).as(cost.toString()).isLessThanOrEqualTo(row.promise());
      Checks.print(
          "round-trips",
          "by=%s trips=%d promised=%d sent=%s"
              .formatted(row.name().replace(" ", ""), cost.trips(), row.promise(), cost.sent()));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("ownPolicies")
    void with_a_policy_of_the_application_an_operation_on_one_entry_takes_two_at_most(
        Policy policy, Row row) throws IOException, InterruptedException {
      RoundTrips.Cost cost = counter.measure(row, policy);
      assertThat(cost.trips()).as(cost.toString()).isBetween(1L, 2L);
    }
  }
}
