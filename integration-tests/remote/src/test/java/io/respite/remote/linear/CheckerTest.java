package io.respite.remote.linear;

import static io.respite.remote.linear.Operation.Kind.GET;
import static io.respite.remote.linear.Operation.Kind.GET_AND_PUT;
import static io.respite.remote.linear.Operation.Kind.PUT;
import static io.respite.remote.linear.Operation.Kind.PUT_IF_ABSENT;
import static io.respite.remote.linear.Operation.Kind.REMOVE;
import static io.respite.remote.linear.Operation.Kind.REPLACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.remote.linear.Operation.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CheckerTest {
  private static final List<Kind> KINDS = List.of(Kind.values());

  private final List<Operation> history = new ArrayList<>();

  /** Adds what a client did from a time to a time. */
  private void did(int client, Kind kind, String value, long from, long to, String result) {
    history.add(new Operation("k", client, kind, null, value, from, to, result));
  }

  private void replaced(
      int client, String expected, String value, long from, long to, boolean was) {
    history.add(
        new Operation("k", client, REPLACE, expected, value, from, to, Boolean.toString(was)));
  }

  private void assertRight() {
    assertThat(Checker.check(history)).isEmpty();
  }

  private void assertWrong(String culprit) {
    assertThat(Checker.check(history)).contains("no order explains [" + culprit);
  }

  @Nested
  class A_history_one_after_the_other {
    @Test
    void is_right_when_each_answer_follows_from_those_before() {
      did(1, GET, null, 0, 1, null);
      did(1, PUT_IF_ABSENT, "a", 2, 3, "true");
      did(2, PUT_IF_ABSENT, "b", 4, 5, "false");
      did(2, GET_AND_PUT, "c", 6, 7, "a");
      replaced(1, "c", "d", 8, 9, true);
      replaced(2, "c", "e", 10, 11, false);
      did(1, GET, null, 12, 13, "d");
      did(1, REMOVE, null, 14, 15, "true");
      did(2, REMOVE, null, 16, 17, "false");
      did(1, PUT, "f", 18, 19, null);
      did(2, GET, null, 20, 21, "f");
      assertRight();
    }

    @Test
    void is_wrong_when_a_read_is_stale() {
      did(1, PUT, "a", 0, 1, null);
      did(1, PUT, "b", 2, 3, null);
      did(2, GET, null, 4_000, 5_000, "a");
      did(2, GET, null, 6_000, 7_000, "b");
      assertWrong("client 2, get, 4 us to 5 us: a]");
    }

    @Test
    void is_wrong_when_a_value_was_never_written() {
      did(1, PUT, "a", 0, 1, null);
      did(2, GET, null, 2, 3, "x");
      assertWrong("client 2, get");
    }

    @Test
    void is_wrong_when_a_removed_value_comes_back() {
      did(1, PUT, "a", 0, 1, null);
      did(1, REMOVE, null, 2, 3, "true");
      did(2, GET, null, 4, 5, "a");
      assertWrong("client 2, get");
    }
  }

  @Nested
  class Two_at_once {
    @Test
    void may_come_in_either_order() {
      did(1, PUT, "a", 0, 10, null);
      did(2, PUT, "b", 0, 10, null);
      did(3, GET, null, 11, 12, "a");
      assertRight();
      history.set(2, new Operation("k", 3, GET, null, null, 11, 12, "b"));
      assertRight();
    }

    @Test
    void are_not_seen_in_both_orders() {
      did(1, PUT, "a", 0, 10, null);
      did(2, PUT, "b", 0, 10, null);
      did(3, GET, null, 11, 12, "a");
      did(3, GET, null, 13, 14, "b");
      assertWrong("client 3, get");
    }

    @Test
    void do_not_both_win_putIfAbsent() {
      did(1, PUT_IF_ABSENT, "a", 0, 10, "true");
      did(2, PUT_IF_ABSENT, "b", 0, 10, "true");
      assertWrong("client");
    }

    @Test
    void do_not_both_replace_the_same_value_which_would_lose_an_update() {
      did(1, PUT, "0", 0, 1, null);
      replaced(1, "0", "1", 2, 10, true);
      replaced(2, "0", "2", 3, 11, true);
      assertWrong("client 2, replace 0 by 2");
    }

    @Test
    void do_not_both_find_the_same_value_in_getAndPut() {
      did(1, GET_AND_PUT, "a", 0, 10, null);
      did(2, GET_AND_PUT, "b", 0, 10, null);
      assertWrong("client");
    }

    @Test
    void show_a_value_before_its_put_has_returned_but_not_before_it_began() {
      did(1, PUT, "a", 10, 20, null);
      did(2, GET, null, 12, 13, "a");
      assertRight();
      did(3, GET, null, 8, 9, "a");
      assertWrong("client 3, get");
    }

    @Test
    void do_not_show_a_value_and_then_hide_it() {
      did(1, PUT, "a", 0, 20, null);
      did(2, GET, null, 5, 6, "a");
      did(2, GET, null, 7, 8, null);
      assertWrong("client 2, get");
    }
  }

  @Nested
  class An_operation_that_never_returned {
    @Test
    void may_take_effect_late() {
      did(1, PUT, "old", 0, 1, null);
      did(2, PUT, "late", 2, Operation.NEVER, null);
      did(3, GET, null, 10, 11, "old");
      did(3, GET, null, 12, 13, "late");
      assertRight();
    }

    @Test
    void may_take_effect_never() {
      did(2, PUT, "late", 2, Operation.NEVER, null);
      did(3, GET, null, 10, 11, null);
      assertRight();
    }

    @Test
    void takes_effect_once_only() {
      did(2, PUT, "late", 2, Operation.NEVER, null);
      did(3, GET, null, 10, 11, "late");
      did(3, PUT, "new", 12, 13, null);
      did(3, GET, null, 14, 15, "late");
      assertWrong("client 3, get");
    }

    @Test
    void does_not_take_effect_before_it_began() {
      did(3, GET, null, 0, 1, "late");
      did(2, PUT, "late", 2, Operation.NEVER, null);
      assertWrong("client 3, get");
    }

    @Test
    void may_have_removed_or_replaced() {
      did(1, PUT, "a", 0, 1, null);
      history.add(new Operation("k", 2, REPLACE, "a", "b", 2, Operation.NEVER, null));
      did(3, REMOVE, null, 3, Operation.NEVER, null);
      did(1, GET, null, 4, 5, "b");
      did(1, GET, null, 6, 7, null);
      assertRight();
    }
  }

  @Nested
  class Keys {
    @Test
    void are_independent_and_named_when_wrong() {
      history.add(new Operation("right", 1, PUT, null, "a", 0, 1, null));
      history.add(new Operation("wrong", 1, GET, null, null, 2, 3, "a"));
      assertThat(Checker.check(history)).startsWith("key wrong:").doesNotContain("key right");
    }
  }

  @Nested
  class At_random {
    /** What really happens, one operation at a time, at a moment within each. */
    private List<Operation> simulate(Random random, int clients, int operations) {
      return simulate(random, clients, operations, 40);
    }

    private List<Operation> simulate(Random random, int clients, int operations, int oneLostIn) {
      String state = null;
      long[] free = new long[clients];
      List<Operation> done = new ArrayList<>();
      for (int i = 0; i < operations; i++) {
        int client = random.nextInt(clients);
        long moment = 1_000L * (i + 1);
        long from = Math.max(free[client], moment - random.nextInt(20_000));
        if (from > moment) {
          continue;
        }
        long to = moment + random.nextInt(20_000);
        Kind kind = KINDS.get(random.nextInt(KINDS.size()));
        String expected = kind == REPLACE ? state == null ? "none" : state : null;
        String value = kind == GET || kind == REMOVE ? null : "v" + i;
        String before = state;
        Operation sent =
            new Operation("k", client, kind, expected, value, from, Operation.NEVER, null);
        state = Register.apply(state, sent).state();
        String result =
            switch (kind) {
              case GET, GET_AND_PUT -> before;
              case PUT -> null;
              case PUT_IF_ABSENT -> Boolean.toString(before == null);
              case REPLACE, REMOVE -> Boolean.toString(before != null);
            };
        boolean lost = random.nextInt(oneLostIn) == 0;
        if (lost) {
          done.add(sent);
          // The one who waited in vain comes back as another client.
          free[client] = to;
        } else {
          done.add(new Operation("k", client, kind, expected, value, from, to, result));
          free[client] = to;
        }
      }
      Collections.shuffle(done, random);
      return done;
    }

    @Test
    void what_has_happened_is_right() {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      for (int i = 0; i < 200; i++) {
        assertThat(Checker.check(simulate(random, 1 + random.nextInt(8), 200)))
            .as("seed %d, history %d", seed, i)
            .isEmpty();
      }
    }

    @Test
    void what_has_happened_is_right_though_many_answers_never_came() {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      for (int i = 0; i < 50; i++) {
        assertThat(Checker.check(simulate(random, 1 + random.nextInt(8), 300, 8)))
            .as("seed %d, history %d", seed, i)
            .isEmpty();
      }
    }

    @Test
    void an_answer_that_is_changed_to_a_value_of_long_ago_is_noticed() {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      for (int i = 0; i < 100; i++) {
        history.clear();
        history.addAll(simulate(random, 4, 200));
        history.removeIf(operation -> !operation.isKnown() && operation.kind() != GET);
        long end = 1_000L * 500;
        did(9, PUT, "last", end, end + 1, null);
        did(8, GET, null, end + 2, end + 3, "v0");
        assertThat(Checker.check(history)).as("seed %d, history %d", seed, i).isNotEmpty();
      }
    }
  }

  @Nested
  class Lines {
    @Test
    void come_back_as_they_were_written() {
      Operation known = new Operation("k", 1, REPLACE, "a", "b", 5, 6, "true");
      Operation pending = new Operation("k", 2, GET, null, null, 5, Operation.NEVER, null);
      assertThat(Operation.parse(known.line())).isEqualTo(known);
      assertThat(Operation.parse(pending.line())).isEqualTo(pending);
    }

    @Test
    void hold_no_end_before_their_beginning() {
      assertThatThrownBy(() -> did(1, GET, null, 2, 1, null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cannot end before");
    }
  }
}
