package io.respite.server.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Session;
import io.respite.server.command.family.Store;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What scripts leave behind for the journal, for other clients, and in the statistics. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class EffectsTest {
  private Store store;

  @BeforeEach
  void open() {
    store = new Store(2);
  }

  private String eval(String script) {
    return store.call("EVAL", script, "0");
  }

  @Nested
  class Journal {
    @Test
    void gets_what_one_command_did_as_it_is() {
      eval("return redis.call('SET', 'a', '1')");
      assertThat(store.effects()).containsExactly("SET a 1");
    }

    @Test
    void gets_what_several_did_as_one_transaction() {
      eval("redis.call('SET', 'a', '1') redis.call('INCR', 'a')");
      assertThat(store.effects()).containsExactly("MULTI", "SET a 1", "INCR a", "EXEC");
    }

    @Test
    void gets_nothing_of_readers() {
      eval("redis.call('GET', 'a') redis.call('DEL', 'nosuch')");
      assertThat(store.effects()).isEmpty();
    }

    @Test
    void gets_what_was_done_before_an_error() {
      assertThat(eval("redis.call('SET', 'a', '1') redis.call('SET', 'b', '1') error('x')"))
          .startsWith("-ERR");
      assertThat(store.effects()).containsExactly("MULTI", "SET a 1", "SET b 1", "EXEC");
      assertThat(store.run("GET b")).isEqualTo("\"1\"");
    }

    @Test
    void gets_results_instead_of_chance() {
      eval("redis.call('SADD', 's', 'x') redis.call('SPOP', 's')");
      assertThat(store.effects()).hasSize(4);
      assertThat(store.effects().get(2)).startsWith("SREM s x");
    }

    @Test
    void gets_nothing_while_the_script_says_so() {
      eval(
          "redis.set_repl(redis.REPL_NONE) redis.call('SET', 'a', '1')"
              + " redis.set_repl(redis.REPL_ALL) redis.call('SET', 'b', '1')");
      assertThat(store.effects()).containsExactly("SET b 1");
      store.effects().clear();
      store.run("SET c 1");
      assertThat(store.effects()).containsExactly("SET c 1");
    }

    @Test
    void gets_no_transaction_within_another() {
      store.run("MULTI");
      store.run("SET x 1");
      eval("redis.call('SET', 'a', '1') redis.call('SET', 'b', '1')");
      assertThat(store.run("EXEC")).isEqualTo("[OK nil]");
      assertThat(store.effects()).containsExactly("MULTI", "SET x 1", "SET a 1", "SET b 1", "EXEC");
    }

    @Test
    void gets_commands_on_two_databases() {
      eval("redis.call('SET', 'a', '1') redis.call('MOVE', 'a', 1)");
      assertThat(store.effects()).containsExactly("MULTI", "SET a 1", "MOVE a 1", "EXEC");
    }

    @Test
    void gets_libraries() {
      String library = "#!lua name=l redis.register_function('f', function() end)";
      store.call("FUNCTION", "LOAD", library);
      assertThat(store.effects()).isEmpty();
      library = "#!lua name=l\nredis.register_function('f', function() end)";
      store.call("FUNCTION", "LOAD", library);
      store.run("FUNCTION DELETE l");
      store.run("FUNCTION FLUSH");
      assertThat(store.effects())
          .containsExactly("FUNCTION LOAD " + library, "FUNCTION DELETE l", "FUNCTION FLUSH");
    }
  }

  @Nested
  class Others {
    @Test
    void are_told_of_keys_that_scripts_change() {
      eval("redis.call('SET', 'a', '1') redis.call('DEL', 'a')");
      assertThat(store.events()).containsExactly("set a", "del a");
    }

    @Test
    void have_their_transactions_ended_by_scripts_that_write() {
      Session other = store.newSession();
      store.run(other, "WATCH a");
      store.run(other, "MULTI");
      store.run(other, "GET nosuch");
      eval("redis.call('SET', 'a', '1')");
      assertThat(store.run(other, "EXEC")).isEqualTo("nil");
    }

    @Test
    void keep_their_transactions_beside_scripts_that_read() {
      Session other = store.newSession();
      store.run(other, "WATCH a");
      store.run(other, "MULTI");
      store.run(other, "GET nosuch");
      eval("return redis.call('GET', 'a')");
      assertThat(store.run(other, "EXEC")).isEqualTo("[nil]");
    }
  }

  @Nested
  class Statistics {
    private String calls(String name) {
      var figures =
          store
              .dispatcher()
              .table()
              .find(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, name.length())
              .statistics();
      return figures.calls + " " + figures.rejected + " " + figures.failed;
    }

    @Test
    void count_the_commands_of_scripts() {
      eval("redis.call('SET', 'a', '1') redis.call('GET', 'a') redis.call('GET', 'a')");
      assertThat(calls("eval")).isEqualTo("1 0 0");
      assertThat(calls("set")).isEqualTo("1 0 0");
      assertThat(calls("get")).isEqualTo("2 0 0");
    }

    @Test
    void count_an_error_once_that_goes_through_the_script() {
      store.run("SET k x");
      long before = store.dispatcher().errors().total();
      eval("redis.call('INCR', 'k')");
      assertThat(calls("incr")).isEqualTo("1 0 1");
      assertThat(calls("eval")).isEqualTo("1 0 1");
      assertThat(store.dispatcher().errors().total() - before).isEqualTo(1);
    }

    @Test
    void count_an_error_that_the_script_catches() {
      store.run("SET k x");
      long before = store.dispatcher().errors().total();
      eval("redis.pcall('INCR', 'k')");
      assertThat(calls("incr")).isEqualTo("1 0 1");
      assertThat(calls("eval")).isEqualTo("1 0 0");
      assertThat(store.dispatcher().errors().total() - before).isEqualTo(1);
    }

    @Test
    void count_what_is_not_for_scripts_as_rejected() {
      eval("redis.call('MULTI')");
      eval("redis.call('GET')");
      assertThat(calls("multi")).isEqualTo("0 1 0");
      assertThat(calls("get")).isEqualTo("0 1 0");
    }
  }
}
