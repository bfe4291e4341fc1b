package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class NumbersTest {
  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Nested
  class Integers {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "0",
          "7",
          "-1",
          "10",
          "9223372036854775807",
          "-9223372036854775808",
          "1000000000000000000"
        })
    void have_one_spelling(String text) {
      assertThat(Numbers.isLong(latin(text))).isTrue();
      assertThat(Numbers.parseLong(latin(text))).isEqualTo(Long.parseLong(text));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "-",
          "+1",
          "-0",
          "00",
          "01",
          "-01",
          " 1",
          "1 ",
          "1.0",
          "1e3",
          "0x10",
          "9223372036854775808",
          "-9223372036854775809",
          "9999999999999999999",
          "99999999999999999999",
          "18446744073709551617",
          "1_0"
        })
    void have_no_other_spelling(String text) {
      assertThat(Numbers.isLong(latin(text))).isFalse();
    }

    @Test
    void survive_writing_and_reading() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 20_000; i++) {
        long value = random.nextLong() >> random.nextInt(64);
        String expected = Long.toString(value);
        byte[] bytes = Numbers.longBytes(value);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
            .as("seed %d", seed)
            .isEqualTo(expected);
        assertThat(Numbers.longLength(value)).isEqualTo(expected.length());
        assertThat(Numbers.isLong(bytes)).isTrue();
        assertThat(Numbers.parseLong(bytes)).isEqualTo(value);
      }
      for (long value : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, 9, 10, 99, 100}) {
        assertThat(Numbers.longBytes(value)).isEqualTo(latin(Long.toString(value)));
      }
    }

    @Test
    void are_told_from_what_a_big_integer_would_accept() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      BigInteger least = BigInteger.valueOf(Long.MIN_VALUE);
      BigInteger most = BigInteger.valueOf(Long.MAX_VALUE);
      for (int i = 0; i < 20_000; i++) {
        BigInteger value = new BigInteger(60 + random.nextInt(10), random);
        value = random.nextBoolean() ? value.negate() : value;
        boolean fits = value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
        assertThat(Numbers.isLong(latin(value.toString())))
            .as("seed %d: %s", seed, value)
            .isEqualTo(fits);
      }
    }
  }

  @Nested
  class Bounds {
    @ParameterizedTest
    @CsvSource({
      "'', 0",
      "' 3', 3",
      "'\t-2.5', -2.5",
      "1e999, Infinity",
      "1e-999, 0",
      "+inf, Infinity"
    })
    void are_read_leniently(String text, double expected) {
      byte[] bytes = latin("x" + text + "x");
      assertThat(Numbers.parseBound(bytes, 1, bytes.length - 2)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3 ", "x", " ", "nan", "1e", "--1"})
    void are_refused_when_they_are_no_number(String text) {
      byte[] bytes = latin(text);
      assertThat(Numbers.parseBound(bytes, 0, bytes.length)).isNaN();
    }
  }

  @Nested
  class Fixed_decimals {
    @Test
    void agree_with_exact_rounding() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 100_000; i++) {
        double coordinate = Math.scalb(random.nextDouble() * 360 - 180, -random.nextInt(12));
        BigDecimal exact = new BigDecimal(coordinate).setScale(17, RoundingMode.HALF_EVEN);
        assertThat(new String(Numbers.seventeenDecimals(coordinate), StandardCharsets.US_ASCII))
            .as("seed %d", seed)
            .isEqualTo(exact.stripTrailingZeros().toPlainString());
        double distance =
            random.nextInt(4) == 0 ? i / 32.0 : random.nextDouble() * (1L << (i % 50));
        assertThat(new String(Numbers.fourDecimals(distance), StandardCharsets.US_ASCII))
            .as("seed %d", seed)
            .isEqualTo(
                new BigDecimal(distance).setScale(4, RoundingMode.HALF_EVEN).toPlainString());
      }
    }

    @ParameterizedTest
    @CsvSource({
      "0, 0",
      "-0.0, 0",
      "180, 180",
      "-180, -180",
      "0.5, 0.5",
      "1e-20, 0",
      "-85.25, -85.25"
    })
    void of_coordinates_have_no_trailing_zeros(double value, String expected) {
      assertThat(new String(Numbers.seventeenDecimals(value), StandardCharsets.US_ASCII))
          .isEqualTo(expected);
    }
  }

  @Nested
  class Seventeen_digits {
    @ParameterizedTest
    @CsvSource({
      "0.1, 0.10000000000000001",
      "1e+21, 1e+21",
      "3.0, 3",
      "1e-05, 1.0000000000000001e-05",
      "0.0001, 0.0001",
      "1.2345678901234568e+17, 1.2345678901234568e+17",
      "1e+17, 1e+17",
      "1e+16, 10000000000000000",
      "1.5e+300, 1.5000000000000001e+300",
      "5e-324, 4.9406564584124654e-324",
      "4503599627370497.0, 4503599627370497",
      "4.611686018427388e+18, 4.6116860184273879e+18",
      "2.5, 2.5",
      "0.3333333333333333, 0.33333333333333331",
      "-1.1, -1.1000000000000001",
      "1.7976931348623157e+308, 1.7976931348623157e+308",
      "1e+17, 1e+17",
      "1.2345678901234567e+19, 1.2345678901234567e+19",
      "-0.0, -0",
      "-Infinity, -inf"
    })
    void are_written_as_c_writes_them(double value, String expected) {
      assertThat(new String(Numbers.digits17(value), StandardCharsets.ISO_8859_1))
          .isEqualTo(expected);
    }
  }

  @Nested
  class Doubles {
    @ParameterizedTest
    @CsvSource({
      "1, 1",
      "-1.5, -1.5",
      ".5, 0.5",
      "5., 5",
      "+1, 1",
      "0x1p3, 8",
      "0X.8, 0.5",
      "0x10, 16",
      "1e5, 100000",
      "1E-2, 0.01",
      "inf, Infinity",
      "-inf, -Infinity",
      "+Infinity, Infinity",
      "4.9e-324, 4.9e-324"
    })
    void are_read_as_c_reads_them(String text, double expected) {
      assertThat(Numbers.parseDouble(latin(text))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "", " 1", "1 ", ".", "nan", "-nan", "1e", "1e+", "0x", "0x1p", "1d", "1f", "1e400",
          "-1e400", "1e-400", "infin", "1.2.3", "--1", "1\u0000", "NaN(1)"
        })
    void are_refused_when_anything_is_left_over_or_out_of_range(String text) {
      assertThat(Numbers.parseDouble(latin(text))).isNaN();
    }

    @ParameterizedTest
    @CsvSource({
      "3, 3",
      "-0.0, -0",
      "0.0, 0",
      "0.1, 0.1",
      "3.14, 3.14",
      "1e17, 100000000000000000",
      "1e21, 1e+21",
      "1.5e300, 1.5e+300",
      "1e-7, 1e-7",
      "0.000001, 0.000001",
      "0.002, 0.002",
      "2e-3, 0.002",
      "1.7976931348623157e308, 1.7976931348623157e+308",
      "5e-324, 5e-324",
      "5.684341886080802E-14, 5.684341886080802e-14",
      "2.2E-322, 2.2e-322",
      "Infinity, inf",
      "-Infinity, -inf",
      "NaN, nan"
    })
    void are_written_in_the_shortest_form(double value, String expected) {
      assertThat(new String(Numbers.doubleBytes(value), StandardCharsets.ISO_8859_1))
          .isEqualTo(expected);
    }

    @Test
    void of_few_digits_are_what_the_jdk_reads() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 50_000; i++) {
        String digits = String.valueOf(random.nextLong() >>> 1);
        String text = digits.substring(0, Math.min(digits.length(), 1 + random.nextInt(18)));
        if (random.nextInt(3) > 0) {
          int point = 1 + random.nextInt(text.length());
          text = text.substring(0, point) + "." + text.substring(point) + random.nextInt(10);
        }
        text = (random.nextBoolean() ? "-" : "") + "0".repeat(random.nextInt(4)) + text;
        assertThat(Numbers.parseDouble(latin(text)))
            .as("%s, seed %d", text, seed)
            .isEqualTo(Double.parseDouble(text));
      }
      for (String text : new String[] {"-0", "-0.0", "00", "0.5", "9007199254740993", "1.", ".5"}) {
        assertThat(Numbers.parseDouble(latin(text))).as(text).isEqualTo(Double.parseDouble(text));
      }
    }

    @Test
    void read_back_as_they_were_written() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 20_000; i++) {
        double value =
            random.nextBoolean()
                ? Double.longBitsToDouble(random.nextLong())
                : random.nextInt(1_000_000) / 1000.0;
        if (Double.isNaN(value)) {
          continue;
        }
        byte[] bytes = Numbers.doubleBytes(value);
        assertThat(Numbers.parseDouble(bytes)).as("seed %d", seed).isEqualTo(value);
        assertThat(bytes.length).as("seed %d", seed).isLessThanOrEqualTo(25);
      }
    }
  }
}
