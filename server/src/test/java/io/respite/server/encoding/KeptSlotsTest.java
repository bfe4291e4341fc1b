package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KeptSlotsTest {
  private final ImagePages pages = new ImagePages();

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 60, 128, 129, 512})
  void give_back_what_there_was(int changes) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    KeptSlots slots = new KeptSlots(512);
    Object[] before = new Object[512];
    for (int i = 0; i < before.length; i++) {
      byte[] record = new byte[random.nextInt(300)];
      random.nextBytes(record);
      before[i] = random.nextInt(8) == 0 ? null : record;
    }
    Object[] now = before.clone();
    while (Arrays.stream(now).filter("new"::equals).count() < changes) {
      int slot = random.nextInt(512);
      boolean isNew = now[slot] != null && now[slot].equals("new");
      assertThat(slots.has(slot)).as("seed %d", seed).isEqualTo(isNew);
      if (!isNew) {
        if (before[slot] instanceof byte[] record && random.nextBoolean()) {
          slots.keepCopy(slot, pages.add(record));
        } else {
          slots.keep(slot, before[slot]);
        }
        now[slot] = "new";
      }
    }
    slots.restore(now, pages);
    assertThat(Arrays.deepEquals(now, before)).as("seed %d", seed).isTrue();
  }

  @Nested
  class Pages {
    @Test
    void hold_records_one_behind_the_other_and_none_that_is_long() {
      int[] places = new int[10_000];
      for (int i = 0; i < places.length; i++) {
        places[i] = pages.add(record(i));
        assertThat(places[i]).isNotNegative();
      }
      for (int i = 0; i < places.length; i++) {
        assertThat(pages.get(places[i])).isEqualTo(record(i));
      }
      assertThat(pages.bytes()).isBetween(10_000L * 50, 10_000L * 80);
      assertThat(pages.add(new byte[100_000])).isEqualTo(ImagePages.NONE);
      assertThat(pages.add(new byte[0])).isNotNegative();
    }

    @Test
    void take_and_give_nothing_once_they_are_closed() {
      int place = pages.add(record(1));
      pages.close();
      assertThat(pages.add(record(2))).isEqualTo(ImagePages.NONE);
      assertThatThrownBy(() -> pages.get(place)).isInstanceOf(IllegalStateException.class);
      pages.free();
      assertThat(pages.bytes()).isZero();
    }

    private byte[] record(int i) {
      byte[] record = new byte[i % 100];
      Arrays.fill(record, (byte) i);
      return record;
    }
  }
}
