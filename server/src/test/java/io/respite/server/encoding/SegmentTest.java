package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SegmentTest {
  private static final long SAME_HOME = 0x1234_5678_9ABC_DEF0L;

  private final Segment segment = new Segment(0, 0, Segment.MAX_BUCKETS);

  private static byte[] key(int i) {
    return ("key:" + i).getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void being_built_takes_every_entry_even_if_all_are_at_home_in_one_bucket() {
    for (int i = 0; i < segment.capacity(); i++) {
      segment.add(SAME_HOME, PackedEntry.of(key(i), new byte[0], 0));
    }
    assertThat(segment.count).isEqualTo(segment.capacity());
    for (int i = 0; i < segment.capacity(); i++) {
      int slot = segment.find(SAME_HOME, key(i), 0, key(i).length);
      assertThat(slot).as("key %s", i).isNotNegative();
      assertThat(PackedEntry.key((byte[]) segment.slots[slot])).isEqualTo(key(i));
    }
    assertThatThrownBy(() -> segment.add(SAME_HOME, PackedEntry.of(key(-1), new byte[0], 0)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void in_use_asks_to_grow_before_an_entry_lies_far_from_its_home() {
    int near = (Segment.MAX_REACH + 1) * Segment.BUCKET;
    for (int i = 0; i < near; i++) {
      int slot = segment.free(SAME_HOME);
      assertThat(slot).isNotNegative();
      segment.fill(slot, Segment.tag(SAME_HOME), PackedEntry.of(key(i), new byte[0], 0));
    }
    assertThat(segment.free(SAME_HOME)).isEqualTo(-1);
  }
}
