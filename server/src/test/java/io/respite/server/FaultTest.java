package io.respite.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Handler;
import io.respite.server.command.Session;
import io.respite.server.config.Config;
import io.respite.server.environment.Environment;
import io.respite.server.keyspace.Effects;
import io.respite.server.log.ServerLog;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What becomes of a request whose handler has a fault of its own. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FaultTest {
  private static final String ERROR = "-ERR internal error, see the log of the server\r\n";

  private final List<String> log = Collections.synchronizedList(new ArrayList<>());
  private final List<String> journal = new ArrayList<>();
  private Engine engine;
  private Session session;

  @BeforeEach
  void open() throws Exception {
    Environment environment = Environment.system();
    engine =
        Engine.open(
            environment,
            new Config(environment.storage(), Path.of("").toAbsolutePath()),
            new ServerLog(
                environment.clock(),
                1,
                (level, bytes) -> log.add(new String(bytes, StandardCharsets.UTF_8))));
    session = engine.newSession(Session.Connection.NONE, true);
    engine
        .dispatcher()
        .table()
        .add(List.of(row("fail", FaultTest::fail), row("dive", call -> dive(call, 0))));
    engine
        .keyspace()
        .effects(
            new Effects() {
              @Override
              public boolean active() {
                return true;
              }

              @Override
              public void append(int database, byte[]... command) {
                List<String> words = new ArrayList<>();
                for (byte[] word : command) {
                  words.add(new String(word, StandardCharsets.UTF_8));
                }
                journal.add(String.join(" ", words));
              }
            });
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private static Command row(String name, Handler handler) {
    return Command.named(name).arity(-1).group(CommandGroup.GENERIC).handler(handler);
  }

  private static void fail(Call call) {
    call.reply().array(3);
    call.reply().ok();
    call.changed();
    throw new IllegalStateException("a fault");
  }

  private static long dive(Call call, long depth) {
    call.reply().integer(depth);
    return depth < 0 ? depth : dive(call, depth + 1) + 1;
  }

  private String run(String... words) {
    return new String(engine.execute(session, Arguments.of(words)), StandardCharsets.UTF_8);
  }

  @Test
  void an_embedded_request_gets_one_error_and_the_log_the_trace() {
    assertThat(run("FAIL", "x")).isEqualTo(ERROR);
    assertThat(log).anyMatch(line -> line.contains("Internal error in FAIL"));
    assertThat(String.join("", log)).contains("IllegalStateException").contains("a fault");
    assertThat(run("PING")).isEqualTo("+PONG\r\n");
    assertThat(run("INFO", "commandstats"))
        .containsPattern("cmdstat_fail:calls=1,.*failed_calls=1");
  }

  @Test
  void a_stack_overflow_is_a_fault_like_any_other() {
    assertThat(run("DIVE")).isEqualTo(ERROR);
    assertThat(log).anyMatch(line -> line.contains("StackOverflowError"));
    assertThat(run("PING")).isEqualTo("+PONG\r\n");
  }

  @Test
  void what_was_changed_before_the_fault_is_journalled() {
    run("FAIL", "x");
    assertThat(journal).containsExactly("FAIL x");
  }

  @Test
  void in_a_transaction_the_fault_is_one_of_the_replies_and_no_effect_is_lost() {
    run("MULTI");
    run("SET", "a", "1");
    run("FAIL", "x");
    run("SET", "b", "2");
    assertThat(run("EXEC")).isEqualTo("*3\r\n+OK\r\n" + ERROR + "+OK\r\n");
    assertThat(journal).containsExactly("MULTI", "SET a 1", "FAIL x", "SET b 2", "EXEC");
    assertThat(run("PING")).isEqualTo("+PONG\r\n");
  }

  @Test
  void through_the_door_it_is_the_same() throws Exception {
    int port = engine.listen(0);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket
          .getOutputStream()
          .write("PING\r\nFAIL x\r\nDIVE\r\nPING\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("+PONG\r\n" + ERROR + ERROR + "+PONG\r\n+OK\r\n");
    }
    assertThat(log).anyMatch(line -> line.contains("Internal error in FAIL"));
  }
}
