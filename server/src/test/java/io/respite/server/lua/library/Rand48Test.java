package io.respite.server.lua.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class Rand48Test {
  @Test
  void gives_the_numbers_of_lrand48() {
    // srand48(0), and srand48(42), of the GNU C library.
    assertThat(numbers(0))
        .containsExactly(366850414, 1610402240, 206956554, 1869309841, 1239749840);
    assertThat(numbers(42)).containsExactly(1598855263, 735945821, 238553827, 906966006, 174184913);
  }

  @Test
  void begins_like_C_without_a_seed() {
    // The first math.random() of a new redis-server 7.0.
    assertThat((double) new Rand48().next() / Integer.MAX_VALUE).isEqualTo(0.3964647736383904);
  }

  @Test
  void gives_the_same_numbers_after_the_same_seed() {
    Rand48 random = new Rand48();
    random.seed(7);
    int first = random.next();
    int second = random.next();
    random.seed(7);
    assertThat(random.next()).isEqualTo(first);
    assertThat(random.next()).isEqualTo(second).isNotEqualTo(first);
  }

  @Test
  void takes_all_bits_of_a_negative_seed() {
    assertThat(numbers(-1)).isNotEqualTo(numbers(0xffff)).doesNotContain(-1);
  }

  private static int[] numbers(int seed) {
    Rand48 random = new Rand48();
    random.seed(seed);
    return IntStream.range(0, 5).map(i -> random.next()).toArray();
  }
}
