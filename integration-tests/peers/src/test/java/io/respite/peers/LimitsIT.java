package io.respite.peers;

import static io.respite.rigs.RawClient.CLOSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.Ports;
import io.respite.rigs.RawClient;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What the server does with clients that are too many, too slow, too greedy, or strangers. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LimitsIT {
  private static final String NOAUTH = "-NOAUTH Authentication required.\r\n";

  @Test
  void a_stranger_may_do_little_until_it_gives_the_password() throws IOException {
    try (ServerProcess server = ServerProcess.respite("--requirepass", "s e\"cret")) {
      try (RawClient client = server.connect()) {
        for (String command : List.of("PING", "GET a", "CONFIG GET port", "SELECT 1", "COMMAND")) {
          assertThat(client.ask(command)).as(command).isEqualTo(NOAUTH);
        }
        assertThat(client.ask("HELLO 3"))
            .startsWith("-NOAUTH HELLO must be called with the client already authenticated");
        assertThat(client.ask("AUTH wrong")).startsWith("-WRONGPASS");
        assertThat(client.ask("AUTH default \"s e\\\"cret\"")).isEqualTo("+OK\r\n");
        assertThat(client.ask("PING")).isEqualTo("+PONG\r\n");
        assertThat(client.ask("RESET")).isEqualTo("+RESET\r\n");
        assertThat(client.ask("PING")).isEqualTo(NOAUTH);
        assertThat(client.ask("HELLO 3 AUTH default \"s e\\\"cret\"")).startsWith("%7\r\n");
      }
      String error = "-ERR Protocol error: unauthenticated ";
      closes(server, "*11", error + "multibulk length\r\n");
      closes(server, "*1\r\n$16385", error + "bulk length\r\n");
      closes(server, "QUIT", "+OK\r\n");
    }
  }

  private static void closes(ServerProcess server, String line, String lastWords) {
    try (RawClient client = server.connect()) {
      String answer = client.send(line + "\r\n").receive(lastWords + CLOSED);
      assertThat(answer).isEqualTo(lastWords + CLOSED);
    }
  }

  @Test
  void a_stranger_that_never_reads_is_closed() throws Exception {
    try (ServerProcess server = ServerProcess.respite("--requirepass", "x")) {
      sendUntilClosed(server.port, "GET a\r\n".repeat(1000), 64 << 20);
      Awaitility.await().until(() -> server.output().contains("output buffer limits"));
    }
  }

  @Test
  void a_client_that_does_not_read_is_dropped_at_its_limit() throws Exception {
    try (ServerProcess server =
        ServerProcess.respite("--client-output-buffer-limit", "normal", "2mb", "0", "0")) {
      try (RawClient client = server.connect()) {
        client.send("SET big " + "x".repeat(60_000) + "\r\n").receive("+OK\r\n");
      }
      sendUntilClosed(server.port, "GET big\r\n".repeat(10), 64 << 20);
      Awaitility.await()
          .until(
              () ->
                  server
                      .output()
                      .contains(
                          "scheduled to be closed ASAP for overcoming of output buffer limits."));
      assertThat(server.connect().ask("PING")).isEqualTo("+PONG\r\n");
    }
  }

  @Test
  void a_monitor_that_does_not_read_is_dropped_at_the_limit_of_subscribers() throws IOException {
    try (ServerProcess server =
            ServerProcess.respite("--client-output-buffer-limit", "pubsub", "2mb", "0", "0");
        RawClient watcher = server.connect();
        RawClient client = server.connect()) {
      watcher.send("MONITOR\r\n").receive("+OK\r\n");
      String text = "x".repeat(60_000);
      String reply = "$60000\r\n" + text + "\r\n";
      // What the sockets hold comes first, some megabytes of it.
      for (int i = 0; i < 500 && !server.output().contains("output buffer limits"); i++) {
        assertThat(client.send("ECHO " + text + "\r\n").receive(reply)).isEqualTo(reply);
      }
      Awaitility.await().until(() -> server.output().contains("output buffer limits"));
      assertThat(client.ask("PING")).isEqualTo("+PONG\r\n");
    }
  }

  /** Sends and never reads, until the server has had enough. */
  private static void sendUntilClosed(int port, String batch, int most) throws IOException {
    byte[] bytes = batch.getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      int sent = 0;
      try {
        while (sent < most) {
          socket.getOutputStream().write(bytes);
          sent += bytes.length;
        }
      } catch (IOException closed) {
        return;
      }
      assertThat(sent).as("bytes sent without being closed").isLessThan(most);
    }
  }

  @Test
  void one_client_too_many_is_turned_away() throws IOException {
    try (ServerProcess server = ServerProcess.respite()) {
      try (RawClient first = server.connect()) {
        assertThat(first.ask("CONFIG SET maxclients 2")).isEqualTo("+OK\r\n");
        List<RawClient> clients = new ArrayList<>();
        clients.add(server.connect());
        assertThat(clients.get(0).ask("PING")).isEqualTo("+PONG\r\n");
        clients.add(server.connect());
        String refused = "-ERR max number of clients reached\r\n" + CLOSED;
        assertThat(clients.get(1).receive(refused)).isEqualTo(refused);
        clients.forEach(RawClient::close);
        Awaitility.await()
            .until(() -> first.ask("INFO clients").contains("connected_clients:1\r\n"));
        assertThat(first.ask("INFO stats")).contains("rejected_connections:1\r\n");
      }
    }
  }

  @Test
  void an_idle_client_is_closed_even_in_the_middle_of_a_request() throws IOException {
    try (ServerProcess server = ServerProcess.respite("--timeout", "1")) {
      try (RawClient half = server.connect();
          RawClient idle = server.connect()) {
        half.send("*2\r\n$4\r\nEC");
        idle.send("PING\r\n");
        assertThat(idle.receive("+PONG\r\n" + CLOSED)).isEqualTo("+PONG\r\n" + CLOSED);
        assertThat(half.receive(CLOSED)).isEqualTo(CLOSED);
      }
    }
  }

  @Test
  void a_request_larger_than_the_query_buffer_closes() throws IOException {
    try (ServerProcess server = ServerProcess.respite("--client-query-buffer-limit", "1mb")) {
      sendUntilClosed(server.port, "*1\r\n$5000000\r\n" + "x".repeat(2_000_000), 16 << 20);
      Awaitility.await().until(() -> server.output().contains("reached max query buffer length"));
    }
  }

  @Test
  void protected_mode_admits_the_loopback_interface_alone() throws IOException {
    Optional<InetAddress> outside =
        Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
            .findFirst();
    assumeTrue(outside.isPresent(), "this machine has no address but the loopback one");
    try (ServerProcess server = ServerProcess.respite("--bind", "*")) {
      try (Socket socket = new Socket(outside.get(), server.port)) {
        String answer =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(answer).startsWith("-DENIED Redis is running in protected mode because");
      }
      server.connect().ask("CONFIG SET protected-mode no");
      try (Socket socket = new Socket(outside.get(), server.port)) {
        socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(7)).asString().isEqualTo("+PONG\r\n");
      }
    }
  }

  @Test
  void a_paused_client_goes_on_when_the_pause_ends() throws IOException {
    try (ServerProcess server = ServerProcess.respite()) {
      try (RawClient operator = server.connect();
          RawClient writer = server.connect()) {
        assertThat(operator.ask("CLIENT PAUSE 100000 WRITE")).isEqualTo("+OK\r\n");
        assertThat(writer.ask("PING")).isEqualTo("+PONG\r\n");
        assertThat(writer.send("SET a 'x y'\r\nGET a\r\n").receiveAll()).isEmpty();
        assertThat(operator.ask("CLIENT UNPAUSE")).isEqualTo("+OK\r\n");
        assertThat(writer.receive("+OK\r\n$3\r\nx y\r\n")).isEqualTo("+OK\r\n$3\r\nx y\r\n");
        assertThat(operator.ask("CLIENT PAUSE 300")).isEqualTo("+OK\r\n");
        assertThat(writer.send("PING\r\n").receive("+PONG\r\n")).isEqualTo("+PONG\r\n");
      }
    }
  }

  @Test
  void clients_can_be_closed_by_others() throws IOException {
    try (ServerProcess server = ServerProcess.respite()) {
      try (RawClient operator = server.connect();
          RawClient other = server.connect()) {
        other.ask("CLIENT SETNAME other");
        String line =
            operator
                .ask("CLIENT LIST")
                .lines()
                .filter(l -> l.contains("name=other"))
                .findFirst()
                .orElseThrow();
        assertThat(line)
            .containsPattern("id=\\d+ addr=127.0.0.1:\\d+ laddr=127.0.0.1:" + server.port)
            .contains("cmd=client|setname user=default");
        String id = line.replaceAll("id=(\\d+) .*", "$1");
        assertThat(operator.ask("CLIENT KILL ID " + id)).isEqualTo(":1\r\n");
        assertThat(other.receive(CLOSED)).isEqualTo(CLOSED);
        assertThat(operator.ask("CLIENT KILL TYPE normal SKIPME no")).isEqualTo(":1\r\n" + CLOSED);
      }
    }
  }

  @Test
  void the_port_can_be_changed_while_the_server_runs() throws IOException {
    try (ServerProcess server = ServerProcess.respite();
        ServerProcess neighbour = ServerProcess.respite()) {
      int free = Ports.free();
      try (RawClient client = server.connect()) {
        assertThat(client.ask("CONFIG SET port " + neighbour.port))
            .contains("Unable to listen on this port. Check server logs.");
        assertThat(client.ask("CONFIG GET port")).contains("\r\n" + server.port + "\r\n");
        assertThat(ServerProcess.answers(server.port)).isTrue();
        assertThat(client.ask("CONFIG SET port " + free)).isEqualTo("+OK\r\n");
        assertThat(ServerProcess.answers(free)).isTrue();
        assertThat(ServerProcess.answers(server.port)).isFalse();
        assertThat(client.ask("PING")).isEqualTo("+PONG\r\n");
      }
    }
  }
}
