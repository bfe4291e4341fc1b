package io.respite.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.ManualClock;
import io.respite.server.command.family.Families;
import io.respite.server.keyspace.Keyspace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What deadlines are compared with while one batch of requests is executed. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TimeInABatchTest {
  private final ManualClock clock = new ManualClock();
  private final Keyspace keyspace = new Keyspace(clock.environment(1), 1);
  private final CommandTable table = new CommandTable();
  private final Dispatcher dispatcher = new Dispatcher(keyspace, table);
  private final Session session = new Session(1, Session.Connection.NONE, true, clock.millis());

  @BeforeEach
  void takeTheBaton() {
    table.add(Families.rows());
    table.add(
        List.of(
            Command.named("slow")
                .arity(1)
                .group(CommandGroup.SERVER)
                .handler(
                    call -> {
                      clock.advanceMillis(50);
                      call.reply().ok();
                    })));
    keyspace.baton().take();
  }

  @AfterEach
  void passTheBaton() {
    keyspace.baton().pass();
  }

  private String ask(String... request) {
    Reply reply = new Reply();
    dispatcher.dispatch(session, Arguments.of(request), reply);
    return new String(reply.toBytes(), StandardCharsets.US_ASCII);
  }

  @Test
  void a_slow_request_does_not_keep_keys_alive_for_those_behind_it() {
    assertThat(ask("SET", "k", "v", "PX", "20")).isEqualTo("+OK\r\n");
    assertThat(ask("GET", "k")).isEqualTo("$1\r\nv\r\n");
    assertThat(ask("SLOW")).isEqualTo("+OK\r\n");
    assertThat(ask("GET", "k")).isEqualTo("$-1\r\n");
  }
}
