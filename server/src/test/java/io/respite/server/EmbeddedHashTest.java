package io.respite.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.encoding.PackedEntry;
import io.respite.server.type.HashValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EmbeddedHashTest {
  private final ManualClock clock = new ManualClock();
  private final Engine engine = Engine.open(Map.of(), clock.environment(1));
  private final EmbeddedHash hash = engine.hash(b("cache"));
  private final List<String> expired = new ArrayList<>();
  private final List<String> evicted = new ArrayList<>();

  private static byte[] b(String text) {
    return text.getBytes(US_ASCII);
  }

  private static String value(byte[] packed) {
    return packed == null ? null : new String(PackedEntry.value(packed), US_ASCII);
  }

  private static String field(byte[] packed) {
    return new String(PackedEntry.key(packed), US_ASCII);
  }

  private String put(String field, String value, long createTtl, long updateTtl) {
    return value(hash.put(b(field), b(value), createTtl, updateTtl));
  }

  private String get(String field) {
    return value(hash.get(b(field)));
  }

  private void listen() {
    hash.listener(
        new HashListener() {
          @Override
          public void expired(byte[] packedEntry) {
            expired.add(field(packedEntry) + "=" + value(packedEntry));
          }

          @Override
          public void evicted(byte[] packedEntry) {
            evicted.add(field(packedEntry));
          }
        });
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Nested
  class Put {
    @Test
    void answers_the_value_before() {
      assertThat(put("f", "1", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL)).isNull();
      assertThat(put("f", "2", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL)).isEqualTo("1");
      assertThat(get("f")).isEqualTo("2");
      assertThat(hash.size()).isEqualTo(1);
    }

    @Test
    void gives_new_and_old_fields_their_own_time_to_live() {
      put("f", "1", 100, 500);
      clock.advanceMillis(99);
      assertThat(get("f")).isEqualTo("1");
      put("f", "2", 100, 500);
      clock.advanceMillis(499);
      assertThat(get("f")).isEqualTo("2");
      clock.advanceMillis(1);
      assertThat(get("f")).isNull();
      assertThat(put("f", "3", 100, 500)).as("a dead field is none").isNull();
    }

    @Test
    void keeps_the_deadline_when_asked_to() {
      put("f", "1", 100, EmbeddedHash.KEEP);
      clock.advanceMillis(60);
      put("f", "2", 100, EmbeddedHash.KEEP);
      clock.advanceMillis(39);
      assertThat(get("f")).isEqualTo("2");
      clock.advanceMillis(1);
      assertThat(get("f")).isNull();
    }

    @Test
    void with_no_time_to_live_stores_nothing_and_removes_what_was_there() {
      assertThat(put("f", "1", EmbeddedHash.NOW, EmbeddedHash.NOW)).isNull();
      assertThat(get("f")).isNull();
      assertThat(engine.keyspace().keys()).isZero();
      put("f", "1", EmbeddedHash.ETERNAL, EmbeddedHash.NOW);
      assertThat(put("f", "2", EmbeddedHash.ETERNAL, EmbeddedHash.NOW)).isEqualTo("1");
      assertThat(get("f")).isNull();
      assertThat(engine.keyspace().keys()).as("an empty hash is no key").isZero();
    }

    @Test
    void refuses_a_time_to_live_that_means_nothing() {
      assertThatThrownBy(() -> put("f", "1", -7, -7)).hasMessageContaining("-7");
    }

    @Test
    void that_would_end_after_the_end_of_time_ends_then() {
      put("f", "1", Long.MAX_VALUE, EmbeddedHash.KEEP);
      assertThat(get("f")).isEqualTo("1");
    }
  }

  @Nested
  class Changes_that_answer_the_new_field {
    @Test
    void set_it_by_the_time_to_live_that_is_due() {
      byte[] first = hash.set(b("f"), b("1"), 100, EmbeddedHash.KEEP);
      assertThat(hash.get(b("f"))).isSameAs(first);
      clock.advanceMillis(60);
      byte[] second = hash.set(b("f"), b("2"), 100, EmbeddedHash.KEEP);
      assertThat(hash.get(b("f"))).isSameAs(second);
      assertThat(PackedEntry.expireAt(second)).isEqualTo(PackedEntry.expireAt(first));
      assertThat(hash.set(b("f"), b("3"), 100, EmbeddedHash.NOW)).isNull();
      assertThat(get("f")).isNull();
    }

    @Test
    void set_present_does_nothing_to_what_is_absent() {
      assertThat(hash.setPresent(b("f"), b("1"), EmbeddedHash.ETERNAL)).isNull();
      put("f", "1", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      byte[] now = hash.setPresent(b("f"), b("2"), 50);
      assertThat(hash.get(b("f"))).isSameAs(now);
      assertThat(value(now)).isEqualTo("2");
      clock.advanceMillis(50);
      assertThat(hash.setPresent(b("f"), b("3"), 50)).isNull();
    }

    @Test
    void set_unchanged_only_what_is_still_the_same() {
      byte[] first = hash.set(b("field of 18 bytes."), b("1"), 100, 100);
      byte[] second = hash.setUnchanged(first, b("2"), 100);
      assertThat(hash.get(b("field of 18 bytes."))).isSameAs(second);
      assertThat(field(second)).isEqualTo("field of 18 bytes.");
      assertThat(hash.setUnchanged(first, b("3"), 100)).isNull();
      assertThat(hash.get(b("field of 18 bytes."))).isSameAs(second);
      hash.remove(b("field of 18 bytes."));
      assertThat(hash.setUnchanged(second, b("4"), 100)).as("the hash has ended").isNull();
      assertThat(hash.size()).isZero();
    }

    @Test
    void leave_a_dead_field_to_who_removes_and_tells() {
      listen();
      byte[] first = hash.set(b("f"), b("1"), 100, 100);
      clock.advanceMillis(100);
      assertThat(hash.setUnchanged(first, b("2"), 100)).isNull();
      assertThat(hash.set(b("f"), b("3"), 100, 100)).isNotNull();
      assertThat(expired).containsExactly("f=1");
    }

    @Test
    void refuse_a_life_that_is_over_at_once() {
      byte[] first = hash.set(b("f"), b("1"), 100, 100);
      assertThatThrownBy(() -> hash.setUnchanged(first, b("2"), EmbeddedHash.NOW))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> hash.setPresent(b("f"), b("2"), EmbeddedHash.NOW))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(get("f")).isEqualTo("1");
    }
  }

  @Nested
  class Conditions {
    @Test
    void put_if_absent_answers_what_was_in_the_way() {
      assertThat(hash.putIfAbsent(b("f"), b("1"), 100)).isNull();
      assertThat(value(hash.putIfAbsent(b("f"), b("2"), 100))).isEqualTo("1");
      clock.advanceMillis(100);
      assertThat(hash.putIfAbsent(b("f"), b("3"), 100)).isNull();
      assertThat(get("f")).isEqualTo("3");
    }

    @Test
    void replace_does_nothing_to_what_is_absent() {
      assertThat(hash.replace(b("f"), b("1"), EmbeddedHash.KEEP)).isNull();
      assertThat(engine.keyspace().keys()).isZero();
      put("f", "1", 100, 100);
      assertThat(value(hash.replace(b("f"), b("2"), EmbeddedHash.ETERNAL))).isEqualTo("1");
      clock.advanceMillis(1_000);
      assertThat(get("f")).isEqualTo("2");
    }

    @Test
    void compare_and_put_sees_every_change_between() {
      byte[] none = hash.get(b("f"));
      assertThat(hash.compareAndPut(b("f"), none, b("1"), EmbeddedHash.ETERNAL)).isTrue();
      assertThat(hash.compareAndPut(b("f"), none, b("2"), EmbeddedHash.ETERNAL)).isFalse();
      byte[] first = hash.get(b("f"));
      put("f", "1", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      assertThat(hash.compareAndPut(b("f"), first, b("3"), EmbeddedHash.ETERNAL))
          .as("same value, written again")
          .isFalse();
      assertThat(hash.compareAndPut(b("f"), hash.get(b("f")), b("3"), EmbeddedHash.ETERNAL))
          .isTrue();
      assertThat(get("f")).isEqualTo("3");
    }

    @Test
    void compare_and_remove_needs_the_very_entry() {
      put("f", "1", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      byte[] first = hash.get(b("f"));
      put("f", "2", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      assertThat(hash.compareAndRemove(b("f"), first)).isFalse();
      assertThat(hash.compareAndRemove(b("f"), hash.get(b("f")))).isTrue();
      assertThat(get("f")).isNull();
    }

    @Test
    void remove_answers_what_it_removed() {
      assertThat(hash.remove(b("f"))).isNull();
      put("f", "1", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      assertThat(value(hash.remove(b("f")))).isEqualTo("1");
      assertThat(hash.remove(b("f"))).isNull();
    }

    @Test
    void touch_moves_the_deadline_of_the_expected_entry() {
      put("f", "1", 100, 100);
      clock.advanceMillis(50);
      assertThat(hash.touch(b("f"), hash.get(b("f")), 100)).isTrue();
      clock.advanceMillis(99);
      assertThat(value(hash.getAndTouch(b("f"), 100))).isEqualTo("1");
      clock.advanceMillis(99);
      assertThat(value(hash.getAndTouch(b("f"), EmbeddedHash.NOW))).isEqualTo("1");
      assertThat(get("f")).isNull();
      assertThat(hash.touch(b("f"), null, 100)).isFalse();
    }
  }

  @Nested
  class Expiry {
    @Test
    void tells_of_a_dead_field_when_it_is_met() {
      listen();
      put("f", "1", 10, 10);
      clock.advanceMillis(10);
      assertThat(get("f")).isNull();
      assertThat(expired).containsExactly("f=1");
      assertThat(engine.keyspace().keys()).isZero();
      assertThat(engine.keyspace().statistics().expiredFields).isEqualTo(1);
    }

    @Test
    void removes_what_nobody_asks_for_by_itself() {
      engine.close(); // its thread; the test does the housekeeping
      listen();
      for (int i = 0; i < 10_000; i++) {
        put("f" + i, "v", i % 2 == 0 ? 10 : 1_000_000, EmbeddedHash.KEEP);
      }
      clock.advanceMillis(10);
      while (engine.housekeepingSlice()) {
        // until nothing is due
      }
      assertThat(expired).hasSize(5_000).doesNotHaveDuplicates();
      assertThat(hash.size()).isEqualTo(5_000);
      clock.advanceMillis(1_000_000);
      while (engine.housekeepingSlice()) {
        // until nothing is due
      }
      assertThat(expired).hasSize(10_000).doesNotHaveDuplicates();
      assertThat(engine.keyspace().keys()).isZero();
    }

    @Test
    void of_the_whole_key_hides_the_fields() {
      put("f", "1", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      engine.keyspace().baton().take();
      engine.keyspace().database(0).expireAt(b("cache"), 0, 5, clock.millis() + 10);
      engine.keyspace().baton().pass();
      assertThat(get("f")).isEqualTo("1");
      clock.advanceMillis(10);
      assertThat(get("f")).isNull();
      assertThat(put("f", "2", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL)).isNull();
      assertThat(get("f")).isEqualTo("2");
    }
  }

  @Nested
  class The_whole_hash {
    @Test
    void is_gone_after_delete_and_comes_back_with_the_next_field() {
      put("f", "1", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      assertThat(hash.delete()).isTrue();
      assertThat(hash.delete()).isFalse();
      assertThat(get("f")).isNull();
      put("f", "2", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      assertThat(get("f")).isEqualTo("2");
    }

    @Test
    void is_the_same_that_other_clients_see() {
      put("f", "1", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      assertThat(engine.keyspace().database(0).value(b("cache"), 0, 5, HashValue.class).size())
          .isEqualTo(1);
      engine.keyspace().baton().take();
      engine.keyspace().database(0).clear();
      engine.keyspace().baton().pass();
      assertThat(get("f")).isNull();
    }

    @Test
    void leaves_what_it_has_answered_as_it_was_when_another_client_sets_the_field() {
      put("f", "one", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      byte[] answered = hash.get(b("f"));
      engine.keyspace().baton().take();
      engine
          .keyspace()
          .database(0)
          .value(b("cache"), 0, 5, HashValue.class)
          .put(b("f"), 0, 1, b("two"), 0, 3, 0);
      engine.keyspace().baton().pass();
      assertThat(value(answered)).isEqualTo("one");
      assertThat(get("f")).isEqualTo("two");
      assertThat(hash.compareAndPut(b("f"), answered, b("ten"), EmbeddedHash.ETERNAL)).isFalse();
    }

    @Test
    void is_scanned_without_its_dead_fields() {
      for (int i = 0; i < 1_000; i++) {
        put("f" + i, "v", i < 100 ? 10 : EmbeddedHash.ETERNAL, EmbeddedHash.KEEP);
      }
      clock.advanceMillis(10);
      Set<String> seen = new HashSet<>();
      long cursor = 0;
      do {
        cursor = hash.scan(cursor, 10, packed -> seen.add(field(packed)));
      } while (cursor != 0);
      assertThat(seen).hasSize(900).doesNotContain("f0", "f99");
    }
  }

  @Nested
  class Limit {
    @ParameterizedTest
    @EnumSource(Eviction.class)
    void holds_after_every_write(Eviction policy) {
      listen();
      hash.limit(100, 0, policy);
      for (int i = 0; i < 5_000; i++) {
        put("f" + i, "v", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
        assertThat(hash.size()).isLessThanOrEqualTo(100);
        assertThat(get("f" + i)).as("what was just written stays").isEqualTo("v");
      }
      assertThat(evicted).hasSize(4_900).doesNotHaveDuplicates();
    }

    @Test
    void of_bytes_counts_what_entries_take() {
      hash.limit(0, 100_000, Eviction.LRU);
      for (int i = 0; i < 1_000; i++) {
        put("f" + i, "v".repeat(1_000), EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      }
      assertThat(hash.size()).isBetween(90L, 100L);
    }

    @Test
    void keeps_what_is_used_under_lru_and_lfu() {
      for (Eviction policy : List.of(Eviction.LRU, Eviction.LFU)) {
        hash.delete();
        hash.limit(1_000, 0, policy);
        int survivors = 0;
        for (int i = 0; i < 1_000; i++) {
          put("f" + i, "v", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
        }
        for (int i = 1_000; i < 4_000; i++) {
          for (int hot = 0; hot < 100; hot++) {
            get("f" + hot);
          }
          put("f" + i, "v", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
        }
        for (int hot = 0; hot < 100; hot++) {
          if (get("f" + hot) != null) {
            survivors++;
          }
        }
        assertThat(survivors).as("%s", policy).isGreaterThanOrEqualTo(99);
      }
    }

    @Test
    void below_what_is_there_takes_effect_at_once() {
      for (int i = 0; i < 100; i++) {
        put("f" + i, "v", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      }
      hash.limit(10, 0, Eviction.LRU);
      assertThat(hash.size()).isEqualTo(10);
    }

    @Test
    void that_is_negative_is_refused() {
      assertThatThrownBy(() -> hash.limit(-1, 0, Eviction.LRU)).hasMessageContaining("-1");
    }
  }

  @Nested
  class What_was_remembered_of_a_field {
    private Object incarnation;
    private int group;
    private int changes;

    private void remember() {
      put("f", "1", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      remember(hash.get(b("f")));
    }

    private void remember(byte[] packed) {
      incarnation = hash.incarnation();
      group = hash.groupOf(packed);
      changes = hash.changes(incarnation, group);
      assertThat(hash.isCurrent(packed, incarnation)).isTrue();
    }

    private boolean holds() {
      return hash.isStill(incarnation, group, changes);
    }

    @Test
    void holds_while_nothing_changes() {
      remember();
      hash.get(b("f"));
      assertThat(holds()).isTrue();
      assertThat(holds()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    void does_not_hold_after(Change change) {
      remember();
      make(change);
      assertThat(holds()).isFalse();
    }

    @Test
    void does_not_hold_after_the_field_has_expired_and_was_removed() {
      put("other", "1", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      put("f", "1", 100, 100);
      remember(hash.get(b("f")));
      clock.advanceMillis(101);
      assertThat(get("f")).isNull();
      assertThat(holds()).isFalse();
    }

    @Test
    void does_not_hold_in_a_hash_that_came_after() {
      remember();
      hash.delete();
      assertThat(holds()).isFalse();
      put("f", "1", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      assertThat(holds()).isFalse();
    }

    @Test
    void is_not_enough_where_uses_are_counted() {
      remember();
      hash.limit(10, 0, Eviction.LRU);
      assertThat(holds()).isFalse();
      assertThat(hash.isCurrent(hash.get(b("f")), hash.incarnation())).isTrue();
    }
  }

  private enum Change {
    A_PUT,
    A_PUT_OF_THE_SAME,
    A_REPLACEMENT,
    A_REMOVAL,
    ANOTHER_DEADLINE,
    THE_END_OF_ITS_LIFE
  }

  private void make(Change change) {
    byte[] field = b("f");
    switch (change) {
      case A_PUT -> put("f", "2", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      case A_PUT_OF_THE_SAME -> put("f", "1", EmbeddedHash.ETERNAL, EmbeddedHash.ETERNAL);
      case A_REPLACEMENT -> hash.setUnchanged(hash.get(field), b("2"), EmbeddedHash.KEEP);
      case A_REMOVAL -> hash.remove(field);
      case ANOTHER_DEADLINE -> hash.getAndTouch(field, 1000);
      case THE_END_OF_ITS_LIFE -> hash.getAndTouch(field, EmbeddedHash.NOW);
    }
  }

  @Nested
  class Many_threads {
    @Test
    void lose_no_update_by_compare_and_put() throws InterruptedException {
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Thread thread =
            new Thread(
                () -> {
                  for (int i = 0; i < 2_000; i++) {
                    boolean done = false;
                    while (!done) {
                      byte[] old = hash.get(b("n"));
                      int n = old == null ? 0 : Integer.parseInt(value(old));
                      done =
                          hash.compareAndPut(
                              b("n"), old, b(Integer.toString(n + 1)), EmbeddedHash.ETERNAL);
                    }
                  }
                });
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(get("n")).isEqualTo("8000");
    }
  }
}
