package io.respite.server.encoding;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/**
 * Numbers as the protocol writes and reads them.
 *
 * <p>Integers have exactly one spelling: no leading plus, zero or space, so {@code 7} is an integer
 * and {@code 07}, {@code +7} and {@code 7.0} are not. Because of that a value can be stored as an
 * integer and be given back as the very bytes that came in.
 *
 * <p>Doubles are read as C's {@code strtod} reads them (decimal, hexadecimal, infinity), minus what
 * the server refuses: leading white space, trailing bytes, overflow, underflow to zero and
 * not-a-number. They are written in the shortest form that reads back as the same double.
 */
public final class Numbers {
  /** The longest integer: a sign and nineteen digits. */
  public static final int MAX_LONG_DIGITS = 20;

  /** An integer of fewer digits is a double exactly. */
  private static final int MAX_EXACT_DIGITS = 16;

  private static final long[] POWERS_OF_TEN = new long[19];

  static {
    long power = 1;
    for (int i = 0; i < POWERS_OF_TEN.length; i++) {
      POWERS_OF_TEN[i] = power;
      power *= 10;
    }
  }

  private Numbers() {}

  /** Whether the bytes are an integer in its one spelling, within the range of a long. */
  public static boolean isLong(byte[] bytes, int offset, int length) {
    if (length <= 0 || length > MAX_LONG_DIGITS) {
      return false;
    }
    int at = offset;
    int end = offset + length;
    boolean negative = bytes[at] == '-';
    if (negative) {
      at++;
    } else if (length == 1) {
      return bytes[at] >= '0' && bytes[at] <= '9';
    }
    if (at == end || bytes[at] < '1' || bytes[at] > '9') {
      return false;
    }
    for (int i = at + 1; i < end; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
    }
    int digits = end - at;
    if (digits < 19) {
      return true;
    }
    if (digits > 19) {
      return false;
    }
    // Nineteen digits never wrap an unsigned long, so one unsigned comparison decides the range.
    long magnitude = magnitude(bytes, at, end);
    return Long.compareUnsigned(magnitude, negative ? Long.MIN_VALUE : Long.MAX_VALUE) <= 0;
  }

  /** Whether all the bytes are an integer in its one spelling, within the range of a long. */
  public static boolean isLong(byte[] bytes) {
    return isLong(bytes, 0, bytes.length);
  }

  /** The integer; the bytes must have passed {@link #isLong(byte[], int, int)}. */
  public static long parseLong(byte[] bytes, int offset, int length) {
    if (bytes[offset] == '-') {
      return -magnitude(bytes, offset + 1, offset + length);
    }
    return magnitude(bytes, offset, offset + length);
  }

  /** The integer; the bytes must have passed {@link #isLong(byte[])}. */
  public static long parseLong(byte[] bytes) {
    return parseLong(bytes, 0, bytes.length);
  }

  private static long magnitude(byte[] bytes, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value * 10 + (bytes[i] - '0');
    }
    return value;
  }

  /** How many bytes {@link #writeLong} writes, 1 to {@link #MAX_LONG_DIGITS}. */
  public static int longLength(long value) {
    if (value == Long.MIN_VALUE) {
      return MAX_LONG_DIGITS;
    }
    long magnitude = Math.abs(value);
    int digits = 1;
    while (digits < POWERS_OF_TEN.length && magnitude >= POWERS_OF_TEN[digits]) {
      digits++;
    }
    return value < 0 ? digits + 1 : digits;
  }

  /**
   * Writes the integer at {@code offset}, where at least {@link #longLength} bytes must be free.
   *
   * @return the number of bytes written
   */
  public static int writeLong(long value, byte[] target, int offset) {
    int length = longLength(value);
    writeLongBefore(value, target, offset + length);
    return length;
  }

  /** Writes the integer so that it ends before {@code end}, where its length is free. */
  static void writeLongBefore(long value, byte[] target, int end) {
    int at = end;
    // Digits are taken from the negative side, whose range holds every long.
    long rest = value < 0 ? value : -value;
    do {
      long quotient = rest / 10;
      target[--at] = (byte) ('0' + (quotient * 10 - rest));
      rest = quotient;
    } while (rest != 0);
    if (value < 0) {
      target[--at] = '-';
    }
  }

  /** The integer's bytes in a new array. */
  public static byte[] longBytes(long value) {
    byte[] bytes = new byte[longLength(value)];
    writeLongBefore(value, bytes, bytes.length);
    return bytes;
  }

  /**
   * The double that the bytes spell, possibly infinite.
   *
   * @return the number, or NaN where the server answers that the value is not a valid float
   */
  public static double parseDouble(byte[] bytes, int offset, int length) {
    if (length < MAX_EXACT_DIGITS && isLong(bytes, offset, length)) {
      return parseLong(bytes, offset, length);
    }
    double plain = plainDecimal(bytes, offset, length);
    if (!Double.isNaN(plain)) {
      return plain;
    }
    FloatSyntax syntax = FloatSyntax.of(bytes, offset, length);
    if (syntax == FloatSyntax.NONE) {
      return Double.NaN;
    }
    double value = number(bytes, offset, length, syntax);
    boolean outOfRange =
        syntax != FloatSyntax.INFINITE
            && (Double.isInfinite(value)
                || (value == 0 && FloatSyntax.hasNonZeroDigit(bytes, offset, length, syntax)));
    return outOfRange ? Double.NaN : value;
  }

  /**
   * The double that a plain decimal spells: at most fifteen digits, leading zeros included, perhaps
   * with a sign before and a point among them. Digits without the point and the power of ten that
   * it stands for are both exact, so their quotient is rounded once (Clinger, 1990). Made without a
   * string.
   *
   * @return NaN for whatever looks otherwise
   */
  private static double plainDecimal(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    boolean negative = length > 0 && bytes[at] == '-';
    if (negative) {
      at++;
    }
    if (end - at > MAX_EXACT_DIGITS) {
      return Double.NaN;
    }
    long digits = 0;
    int count = 0;
    int point = -1;
    for (; at < end; at++) {
      int digit = bytes[at] - '0';
      if (digit >= 0 && digit <= 9) {
        digits = digits * 10 + digit;
        count++;
      } else if (bytes[at] == '.' && point < 0 && count > 0) {
        point = count;
      } else {
        return Double.NaN;
      }
    }
    if (count == 0 || count >= MAX_EXACT_DIGITS || point == count) {
      return Double.NaN;
    }
    double value = point < 0 ? digits : digits / (double) POWERS_OF_TEN[count - point];
    return negative ? -value : value;
  }

  private static double number(byte[] bytes, int offset, int length, FloatSyntax syntax) {
    if (syntax == FloatSyntax.INFINITE) {
      return bytes[offset] == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    String text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    if (syntax == FloatSyntax.HEXADECIMAL && text.indexOf('p') < 0 && text.indexOf('P') < 0) {
      text += "p0";
    }
    return Double.parseDouble(text);
  }

  /**
   * The double that the bytes spell to C's {@code strtod}, for bounds of ranges: leading white
   * space is passed over, nothing at all is 0, and what is too large or too small becomes infinite
   * or 0.
   *
   * @return the number, or NaN where the bytes are none
   */
  public static double parseBound(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end && (bytes[at] == ' ' || (bytes[at] >= '\t' && bytes[at] <= '\r'))) {
      at++;
    }
    if (length == 0) {
      return 0;
    }
    FloatSyntax syntax = FloatSyntax.of(bytes, at, end - at);
    if (syntax == FloatSyntax.NONE) {
      return Double.NaN;
    }
    return number(bytes, at, end - at, syntax);
  }

  /** The double that all the bytes spell; NaN where it is not a valid float. */
  public static double parseDouble(byte[] bytes) {
    return parseDouble(bytes, 0, bytes.length);
  }

  /**
   * The double as replies and stored scores show it: {@code inf}, {@code -inf}, {@code nan}, whole
   * numbers up to half the range of a long in plain digits, else the shortest digits that read back
   * as the same double, with an exponent where the plain form would be long.
   */
  public static byte[] doubleBytes(double value) {
    if (Double.isNaN(value)) {
      return ascii("nan");
    }
    if (Double.isInfinite(value)) {
      return ascii(value > 0 ? "inf" : "-inf");
    }
    if (value == 0) {
      return ascii(1 / value < 0 ? "-0" : "0");
    }
    if (Math.abs(value) <= 0x1p62 && value == (long) value) {
      return longBytes((long) value);
    }
    return ascii(shortest(value));
  }

  /**
   * The double with seventeen significant digits and no trailing zeros, as C's {@code %.17g} writes
   * it: the form of checksums and of ZSCAN, in which 0.1 is {@code 0.10000000000000001}.
   */
  public static byte[] digits17(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
      return doubleBytes(value);
    }
    if (Math.abs(value) < 1e16 && value == (long) value) {
      return longBytes((long) value);
    }
    BigDecimal rounded =
        new BigDecimal(Math.abs(value)).round(new MathContext(17, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    BigDecimal digits = rounded.stripTrailingZeros();
    String sign = value < 0 ? "-" : "";
    if (exponent >= -4 && exponent < 17) {
      return ascii(sign + digits.toPlainString());
    }
    String text = digits.unscaledValue().toString();
    String fraction = text.length() > 1 ? "." + text.substring(1) : "";
    String size = Math.abs(exponent) < 10 ? "0" + Math.abs(exponent) : "" + Math.abs(exponent);
    return ascii(sign + text.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + size);
  }

  /**
   * A number with exactly four decimals, rounded half to even from its exact value, as C's {@code
   * %.4f} writes it.
   *
   * @param value finite, not negative
   */
  public static byte[] fourDecimals(double value) {
    double scaled = value * 10_000;
    long whole = (long) scaled;
    double rest = scaled - whole;
    // The product is off by less than a thousandth here, so only what is near the half is in doubt.
    if (value > 1e9 || Math.abs(rest - 0.5) < 0.01) {
      return ascii(new BigDecimal(value).setScale(4, RoundingMode.HALF_EVEN).toPlainString());
    }
    whole += rest > 0.5 ? 1 : 0;
    return withFraction(false, whole / 10_000, whole % 10_000, 4, 4);
  }

  /**
   * A number with at most seventeen decimals and no trailing zeros, rounded half to even from its
   * exact value: the form of coordinates.
   *
   * @param value finite
   */
  public static byte[] seventeenDecimals(double value) {
    double size = Math.abs(value);
    if (size < 0x1p-10 || size > 1000) {
      BigDecimal rounded = new BigDecimal(value).setScale(17, RoundingMode.HALF_EVEN);
      return ascii(rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString());
    }
    int point = 52 - Math.getExponent(size); // bits behind the binary point, 43 to 62
    long mantissa = (Double.doubleToRawLongBits(size) & ((1L << 52) - 1)) | (1L << 52);
    long behind = mantissa & ((1L << point) - 1);
    long scale = POWERS_OF_TEN[17];
    long low = behind * scale;
    long digits = (Math.multiplyHigh(behind, scale) << (64 - point)) | (low >>> point);
    long rest = low & ((1L << point) - 1);
    long half = 1L << (point - 1);
    digits += rest > half || (rest == half && (digits & 1) == 1) ? 1 : 0;
    long whole = (mantissa >>> point) + digits / scale;
    return withFraction(value < 0, whole, digits % scale, 17, 0);
  }

  /** Writes so many decimals, without the zeros at the end that come after {@code least} ones. */
  private static byte[] withFraction(
      boolean negative, long whole, long fraction, int decimals, int least) {
    int left = decimals;
    long rest = fraction;
    while (left > least && rest % 10 == 0) {
      rest /= 10;
      left--;
    }
    int sign = negative ? 1 : 0;
    int before = sign + longLength(whole);
    byte[] text = new byte[left == 0 ? before : before + 1 + left];
    writeLong(whole, text, sign);
    if (negative) {
      text[0] = '-';
    }
    for (int i = text.length - 1; i > before; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    if (left > 0) {
      text[before] = '.';
    }
    return text;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String shortest(double value) {
    ShortestDecimal digits = ShortestDecimal.of(Math.abs(value));
    String text = Long.toString(digits.digits());
    int count = text.length();
    int exponentOfUnit = digits.exponent();
    int exponent = exponentOfUnit + count - 1;
    StringBuilder out = new StringBuilder(32);
    if (value < 0) {
      out.append('-');
    }
    if (exponentOfUnit >= 0 && Math.abs(exponent) < count + 7) {
      out.append(text).append("0".repeat(exponentOfUnit));
    } else if (exponentOfUnit < 0 && (exponentOfUnit > -7 || Math.abs(exponent) < 4)) {
      int point = count + exponentOfUnit;
      if (point <= 0) {
        out.append("0.").append("0".repeat(-point)).append(text);
      } else {
        out.append(text, 0, point).append('.').append(text, point, count);
      }
    } else {
      out.append(text.charAt(0));
      if (count > 1) {
        out.append('.').append(text, 1, count);
      }
      out.append('e').append(exponent < 0 ? '-' : '+').append(Math.abs(exponent));
    }
    return out.toString();
  }
}
