package io.respite.peers;

import static io.respite.rigs.RawClient.CLOSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.respite.rigs.RawClient;
import io.respite.rigs.ServerProcess;
import java.io.IOException;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that wait, over real sockets: the same for our server and a real redis-server. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BlockingIT {
  /** Whose behaviour is looked at. */
  enum Who {
    RESPITE,
    REDIS;

    ServerProcess start() throws IOException {
      String[] options = {"--client-output-buffer-limit", "pubsub", "1mb", "0", "0"};
      if (this == RESPITE) {
        return ServerProcess.respite(options);
      }
      assumeTrue(ServerProcess.installed("redis-server").isPresent(), "no redis-server installed");
      return ServerProcess.redis(options).orElseThrow();
    }
  }

  private ServerProcess server;
  private RawClient operator;

  private void start(Who who) throws IOException {
    server = who.start();
    operator = server.connect();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      operator.close();
      server.close();
    }
  }

  /** Sends a line and demands an answer, byte by byte. */
  private static void demand(RawClient client, String line, String answer) {
    assertThat(client.send(line + "\r\n").receive(answer)).as(line).isEqualTo(answer);
  }

  private static void hears(RawClient client, String answer) {
    assertThat(client.receive(answer)).isEqualTo(answer);
  }

  private static String bulks(String... texts) {
    StringBuilder reply = new StringBuilder("*" + texts.length + "\r\n");
    for (String text : texts) {
      reply.append('$').append(text.length()).append("\r\n").append(text).append("\r\n");
    }
    return reply.toString();
  }

  /** A new client that waits by this line, as the {@code number}th that does. */
  private RawClient waiting(String line, int number) {
    RawClient client = server.connect().send(line + "\r\n");
    awaitBlocked(number);
    return client;
  }

  private void awaitBlocked(int number) {
    Awaitility.await(number + " waiting clients")
        .until(() -> operator.ask("INFO clients").contains("blocked_clients:" + number + "\r\n"));
  }

  @ParameterizedTest
  @EnumSource
  void who_came_first_is_served_first(Who who) throws IOException {
    start(who);
    try (RawClient first = waiting("BLPOP k other 0", 1);
        RawClient second = waiting("BRPOP k 0", 2);
        RawClient third = waiting("BLPOP k 0", 3)) {
      demand(operator, "RPUSH k a b c", ":3\r\n");
      hears(first, bulks("k", "a"));
      hears(second, bulks("k", "c"));
      hears(third, bulks("k", "b"));
      awaitBlocked(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void waiting_ends_when_time_is_up(Who who) throws IOException {
    start(who);
    demand(operator, "BLPOP k 0.05", "*-1\r\n");
    demand(operator, "BLMOVE k l LEFT LEFT 0.05", "*-1\r\n");
    demand(operator, "BZPOPMIN k 0.05", "*-1\r\n");
    demand(operator, "XREAD BLOCK 50 STREAMS k $", "*-1\r\n");
  }

  @ParameterizedTest
  @EnumSource
  void requests_behind_one_that_waits_are_answered_after_it(Who who) throws IOException {
    start(who);
    try (RawClient client = waiting("BLPOP k 0\r\nPING\r\nLLEN k", 1)) {
      demand(operator, "RPUSH k a b", ":2\r\n");
      hears(client, bulks("k", "a") + "+PONG\r\n:1\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_transaction_is_over_before_it_wakes_anybody(Who who) throws IOException {
    start(who);
    try (RawClient client = waiting("BLPOP k 0", 1)) {
      String queued = "+QUEUED\r\n";
      demand(
          operator,
          "MULTI\r\nRPUSH k a\r\nDEL k\r\nEXEC",
          "+OK\r\n" + queued + queued + "*2\r\n:1\r\n:1\r\n");
      awaitBlocked(1);
      demand(
          operator,
          "MULTI\r\nRPUSH k b\r\nLPUSH k c\r\nLLEN k\r\nEXEC",
          "+OK\r\n" + queued + queued + queued + "*3\r\n:1\r\n:2\r\n:2\r\n");
      hears(client, bulks("k", "c"));
      demand(operator, "LRANGE k 0 -1", bulks("b"));
    }
    demand(operator, "MULTI\r\nBLPOP none 0\r\nEXEC", "+OK\r\n+QUEUED\r\n*1\r\n*-1\r\n");
  }

  @ParameterizedTest
  @EnumSource
  void what_one_moves_wakes_the_next(Who who) throws IOException {
    start(who);
    try (RawClient last = waiting("BLPOP c 0", 1);
        RawClient middle = waiting("BLMOVE b c LEFT RIGHT 0", 2);
        RawClient first = waiting("BRPOPLPUSH a b 0", 3)) {
      demand(operator, "RPUSH a x", ":1\r\n");
      hears(first, "$1\r\nx\r\n");
      hears(middle, "$1\r\nx\r\n");
      hears(last, bulks("c", "x"));
      demand(operator, "EXISTS a b c", ":0\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_key_of_another_type_wakes_nobody(Who who) throws IOException {
    start(who);
    try (RawClient client = waiting("BLPOP k 0", 1)) {
      demand(operator, "ZADD k 1 a", ":1\r\n");
      awaitBlocked(1);
      demand(operator, "DEL k", ":1\r\n");
      demand(operator, "RPUSH k a", ":1\r\n");
      hears(client, bulks("k", "a"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_operator_can_end_the_wait(Who who) throws IOException {
    start(who);
    try (RawClient client = server.connect()) {
      String id = client.ask("CLIENT ID").trim().substring(1);
      client.send("BLPOP k 0\r\n");
      awaitBlocked(1);
      demand(operator, "CLIENT UNBLOCK " + id, ":1\r\n");
      hears(client, "*-1\r\n");
      demand(operator, "CLIENT UNBLOCK " + id, ":0\r\n");
      client.send("XREAD BLOCK 0 STREAMS k $\r\n");
      awaitBlocked(1);
      demand(operator, "CLIENT UNBLOCK " + id + " ERROR", ":1\r\n");
      hears(client, "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n");
      demand(client, "PING", "+PONG\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_client_that_goes_away_takes_nothing(Who who) throws IOException {
    start(who);
    try (RawClient client = waiting("BLPOP k 0", 1)) {
      assertThat(operator.ask("CLIENT LIST").lines().filter(line -> line.contains(" flags=b ")))
          .as("clients that wait")
          .hasSize(1)
          .allMatch(line -> line.contains(" cmd=blpop "));
      assertThat(client.receiveAll()).as("what it hears meanwhile").isEmpty();
    }
    awaitBlocked(0);
    demand(operator, "RPUSH k a", ":1\r\n");
    demand(operator, "LLEN k", ":1\r\n");
  }

  @ParameterizedTest
  @EnumSource
  void requests_and_messages_of_a_subscriber_keep_their_order(Who who) throws IOException {
    start(who);
    try (RawClient client = server.connect()) {
      String pong = bulks("pong", "");
      demand(
          client,
          "SUBSCRIBE a b\r\nPING\r\nGET k\r\nUNSUBSCRIBE a\r\nPING",
          "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n"
              + "*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n"
              + pong
              + "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT /"
              + " RESET are allowed in this context\r\n"
              + "*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:1\r\n"
              + pong);
      demand(operator, "PUBLISH a x\r\nPUBLISH b y", ":0\r\n:1\r\n");
      hears(client, bulks("message", "b", "y"));
      demand(
          client, "UNSUBSCRIBE\r\nPING", "*3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:0\r\n+PONG\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_subscriber_that_does_not_read_is_dropped_at_its_limit(Who who) throws IOException {
    start(who);
    try (RawClient slow = server.connect();
        RawClient publisher = server.connect()) {
      demand(slow, "SUBSCRIBE a", "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n");
      String message = "PUBLISH a " + "x".repeat(60_000) + "\r\n";
      List<String> answers = List.of(":0\r\n", ":1\r\n");
      String answer = ":1\r\n";
      for (int i = 0; i < 2_000 && answer.equals(":1\r\n"); i++) {
        answer = publisher.send(message).receive(":1\r\n");
        assertThat(answer).isIn(answers);
      }
      assertThat(answer).as("receivers").isEqualTo(":0\r\n");
      assertThat(slow.receive(CLOSED)).endsWith(CLOSED);
      demand(operator, "PUBSUB NUMSUB a", "*2\r\n$1\r\na\r\n:0\r\n");
    }
  }
}
