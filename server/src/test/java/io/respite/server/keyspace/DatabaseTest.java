package io.respite.server.keyspace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.respite.server.ManualClock;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.type.EncodingLimits;
import io.respite.server.type.HashValue;
import io.respite.server.type.ListValue;
import io.respite.server.type.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DatabaseTest {
  private final ManualClock clock = new ManualClock();
  private final Keyspace keyspace = new Keyspace(clock.environment(1), 16);
  private final Database database = keyspace.database(0);
  private final List<String> events = new ArrayList<>();
  private final List<String> effects = new ArrayList<>();

  @BeforeEach
  void listen() {
    keyspace.addListener(
        new KeyListener() {
          @Override
          public void modified(int number, byte[] bytes, int offset, int length, KeyEvent event) {
            events.add(
                number
                    + " "
                    + event.eventName()
                    + " "
                    + new String(bytes, offset, length, US_ASCII));
          }

          @Override
          public void flushed(int number) {
            events.add(number + " flushed");
          }

          @Override
          public void swapped(int first, int second) {
            events.add("swapped " + first + " " + second);
          }
        });
    keyspace.effects(
        new Effects() {
          @Override
          public boolean active() {
            return true;
          }

          @Override
          public void append(int number, byte[]... command) {
            StringBuilder text = new StringBuilder().append(number);
            for (byte[] part : command) {
              text.append(' ').append(new String(part, US_ASCII));
            }
            effects.add(text.toString());
          }
        });
  }

  private static byte[] b(String text) {
    return text.getBytes(US_ASCII);
  }

  private void set(String key, String value, long ttl) {
    byte[] v = b(value);
    long expireAt = ttl == 0 ? 0 : clock.millis() + ttl;
    database.putString(b(key), 0, key.length(), v, 0, v.length, expireAt, PackedEntry.FORM_PLAIN);
  }

  private String get(String key) {
    StringView string = database.string(b(key), 0, key.length());
    return string == null ? null : new String(string.copy(), US_ASCII);
  }

  private void pass(long millis) {
    clock.advanceMillis(millis);
    keyspace.refreshNow();
  }

  @Nested
  class A_string {
    @Test
    void is_what_was_put_last() {
      set("k", "1", 0);
      set("k", "22", 0);
      assertThat(get("k")).isEqualTo("22");
      assertThat(database.size()).isEqualTo(1);
      assertThat(keyspace.statistics().hits).isEqualTo(1);
      assertThat(get("none")).isNull();
      assertThat(keyspace.statistics().misses).isEqualTo(1);
    }

    @Test
    void that_is_edited_keeps_its_content_and_deadline() {
      set("k", "abc", 100);
      database.editableString(b("k"), 0, 1).write(3, b("def"), 0, 3);
      assertThat(get("k")).isEqualTo("abcdef");
      database.editableString(b("k"), 0, 1).write(8, b("x"), 0, 1);
      assertThat(get("k")).isEqualTo("abcdef\0\0x");
      pass(100);
      assertThat(get("k")).isNull();
    }

    @Test
    void is_no_hash_and_a_hash_is_no_string() {
      set("s", "1", 0);
      assertThatThrownBy(() -> database.value(b("s"), 0, 1, HashValue.class))
          .isSameAs(WrongTypeException.INSTANCE);
      database.hashOrNew(b("h"), 0, 1);
      assertThatThrownBy(() -> database.string(b("h"), 0, 1)).isSameAs(WrongTypeException.INSTANCE);
    }
  }

  @Nested
  class A_string_replaced_by_an_integer {
    private StringView found(String key) {
      return database.stringForWrite(b(key), 0, key.length());
    }

    @Test
    void keeps_its_key_and_deadline() {
      for (long value : new long[] {0, -7, 10, Long.MAX_VALUE, Long.MIN_VALUE}) {
        for (long ttl : new long[] {0, 100}) {
          String key = "k".repeat(200);
          set(key, "5", ttl);
          database.replaceByInteger(found(key), value);
          assertThat(found(key).copy()).asString(US_ASCII).isEqualTo(Long.toString(value));
          assertThat(found(key).expireAt()).isEqualTo(ttl == 0 ? 0 : clock.millis() + ttl);
          assertThat(Database.encoding(database.peek(b(key), 0, 200))).isEqualTo("int");
          assertThat(database.withDeadline()).isEqualTo(ttl == 0 ? 0 : 1);
          assertThat(database.size()).isOne();
        }
      }
    }

    @Test
    void may_have_been_one_edited_in_place() {
      set("k", "1", 100);
      database.editableString(b("k"), 0, 1).write(1, b("2"), 0, 1);
      long generation = database.generation();
      database.replaceByInteger(found("k"), 13);
      assertThat(database.generation()).isNotEqualTo(generation);
      assertThat(found("k").copy()).asString(US_ASCII).isEqualTo("13");
      assertThat(found("k").expireAt()).isEqualTo(clock.millis() + 100);
      assertThat(database.withDeadline()).isOne();
    }

    @Test
    void must_be_the_last_one_looked_up() {
      set("k", "1", 0);
      set("l", "2", 0);
      StringView found = found("k");
      database.peek(b("l"), 0, 1);
      assertThatThrownBy(() -> database.replaceByInteger(found, 3))
          .isInstanceOf(IllegalStateException.class);
      StringView absent = found("k");
      database.peek(b("m"), 0, 1);
      assertThatThrownBy(() -> database.replaceByInteger(absent, 3))
          .isInstanceOf(IllegalStateException.class);
      StringView removed = found("k");
      database.remove(b("k"), 0, 1);
      assertThatThrownBy(() -> database.replaceByInteger(removed, 3))
          .isInstanceOf(IllegalStateException.class);
      assertThat(found("l").copy()).asString(US_ASCII).isEqualTo("2");
    }
  }

  @Nested
  class A_deadline {
    @Test
    void hides_the_key_at_once_and_tells_everybody() {
      set("k", "1", 10);
      pass(9);
      assertThat(get("k")).isEqualTo("1");
      pass(1);
      assertThat(get("k")).isNull();
      assertThat(database.size()).isZero();
      assertThat(events).containsExactly("0 expired k");
      assertThat(effects).containsExactly("0 DEL k");
      assertThat(keyspace.statistics().expiredKeys).isEqualTo(1);
    }

    @Test
    void only_hides_where_expiry_is_somebody_elses_business() {
      set("k", "1", 10);
      keyspace.expires(false);
      pass(10);
      assertThat(get("k")).isNull();
      assertThat(database.size()).isEqualTo(1);
      assertThat(effects).isEmpty();
    }

    @Test
    void can_be_moved_and_taken_away_for_every_kind_of_entry() {
      set("s", "1", 10);
      database.hashOrNew(b("h"), 0, 1).put(b("f"), 0, 1, b("v"), 0, 1, 0);
      for (String key : List.of("s", "h")) {
        assertThat(database.expireAt(b(key), 0, 1, clock.millis() + 50)).isTrue();
      }
      assertThat(database.withDeadline()).isEqualTo(2);
      pass(49);
      assertThat(database.expireAt(b("s"), 0, 1, 0)).isTrue();
      pass(1);
      assertThat(get("s")).isEqualTo("1");
      assertThat(database.peek(b("h"), 0, 1)).isNull();
      assertThat(database.withDeadline()).isZero();
      assertThat(database.expireAt(b("none"), 0, 4, 1)).isFalse();
    }
  }

  @Nested
  class An_entry {
    @Test
    void moves_under_another_key_with_its_deadline() {
      set("a", "1", 10);
      database.place(b("b"), database.take(b("a"), 0, 1));
      assertThat(get("a")).isNull();
      assertThat(get("b")).isEqualTo("1");
      pass(10);
      assertThat(get("b")).isNull();
    }

    @Test
    void copied_shares_nothing_with_the_original() {
      HashValue hash = database.hashOrNew(b("h"), 0, 1);
      hash.put(b("f"), 0, 1, b("1"), 0, 1, 0);
      keyspace.database(1).placeCopy(b("h"), database.peek(b("h"), 0, 1));
      hash.put(b("f"), 0, 1, b("2"), 0, 1, 0);
      assertThat(
              keyspace.database(1).value(b("h"), 0, 1, HashValue.class).find(b("f"), 0, 1).value())
          .isEqualTo(b("1"));
    }

    @Test
    void that_is_an_object_turns_the_generation_when_it_comes_and_goes() {
      long first = database.generation();
      set("s", "1", 0);
      assertThat(database.generation()).isEqualTo(first);
      database.hashOrNew(b("h"), 0, 1);
      long second = database.generation();
      assertThat(second).isNotEqualTo(first);
      database.remove(b("s"), 0, 1);
      assertThat(database.generation()).isEqualTo(second);
      set("h", "now a string", 0);
      assertThat(database.generation()).isNotEqualTo(second);
      long third = database.generation();
      keyspace.swap(0, 1);
      assertThat(database.generation()).isNotEqualTo(third);
    }
  }

  @Nested
  class Active_expiry {
    private void untilDone() {
      ActiveExpiry expiry = new ActiveExpiry(keyspace);
      for (int i = 0; expiry.slice(Long.MAX_VALUE); i++) {
        assertThat(i).isLessThan(100_000);
      }
    }

    @Test
    void removes_every_dead_key_of_every_database() {
      for (int i = 0; i < 5_000; i++) {
        set("k" + i, "v", i % 2 == 0 ? 10 : 0);
      }
      keyspace.swap(0, 7);
      set("k", "v", 10);
      pass(10);
      events.clear();
      untilDone();
      assertThat(keyspace.keys()).isEqualTo(2_500);
      assertThat(events).hasSize(2_501).doesNotHaveDuplicates();
    }

    @Test
    void removes_dead_fields_and_the_hash_they_leave_empty() {
      for (int h = 0; h < 50; h++) {
        String key = "h" + h;
        HashValue hash = database.hashOrNew(b(key), 0, key.length());
        for (int f = 0; f < 300; f++) {
          byte[] field = b("f" + f);
          hash.put(
              field, 0, field.length, b("v"), 0, 1, h < 25 || f < 100 ? clock.millis() + 10 : 0);
        }
        database.fieldDeadlineChanged(b(key), 0, key.length());
      }
      pass(10);
      untilDone();
      assertThat(keyspace.keys()).isEqualTo(25);
      assertThat(keyspace.statistics().expiredFields).isEqualTo(25 * 300 + 25 * 100);
      assertThat(effects)
          .contains("0 HDEL h0 f0", "0 HDEL h49 f99")
          .doesNotContain("0 HDEL h49 f100");
      assertThat(events)
          .contains("0 hexpired h0", "0 del h0", "0 hexpired h49")
          .doesNotContain("0 del h49");
    }

    @Test
    void of_the_last_field_ends_the_deadline_of_the_key() {
      for (String field : List.of("f", "g")) {
        HashValue hash = database.hashOrNew(b("h"), 0, 1);
        hash.put(b(field), 0, 1, b("v"), 0, 1, clock.millis() + 10);
      }
      database.fieldDeadlineChanged(b("h"), 0, 1);
      assertThat(database.expireAt(b("h"), 0, 1, clock.millis() + 100)).isTrue();
      pass(10);
      HashValue hash = database.valueForWrite(b("h"), 0, 1, HashValue.class);
      assertThat(database.expireField(b("h"), hash, b("f"), 0, 1)).isTrue();
      assertThat(database.withDeadline()).isOne();
      assertThat(database.expireField(b("h"), hash, b("g"), 0, 1)).isTrue();
      assertThat(database.withDeadline()).isZero();
      assertThat(Database.expireAt(database.peek(b("h"), 0, 1))).isZero();
    }

    @Test
    void leaves_everything_alone_when_expiry_is_off() {
      set("k", "v", 10);
      pass(10);
      keyspace.expires(false);
      untilDone();
      assertThat(keyspace.keys()).isEqualTo(1);
    }
  }

  @Nested
  class Clearing_and_swapping {
    @Test
    void tells_those_who_watch() {
      set("k", "1", 0);
      keyspace.swap(0, 3);
      assertThat(get("k")).isNull();
      keyspace.database(3).clear();
      assertThat(keyspace.keys()).isZero();
      assertThat(events).containsExactly("swapped 0 3", "3 flushed");
    }
  }

  @Nested
  class A_snapshot {
    /**
     * Every so-manieth key holds a list, so that what is collected at once ends within segments.
     */
    private void assertThatItShows(int keys, int lists, Runnable meanwhile) {
      EncodingLimits limits = keyspace.limits();
      int strings = 0;
      for (int i = 0; i < keys; i++) {
        if (lists > 0 && i % lists == 0) {
          database.put(b("list:" + i), new ListValue(limits), 0);
        } else {
          set("key:" + i, "before", i % 2 == 0 ? 0 : 1000);
          strings++;
        }
      }
      keyspace.baton().take();
      Snapshot snapshot = keyspace.snapshot();
      keyspace.baton().pass();
      List<String> wrong = new ArrayList<>();
      int[] seen = {0};
      snapshot.visit(
          new Snapshot.Visitor() {
            @Override
            public void database(int number, long count, long deadlines) {
              assertThat(count).isEqualTo(keys);
            }

            @Override
            public void string(byte[] record) {
              meanwhile.run();
              String value = new String(PackedEntry.value(record), US_ASCII);
              if (!value.equals("before")) {
                wrong.add(new String(PackedEntry.key(record), US_ASCII) + "=" + value);
              }
              seen[0]++;
            }

            @Override
            public void value(KeyEntry entry, Value image) {
              assertThat(image).isInstanceOf(ListValue.class);
            }
          });
      assertThat(wrong).isEmpty();
      assertThat(seen[0]).isEqualTo(strings);
      assertThat(keyspace.hasSnapshot()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "20, 0", "500, 0", "20000, 0", "500, 4", "20000, 2"})
    void shows_what_was_there_although_values_as_long_are_written_while_it_is_shown(
        int keys, int lists) {
      int[] next = {0};
      assertThatItShows(
          keys,
          lists,
          () -> {
            // Ahead of the reader and behind it, and in the slice that it has in its hands.
            for (int i = 0; i < Math.min(keys, 40); i++) {
              int key = keys <= 500 ? i : next[0]++ * 7919 % keys;
              set("key:" + key, "after:", key % 2 == 0 ? 0 : 1000);
            }
          });
      assertThat(get("key:" + (lists == 0 ? 0 : 1))).isEqualTo("after:");
    }
  }
}
