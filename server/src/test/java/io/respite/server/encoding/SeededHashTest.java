package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SeededHashTest {
  private final SeededHash hasher =
      new SeededHash(
          0x9E3779B97F4A7C15L, 0xD1B54A32D192ED03L, 0x2545F4914F6CDD1DL, 0x8CB92BA72F3D8DD7L);

  @Test
  void spreads_similar_keys_over_every_bit() {
    int n = 1 << 16;
    int[] ones = new int[64];
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < n; i++) {
      byte[] key = ("customer:" + i).getBytes(StandardCharsets.US_ASCII);
      long hash = hasher.hash(key, 0, key.length);
      assertThat(seen.add(hash)).isTrue();
      for (int bit = 0; bit < 64; bit++) {
        ones[bit] += (int) (hash >>> bit) & 1;
      }
    }
    for (int bit = 0; bit < 64; bit++) {
      // Six standard deviations of a fair coin.
      assertThat(ones[bit]).as("bit %s", bit).isBetween(n / 2 - 768, n / 2 + 768);
    }
  }

  @Test
  void depends_on_every_byte_and_the_length_but_not_on_the_place() {
    Set<Long> seen = new HashSet<>();
    for (int length = 0; length < 40; length++) {
      byte[] bytes = new byte[length];
      assertThat(seen.add(hasher.hash(bytes, 0, length))).isTrue();
      for (int i = 0; i < length; i++) {
        bytes[i] = 1;
        assertThat(seen.add(hasher.hash(bytes, 0, length))).isTrue();
        byte[] shifted = new byte[length + 5];
        System.arraycopy(bytes, 0, shifted, 3, length);
        assertThat(hasher.hash(shifted, 3, length)).isEqualTo(hasher.hash(bytes, 0, length));
        bytes[i] = 0;
      }
    }
  }

  @Test
  void differs_under_another_seed() {
    byte[] bytes = {1, 2, 3};
    assertThat(new SeededHash(11, 12, 13, 14).hash(bytes, 0, 3))
        .isNotEqualTo(hasher.hash(bytes, 0, 3));
  }
}
