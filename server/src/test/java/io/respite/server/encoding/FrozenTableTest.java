package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FrozenTableTest {
  private static final Logger LOG = Logger.getLogger(FrozenTableTest.class.getName());

  private final RecordTable table = new RecordTable(new SeededHash(1, 2, 3, 4));
  private final Cuts cuts = new Cuts(Owner.ALONE);
  private final TreeMap<String, String> model = new TreeMap<>();

  private void put(String key, String value) {
    byte[] k = key.getBytes(StandardCharsets.UTF_8);
    byte[] v = value.getBytes(StandardCharsets.UTF_8);
    // As a database does it: written over where that may be.
    if (!table.locate(k, 0, k.length)
        || !table.rewrite(v, 0, v.length, 0, PackedEntry.FORM_PLAIN, 0)) {
      table.put(PackedEntry.of(k, 0, k.length, v, 0, v.length, 0, PackedEntry.FORM_PLAIN, 0));
    }
    model.put(key, value);
  }

  private void remove(String key) {
    byte[] k = key.getBytes(StandardCharsets.UTF_8);
    table.remove(k, 0, k.length);
    model.remove(key);
  }

  private static String text(Object entry) {
    byte[] record = (byte[]) entry;
    int value = PackedEntry.valueOffset(record);
    return new String(PackedEntry.key(record), StandardCharsets.UTF_8)
        + "="
        + new String(record, value, record.length - value, StandardCharsets.UTF_8);
  }

  private static Set<String> texts(Map<String, String> of) {
    Set<String> texts = new TreeSet<>();
    of.forEach((key, value) -> texts.add(key + "=" + value));
    return texts;
  }

  private static void read(Object[] slots, Set<String> into) {
    for (Object entry : slots) {
      if (entry != null) {
        assertThat(into.add(text(entry))).as("%s is shown once", text(entry)).isTrue();
      }
    }
  }

  private void change(Random random, int keys) {
    String key = "key:" + random.nextInt(keys);
    if (random.nextInt(3) == 0) {
      remove(key);
    } else {
      put(key, Integer.toString(random.nextInt()));
    }
  }

  @Nested
  class An_image {
    @Test
    void shows_what_was_there_however_the_table_changes_while_it_is_read() {
      long seed = System.nanoTime();
      LOG.info("seed " + seed);
      Random random = new Random(seed);
      for (int round = 0; round < 60; round++) {
        // Growing in one round and shrinking in another: splits and merges of all kinds.
        int keys = 1 << random.nextInt(15);
        for (int i = random.nextInt(2 * keys); i > 0; i--) {
          change(random, keys);
        }
        if (random.nextInt(4) == 0) {
          for (String key : model.keySet().toArray(String[]::new)) {
            if (random.nextInt(10) > 0) {
              remove(key);
            }
          }
        }
        Set<String> expected = texts(model);
        FrozenTable image = table.freeze(cuts);
        assertThat(image.size()).isEqualTo(expected.size());
        Set<String> seen = new TreeSet<>();
        int between = random.nextInt(200);
        for (Object[] slots = image.next(); slots != null; slots = image.next()) {
          read(slots, seen);
          if (random.nextBoolean()) {
            image.shown();
          }
          for (int i = 0; i < between; i++) {
            change(random, 4 * keys);
          }
        }
        image.release();
        assertThat(seen).isEqualTo(expected);
        Set<String> live = new TreeSet<>();
        table.forEach(entry -> live.add(text(entry)));
        assertThat(live).as("the table itself").isEqualTo(texts(model));
      }
    }

    @Test
    void can_be_read_by_another_thread() throws InterruptedException {
      long seed = System.nanoTime();
      LOG.info("seed " + seed);
      Random random = new Random(seed);
      for (int i = 0; i < 50_000; i++) {
        change(random, 60_000);
      }
      ReentrantLock lock = new ReentrantLock();
      Owner owner =
          new Owner() {
            @Override
            public void take() {
              lock.lock();
            }

            @Override
            public void pass() {
              lock.unlock();
            }
          };
      for (int round = 0; round < 10; round++) {
        Set<String> expected = texts(model);
        FrozenTable image = table.freeze(cuts);
        Set<String> seen = new TreeSet<>();
        AtomicBoolean done = new AtomicBoolean();
        Thread reader =
            new Thread(
                () -> {
                  image.forEach(owner, entry -> seen.add(text(entry)));
                  done.set(true);
                });
        reader.start();
        while (!done.get()) {
          owner.take();
          for (int i = 0; i < 50; i++) {
            change(random, 80_000);
          }
          owner.pass();
        }
        reader.join();
        image.release();
        assertThat(seen).isEqualTo(expected);
      }
    }

    @Test
    void is_the_only_one_at_a_time() {
      put("a", "1");
      FrozenTable image = table.freeze(cuts);
      assertThatThrownBy(() -> table.freeze(cuts)).isInstanceOf(IllegalStateException.class);
      image.release();
      assertThat(table.freeze(cuts).next()).isNotNull();
    }
  }
}
