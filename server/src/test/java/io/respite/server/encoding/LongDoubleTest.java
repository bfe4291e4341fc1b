package io.respite.server.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LongDoubleTest {
  private static LongDouble parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return LongDouble.parse(bytes, 0, bytes.length);
  }

  /** What INCRBYFLOAT answers when the key holds the first and the second is added. */
  private static String incrByFloat(String stored, String increment) {
    LongDouble first = parse(stored);
    LongDouble second = parse(increment);
    if (first == null || second == null) {
      return "-ERR value is not a valid float";
    }
    LongDouble sum = first.plus(second);
    return sum == null || sum.isInfinite()
        ? "-ERR increment would produce NaN or Infinity"
        : sum.toString();
  }

  @Test
  void adds_as_the_real_server_does_on_recorded_cases() throws IOException {
    int cases = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                LongDoubleTest.class.getResourceAsStream("long-double-sums.tsv"),
                StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] columns = line.split("\t", -1);
        assertThat(incrByFloat(columns[0], columns[1])).as(line).isEqualTo(columns[2]);
        cases++;
      }
    }
    assertThat(cases).isGreaterThan(500);
  }

  @Test
  void is_exact_where_64_bits_hold_the_sum() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      BigDecimal a = BigDecimal.valueOf(random.nextInt(), 1).multiply(BigDecimal.valueOf(5));
      BigDecimal b = BigDecimal.valueOf(random.nextInt(), 1).multiply(BigDecimal.valueOf(5));
      LongDouble sum = parse(a.toPlainString()).plus(parse(b.toPlainString()));
      assertThat(new BigDecimal(sum.toString()))
          .as("seed %d: %s + %s", seed, a, b)
          .isEqualByComparingTo(a.add(b));
    }
  }

  @Test
  void refuses_texts_that_are_too_long() {
    assertThat(parse("1".repeat(LongDouble.MAX_TEXT_LENGTH))).isNull();
    assertThat(parse("0".repeat(LongDouble.MAX_TEXT_LENGTH - 2) + "1").toString()).isEqualTo("1");
  }

  @Test
  void enormous_exponents_cost_nothing() {
    assertThat(parse("1e999999999999999999")).isNull();
    assertThat(parse("1e-999999999999999999")).isNull();
    assertThat(parse("0x1p999999999999")).isNull();
    assertThat(parse("0e999999999999").toString()).isEqualTo("0");
    assertThat(parse("." + "0".repeat(5000) + "1e5001").toString()).isEqualTo("1");
  }

  @Test
  void a_thousand_times_a_decimal_is_rounded_before_it_is_raised_to_an_integer() {
    assertThat(thousandfold("0.1")).isEqualTo(100);
    assertThat(thousandfold("0.0001")).isEqualTo(1);
    assertThat(thousandfold("2.5")).isEqualTo(2500);
    assertThat(thousandfold("-0.0001")).isZero();
    assertThat(thousandfold("-1.5")).isEqualTo(-1500);
  }

  private static long thousandfold(String text) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    return LongDouble.parse(bytes, 0, bytes.length).ceilingOfTimes(1000).longValueExact();
  }
}
