package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SipHashTest {
  private final SipHash hasher = new SipHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);

  @Test
  void of_nothing_is_the_published_vector_of_one_and_three_rounds() {
    assertThat(hasher.hash(new byte[0], 0, 0)).isEqualTo(0xabac0158050fc4dcL);
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
    assertThat(new SipHash(1, 2).hash(bytes, 0, 3)).isNotEqualTo(hasher.hash(bytes, 0, 3));
  }
}
