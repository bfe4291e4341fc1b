package io.respite.remote.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RelayIT {
  private static final Duration HOLD = Duration.ofMillis(30);

  private static ServerProcess server;

  private Relay relay;

  @BeforeAll
  static void start() throws IOException {
    server = ServerProcess.redis().orElseThrow();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void listen() throws IOException {
    relay = new Relay(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port), HOLD);
  }

  @AfterEach
  void close() {
    relay.close();
  }

  @Nested
  class Counting {
    @Test
    void a_client_that_waits_takes_a_round_trip_for_each_request() throws IOException {
      try (Client client = new Client()) {
        for (int i = 0; i < 3; i++) {
          client.send("*2\r\n$4\r\nECHO\r\n$1\r\n" + i + "\r\n");
          client.expect("$1\r\n" + i + "\r\n");
        }
      }
      assertThat(relay.traffic())
          .isEqualTo(new Traffic(3, 3, 63, 21, commands(Map.of("ECHO", 3L))));
    }

    @Test
    void requests_that_nobody_waits_between_are_one_round_trip_in_whatever_pieces_they_come()
        throws IOException {
      try (Client client = new Client()) {
        for (int i = 0; i < 5; i++) {
          client.send("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1");
          client.send("\r\n" + i + "\r\n*2\r\n$3\r\nget\r\n$1\r\na\r\n");
        }
        client.expect(
            "+OK\r\n$1\r\n0\r\n+OK\r\n$1\r\n1\r\n+OK\r\n$1\r\n2\r\n+OK\r\n$1\r\n3\r\n+OK\r\n$1\r\n4\r\n");
      }
      assertThat(relay.traffic().roundTrips()).isEqualTo(1);
      assertThat(relay.traffic().commands()).isEqualTo(Map.of("GET", 5L, "SET", 5L));
    }

    @Test
    void a_request_that_is_larger_than_every_buffer_is_one() throws IOException {
      String large = "v".repeat(1 << 20);
      try (Client client = new Client()) {
        client.send("*2\r\n$4\r\nECHO\r\n$" + large.length() + "\r\n" + large + "\r\n");
        client.expect("$" + large.length() + "\r\n" + large + "\r\n");
      }
      assertThat(relay.traffic().roundTrips()).isEqualTo(1);
      assertThat(relay.traffic().requests()).isEqualTo(1);
      assertThat(relay.traffic().sent()).isEqualTo(large.length() + 26L);
    }

    @Test
    void the_heartbeats_of_a_client_are_no_round_trips() throws IOException {
      try (Client client = new Client()) {
        client.send("*1\r\n$4\r\nPING\r\n");
        client.expect("+PONG\r\n");
        client.send("PING\r\n");
        client.expect("+PONG\r\n");
        client.send("ECHO it\r\n");
        client.expect("$2\r\nit\r\n");
      }
      assertThat(relay.traffic())
          .isEqualTo(new Traffic(1, 1, 29, 22, commands(Map.of("ECHO", 1L))));
    }

    @Test
    void each_connection_counts_for_itself_until_it_ends() throws IOException {
      try (Client one = new Client();
          Client other = new Client()) {
        one.send("ECHO 1\r\n");
        other.send("ECHO 2\r\nECHO 3\r\n");
        one.expect("$1\r\n1\r\n");
        other.expect("$1\r\n2\r\n$1\r\n3\r\n");
        assertThat(relay.connections())
            .extracting(Traffic::roundTrips, Traffic::requests)
            .containsExactlyInAnyOrder(tuple(1L, 1L), tuple(1L, 2L));
      }
      await().untilAsserted(() -> assertThat(relay.connections()).isEmpty());
      assertThat(relay.traffic().roundTrips()).isEqualTo(2);
      assertThat(relay.traffic().requests()).isEqualTo(3);
    }

    @Test
    void a_difference_leaves_out_what_has_not_changed() throws IOException {
      try (Client client = new Client()) {
        client.send("ECHO 1\r\n");
        client.expect("$1\r\n1\r\n");
        Traffic before = relay.traffic();
        client.send("GET none\r\n");
        client.expect("$-1\r\n");
        assertThat(relay.traffic().minus(before))
            .isEqualTo(new Traffic(1, 1, 10, 5, commands(Map.of("GET", 1L))));
      }
    }
  }

  @Nested
  class Ending {
    @Test
    void a_client_that_leaves_is_gone_at_the_server_too() throws IOException {
      try (Client client = new Client()) {
        client.send("CLIENT SETNAME leaving\r\n");
        client.expect("+OK\r\n");
        assertThat(server.ask("CLIENT", "LIST").text()).contains("name=leaving");
      }
      await()
          .untilAsserted(
              () -> assertThat(server.ask("CLIENT", "LIST").text()).doesNotContain("leaving"));
    }

    @Test
    void a_server_that_hangs_up_is_gone_for_the_client_too() throws IOException {
      try (Client client = new Client()) {
        client.send("QUIT\r\n");
        client.expect("+OK\r\n");
        client.expectEnd();
      }
    }

    @Test
    void closing_the_relay_ends_its_connections() throws IOException {
      try (Client client = new Client()) {
        client.send("ECHO 1\r\n");
        client.expect("$1\r\n1\r\n");
        relay.close();
        client.expectEnd();
      }
    }

    @Test
    void a_client_that_sends_no_requests_is_hung_up_on() throws IOException {
      try (Client client = new Client()) {
        client.send("*x\r\n");
        client.expectEnd();
      }
    }
  }

  @Nested
  class Beginning {
    @Test
    void refuses_a_hold_of_nothing() {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port);
      assertThatThrownBy(() -> new Relay(address, Duration.ofNanos(1)).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the hold is PT0.000000001S and must be 1 ms at least");
    }
  }

  private static SortedMap<String, Long> commands(Map<String, Long> counts) {
    return new TreeMap<>(counts);
  }

  /** A client without a library, so that nothing is sent but what the test says. */
  private final class Client implements AutoCloseable {
    private final Socket socket;

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), relay.port());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    void expect(String reply) throws IOException {
      byte[] received = socket.getInputStream().readNBytes(reply.length());
      assertThat(new String(received, US_ASCII)).isEqualTo(reply);
    }

    void expectEnd() throws IOException {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
