package io.respite.server.lua.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class NumberTextTest {
  @Nested
  class General {
    private void check(double number, int precision, long seed) {
      BigDecimal rounded =
          new BigDecimal(number).round(new MathContext(precision, RoundingMode.HALF_EVEN));
      int exponent = rounded.precision() - rounded.scale() - 1;
      String text = NumberText.general(number, precision);
      assertThat(new BigDecimal(text))
          .as("%s with %d digits, seed %d", number, precision, seed)
          .isEqualByComparingTo(rounded);
      assertThat(text.contains("e")).as(text).isEqualTo(exponent < -4 || exponent >= precision);
      assertThat(text).doesNotEndWith(".").doesNotContain(".e");
      assertThat(text.contains(".") && text.replaceFirst("e.*", "").endsWith("0"))
          .as(text)
          .isFalse();
    }

    @Test
    void has_so_many_digits_rounded_once() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 100_000; i++) {
        int precision = 1 + random.nextInt(17);
        double number =
            switch (i % 4) {
              case 0 -> random.nextInt(1_000_000) / 100.0;
              case 1 -> random.nextGaussian() * Math.pow(10, random.nextInt(24) - 8);
              case 2 -> (random.nextInt(2_000_000) + 0.5) / (1 << random.nextInt(12));
              default ->
                  Math.nextAfter(Math.pow(10, random.nextInt(20) - 5), random.nextInt(3) - 1);
            };
        if (number != 0) {
          check(number, precision, seed);
        }
      }
    }

    @Test
    void gives_ties_to_the_even_digit() {
      assertThat(NumberText.general(0.5, 14)).isEqualTo("0.5");
      assertThat(NumberText.general(2.5, 1)).isEqualTo("2");
      assertThat(NumberText.general(3.5, 1)).isEqualTo("4");
      assertThat(NumberText.general(9.5, 1)).isEqualTo("1e+01");
      assertThat(NumberText.general(0.00048828125, 4)).isEqualTo("0.0004883");
      assertThat(NumberText.general(1.25, 2)).isEqualTo("1.2");
      assertThat(NumberText.general(1.375, 3)).isEqualTo("1.38");
      assertThat(NumberText.general(99.95, 3)).isEqualTo("100");
    }
  }
}
