package io.respite.server.encoding;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * The extended precision in which INCRBYFLOAT and HINCRBYFLOAT count: 64 bits of mantissa, as the
 * {@code long double} of the x86 servers whose results clients compare with.
 *
 * <p>A finite value is {@code mantissa * 2^exponent} with a signed mantissa of at most 64 bits.
 * Reading, adding and writing are each exact and then rounded once, half to even, which is what the
 * hardware and the C library do; so the digits agree with theirs to the last one. Values are
 * written with 17 decimals and without trailing zeros.
 *
 * <p>Exponents are checked before any power is formed, so that {@code 1e999999999} costs nothing.
 */
public final class LongDouble {
  /** A text as long as this or longer is refused. */
  public static final int MAX_TEXT_LENGTH = 5 * 1024;

  /** Zero, where a missing key starts. */
  public static final LongDouble ZERO = new LongDouble(BigInteger.ZERO, 0, 0);

  private static final int MANTISSA_BITS = 64;

  /** The smallest exponent of a mantissa's last bit; below it lie only rounded-off denormals. */
  private static final int MIN_EXPONENT = -16445;

  /** A finite value is below two to this power. */
  private static final int MAX_BITS = 16384;

  /** Decimal exponents beyond this overflow or vanish whatever the digits are. */
  private static final int MAX_DECIMAL_EXPONENT = 2 * MAX_TEXT_LENGTH + 5000;

  private static final int DECIMALS = 17;
  private static final BigInteger DECIMAL_SCALE = BigInteger.TEN.pow(DECIMALS);

  private final BigInteger mantissa;
  private final int exponent;

  /** Zero for a finite value, else the sign of the infinity. */
  private final int infinity;

  private LongDouble(BigInteger mantissa, int exponent, int infinity) {
    this.mantissa = mantissa;
    this.exponent = exponent;
    this.infinity = infinity;
  }

  /** The exact value of a long, which 64 bits of mantissa always hold. */
  public static LongDouble of(long value) {
    return new LongDouble(BigInteger.valueOf(value), 0, 0);
  }

  /**
   * Reads a number as {@link Numbers#parseDouble} does, in extended precision.
   *
   * @return the number, possibly infinite, or null where the bytes are not a valid float: not a
   *     number, too large, too small to tell from zero, or longer than {@link #MAX_TEXT_LENGTH}
   */
  public static LongDouble parse(byte[] bytes, int offset, int length) {
    if (length >= MAX_TEXT_LENGTH) {
      return null;
    }
    FloatSyntax syntax = FloatSyntax.of(bytes, offset, length);
    if (syntax == FloatSyntax.NONE) {
      return null;
    }
    if (syntax == FloatSyntax.INFINITE) {
      return new LongDouble(BigInteger.ZERO, 0, bytes[offset] == '-' ? -1 : 1);
    }
    String text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    LongDouble value = syntax == FloatSyntax.DECIMAL ? decimal(text) : hexadecimal(text);
    boolean vanished =
        value.mantissa.signum() == 0 && FloatSyntax.hasNonZeroDigit(bytes, offset, length, syntax);
    return value.isInfinite() || vanished ? null : value;
  }

  private static LongDouble decimal(String text) {
    Parts parts = Parts.of(text, 'e', 10);
    BigInteger digits = new BigInteger(parts.digits);
    if (digits.signum() == 0) {
      return ZERO;
    }
    if (parts.exponent > MAX_DECIMAL_EXPONENT) {
      return new LongDouble(BigInteger.ZERO, 0, digits.signum());
    }
    if (parts.exponent < -MAX_DECIMAL_EXPONENT) {
      return ZERO;
    }
    int power = (int) parts.exponent - parts.fractionDigits;
    return power >= 0
        ? rounded(digits.multiply(BigInteger.TEN.pow(power)), 0, false)
        : quotient(digits, BigInteger.TEN.pow(-power));
  }

  private static LongDouble hexadecimal(String text) {
    Parts parts = Parts.of(text, 'p', 16);
    BigInteger digits = new BigInteger(parts.digits, 16);
    if (digits.signum() == 0) {
      return ZERO;
    }
    int limit = 2 * MAX_BITS + 4 * MAX_TEXT_LENGTH;
    if (parts.exponent > limit) {
      return new LongDouble(BigInteger.ZERO, 0, digits.signum());
    }
    if (parts.exponent < -limit) {
      return ZERO;
    }
    return rounded(digits, (int) parts.exponent - 4 * parts.fractionDigits, false);
  }

  private static LongDouble quotient(BigInteger numerator, BigInteger denominator) {
    // Two bits more than a mantissa, plus one that says whether anything was left over.
    int shift = Math.max(0, MANTISSA_BITS + 2 - (numerator.bitLength() - denominator.bitLength()));
    BigInteger[] result = numerator.abs().shiftLeft(shift).divideAndRemainder(denominator);
    boolean inexact = result[1].signum() != 0;
    BigInteger signed = numerator.signum() < 0 ? result[0].negate() : result[0];
    return rounded(signed, -shift, inexact);
  }

  /** Rounds half to even; {@code inexact} says that something non-zero was cut off below. */
  private static LongDouble rounded(BigInteger value, int exponent, boolean inexact) {
    BigInteger magnitude = value.abs();
    int drop =
        Math.max(
            Math.max(0, magnitude.bitLength() - MANTISSA_BITS),
            (int) ((long) MIN_EXPONENT - exponent));
    int newExponent = exponent;
    if (drop > 0) {
      magnitude = shiftRightHalfEven(magnitude, drop, inexact);
      newExponent = exponent + drop;
    }
    if (magnitude.signum() == 0) {
      return ZERO;
    }
    if ((long) magnitude.bitLength() + newExponent > MAX_BITS) {
      return new LongDouble(BigInteger.ZERO, 0, value.signum());
    }
    return new LongDouble(value.signum() < 0 ? magnitude.negate() : magnitude, newExponent, 0);
  }

  private static BigInteger shiftRightHalfEven(BigInteger magnitude, int bits, boolean inexact) {
    BigInteger kept = magnitude.shiftRight(bits);
    if (!magnitude.testBit(bits - 1)) {
      return kept;
    }
    boolean tie = !inexact && magnitude.getLowestSetBit() == bits - 1;
    return tie && !kept.testBit(0) ? kept : kept.add(BigInteger.ONE);
  }

  /** Whether this is an infinity, which the increment commands refuse. */
  public boolean isInfinite() {
    return infinity != 0;
  }

  /**
   * The sum, possibly infinite.
   *
   * @return the sum, or null when it is not a number: infinities of different sign
   */
  public LongDouble plus(LongDouble other) {
    if (isInfinite() || other.isInfinite()) {
      if (infinity * other.infinity < 0) {
        return null;
      }
      return isInfinite() ? this : other;
    }
    int low = Math.min(exponent, other.exponent);
    BigInteger sum =
        mantissa.shiftLeft(exponent - low).add(other.mantissa.shiftLeft(other.exponent - low));
    return rounded(sum, low, false);
  }

  /**
   * The least integer that is not below this number times {@code factor}, the product rounded as
   * any other.
   *
   * @throws ArithmeticException when this is infinite
   */
  public BigInteger ceilingOfTimes(long factor) {
    if (isInfinite()) {
      throw new ArithmeticException("infinite");
    }
    LongDouble product = rounded(mantissa.multiply(BigInteger.valueOf(factor)), exponent, false);
    // Shifting right rounds down, so the negated number is rounded up.
    return product.exponent >= 0
        ? product.mantissa.shiftLeft(product.exponent)
        : product.mantissa.negate().shiftRight(-product.exponent).negate();
  }

  /** The value with at most 17 decimals and no trailing zeros; {@code inf} or {@code -inf}. */
  public byte[] toBytes() {
    return toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    if (isInfinite()) {
      return infinity > 0 ? "inf" : "-inf";
    }
    if (exponent >= 0) {
      return mantissa.shiftLeft(exponent).toString();
    }
    BigInteger scaled =
        shiftRightHalfEven(mantissa.abs().multiply(DECIMAL_SCALE), -exponent, false);
    if (scaled.signum() == 0) {
      return "0";
    }
    String digits = scaled.toString();
    if (digits.length() <= DECIMALS) {
      digits = "0".repeat(DECIMALS + 1 - digits.length()) + digits;
    }
    int point = digits.length() - DECIMALS;
    int end = digits.length();
    while (end > point && digits.charAt(end - 1) == '0') {
      end--;
    }
    String whole = digits.substring(0, point);
    String text = end == point ? whole : whole + "." + digits.substring(point, end);
    return mantissa.signum() < 0 ? "-" + text : text;
  }

  /** A number taken apart: all digits without the point, how many follow it, and the exponent. */
  private record Parts(String digits, int fractionDigits, long exponent) {
    static Parts of(String text, char exponentLetter, int radix) {
      boolean negative = text.charAt(0) == '-';
      int start = negative || text.charAt(0) == '+' ? 1 : 0;
      if (radix == 16) {
        start += 2;
      }
      int letter = text.indexOf(exponentLetter, start);
      if (letter < 0) {
        letter = text.indexOf(Character.toUpperCase(exponentLetter), start);
      }
      String number = letter < 0 ? text.substring(start) : text.substring(start, letter);
      int point = number.indexOf('.');
      int fraction = point < 0 ? 0 : number.length() - point - 1;
      String digits = point < 0 ? number : number.substring(0, point) + number.substring(point + 1);
      return new Parts(
          negative ? "-" + digits : digits,
          fraction,
          letter < 0 ? 0 : clampedExponent(text.substring(letter + 1)));
    }

    /** The exponent, held within a range that no sum of lengths can leave. */
    private static long clampedExponent(String text) {
      boolean negative = text.charAt(0) == '-';
      int at = negative || text.charAt(0) == '+' ? 1 : 0;
      long value = 0;
      for (; at < text.length(); at++) {
        value = Math.min(value * 10 + (text.charAt(at) - '0'), Integer.MAX_VALUE);
      }
      return negative ? -value : value;
    }
  }
}
