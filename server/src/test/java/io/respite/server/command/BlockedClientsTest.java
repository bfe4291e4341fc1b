package io.respite.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.family.Store;
import io.respite.server.command.family.TestConnection;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.HashValue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Waiting for keys, shown by a command of the test's own: {@code TAKEHASH key millis} removes a
 * hash and answers how many fields it had.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BlockedClientsTest {
  private final Store store = new Store(2);
  private final List<TestConnection> connections = new ArrayList<>();

  @BeforeEach
  void addCommand() {
    store.dispatcher().table().add(List.of(row("takehash", false), row("takehashorgone", true)));
  }

  private static Command row(String name, boolean orGone) {
    return Command.named(name)
        .arity(3)
        .group(CommandGroup.HASH)
        .handler(
            call -> {
              HashValue hash = call.valueForWrite(1, HashValue.class);
              if (hash == null && orGone && call.peek(2) != null) {
                throw new CommandError("GONE " + call.text(1));
              }
              if (hash == null) {
                Wait wait = Wait.on(HashValue.class).keys(call, 1, 1).timeUp(Reply::nilArray);
                if (orGone) {
                  wait.orGone();
                } else {
                  wait.timeoutMillis(Parse.integer(call, 2));
                }
                call.block(wait);
                return;
              }
              long size = hash.size();
              call.remove(1);
              call.modified(1, KeyEvent.DEL);
              call.effect(Words.of("DEL"), call.bytes(1));
              call.reply().integer(size);
            });
  }

  private Session client() {
    TestConnection connection = new TestConnection();
    connections.add(connection);
    return store.newClient(connection);
  }

  private List<String> received(int client) {
    return connections.get(client).received();
  }

  @Test
  void a_waiting_client_is_served_when_the_key_appears() {
    Session first = client();
    assertThat(store.run(first, "TAKEHASH h 0")).isEqualTo("waits");
    assertThat(store.fresh("HSET h a 1 b 2")).isEqualTo(":2");
    assertThat(received(0)).containsExactly(":2");
    assertThat(first.waiting()).isFalse();
    assertThat(store.run("EXISTS h")).isEqualTo(":0");
    assertThat(store.effects()).containsExactly("HSET h a 1 b 2", "DEL h");
  }

  @Test
  void who_came_first_is_served_first() {
    store.run(client(), "TAKEHASH h 0");
    store.run(client(), "TAKEHASH h 0");
    store.run("HSET h a 1");
    assertThat(received(0)).containsExactly(":1");
    assertThat(received(1)).isEmpty();
    store.run("HSET h a 1 b 2");
    assertThat(received(1)).containsExactly(":2");
  }

  @Test
  void a_key_of_another_type_wakes_nobody() {
    Session first = client();
    store.run(first, "TAKEHASH h 0");
    store.run("SET h 1");
    assertThat(first.waiting()).isTrue();
    assertThat(received(0)).isEmpty();
  }

  @Test
  void nobody_is_served_in_the_middle_of_a_transaction() {
    store.run(client(), "TAKEHASH h 0");
    store.run("MULTI");
    store.run("HSET h a 1");
    store.run("HSET h b 2");
    store.run("HLEN h");
    assertThat(store.run("EXEC")).isEqualTo("[:1 :1 :2]");
    assertThat(received(0)).containsExactly(":2");
  }

  @Test
  void what_is_gone_again_at_the_end_of_a_transaction_serves_nobody() {
    Session first = client();
    store.run(first, "TAKEHASH h 0");
    store.run("MULTI");
    store.run("HSET h a 1");
    store.run("DEL h");
    store.run("EXEC");
    assertThat(first.waiting()).isTrue();
  }

  @Test
  void a_client_without_a_connection_and_one_in_a_transaction_do_not_wait() {
    assertThat(store.run("TAKEHASH h 0")).isEqualTo("nil");
    Session first = client();
    store.run(first, "MULTI");
    store.run(first, "TAKEHASH h 0");
    assertThat(store.run(first, "EXEC")).isEqualTo("[nil]");
  }

  @Test
  void time_is_up_for_each_client_at_its_own_time() {
    store.run(client(), "TAKEHASH h 200");
    store.run(client(), "TAKEHASH h 100");
    assertThat(store.dispatcher().blocked().nanosToDeadline(Long.MAX_VALUE)).isEqualTo(100_000_000);
    store.advanceMillis(100);
    assertThat(received(0)).isEmpty();
    assertThat(received(1)).containsExactly("nil");
    assertThat(store.dispatcher().blocked().nanosToDeadline(Long.MAX_VALUE)).isEqualTo(100_000_000);
    store.advanceMillis(100);
    assertThat(received(0)).containsExactly("nil");
    assertThat(store.dispatcher().blocked().count()).isZero();
    assertThat(store.dispatcher().blocked().keyCount()).isZero();
  }

  @Test
  void a_client_that_is_gone_waits_no_longer() {
    Session first = client();
    store.run(first, "TAKEHASH h 0");
    first.end();
    store.run("HSET h a 1");
    assertThat(received(0)).isEmpty();
    assertThat(store.run("HLEN h")).isEqualTo(":1");
    assertThat(store.dispatcher().blocked().count()).isZero();
  }

  @Test
  void who_wants_to_know_is_woken_when_the_key_is_gone() {
    store.run("SET flag 1");
    store.run("SET h string");
    assertThat(store.run(client(), "TAKEHASH x 0")).isEqualTo("waits");
    Session second = client();
    store.run("DEL flag");
    assertThat(store.run(second, "TAKEHASHORGONE y flag")).isEqualTo("waits");
    store.run("SET flag 1");
    assertThat(second.waiting()).isTrue();
    store.run("FLUSHDB");
    assertThat(second.waiting()).isTrue();
    store.run("SET flag 1");
    store.run("SET y 1");
    assertThat(received(1))
        .containsExactly("-WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  @Test
  void databases_that_change_places_serve_who_waits() {
    store.run(client(), "TAKEHASH h 0");
    store
        .keyspace()
        .database(1)
        .hashOrNew(new byte[] {'h'}, 0, 1)
        .put(new byte[] {'f'}, 0, 1, new byte[] {'v'}, 0, 1, 0);
    store.keyspace().swap(0, 1);
    store.advanceMillis(0);
    assertThat(received(0)).containsExactly(":1");
  }

  @Test
  void a_wait_can_be_ended_with_an_error_or_as_if_time_were_up() {
    Session first = client();
    Session second = client();
    store.run(first, "TAKEHASH h 0");
    store.run(second, "TAKEHASH h 0");
    assertThat(store.dispatcher().blocked().unblock(first, true)).isTrue();
    assertThat(store.dispatcher().blocked().unblock(second, false)).isTrue();
    assertThat(store.dispatcher().blocked().unblock(second, false)).isFalse();
    assertThat(received(0)).containsExactly("-UNBLOCKED client unblocked via CLIENT UNBLOCK");
    assertThat(received(1)).containsExactly("nil");
  }

  @Test
  void a_call_is_counted_once_when_it_is_answered() {
    Command row = store.dispatcher().table().find("takehash");
    store.run(client(), "TAKEHASH h 0");
    assertThat(row.statistics().calls).isZero();
    store.run("HSET h a 1");
    assertThat(row.statistics().calls).isEqualTo(1);
  }
}
