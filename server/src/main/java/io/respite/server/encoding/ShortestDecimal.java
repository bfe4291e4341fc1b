package io.respite.server.encoding;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The decimal with the fewest digits that reads back as a given double, and among those the nearest
 * to it.
 *
 * <p>This is the Schubfach algorithm (Raffaele Giulietti, "The Schubfach way to render doubles",
 * 2020). A double c * 2^q is the middle of an interval of numbers that read back as it. A power of
 * ten 10^k is chosen, as large as fits into the interval, so that one or two multiples of it lie
 * inside; one multiple of 10^(k+1) may lie inside too, and is then shorter. All is scaled by 4 *
 * 10^-k and compared as integers: the product with a 126-bit approximation of 10^-k is rounded to
 * odd, which keeps every comparison exact. So it costs three multiplications of 64 by 126 bits.
 *
 * <p>Numbers with only a few digits of precision, near the least double, are rounded exactly
 * instead; they are rare.
 *
 * @param digits the digits as an integer, positive, without trailing zeros
 * @param exponent the power of ten of the last digit
 */
record ShortestDecimal(long digits, int exponent) {
  private static final int MANTISSA_BITS = 52;
  private static final long HIDDEN_BIT = 1L << MANTISSA_BITS;
  private static final int LEAST_EXPONENT = -1074;
  private static final long MASK_63 = Long.MAX_VALUE;

  /** Range of k for all normal doubles. */
  private static final int MIN_K = -324;

  private static final int MAX_K = 292;

  /** Below this the precision is too low for the method. */
  private static final double FEW_DIGITS = 1e-300;

  /** For each k the 126 bits of floor(10^-k * 2^r) + 1, in two halves of 63. */
  private static final long[] POWERS = powers();

  private static long[] powers() {
    long[] powers = new long[2 * (MAX_K - MIN_K + 1)];
    for (int k = MIN_K; k <= MAX_K; k++) {
      BigInteger power;
      if (k <= 0) {
        BigInteger ten = BigInteger.TEN.pow(-k);
        int shift = 126 - ten.bitLength();
        power = shift >= 0 ? ten.shiftLeft(shift) : ten.shiftRight(-shift);
      } else {
        BigInteger ten = BigInteger.TEN.pow(k);
        // One bit too many or none: which one is known after the division.
        BigInteger quotient = BigInteger.ONE.shiftLeft(126 + ten.bitLength()).divide(ten);
        power = quotient.shiftRight(quotient.bitLength() - 126);
      }
      power = power.add(BigInteger.ONE);
      powers[2 * (k - MIN_K)] = power.shiftRight(63).longValueExact();
      powers[2 * (k - MIN_K) + 1] = power.and(BigInteger.valueOf(MASK_63)).longValueExact();
    }
    return powers;
  }

  /** The shortest decimal of a finite number above zero. */
  static ShortestDecimal of(double value) {
    if (value < FEW_DIGITS) {
      return exactly(value);
    }
    long bits = Double.doubleToRawLongBits(value);
    int biased = (int) (bits >>> MANTISSA_BITS);
    long c = (bits & (HIDDEN_BIT - 1)) | HIDDEN_BIT;
    int q = biased - 1 + LEAST_EXPONENT;
    // The interval ends half way to the neighbours; an even mantissa has its ends, too.
    int out = (int) c & 1;
    long middle = c << 2;
    boolean regular = c != HIDDEN_BIT;
    long lower = regular ? middle - 2 : middle - 1; // below a power of two doubles lie closer
    long upper = middle + 2;
    int k = regular ? floorLog10OfPower2(q) : floorLog10OfThreeQuartersOfPower2(q);
    int h = q + floorLog2OfPower10(-k) + 2;
    long high = POWERS[2 * (k - MIN_K)];
    long low = POWERS[2 * (k - MIN_K) + 1];
    long scaled = roundedToOdd(high, low, middle << h);
    long least = roundedToOdd(high, low, lower << h) + out;
    long most = roundedToOdd(high, low, upper << h) - out;
    long s = scaled >> 2;
    long tens = s / 10 * 10;
    boolean below = least <= tens << 2;
    boolean above = (tens + 10) << 2 <= most;
    if (below != above) {
      return stripped(below ? tens : tens + 10, k);
    }
    below = least <= s << 2;
    above = (s + 1) << 2 <= most;
    if (below != above) {
      return stripped(below ? s : s + 1, k);
    }
    long nearer = scaled - ((2 * s + 1) << 1);
    return stripped(nearer < 0 || (nearer == 0 && (s & 1) == 0) ? s : s + 1, k);
  }

  private static ShortestDecimal stripped(long digits, int exponent) {
    long rest = digits;
    int power = exponent;
    while (rest % 10 == 0) {
      rest /= 10;
      power++;
    }
    return new ShortestDecimal(rest, power);
  }

  /** The leading bits of a product, with the last bit set when anything was cut off. */
  private static long roundedToOdd(long high, long low, long factor) {
    long x = Math.multiplyHigh(low, factor);
    long y0 = high * factor;
    long y1 = Math.multiplyHigh(high, factor);
    long z = (y0 >>> 1) + x;
    long w = y1 + (z >>> 63);
    return w | ((z & MASK_63) + MASK_63) >>> 63;
  }

  // The constants are log10(2), log10(3/4) and log2(10) in fixed point, exact enough for all
  // exponents of doubles.

  private static int floorLog10OfPower2(int e) {
    return (int) ((e * 661_971_961_083L) >> 41);
  }

  private static int floorLog10OfThreeQuartersOfPower2(int e) {
    return (int) ((e * 661_971_961_083L - 274_743_187_321L) >> 41);
  }

  private static int floorLog2OfPower10(int e) {
    return (int) ((e * 913_124_641_741L) >> 38);
  }

  /** The same by rounding the exact value to fewer and fewer digits. */
  static ShortestDecimal exactly(double value) {
    BigDecimal exact = new BigDecimal(value);
    BigDecimal best = exact.round(new MathContext(17, RoundingMode.HALF_EVEN));
    for (int digits = 16; digits > 0; digits--) {
      BigDecimal shorter = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (shorter.doubleValue() != value) {
        // Below a power of two the doubles lie closer, so only the farther neighbour may read back.
        shorter = exact.round(new MathContext(digits, RoundingMode.UP));
      }
      if (shorter.doubleValue() != value) {
        break;
      }
      best = shorter;
    }
    best = best.stripTrailingZeros();
    return new ShortestDecimal(best.unscaledValue().longValueExact(), -best.scale());
  }
}
