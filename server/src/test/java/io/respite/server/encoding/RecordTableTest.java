package io.respite.server.encoding;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.respite.server.environment.RandomSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RecordTableTest {
  private final SeededHash hasher =
      new SeededHash(
          0x9E3779B97F4A7C15L, 0xD1B54A32D192ED03L, 0x2545F4914F6CDD1DL, 0x8CB92BA72F3D8DD7L);
  private final RecordTable table = new RecordTable(hasher);
  private final Cuts cuts = new Cuts(Owner.ALONE);

  private static byte[] key(int i) {
    return ("key:" + i).getBytes(US_ASCII);
  }

  private static byte[] record(int i, long expireAt) {
    return PackedEntry.of(key(i), ("value:" + i).getBytes(US_ASCII), expireAt);
  }

  private static String name(Object record) {
    return new String(PackedEntry.key((byte[]) record), US_ASCII);
  }

  private Object get(int i) {
    return table.get(key(i), 0, key(i).length);
  }

  @Nested
  class Content {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void equals_that_of_a_plain_map_after_any_sequence_of_changes(long seed) {
      RandomSource random = RandomSource.seeded(seed);
      Map<String, byte[]> model = new HashMap<>();
      int[] ranges = {10, 300, 5_000, 60_000};
      for (int range : ranges) {
        for (int step = 0; step < range * 3; step++) {
          int i = random.nextInt(range);
          // Grows first, then shrinks, so that segments split and merge.
          if (random.nextInt(100) < (step < range * 2 ? 75 : 8)) {
            byte[] r = record(i, random.nextInt(3) == 0 ? 1 + random.nextInt(1000) : 0);
            table.put(r);
            model.put(name(r), r);
          } else {
            Object old = table.remove(key(i), 0, key(i).length);
            assertThat(old).as("seed %s, key %s", seed, i).isSameAs(model.remove("key:" + i));
          }
        }
        assertThat(table.size()).as("seed %s", seed).isEqualTo(model.size());
        assertThat(table.withDeadline())
            .isEqualTo(model.values().stream().filter(r -> PackedEntry.expireAt(r) != 0).count());
        assertThat(table.recordBytes())
            .isEqualTo(model.values().stream().mapToLong(PackedEntry::heapBytes).sum());
        for (int i = 0; i < range; i++) {
          assertThat(get(i)).as("seed %s, key %s", seed, i).isSameAs(model.get("key:" + i));
        }
        Set<String> seen = new HashSet<>();
        table.forEach(r -> assertThat(seen.add(name(r))).isTrue());
        assertThat(seen).isEqualTo(model.keySet());
      }
    }

    @Test
    void takes_little_room_beside_the_records() {
      for (int i = 0; i < 200_000; i++) {
        table.put(record(i, 0));
      }
      assertThat(table.overheadBytes()).isLessThan(200_000 * 14L);
    }

    @Test
    void lets_its_arrays_go_when_entries_leave() {
      for (int i = 0; i < 100_000; i++) {
        table.put(record(i, 0));
      }
      for (int i = 0; i < 100_000; i++) {
        table.remove(key(i), 0, key(i).length);
      }
      assertThat(table.size()).isZero();
      assertThat(table.recordBytes()).isZero();
      assertThat(table.overheadBytes()).isLessThan(10_000);
    }

    @Test
    void finds_keys_whose_length_takes_several_bytes() {
      for (int length : new int[] {0, 1, 127, 128, 16_383, 16_384, 100_000}) {
        byte[] key = new byte[length];
        table.put(PackedEntry.of(key, new byte[] {7}, 5));
        byte[] found = (byte[]) table.get(key, 0, length);
        assertThat(PackedEntry.keyLength(found)).isEqualTo(length);
        assertThat(PackedEntry.value(found)).containsExactly(7);
        assertThat(PackedEntry.expireAt(found)).isEqualTo(5);
      }
    }
  }

  @Nested
  class Writing_over {
    private final byte[] before = record(1, 1000);
    private final byte[] other = "VALUE:1".getBytes(US_ASCII);

    private boolean rewrite(byte[] value, long expireAt) {
      assertThat(table.locate(key(1), 0, key(1).length)).isTrue();
      return table.rewrite(value, 0, value.length, expireAt, PackedEntry.FORM_RAW, 0xABCDEF);
    }

    private byte[] one() {
      return (byte[]) get(1);
    }

    private void put(byte[] record) {
      for (int i = 0; i < 600; i++) {
        table.put(i == 1 ? record : record(i, 0));
      }
    }

    @Test
    void gives_the_record_itself_another_value_deadline_form_and_use() {
      put(before);
      long bytes = table.recordBytes();
      assertThat(rewrite(other, 2000)).isTrue();
      assertThat(one()).isSameAs(before);
      assertThat(PackedEntry.key(before)).isEqualTo(key(1));
      assertThat(PackedEntry.value(before)).isEqualTo(other);
      assertThat(PackedEntry.expireAt(before)).isEqualTo(2000);
      assertThat(PackedEntry.form(before)).isEqualTo(PackedEntry.FORM_RAW);
      assertThat(PackedEntry.access(before)).isEqualTo(0xABCDEF);
      assertThat(PackedEntry.isGone(before)).isFalse();
      assertThat(table.recordBytes()).isEqualTo(bytes);
      assertThat(table.withDeadline()).isEqualTo(1);
      assertThat(table.size()).isEqualTo(600);
    }

    @Test
    void lets_the_entry_go_at_its_new_deadline() {
      put(before);
      assertThat(rewrite(other, 500)).isTrue();
      assertThat(table.sweep(499, table.directoryLength(), (entry, removed) -> {})).isZero();
      assertThat(table.sweep(500, table.directoryLength(), (entry, removed) -> {})).isOne();
      assertThat(one()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "value", "value:10"})
    void refuses_a_value_of_another_length(String value) {
      put(before);
      assertThat(rewrite(value.getBytes(US_ASCII), 1000)).isFalse();
      assertThat(one()).isEqualTo(record(1, 1000));
    }

    @Test
    void refuses_a_deadline_that_has_no_place_and_a_place_that_would_have_none() {
      put(before);
      assertThat(rewrite(other, 0)).isFalse();
      byte[] eternal = record(1, 0);
      table.put(eternal);
      assertThat(rewrite(other, 1000)).isFalse();
      assertThat(eternal).isEqualTo(record(1, 0));
    }

    @Test
    void takes_a_number_of_as_many_digits_and_leaves_the_deadline() {
      byte[] number = PackedEntry.of(key(1), "-199".getBytes(US_ASCII), 1000);
      put(number);
      assertThat(table.locate(key(1), 0, key(1).length)).isTrue();
      assertThat(table.rewrite(99_999, 7)).isFalse();
      assertThat(table.rewrite(2_000, 7)).isTrue();
      assertThat(one()).isSameAs(number);
      assertThat(PackedEntry.value(number)).asString(US_ASCII).isEqualTo("2000");
      assertThat(PackedEntry.expireAt(number)).isEqualTo(1000);
      assertThat(PackedEntry.access(number)).isEqualTo(7);
    }

    @Test
    void writes_another_deadline_into_the_record_that_has_one() {
      put(before);
      assertThat(table.locate(key(1), 0, key(1).length)).isTrue();
      table.expireAt(300);
      assertThat(one()).isSameAs(before);
      assertThat(before).isEqualTo(record(1, 300));
      assertThat(table.sweep(300, table.directoryLength(), (entry, removed) -> {})).isOne();
    }

    private Set<Object> shown(FrozenTable image, Runnable inHands) {
      Set<Object> contents = new HashSet<>();
      for (Object[] slots = image.next(); slots != null; slots = image.next()) {
        inHands.run();
        for (Object entry : slots) {
          if (entry != null) {
            contents.add(new String((byte[]) entry, US_ASCII));
          }
        }
        image.shown();
      }
      return contents;
    }

    @Test
    void leaves_an_image_a_copy_of_what_it_is_still_to_show() {
      put(before);
      Set<Object> expected = new HashSet<>();
      table.forEach(entry -> expected.add(new String((byte[]) entry, US_ASCII)));
      FrozenTable image = table.freeze(cuts);
      assertThat(rewrite(other, 2000)).isTrue();
      assertThat(rewrite("third!!".getBytes(US_ASCII), 3000)).isTrue();
      table.expireAt(4000);
      assertThat(one()).isSameAs(before);
      long kept = cuts.keptBytes();
      assertThat(kept).isBetween((long) before.length, before.length + 16L);
      assertThat(shown(image, () -> {})).isEqualTo(expected);
      image.release();
      assertThat(PackedEntry.expireAt(one())).isEqualTo(4000);
      assertThat(PackedEntry.value(one())).isEqualTo("third!!".getBytes(US_ASCII));
    }

    @Test
    void does_not_happen_to_what_an_image_s_reader_has_in_his_hands() {
      for (int i = 0; i < 600; i++) {
        table.put(record(i, 0));
      }
      FrozenTable image = table.freeze(cuts);
      int refused = 0;
      for (Object[] slots = image.next(); slots != null; slots = image.next()) {
        for (Object entry : slots) {
          if (entry != null) {
            byte[] key = PackedEntry.key((byte[]) entry);
            byte[] value = ("VALUE" + name(entry).substring(3)).getBytes(US_ASCII);
            byte[] copy = ((byte[]) entry).clone();
            assertThat(table.locate(key, 0, key.length)).isTrue();
            boolean done = table.rewrite(value, 0, value.length, 0, PackedEntry.FORM_PLAIN, 0);
            refused += done ? 0 : 1;
            assertThat((byte[]) entry).isEqualTo(copy);
          }
        }
        image.shown();
      }
      assertThat(refused).isEqualTo(600);
      for (int i = 0; i < 600; i++) {
        assertThat(table.locate(key(i), 0, key(i).length)).isTrue();
        byte[] value = ("VALUE:" + i).getBytes(US_ASCII);
        assertThat(table.rewrite(value, 0, value.length, 0, PackedEntry.FORM_PLAIN, 0)).isTrue();
      }
      image.release();
    }

    @Test
    void goes_on_without_copies_when_the_images_of_a_cut_have_ended() {
      put(before);
      cuts.cut();
      FrozenTable image = table.freeze(cuts);
      assertThat(rewrite(other, 2000)).isTrue();
      cuts.ended().run();
      // An image that nobody has taken is no reason to write where nobody reads.
      table.locate(key(2), 0, key(2).length);
      assertThat(table.rewrite("VALUE:2".getBytes(US_ASCII), 0, 7, 0, PackedEntry.FORM_PLAIN, 0))
          .isFalse();
      assertThat(rewrite(before, 0)).isFalse();
      image.release();
      assertThat(rewrite("value:9".getBytes(US_ASCII), 3000)).isTrue();
    }

    @Test
    void does_not_happen_in_a_table_whose_records_others_keep() {
      put(before);
      table.keepRecords();
      assertThat(rewrite(other, 1000)).isFalse();
      table.expireAt(2000);
      assertThat(PackedEntry.expireAt(before)).isEqualTo(1000);
      assertThat(PackedEntry.expireAt(one())).isEqualTo(2000);
    }
  }

  @Nested
  class Expecting_entries {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 448, 449, 30_000, 100_000, 1_000_000, Long.MAX_VALUE})
    void changes_nothing_but_the_way_it_grows(long expected) {
      Set<String> scanned = new HashSet<>();
      long cursor = 0;
      for (int i = 0; i < 100_000; i++) {
        if (i == 100) {
          table.expect(expected);
        }
        if (i == 50_000) {
          cursor = table.scan(0, 20_000, r -> scanned.add(name(r)));
        }
        table.put(record(i, i % 10 == 0 ? i + 1 : 0));
      }
      while (cursor != 0) {
        cursor = table.scan(cursor, 1000, r -> scanned.add(name(r)));
      }
      assertThat(table.size()).isEqualTo(100_000);
      for (int i = 0; i < 100_000; i++) {
        assertThat(get(i)).as("key %d", i).isNotNull();
      }
      for (int i = 0; i < 50_000; i++) {
        assertThat(scanned.contains("key:" + i)).as("key %d", i).isTrue();
      }
      assertThat(table.sweep(50_000, table.directoryLength(), (entry, removed) -> {}))
          .isEqualTo(5_000);
      for (int i = 0; i < 100_000; i++) {
        table.remove(key(i), 0, key(i).length);
      }
      assertThat(table.size()).isZero();
      assertThat(table.directoryLength()).isOne();
    }

    @Test
    void that_never_come_costs_nothing_before_and_little_after_some_came() {
      long before = table.overheadBytes();
      table.expect(Long.MAX_VALUE);
      assertThat(table.overheadBytes()).isEqualTo(before);
      long most = 0;
      for (int i = 0; i < 100_000; i++) {
        table.put(record(i, 0));
        if (i > 1000) {
          most = Math.max(most, table.overheadBytes() / i);
        }
      }
      // Sixteen segments of 2.7 KB where one was full, at most, and a directory for them.
      assertThat(most).isLessThan(16 * (2_900 / 400 + 2));
    }

    @Test
    void that_do_come_leaves_its_segments_as_full_as_others() {
      table.expect(100_000);
      for (int i = 0; i < 100_000; i++) {
        table.put(record(i, 0));
      }
      assertThat(table.overheadBytes() / 100_000).isBetween(5L, 14L);
    }
  }

  @Nested
  class Filling {
    private final TableFiller filler = new TableFiller(table);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 50_000})
    void adds_every_record(int records) {
      table.expect(records);
      for (int i = 0; i < records; i++) {
        assertThat(filler.add(record(i, i % 3))).isNull();
      }
      assertThat(filler.flush()).isNull();
      assertThat(filler.flush()).isNull();
      assertThat(table.size()).isEqualTo(records);
      for (int i = 0; i < records; i++) {
        assertThat(name(get(i))).isEqualTo("key:" + i);
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 63, 64, 1000})
    void ends_at_a_key_that_is_there(int apart) {
      byte[] first = record(5, 0);
      assertThat(filler.add(first)).isNull();
      byte[] twice = null;
      for (int i = 0; i < apart && twice == null; i++) {
        twice = filler.add(record(100 + i, 0));
      }
      byte[] second = record(5, 1);
      byte[] answer = filler.add(second);
      assertThat(answer == null ? filler.flush() : answer).isSameAs(second);
      assertThat(get(5)).isSameAs(first);
      assertThat(table.size()).isEqualTo(1 + apart);
    }
  }

  @Nested
  class Scan {
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void returns_what_stays_however_the_table_grows_and_shrinks_meanwhile(long seed) {
      RandomSource random = RandomSource.seeded(seed);
      int staying = 1 + random.nextInt(3_000);
      for (int i = 0; i < staying; i++) {
        table.put(record(i, 0));
      }
      int others = 100_000;
      int next = others;
      List<Integer> extra = new ArrayList<>();
      Set<String> seen = new HashSet<>();
      long cursor = 0;
      int steps = 0;
      do {
        cursor = table.scan(cursor, 1 + random.nextInt(30), r -> seen.add(name(r)));
        assertThat(cursor).isBetween(0L, (1L << 44) - 1);
        boolean grow = random.nextInt(2) == 0;
        int changes = random.nextInt(800);
        for (int c = 0; c < changes; c++) {
          if (grow) {
            table.put(record(next, 0));
            extra.add(next++);
          } else if (!extra.isEmpty()) {
            int i = extra.remove(extra.size() - 1);
            table.remove(key(i), 0, key(i).length);
          }
        }
        steps++;
      } while (cursor != 0 && steps < 200_000);
      assertThat(cursor).as("the scan ends, seed %s", seed).isZero();
      for (int i = 0; i < staying; i++) {
        assertThat(seen).as("seed %s", seed).contains("key:" + i);
      }
    }

    @Test
    void of_a_table_that_does_not_change_returns_each_entry_once() {
      for (int i = 0; i < 10_000; i++) {
        table.put(record(i, 0));
      }
      List<String> seen = new ArrayList<>();
      long cursor = 0;
      do {
        cursor = table.scan(cursor, 10, r -> seen.add(name(r)));
      } while (cursor != 0);
      assertThat(seen).hasSize(10_000).doesNotHaveDuplicates();
    }

    @Test
    void step_visits_about_as_many_entries_as_asked_for() {
      for (int i = 0; i < 10_000; i++) {
        table.put(record(i, 0));
      }
      int[] seen = {0};
      table.scan(0, 10, r -> seen[0]++);
      assertThat(seen[0]).isBetween(10, 40);
    }

    @Test
    void takes_any_number_for_a_cursor() {
      for (int i = 0; i < 1_000; i++) {
        table.put(record(i, 0));
      }
      for (long cursor :
          new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1, 63, 64, 4095, 1L << 43}) {
        assertThat(table.scan(cursor, 10, r -> {})).isBetween(0L, (1L << 44) - 1);
      }
    }
  }

  @Nested
  class Sweep {
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void removes_exactly_what_is_due(long seed) {
      RandomSource random = RandomSource.seeded(seed);
      Map<String, Long> deadlines = new HashMap<>();
      for (int i = 0; i < 20_000; i++) {
        long deadline = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(1_000);
        table.put(record(i, deadline));
        deadlines.put("key:" + i, deadline);
      }
      for (long now = 0; now <= 1_000; now += 100) {
        long moment = now;
        Set<String> gone = new HashSet<>();
        for (int i = table.directoryLength() * 2; i > 0; i--) {
          table.sweep(
              now,
              1,
              (entry, removed) -> {
                assertThat(removed).isTrue();
                assertThat(gone.add(name(entry))).isTrue();
              });
        }
        Set<String> due = new HashSet<>();
        deadlines.forEach(
            (k, d) -> {
              if (d != 0 && d <= moment) {
                due.add(k);
              }
            });
        assertThat(gone).as("seed %s", seed).isEqualTo(due);
        deadlines.keySet().removeAll(due);
        assertThat(table.earliest()).isGreaterThan(now);
      }
      assertThat(table.size()).isEqualTo(deadlines.size());
      assertThat(table.withDeadline()).isZero();
    }
  }

  @Nested
  class Random_entry {
    @Test
    void is_any_of_them() {
      for (int i = 0; i < 20; i++) {
        table.put(record(i, 0));
      }
      RandomSource random = RandomSource.seeded(3);
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 2_000; i++) {
        seen.add(name(table.random(random)));
      }
      assertThat(seen).hasSize(20);
    }

    @Test
    void of_an_empty_table_is_none() {
      assertThat(table.random(RandomSource.seeded(4))).isNull();
    }
  }

  @Nested
  class Reading_without_a_lock {
    @Test
    void answers_a_state_that_the_owner_wrote_while_the_table_is_changing()
        throws InterruptedException {
      // Even keys stay for ever; odd keys come and go, so that segments split, merge and are edited
      // all the time.
      int range = 20_000;
      for (int i = 0; i < range; i += 2) {
        table.put(record(i, 0));
      }
      AtomicBoolean done = new AtomicBoolean();
      AtomicReference<String> wrong = new AtomicReference<>();
      Thread reader =
          new Thread(
              () -> {
                RandomSource random = RandomSource.seeded(5);
                while (!done.get()) {
                  int i = random.nextInt(range);
                  Object entry = table.read(key(i), 0, key(i).length);
                  if (entry == RecordTable.CONTENDED) {
                    continue;
                  }
                  if (entry == null ? i % 2 == 0 : !name(entry).equals("key:" + i)) {
                    wrong.set("key " + i + " read as " + (entry == null ? "absent" : name(entry)));
                    return;
                  }
                }
              });
      reader.start();
      RandomSource random = RandomSource.seeded(6);
      for (int round = 0; round < 20; round++) {
        for (int i = 0; i < range; i++) {
          int odd = random.nextInt(range) | 1;
          if (round % 4 < 2) {
            table.put(record(odd, 0));
          } else {
            table.remove(key(odd), 0, key(odd).length);
          }
        }
      }
      done.set(true);
      reader.join();
      assertThat(wrong.get()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 60, 500, 700, 1500})
  void chooses_all_entries_equally_often(int entries) {
    for (int i = 0; i < entries; i++) {
      table.put(record(i, 0));
    }
    chooseAndCount(entries);
  }

  @Test
  void chooses_all_entries_of_a_sparse_table_equally_often() {
    for (int i = 0; i < 20_000; i++) {
      table.put(record(i, 0));
    }
    for (int i = 40; i < 20_000; i++) {
      table.remove(key(i), 0, key(i).length);
    }
    chooseAndCount(40);
  }

  private void chooseAndCount(int entries) {
    int each = 1000;
    long seed = new java.util.Random().nextLong();
    RandomSource random = RandomSource.seeded(seed);
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < entries * each; i++) {
      counts.merge(name(table.random(random)), 1, Integer::sum);
    }
    // The standard deviation is 32; six and a half of it is one failure in ten million runs.
    assertThat(counts).as("seed %d", seed).hasSize(entries);
    assertThat(counts.values()).as("seed %d", seed).allMatch(n -> Math.abs(n - each) < 206);
  }
}
