package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PackedEntryTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 14, 127, 128, 16_383, 16_384, 2_097_152})
  void a_member_is_a_record_with_a_key_and_nothing_else(int length) {
    byte[] key = new byte[length + 2];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (i * 31);
    }
    byte[] record = PackedEntry.member(key, 1, length);
    assertThat(PackedEntry.keyLength(record)).isEqualTo(length);
    assertThat(PackedEntry.keyOffset(record)).isEqualTo(record.length - length);
    assertThat(PackedEntry.key(record)).isEqualTo(java.util.Arrays.copyOfRange(key, 1, length + 1));
    assertThat(PackedEntry.hasKey(record, key, 1, length)).isTrue();
    assertThat(PackedEntry.hasKey(record, key, 0, length + 1)).isFalse();
    if (length > 0) {
      assertThat(PackedEntry.hasKey(record, key, 2, length)).isFalse();
    }
    assertThat(PackedEntry.value(record)).isEmpty();
    assertThat(PackedEntry.expireAt(record)).isZero();
    assertThat(PackedEntry.expired(record, Long.MAX_VALUE)).isFalse();
    assertThat(PackedEntry.access(record)).isZero();
    assertThat(PackedEntry.isGone(record)).isFalse();
    PackedEntry.markGone(record);
    assertThat(PackedEntry.isGone(record)).isTrue();
    assertThat(PackedEntry.key(record)).hasSize(length);
    byte[] full = PackedEntry.of(PackedEntry.key(record), new byte[0], 0);
    assertThat(full).hasSize(record.length + 3);
  }

  @Test
  void a_key_is_told_from_every_other_that_differs_in_one_byte() {
    for (int length = 1; length <= 40; length++) {
      byte[] key = new byte[length + 1];
      for (int i = 0; i < key.length; i++) {
        key[i] = (byte) (i * 31 + 7);
      }
      for (long deadline : new long[] {0, 5}) {
        byte[] record =
            PackedEntry.of(key, 1, length, new byte[3], 0, 3, deadline, PackedEntry.FORM_PLAIN, 0);
        assertThat(PackedEntry.hasKey(record, key, 1, length)).isTrue();
        for (int i = 1; i <= length; i++) {
          key[i] ^= 1;
          assertThat(PackedEntry.hasKey(record, key, 1, length))
              .as("length %d, byte %d", length, i)
              .isFalse();
          key[i] ^= 1;
        }
      }
    }
  }
}
