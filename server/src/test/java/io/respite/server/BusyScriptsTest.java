package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Arguments;
import io.respite.server.command.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** An engine whose scripts take longer than {@code busy-reply-threshold}. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BusyScriptsTest {
  private static final String BUSY =
      "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
  private static final String KILLED = "-ERR Script killed by user with SCRIPT KILL...";
  private static final String ENDLESS = "while true do end";

  /** Runs until a key of another client's making could be there: for some tenths of a second. */
  private static final String LONG = "for i = 1, 3e7 do end ";

  private Engine engine;
  private int port;

  @BeforeEach
  void open() throws IOException {
    engine = Engine.open(Map.of("busy-reply-threshold", "20"));
    port = engine.listen(0);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  /** A connection; replies are shown by their lines. */
  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(30_000);
      in = socket.getInputStream();
    }

    void send(String... words) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(bytes("*" + words.length + "\r\n"));
      for (String word : words) {
        out.writeBytes(bytes("$" + bytes(word).length + "\r\n" + word + "\r\n"));
      }
      socket.getOutputStream().write(out.toByteArray());
    }

    String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) {
          return "closed";
        }
        line.append((char) b);
      }
      return line.toString().strip();
    }

    String ask(String... words) throws IOException {
      send(words);
      return line();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void awaitBusy(Client other) {
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> other.ask("PING").startsWith("-BUSY"));
  }

  private void awaitServed(Client other) {
    Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> other.ask("PING").equals("+PONG"));
  }

  @Test
  void others_hear_that_the_engine_is_busy_and_may_end_the_script() throws IOException {
    try (Client one = new Client();
        Client other = new Client()) {
      one.send("EVAL", ENDLESS, "0");
      awaitBusy(other);
      assertThat(other.ask("GET", "k")).isEqualTo(BUSY);
      assertThat(other.ask("FUNCTION", "KILL")).isEqualTo(BUSY);
      assertThat(other.ask("SCRIPT", "KILL")).isEqualTo("+OK");
      assertThat(one.line()).startsWith(KILLED);
      awaitServed(other);
      assertThat(one.ask("PING")).isEqualTo("+PONG");
    }
  }

  @Test
  void neither_pcall_nor_coroutines_keep_a_script_from_being_ended() throws IOException {
    try (Client one = new Client();
        Client other = new Client()) {
      for (String script :
          new String[] {
            "while true do pcall(function() while true do end end) end",
            "while true do pcall(coroutine.wrap(function() while true do end end)) end",
            "xpcall(error, function() while true do end end)",
            "while true do pcall(string.rep, 'x', 1e6) end",
          }) {
        one.send("EVAL", script, "0");
        awaitBusy(other);
        assertThat(other.ask("SCRIPT", "KILL")).isEqualTo("+OK");
        assertThat(one.line()).startsWith(KILLED);
        awaitServed(other);
      }
    }
  }

  @Test
  void a_script_that_has_written_is_not_ended() throws IOException {
    try (Client one = new Client();
        Client other = new Client()) {
      one.send("EVAL", "redis.call('SET', 'k', '1') " + LONG + "return 7", "0");
      awaitBusy(other);
      String answer = other.ask("SCRIPT", "KILL");
      assertThat(answer).matches("-UNKILLABLE .*|-NOTBUSY .*");
      assertThat(one.line()).isEqualTo(":7");
      awaitServed(other);
      assertThat(other.ask("GET", "k")).isEqualTo("$1");
    }
  }

  @Test
  void functions_are_shown_and_ended_by_their_own_command() throws IOException {
    try (Client one = new Client();
        Client other = new Client()) {
      one.ask(
          "FUNCTION",
          "LOAD",
          "#!lua name=l\nredis.register_function('f', function() " + ENDLESS + " end)");
      assertThat(one.line()).isEqualTo("l");
      one.send("FCALL", "f", "1", "key");
      awaitBusy(other);
      assertThat(other.ask("SCRIPT", "KILL")).contains("FUNCTION KILL");
      other.send("FUNCTION", "STATS");
      StringBuilder stats = new StringBuilder();
      for (String line = other.line(); !line.equals("functions_count"); line = other.line()) {
        stats.append(line).append(' ');
      }
      other.line();
      assertThat(stats).contains("name $1 f", "FCALL $1 f $1 1 $3 key", "duration_ms");
      assertThat(other.ask("FUNCTION", "KILL")).isEqualTo("+OK");
      assertThat(one.line()).startsWith(KILLED).contains("script: f, on @user_function:2.");
    }
  }

  @Test
  void a_transaction_waits_for_its_script() throws IOException {
    try (Client one = new Client();
        Client other = new Client()) {
      one.ask("MULTI");
      one.ask("SET", "k", "1");
      one.ask("EVAL", LONG + "return redis.call('INCR', 'k')", "0");
      one.ask("INCR", "k");
      one.send("EXEC");
      assertThat(one.line()).isEqualTo("*3");
      assertThat(one.line()).isEqualTo("+OK");
      assertThat(one.line()).isEqualTo(":2");
      assertThat(one.line()).isEqualTo(":3");
      awaitServed(other);
    }
  }

  @Test
  void requests_behind_a_script_are_answered_in_their_order() throws IOException {
    try (Client one = new Client()) {
      one.send("EVAL", LONG + "return 1", "0");
      one.send("ECHO", "2");
      one.send("EVAL", LONG + "return 3", "0");
      one.send("INCRBY", "k", "4");
      assertThat(one.line()).isEqualTo(":1");
      assertThat(one.line()).isEqualTo("$1");
      assertThat(one.line()).isEqualTo("2");
      assertThat(one.line()).isEqualTo(":3");
      assertThat(one.line()).isEqualTo(":4");
    }
  }

  @Test
  void embedded_callers_wait() throws Exception {
    try (Client one = new Client();
        Client other = new Client()) {
      one.send("EVAL", ENDLESS, "0");
      awaitBusy(other);
      EmbeddedHash hash = engine.hash(bytes("h"));
      CompletableFuture<Object> put =
          CompletableFuture.supplyAsync(
              () -> hash.put(bytes("f"), bytes("v"), EmbeddedHash.ETERNAL, EmbeddedHash.KEEP));
      Session session = engine.newSession(Session.Connection.NONE, true);
      CompletableFuture<byte[]> ping =
          CompletableFuture.supplyAsync(
              () -> engine.execute(session, Arguments.of(new byte[][] {bytes("PING")})));
      assertThat(other.ask("PING")).isEqualTo(BUSY);
      assertThat(put).isNotDone();
      assertThat(ping).isNotDone();
      assertThat(other.ask("SCRIPT", "KILL")).isEqualTo("+OK");
      assertThat(put.get(30, TimeUnit.SECONDS)).isNull();
      assertThat(ping.get(30, TimeUnit.SECONDS)).asString().isEqualTo("+PONG\r\n");
      assertThat(hash.size()).isEqualTo(1);
    }
  }

  @Test
  void an_embedded_caller_may_run_a_long_script_itself() throws IOException {
    Session session = engine.newSession(Session.Connection.NONE, true);
    byte[][] words = {bytes("EVAL"), bytes(LONG + "return 5"), bytes("0")};
    assertThat(engine.execute(session, Arguments.of(words))).asString().isEqualTo(":5\r\n");
    try (Client other = new Client()) {
      assertThat(other.ask("PING")).isEqualTo("+PONG");
    }
  }

  @Test
  void a_client_may_leave_while_its_script_runs() throws IOException {
    try (Client other = new Client()) {
      try (Client one = new Client()) {
        one.send("EVAL", LONG + LONG + "return redis.call('SET', 'left', '1')", "0");
        awaitBusy(other);
      }
      awaitServed(other);
      assertThat(other.ask("EXISTS", "left")).isEqualTo(":1");
    }
  }

  @Test
  void a_large_reply_is_written_in_pieces_between_which_others_are_served() throws IOException {
    try (Client one = new Client();
        Client other = new Client()) {
      one.send("EVAL", "local t = {} for i = 1, 1e6 do t[i] = i end return t", "0");
      awaitServed(other);
      assertThat(one.line()).isEqualTo("*1000000");
      for (int i = 1; i <= 1_000_000; i++) {
        if (!one.line().equals(":" + i)) {
          throw new AssertionError("element " + i);
        }
      }
      assertThat(one.ask("PING")).isEqualTo("+PONG");
    }
  }

  @Test
  void the_engine_can_be_closed_while_a_script_runs() throws IOException {
    try (Client one = new Client();
        Client other = new Client()) {
      one.send("EVAL", ENDLESS, "0");
      awaitBusy(other);
      engine.close();
      Awaitility.await()
          .until(
              () ->
                  Thread.getAllStackTraces().keySet().stream()
                      .noneMatch(thread -> thread.getName().equals("respite-long-call")));
    }
  }

  @Test
  void a_script_selects_a_database_for_itself_alone() throws IOException {
    try (Client one = new Client()) {
      assertThat(one.ask("EVAL", "redis.call('SELECT', 3) redis.call('SET', 'k', '1')", "0"))
          .isEqualTo("$-1");
      assertThat(one.ask("EXISTS", "k")).isEqualTo(":0");
      assertThat(one.ask("EVAL", "return redis.call('EXISTS', 'k')", "0")).isEqualTo(":0");
      one.ask("SELECT", "3");
      assertThat(one.ask("EXISTS", "k")).isEqualTo(":1");
    }
  }

  @Test
  void what_a_slow_script_sees_of_time_is_one_moment() throws IOException {
    try (Client one = new Client()) {
      assertThat(
              one.ask(
                  "EVAL",
                  "redis.call('SET', 'p', '1', 'PX', 5) " + LONG + "return redis.call('GET', 'p')",
                  "0"))
          .isEqualTo("$1");
      assertThat(one.line()).isEqualTo("1");
      assertThat(one.ask("GET", "p")).isEqualTo("$-1");
    }
  }
}
