package io.respite.server.lua.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/**
 * Numbers as text and back: {@code %.14g} and {@code strtod} of C, which Lua 5.1 uses ("2.2.1
 * Coercion").
 *
 * <pre>
 *   number  = space* [sign] ( digits [exponent] | '0x' hex [binary exponent] | 'inf' ['inity'] | 'nan' ) space*
 *   digits  = digit+ ['.' digit*] | '.' digit+
 * </pre>
 */
public final class NumberText {
  /** Whole numbers below this have at most 14 digits. */
  private static final double WHOLE = 1e14;

  private static final int SIGNIFICANT = 14;

  /** Longest text that is looked at: there is no number that needs so many digits. */
  private static final int LONGEST = 4096;

  /** Powers of ten that are exact. */
  private static final double[] POWERS = new double[23];

  private static final int SMALL = 256;
  private static final LuaString[] SMALL_WHOLE = new LuaString[SMALL];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
    for (int i = 0; i < SMALL; i++) {
      SMALL_WHOLE[i] = LuaString.of(Integer.toString(i));
    }
  }

  private NumberText() {}

  /** A number as {@code tostring} writes it. */
  public static LuaString of(double number) {
    if (number == (long) number && Math.abs(number) < WHOLE) {
      long whole = (long) number;
      if (whole >= 0 && whole < SMALL && (whole != 0 || 1 / number > 0)) {
        return SMALL_WHOLE[(int) whole];
      }
      if (whole == 0) {
        return LuaString.of("-0");
      }
      return LuaString.of(Long.toString(whole));
    }
    return LuaString.of(general(number, SIGNIFICANT));
  }

  /**
   * A number as C's {@code %.*g} writes it.
   *
   * @param precision significant digits; 0 counts as 1
   */
  public static String general(double number, int precision) {
    if (Double.isNaN(number)) {
      // The sign of what is no number: what C prints for 0/0 on x86-64.
      return Double.doubleToRawLongBits(number) < 0 ? "-nan" : "nan";
    } else if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    } else if (number == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    int digits = Math.max(1, precision);
    String quick = digits <= SIGNIFICANT ? quick(number, digits) : null;
    if (quick != null) {
      return quick;
    }
    BigDecimal rounded =
        new BigDecimal(Math.abs(number)).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    String unscaled = stripZeros(rounded.unscaledValue().toString());
    StringBuilder text = new StringBuilder(number < 0 ? "-" : "");
    if (exponent < -4 || exponent >= digits) {
      text.append(unscaled.charAt(0));
      if (unscaled.length() > 1) {
        text.append('.').append(unscaled, 1, unscaled.length());
      }
      int size = Math.abs(exponent);
      text.append(exponent < 0 ? "e-" : "e+").append(size < 10 ? "0" : "").append(size);
    } else if (exponent < 0) {
      text.append("0.").append("0".repeat(-exponent - 1)).append(unscaled);
    } else if (unscaled.length() <= exponent + 1) {
      text.append(unscaled).append("0".repeat(exponent + 1 - unscaled.length()));
    } else {
      text.append(unscaled, 0, exponent + 1).append('.');
      text.append(unscaled, exponent + 1, unscaled.length());
    }
    return text.toString();
  }

  /**
   * The same for numbers of a usual size that are written without an exponent; null for others.
   *
   * <p>The number times a power of ten that is exact, as the sum of two doubles, is exact too; so
   * it can be rounded to an integer with so many digits, ties to even, by looking at both.
   */
  private static String quick(double number, int digits) {
    double size = Math.abs(number);
    if (!(size >= 1e-4 && size < POWERS[digits])) {
      return null;
    }
    int exponent = (int) Math.floor(Math.log10(size));
    int decimals = digits - 1 - exponent;
    if (decimals >= POWERS.length || decimals < 0) {
      return null;
    }
    double power = POWERS[decimals];
    double high = size * power;
    double low = Math.fma(size, power, -high);
    double floor = Math.floor(high);
    double over = high - floor - 0.5;
    long scaled = (long) floor;
    if (over > 0 || (over == 0 && (low > 0 || (low == 0 && (scaled & 1) != 0)))) {
      scaled++;
    }
    // The logarithm was one off, or the rounding has made one more digit of it.
    if (scaled < (long) POWERS[digits - 1] || scaled >= (long) POWERS[digits]) {
      return null;
    }
    while (decimals > 0 && scaled % 10 == 0) {
      scaled /= 10;
      decimals--;
    }
    String sign = number < 0 ? "-" : "";
    long unit = (long) POWERS[decimals];
    if (decimals == 0) {
      return sign + scaled;
    }
    String fraction = Long.toString(scaled % unit);
    return sign + scaled / unit + "." + "0".repeat(decimals - fraction.length()) + fraction;
  }

  private static String stripZeros(String digits) {
    int end = digits.length();
    while (end > 1 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, end);
  }

  /**
   * The number that a string denotes; null if it denotes none. What follows a byte 0 is not seen,
   * as in C.
   */
  public static Double parse(LuaString string) {
    byte[] bytes = string.bytes();
    int from = 0;
    int to = 0;
    // Spaces around it count too: nobody may wait for what it takes to look at megabytes.
    int most = Math.min(bytes.length, LONGEST + 1);
    while (to < most && bytes[to] != 0) {
      to++;
    }
    if (to > LONGEST) {
      return null;
    }
    while (from < to && isSpace(bytes[from])) {
      from++;
    }
    while (to > from && isSpace(bytes[to - 1])) {
      to--;
    }
    if (from == to) {
      return null;
    }
    Double whole = smallWhole(bytes, from, to);
    return whole != null ? whole : parse(bytes, from, to);
  }

  /** The common case: up to 15 decimal digits. */
  private static Double smallWhole(byte[] bytes, int from, int to) {
    if (to - from > 15) {
      return null;
    }
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      number = number * 10 + digit;
    }
    return (double) number;
  }

  private static Double parse(byte[] bytes, int from, int to) {
    String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    boolean negative = text.charAt(0) == '-';
    String body = negative || text.charAt(0) == '+' ? text.substring(1) : text;
    String lower = body.toLowerCase(java.util.Locale.ROOT);
    double magnitude;
    if (lower.equals("inf") || lower.equals("infinity")) {
      magnitude = Double.POSITIVE_INFINITY;
    } else if (lower.equals("nan")) {
      magnitude = Double.NaN;
    } else if (lower.startsWith("0x")) {
      if (!isHex(lower)) {
        return null;
      }
      magnitude = Double.parseDouble(lower.indexOf('p') < 0 ? lower + "p0" : lower);
    } else {
      if (!isDecimal(lower)) {
        return null;
      }
      magnitude = Double.parseDouble(lower);
    }
    return negative ? -magnitude : magnitude;
  }

  private static boolean isDecimal(String text) {
    int i = digits(text, 0, 10);
    int count = i;
    if (i < text.length() && text.charAt(i) == '.') {
      int end = digits(text, i + 1, 10);
      count += end - i - 1;
      i = end;
    }
    return count > 0 && isExponent(text, i, 'e');
  }

  private static boolean isHex(String text) {
    int i = digits(text, 2, 16);
    int count = i - 2;
    if (i < text.length() && text.charAt(i) == '.') {
      int end = digits(text, i + 1, 16);
      count += end - i - 1;
      i = end;
    }
    return count > 0 && isExponent(text, i, 'p');
  }

  private static boolean isExponent(String text, int at, char letter) {
    int i = at;
    if (i == text.length()) {
      return true;
    }
    if (text.charAt(i) != letter) {
      return false;
    }
    i++;
    if (i < text.length() && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
      i++;
    }
    return i < text.length() && digits(text, i, 10) == text.length();
  }

  private static int digits(String text, int from, int radix) {
    int i = from;
    while (i < text.length()
        && text.charAt(i) < 128
        && Character.digit(text.charAt(i), radix) >= 0) {
      i++;
    }
    return i;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || (b >= 9 && b <= 13);
  }
}
