package io.respite.server.command.family.list;

import static io.respite.server.command.family.list.ListCommandsTest.WRONG_TYPE;
import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.command.Session;
import io.respite.server.command.family.Store;
import io.respite.server.command.family.TestConnection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(ListForm.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
public class ListMoveCommandsTest {
  @Parameter ListForm form;
  private Store store;
  private final TestConnection connection = new TestConnection();
  private Session client;

  @BeforeEach
  void open() {
    store = form.open();
    client = store.newClient(connection);
    store.run("SET string v");
  }

  private String run(String line) {
    return store.run(line);
  }

  private String all(String key) {
    return run("LRANGE " + key + " 0 -1");
  }

  private void waits(String line) {
    assertThat(store.run(client, line)).isEqualTo("waits");
  }

  @Nested
  class LMove {
    @Test
    void moves_from_any_end_to_any_end() {
      run("RPUSH l a b c d");
      run("RPUSH m 1");
      assertThat(store.fresh("LMOVE l m LEFT RIGHT")).isEqualTo("\"a\"");
      assertThat(store.effects()).containsExactly("LMOVE l m LEFT RIGHT");
      assertThat(store.events()).containsExactly("rpush m", "lpop l");
      assertThat(run("LMOVE l m right left")).isEqualTo("\"d\"");
      assertThat(run("LMOVE l m LEFT LEFT")).isEqualTo("\"b\"");
      assertThat(store.fresh("LMOVE l m RIGHT RIGHT")).isEqualTo("\"c\"");
      assertThat(store.events()).containsExactly("rpush m", "rpop l", "del l");
      assertThat(all("m")).isEqualTo("[\"b\" \"d\" \"1\" \"a\" \"c\"]");
    }

    @Test
    void turns_a_list_round_itself() {
      run("RPUSH l a b c");
      assertThat(run("LMOVE l l LEFT RIGHT")).isEqualTo("\"a\"");
      assertThat(all("l")).isEqualTo("[\"b\" \"c\" \"a\"]");
      run("RPUSH one 7");
      assertThat(store.fresh("LMOVE one one RIGHT LEFT")).isEqualTo("\"7\"");
      assertThat(store.events()).containsExactly("lpush one", "rpop one");
      assertThat(all("one")).isEqualTo("[\"7\"]");
    }

    @Test
    void moves_nothing_where_there_is_nothing_or_no_list() {
      run("RPUSH l a");
      assertThat(run("LMOVE none l LEFT LEFT")).isEqualTo("nil");
      assertThat(run("LMOVE none string LEFT LEFT")).isEqualTo("nil");
      assertThat(store.fresh("LMOVE l string LEFT LEFT")).isEqualTo(WRONG_TYPE);
      assertThat(store.events()).isEmpty();
      assertThat(run("LMOVE string l LEFT LEFT")).isEqualTo(WRONG_TYPE);
      assertThat(run("LMOVE l m LEFT UP")).isEqualTo("-ERR syntax error");
      assertThat(all("l")).isEqualTo("[\"a\"]");
    }
  }

  @Nested
  class RPopLPush {
    @Test
    void moves_the_last_before_the_first() {
      run("RPUSH l a b");
      assertThat(store.fresh("RPOPLPUSH l m")).isEqualTo("\"b\"");
      assertThat(store.effects()).containsExactly("RPOPLPUSH l m");
      assertThat(store.events()).containsExactly("lpush m", "rpop l");
      assertThat(run("RPOPLPUSH none m")).isEqualTo("nil");
    }
  }

  @Nested
  class LMPop {
    @Test
    void takes_from_the_first_list_that_has_something() {
      run("RPUSH l a b c");
      assertThat(store.fresh("LMPOP 2 none l LEFT")).isEqualTo("[\"l\" [\"a\"]]");
      assertThat(store.effects()).containsExactly("LPOP l 1");
      assertThat(store.events()).containsExactly("lpop l");
      assertThat(store.fresh("LMPOP 1 l RIGHT COUNT 9")).isEqualTo("[\"l\" [\"c\" \"b\"]]");
      assertThat(store.effects()).containsExactly("RPOP l 2");
      assertThat(store.events()).containsExactly("rpop l", "del l");
      assertThat(run("LMPOP 1 l RIGHT")).isEqualTo("nil");
      assertThat(run("LMPOP 1 string RIGHT")).isEqualTo(WRONG_TYPE);
    }

    @Test
    void refuses_wrong_counts() {
      String numkeys = "-ERR numkeys should be greater than 0";
      assertThat(run("LMPOP 0 l LEFT")).isEqualTo(numkeys);
      assertThat(run("LMPOP abc l LEFT")).isEqualTo(numkeys);
      assertThat(run("LMPOP -9223372036854775808 l LEFT")).isEqualTo(numkeys);
      assertThat(run("LMPOP 9223372036854775807 l LEFT")).isEqualTo("-ERR syntax error");
      assertThat(run("LMPOP 2 l LEFT")).isEqualTo("-ERR syntax error");
      String count = "-ERR count should be greater than 0";
      assertThat(run("LMPOP 1 l LEFT COUNT 0")).isEqualTo(count);
      assertThat(run("LMPOP 1 l LEFT COUNT abc")).isEqualTo(count);
      assertThat(run("LMPOP 1 l LEFT COUNT 1 COUNT 1")).isEqualTo("-ERR syntax error");
      assertThat(run("LMPOP 1 l LEFT LIMIT 1")).isEqualTo("-ERR syntax error");
      assertThat(run("LMPOP 1 l UP")).isEqualTo("-ERR syntax error");
    }
  }

  @Nested
  class BLPop {
    @Test
    void takes_at_once_what_is_there() {
      run("RPUSH l a b");
      assertThat(store.fresh("BLPOP none l 0")).isEqualTo("[\"l\" \"a\"]");
      assertThat(store.effects()).containsExactly("LPOP l");
      assertThat(store.events()).containsExactly("lpop l");
    }

    @Test
    void waits_for_an_element() {
      waits("BLPOP k l 0");
      assertThat(store.fresh("RPUSH l a b")).isEqualTo(":2");
      assertThat(connection.received()).containsExactly("[\"l\" \"a\"]");
      assertThat(store.effects()).containsExactly("RPUSH l a b", "LPOP l");
      assertThat(all("l")).isEqualTo("[\"b\"]");
    }

    @Test
    void serves_clients_in_the_order_in_which_they_came() {
      TestConnection other = new TestConnection();
      waits("BLPOP l 0");
      assertThat(store.run(store.newClient(other), "BLPOP l 0")).isEqualTo("waits");
      run("RPUSH l 1");
      assertThat(connection.received()).containsExactly("[\"l\" \"1\"]");
      assertThat(other.received()).isEmpty();
      run("RPUSH l 2");
      assertThat(other.received()).containsExactly("[\"l\" \"2\"]");
    }

    @Test
    void gives_up_when_time_is_up() {
      waits("BLPOP l 0.5");
      store.advanceMillis(499);
      assertThat(connection.received()).isEmpty();
      store.advanceMillis(1);
      assertThat(connection.received()).containsExactly("nil");
    }

    @Test
    void sees_what_a_transaction_left() {
      waits("BLPOP l 0");
      run("MULTI");
      run("RPUSH l a");
      run("LPOP l");
      run("EXEC");
      assertThat(connection.received()).isEmpty();
      run("MULTI");
      run("RPUSH l a");
      run("RPUSH l b");
      run("EXEC");
      assertThat(connection.received()).containsExactly("[\"l\" \"a\"]");
    }

    @Test
    void does_not_wait_in_a_transaction() {
      run("MULTI");
      run("BLPOP l 0");
      assertThat(run("EXEC")).isEqualTo("[nil]");
    }

    @Test
    void refuses_wrong_timeouts_and_types() {
      assertThat(run("BLPOP l abc")).isEqualTo("-ERR timeout is not a float or out of range");
      assertThat(run("BLPOP l -1")).isEqualTo("-ERR timeout is negative");
      assertThat(run("BLPOP string 0")).isEqualTo(WRONG_TYPE);
      assertThat(run("BLPOP none string 0")).isEqualTo(WRONG_TYPE);
    }
  }

  @Nested
  class BRPop {
    @Test
    void takes_the_last() {
      run("RPUSH l a b");
      assertThat(store.fresh("BRPOP l 0")).isEqualTo("[\"l\" \"b\"]");
      assertThat(store.effects()).containsExactly("RPOP l");
      waits("BRPOP m 0");
      run("RPUSH m 1 2 3");
      assertThat(connection.received()).containsExactly("[\"m\" \"3\"]");
    }
  }

  @Nested
  class BLMove {
    @Test
    void moves_at_once_or_when_there_is_something() {
      run("RPUSH l a");
      assertThat(store.fresh("BLMOVE l m LEFT RIGHT 0")).isEqualTo("\"a\"");
      assertThat(store.effects()).containsExactly("LMOVE l m LEFT RIGHT");
      waits("BLMOVE l m RIGHT LEFT 0");
      store.fresh("RPUSH l x y");
      assertThat(connection.received()).containsExactly("\"y\"");
      assertThat(store.effects()).containsExactly("RPUSH l x y", "LMOVE l m RIGHT LEFT");
      assertThat(all("m")).isEqualTo("[\"y\" \"a\"]");
    }

    @Test
    void feeds_whoever_waits_for_its_destination() {
      TestConnection other = new TestConnection();
      waits("BLMOVE l m LEFT LEFT 0");
      assertThat(store.run(store.newClient(other), "BLPOP m 0")).isEqualTo("waits");
      run("RPUSH l a");
      assertThat(connection.received()).containsExactly("\"a\"");
      assertThat(other.received()).containsExactly("[\"m\" \"a\"]");
      assertThat(run("EXISTS l m")).isEqualTo(":0");
    }

    @Test
    void hears_of_a_destination_that_is_no_list_and_takes_nothing() {
      waits("BLMOVE l string LEFT LEFT 0");
      run("RPUSH l a");
      assertThat(connection.received()).containsExactly(WRONG_TYPE);
      assertThat(all("l")).isEqualTo("[\"a\"]");
    }

    @Test
    void refuses_wrong_arguments_and_does_not_wait_in_a_transaction() {
      assertThat(run("BLMOVE l m LEFT UP abc")).isEqualTo("-ERR syntax error");
      assertThat(run("BLMOVE l m LEFT LEFT abc"))
          .isEqualTo("-ERR timeout is not a float or out of range");
      waits("BLMOVE l m LEFT LEFT 0.5");
      store.advanceMillis(500);
      assertThat(connection.received()).containsExactly("nil");
      run("MULTI");
      run("BLMOVE l m LEFT LEFT 0");
      assertThat(run("EXEC")).isEqualTo("[nil]");
    }
  }

  @Nested
  class BRPopLPush {
    @Test
    void moves_the_last_before_the_first() {
      waits("BRPOPLPUSH l m 0");
      store.fresh("RPUSH l a b");
      assertThat(connection.received()).containsExactly("\"b\"");
      assertThat(store.effects()).containsExactly("RPUSH l a b", "LMOVE l m RIGHT LEFT");
      assertThat(store.events()).containsExactly("rpush l", "lpush m", "rpop l");
    }
  }

  @Nested
  class BLMPop {
    @Test
    void takes_several_from_the_first_list_that_has_something() {
      run("RPUSH l a b c");
      assertThat(store.fresh("BLMPOP 0 2 none l LEFT COUNT 2")).isEqualTo("[\"l\" [\"a\" \"b\"]]");
      assertThat(store.effects()).containsExactly("LPOP l 2");
      waits("BLMPOP 0 2 k m RIGHT COUNT 5");
      run("RPUSH m 1 2 3");
      assertThat(connection.received()).containsExactly("[\"m\" [\"3\" \"2\" \"1\"]]");
    }

    @Test
    void gives_up_when_time_is_up() {
      waits("BLMPOP 0.5 1 l LEFT");
      store.advanceMillis(500);
      assertThat(connection.received()).containsExactly("nil");
    }

    @Test
    void refuses_wrong_arguments() {
      assertThat(run("BLMPOP abc 0 l LEFT")).isEqualTo("-ERR numkeys should be greater than 0");
      assertThat(run("BLMPOP abc 1 l LEFT"))
          .isEqualTo("-ERR timeout is not a float or out of range");
      assertThat(run("BLMPOP 0 1 l UP")).isEqualTo("-ERR syntax error");
    }
  }
}
