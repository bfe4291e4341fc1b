package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KeptSlotsTest {
  private ImagePages pages = new ImagePages();

  /** Some segments of one size, as they were and as they are now. */
  private final class Segments {
    final Random random;
    final long seed = new Random().nextLong();
    final KeptSlots slots = new KeptSlots(pages);
    final int[] names;
    final Object[][] before;
    final Object[][] now;

    Segments(int count, int size) {
      random = new Random(seed);
      names = new int[count];
      before = new Object[count][size];
      now = new Object[count][];
      for (int i = 0; i < count; i++) {
        names[i] = slots.begin(size);
        for (int slot = 0; slot < size; slot++) {
          byte[] record = new byte[random.nextInt(300)];
          random.nextBytes(record);
          before[i][slot] = random.nextInt(8) == 0 ? null : record;
        }
        now[i] = before[i].clone();
      }
    }

    /** Changes slots of all segments by turns; some of their records are copied. */
    void change(int changes) {
      for (int n = 0; n < changes; n++) {
        int i = random.nextInt(names.length);
        int slot = random.nextInt(now[i].length);
        boolean isNew = "new".equals(now[i][slot]);
        assertThat(slots.has(names[i], slot)).as("seed %d", seed).isEqualTo(isNew);
        if (isNew) {
          continue;
        }
        if (!(now[i][slot] instanceof byte[] record
            && random.nextBoolean()
            && slots.keepCopy(names[i], slot, record))) {
          slots.keep(names[i], slot, now[i][slot]);
        }
        now[i][slot] = "new";
      }
    }

    void areRestored() {
      for (int i = 0; i < names.length; i++) {
        long changed = Arrays.stream(now[i]).filter("new"::equals).count();
        assertThat(slots.restore(names[i], now[i])).isEqualTo((int) changed);
        assertThat(Arrays.deepEquals(now[i], before[i])).as("seed %d", seed).isTrue();
      }
    }
  }

  @ParameterizedTest(name = "{0} segments of {1} slots, {2} changes")
  @CsvSource({"1,8,1", "1,8,50", "3,64,10", "2,512,1", "2,512,300", "20,512,20000", "40,128,9000"})
  void give_back_what_there_was(int segments, int size, int changes) {
    Segments some = new Segments(segments, size);
    some.change(changes);
    some.areRestored();
  }

  @Test
  void keep_entries_and_what_they_must_know_when_there_is_no_room_for_copies() {
    pages = new ImagePages(0);
    KeptSlots slots = new KeptSlots(pages);
    int segment = slots.begin(512);
    assertThat(slots.keepCopy(segment, 1, new byte[10])).as("in a page that has begun").isTrue();
    assertThat(slots.keepCopy(segment, 2, new byte[100_000])).as("too long").isFalse();
    assertThat(slots.has(segment, 2)).isFalse();
    Segments some = new Segments(30, 512);
    some.change(15_000);
    some.areRestored();
  }

  @Nested
  class Pages {
    @Test
    void hold_pieces_one_behind_the_other_all_zero_at_first() {
      Set<Integer> places = new HashSet<>();
      for (int i = 0; i < 10_000; i++) {
        int bytes = 1 + i % 100;
        int place = i % 2 == 0 ? pages.reserve(bytes) : pages.reserveCopy(bytes);
        assertThat(places.add(place)).isTrue();
        ByteBuffer page = pages.page(place);
        for (int b = 0; b < bytes; b++) {
          assertThat(page.get(ImagePages.offset(place) + b)).isZero();
          page.put(ImagePages.offset(place) + b, (byte) i);
        }
      }
      assertThat(pages.bytes()).isBetween(10_000L * 50, 10_000L * 80);
    }

    @Test
    void take_copies_only_up_to_their_number_and_not_too_long() {
      ImagePages few = new ImagePages(1);
      assertThat(few.reserveCopy(100_000)).isEqualTo(ImagePages.NONE);
      int copies = 0;
      while (few.reserveCopy(1000) != ImagePages.NONE) {
        copies++;
      }
      assertThat(copies).isEqualTo((1 << 18) / 1000);
      assertThat(few.reserve(1000)).as("what must be").isNotNegative();
      assertThat(few.bytes()).isEqualTo(2 << 18);
    }

    @Test
    void take_and_give_nothing_once_they_are_closed() {
      int place = pages.reserve(8);
      pages.close();
      assertThat(pages.isClosed()).isTrue();
      assertThat(pages.reserveCopy(8)).isEqualTo(ImagePages.NONE);
      assertThatThrownBy(() -> pages.page(place)).isInstanceOf(IllegalStateException.class);
      pages.free();
      assertThat(pages.bytes()).isZero();
    }
  }
}
