package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ShortestDecimalTest {
  private static void compare(double value, long seed) {
    ShortestDecimal found = ShortestDecimal.of(value);
    assertThat(found)
        .as("%s, bits %x, seed %d", value, Double.doubleToRawLongBits(value), seed)
        .isEqualTo(ShortestDecimal.exactly(value));
    assertThat(BigDecimal.valueOf(found.digits(), -found.exponent()).doubleValue())
        .isEqualTo(value);
  }

  @Test
  void agrees_with_exact_rounding_on_random_numbers() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      compare(random.nextDouble() * 1000, seed);
      double any = Double.longBitsToDouble(random.nextLong() & Long.MAX_VALUE);
      if (Double.isFinite(any) && any != 0) {
        compare(any, seed);
      }
    }
  }

  @Test
  void agrees_with_exact_rounding_on_powers_of_two_and_their_neighbours() {
    for (int exponent = -1074; exponent <= 1023; exponent++) {
      double power = Math.scalb(1.0, exponent);
      compare(power, 0);
      compare(Math.nextUp(power), 0);
      if (exponent > -1074) {
        compare(Math.nextDown(power), 0);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 1, -1",
    "123.25, 12325, -2",
    "1e23, 1, 23",
    "9.5e-5, 95, -6",
    "5e-324, 5, -324",
    "2e-44, 2, -44",
    "1.7976931348623157e308, 17976931348623157, 292",
    "0.30000000000000004, 30000000000000004, -17"
  })
  void has_the_fewest_digits(double value, long digits, int exponent) {
    assertThat(ShortestDecimal.of(value)).isEqualTo(new ShortestDecimal(digits, exponent));
  }
}
