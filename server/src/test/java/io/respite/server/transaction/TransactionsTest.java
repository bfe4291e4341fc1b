package io.respite.server.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Session;
import io.respite.server.command.family.Store;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {2, 3})
@DisplayNameGeneration(ReplaceUnderscores.class)
public class TransactionsTest {
  @Parameter int protocol;
  private Store store;
  private Session other;

  @BeforeEach
  void open() {
    store = new Store(protocol);
    other = store.newSession();
    store.run("SET k 1");
  }

  private String run(String line) {
    return store.run(line);
  }

  private String elsewhere(String line) {
    return store.run(other, line);
  }

  @Nested
  class Multi {
    @Test
    void begins_to_queue() {
      assertThat(run("MULTI")).isEqualTo("OK");
      assertThat(run("SET k 2")).isEqualTo("QUEUED");
      assertThat(elsewhere("GET k")).isEqualTo("\"1\"");
      assertThat(run("EXEC")).isEqualTo("[OK]");
      assertThat(elsewhere("GET k")).isEqualTo("\"2\"");
    }

    @Test
    void can_not_be_nested_but_goes_on() {
      run("MULTI");
      assertThat(run("MULTI")).isEqualTo("-ERR MULTI calls can not be nested");
      run("INCR k");
      assertThat(run("EXEC")).isEqualTo("[:2]");
    }
  }

  @Nested
  class Exec {
    @Test
    void answers_all_replies_errors_included() {
      run("MULTI");
      run("INCR k");
      run("HGET k f");
      run("INCR k");
      assertThat(run("EXEC"))
          .isEqualTo("[:2 -WRONGTYPE Operation against a key holding the wrong kind of value :3]");
    }

    @Test
    void answers_an_empty_array_for_an_empty_queue() {
      run("MULTI");
      assertThat(run("EXEC")).isEqualTo("[]");
    }

    @Test
    void needs_a_transaction() {
      assertThat(run("EXEC")).isEqualTo("-ERR EXEC without MULTI");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FOO bar", "SET k", "OBJECT FOO k"})
    void does_nothing_when_a_request_was_refused(String refused) {
      run("MULTI");
      run("INCR k");
      assertThat(run(refused)).startsWith("-ERR");
      assertThat(run("EXEC"))
          .isEqualTo("-EXECABORT Transaction discarded because of previous errors.");
      assertThat(run("GET k")).isEqualTo("\"1\"");
      assertThat(run("EXEC")).isEqualTo("-ERR EXEC without MULTI");
    }

    @Test
    void discards_when_it_is_refused_itself() {
      run("MULTI");
      run("INCR k");
      assertThat(run("EXEC now"))
          .isEqualTo(
              "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec'"
                  + " command");
      assertThat(run("EXEC")).isEqualTo("-ERR EXEC without MULTI");
    }

    @Test
    void journals_several_effects_as_one() {
      run("MULTI");
      run("SET a 1 PX 100");
      run("INCR k");
      run("GET k");
      store.fresh("EXEC");
      assertThat(store.effects())
          .containsExactly(
              "MULTI", "SET a 1 PXAT " + (store.clock().millis() + 100), "INCR k", "EXEC");
    }

    @Test
    void journals_one_effect_alone_and_none_for_reads() {
      run("MULTI");
      run("INCR k");
      run("GET k");
      store.fresh("EXEC");
      assertThat(store.effects()).containsExactly("INCR k");
      run("MULTI");
      run("GET k");
      store.fresh("EXEC");
      assertThat(store.effects()).isEmpty();
    }

    @Test
    void copies_what_it_queues() {
      run("MULTI");
      run("SET a first");
      run("SET b second");
      run("EXEC");
      assertThat(run("MGET a b")).isEqualTo("[\"first\" \"second\"]");
    }
  }

  @Nested
  class Discard {
    @Test
    void forgets_queue_and_watches() {
      run("WATCH k");
      run("MULTI");
      run("INCR k");
      assertThat(store.transactions().queued(store.session())).isEqualTo(1);
      assertThat(run("DISCARD")).isEqualTo("OK");
      assertThat(store.transactions().queued(store.session())).isEqualTo(-1);
      assertThat(store.transactions().watched(store.session())).isZero();
      assertThat(run("GET k")).isEqualTo("\"1\"");
      assertThat(run("DISCARD")).isEqualTo("-ERR DISCARD without MULTI");
    }
  }

  @Nested
  class Watch {
    private String execGet() {
      run("MULTI");
      run("GET k");
      return run("EXEC");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "SET k 1",
          "DEL k",
          "INCR k",
          "EXPIRE k 100",
          "RENAME k x",
          "COPY other k REPLACE",
          "MOVE k 3",
          "GETEX k EX 5",
          "APPEND k x"
        })
    void makes_exec_do_nothing_once_a_key_has_changed(String change) {
      elsewhere("SET other 1");
      run("WATCH none k");
      elsewhere(change);
      assertThat(execGet()).isEqualTo("nil");
      assertThat(execGet()).startsWith("[");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "GET k",
          "SET other 2",
          "DEL none",
          "PERSIST k",
          "HGET k f",
          "EXPIRE k 5 XX",
          "GETEX k"
        })
    void lets_exec_pass_when_no_watched_key_has_changed(String other) {
      run("WATCH k none");
      elsewhere(other);
      assertThat(execGet()).isEqualTo("[\"1\"]");
    }

    @Test
    void notices_what_the_session_itself_does() {
      run("WATCH k");
      run("SET k 2");
      assertThat(execGet()).isEqualTo("nil");
    }

    @Test
    void notices_that_a_key_has_died() {
      run("PEXPIRE k 5");
      run("WATCH k");
      store.clock().advanceMillis(5);
      assertThat(execGet()).isEqualTo("nil");
    }

    @Test
    void does_not_mind_the_end_of_what_was_dead_already() {
      run("PEXPIRE k 5");
      store.keyspace().expires(false);
      store.clock().advanceMillis(5);
      run("WATCH k");
      store.keyspace().expires(true);
      elsewhere("GET k");
      assertThat(execGet()).isEqualTo("[nil]");
    }

    @Test
    void tells_databases_apart() {
      run("WATCH k");
      other.database(1);
      elsewhere("SET k 5");
      assertThat(execGet()).isEqualTo("[\"1\"]");
    }

    @Test
    void notices_flushes_and_swaps_of_keys_that_are_there() {
      run("WATCH k");
      store.keyspace().database(0).clear();
      assertThat(execGet()).isEqualTo("nil");
      run("WATCH none");
      store.keyspace().database(0).clear();
      assertThat(execGet()).isEqualTo("[nil]");
      run("SET k 1");
      run("WATCH k");
      store.keyspace().swap(0, 1);
      assertThat(execGet()).isEqualTo("nil");
      run("WATCH none");
      store.keyspace().swap(0, 1);
      assertThat(execGet()).isEqualTo("[\"1\"]");
    }

    @Test
    void is_refused_inside_a_transaction_which_goes_on() {
      run("MULTI");
      assertThat(run("WATCH k")).isEqualTo("-ERR WATCH inside MULTI is not allowed");
      run("GET k");
      assertThat(run("EXEC")).isEqualTo("[\"1\"]");
    }

    @Test
    void ends_with_the_session() {
      store.run(other, "WATCH k k a");
      assertThat(store.transactions().watched(other)).isEqualTo(2);
      assertThat(store.transactions().flags(other)).isEmpty();
      run("INCR k");
      assertThat(store.transactions().flags(other)).isEqualTo("d");
      other.end();
      assertThat(store.transactions().watched(other)).isZero();
    }
  }

  @Nested
  class Unwatch {
    @Test
    void forgets_the_watched_keys() {
      run("WATCH k");
      elsewhere("SET k 2");
      assertThat(run("UNWATCH")).isEqualTo("OK");
      run("MULTI");
      run("GET k");
      assertThat(run("EXEC")).isEqualTo("[\"2\"]");
    }
  }
}
