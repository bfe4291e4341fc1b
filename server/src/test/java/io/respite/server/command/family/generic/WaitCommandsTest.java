package io.respite.server.command.family.generic;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Session;
import io.respite.server.command.family.Store;
import io.respite.server.command.family.TestConnection;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Waiting for replicas and journals, of which there are none. */
@DisplayNameGeneration(ReplaceUnderscores.class)
public class WaitCommandsTest {
  private final Store store = new Store(2);
  private final TestConnection connection = new TestConnection();
  private final Session client = store.newClient(connection);

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  class Wait {
    @Test
    void answers_at_once_who_asks_for_no_replica() {
      assertThat(store.run(client, "WAIT 0 0")).isEqualTo(":0");
      assertThat(store.run(client, "WAIT -1 100")).isEqualTo(":0");
    }

    @Test
    void answers_none_when_time_is_up() {
      assertThat(store.run(client, "WAIT 1 100")).isEqualTo("waits");
      store.advanceMillis(99);
      assertThat(connection.received()).isEmpty();
      assertThat(client.waiting()).isTrue();
      store.advanceMillis(1);
      assertThat(connection.received()).containsExactly(":0");
      assertThat(client.waiting()).isFalse();
      assertThat(connection.resumed()).isEqualTo(1);
    }

    @Test
    void does_not_wait_in_a_transaction() {
      store.run(client, "MULTI");
      store.run(client, "WAIT 1 0");
      assertThat(store.run(client, "EXEC")).isEqualTo("[:0]");
    }

    @Test
    void refuses_a_wrong_timeout() {
      assertThat(store.run(client, "WAIT 1 -1")).isEqualTo("-ERR timeout is negative");
      assertThat(store.run(client, "WAIT 1 abc"))
          .isEqualTo("-ERR timeout is not an integer or out of range");
      assertThat(store.run(client, "WAIT 1 9223372036854775807"))
          .isEqualTo("-ERR timeout is out of range");
    }
  }

  @Nested
  @DisplayNameGeneration(ReplaceUnderscores.class)
  class WaitAof {
    @Test
    void answers_none_when_time_is_up() {
      assertThat(store.run(client, "WAITAOF 0 0 0")).isEqualTo("[:0 :0]");
      assertThat(store.run(client, "WAITAOF 0 1 10")).isEqualTo("waits");
      store.advanceMillis(10);
      assertThat(connection.received()).containsExactly("[:0 :0]");
    }

    @Test
    void says_that_there_is_no_journal_here() {
      assertThat(store.run(client, "WAITAOF 1 0 0"))
          .isEqualTo(
              "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");
    }
  }
}
