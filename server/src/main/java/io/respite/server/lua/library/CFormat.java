package io.respite.server.lua.library;

import io.respite.server.lua.value.LuaString;
import io.respite.server.lua.value.LuaValues;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * One conversion of C's {@code printf}, as {@code string.format} takes it ("Lua 5.1 Reference
 * Manual", section 5.4):
 *
 * <pre>
 *   %[flags][width][.precision]letter      flags: any of - + space # 0
 * </pre>
 *
 * <p>Numbers are converted exactly: a double is written with as many correct digits as are asked
 * for, rounded half to even.
 */
final class CFormat {
  private static final String FLAGS = "-+ #0";

  /** Digits behind the point when nothing is said. */
  private static final int USUAL_PRECISION = 6;

  private final int letter;
  private final int end;
  private final boolean left;
  private final boolean plus;
  private final boolean space;
  private final boolean alternate;
  private final boolean zeros;
  private final int width;

  // -1: not given.
  private final int precision;

  /**
   * Reads a conversion.
   *
   * @param format the whole format
   * @param begin index behind the {@code %}
   * @param progress where errors come from
   */
  CFormat(byte[] format, int begin, Progress progress) {
    int i = begin;
    while (FLAGS.indexOf(at(format, i)) >= 0) {
      i++;
    }
    if (i - begin > FLAGS.length()) {
      throw progress.error("invalid format (repeated flags)");
    }
    left = has(format, begin, i, '-');
    plus = has(format, begin, i, '+');
    space = has(format, begin, i, ' ');
    alternate = has(format, begin, i, '#');
    zeros = has(format, begin, i, '0');
    int afterWidth = digits(format, i);
    width = number(format, i, afterWidth);
    i = afterWidth;
    if (at(format, i) == '.') {
      int afterPrecision = digits(format, i + 1);
      precision = number(format, i + 1, afterPrecision);
      i = afterPrecision;
    } else {
      precision = -1;
    }
    if (isDigit(at(format, i))) {
      throw progress.error("invalid format (width or precision too long)");
    }
    letter = at(format, i);
    end = i + 1;
  }

  private static int at(byte[] format, int i) {
    return i < format.length ? format[i] & 0xff : 0;
  }

  private static boolean has(byte[] format, int from, int to, int flag) {
    for (int i = from; i < to; i++) {
      if (format[i] == flag) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** The index behind at most two digits. */
  private static int digits(byte[] format, int begin) {
    int i = begin;
    while (i < begin + 2 && isDigit(at(format, i))) {
      i++;
    }
    return i;
  }

  private static int number(byte[] format, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + format[i] - '0';
    }
    return number;
  }

  /** The letter of the conversion; 0 at the end of the format. */
  int letter() {
    return letter;
  }

  /** The index behind the conversion. */
  int end() {
    return end;
  }

  // ---- characters and strings

  /** {@code %c}: the byte, padded; what the text holds behind a byte 0 is lost, as is that. */
  void character(ByteSink sink, double number) {
    // What does not fit an int is its smallest on x86-64, whose lowest byte is 0.
    int c = number > -0x1p31 - 1 && number < 0x1p31 ? (int) number & 0xff : 0;
    if (!left) {
      sink.fill(' ', width - 1);
    }
    if (c != 0) {
      sink.append(c);
      if (left) {
        sink.fill(' ', width - 1);
      }
    }
  }

  /** {@code %s}: ends at a byte 0, except that a long string without precision is left alone. */
  void string(ByteSink sink, LuaString string) {
    byte[] bytes = string.bytes();
    if (precision < 0 && bytes.length >= 100) {
      sink.append(string);
      return;
    }
    int most = precision < 0 ? bytes.length : Math.min(bytes.length, precision);
    int length = 0;
    while (length < most && bytes[length] != 0) {
      length++;
    }
    if (!left) {
      sink.fill(' ', width - length);
    }
    sink.append(bytes, 0, length);
    if (left) {
      sink.fill(' ', width - length);
    }
  }

  /** {@code %q}: a string that Lua can read back. */
  static void quoted(ByteSink sink, LuaString string) {
    byte[] bytes = string.bytes();
    sink.append('"');
    int copied = 0;
    for (int i = 0; i < bytes.length; i++) {
      String instead =
          switch (bytes[i]) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\n' -> "\\\n";
            case '\r' -> "\\r";
            case 0 -> "\\000";
            default -> null;
          };
      if (instead != null) {
        sink.append(bytes, copied, i);
        sink.append(instead);
        copied = i + 1;
      }
    }
    sink.append(bytes, copied, bytes.length);
    sink.append('"');
  }

  // ---- integers

  /** {@code %d} and {@code %i}. */
  void signed(ByteSink sink, double number) {
    long value = LuaValues.integer(number);
    // The magnitude of the smallest number is itself, without sign.
    String digits = Long.toUnsignedString(Math.abs(value));
    put(sink, sign(value < 0), atLeast(value == 0 ? "" : digits), precision < 0);
  }

  /** {@code %u}, {@code %o}, {@code %x} and {@code %X}. */
  void unsigned(ByteSink sink, double number) {
    long value =
        number >= 0x1p63
            ? LuaValues.integer(number - 0x1p63) ^ Long.MIN_VALUE
            : LuaValues.integer(number);
    String prefix = alternate && value != 0 && letter != 'u' && letter != 'o' ? "0x" : "";
    String natural =
        switch (letter) {
          case 'o' -> Long.toOctalString(value);
          case 'u' -> Long.toUnsignedString(value);
          default -> Long.toHexString(value);
        };
    String digits = atLeast(value == 0 ? "" : natural);
    if (alternate && letter == 'o' && !digits.startsWith("0")) {
      digits = "0" + digits;
    }
    put(sink, cased(prefix), cased(digits), precision < 0);
  }

  /** Digits with zeros in front up to the precision, which is 1 unless given: 0 has no digits. */
  private String atLeast(String digits) {
    int least = precision < 0 ? 1 : precision;
    return digits.length() >= least ? digits : "0".repeat(least - digits.length()) + digits;
  }

  // ---- floating point

  /** {@code %e}, {@code %f} and {@code %g}. */
  void floating(ByteSink sink, double number) {
    boolean negative = Double.doubleToRawLongBits(number) < 0;
    double magnitude = Math.abs(number);
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      put(sink, sign(negative), cased(Double.isNaN(number) ? "nan" : "inf"), false);
      return;
    }
    int digits = precision < 0 ? USUAL_PRECISION : precision;
    String text =
        switch (letter) {
          case 'f' -> fixed(new BigDecimal(magnitude), digits, alternate);
          case 'e', 'E' -> scientific(magnitude, digits);
          default -> general(magnitude, Math.max(1, digits));
        };
    put(sink, sign(negative), cased(text), true);
  }

  private static String fixed(BigDecimal number, int digits, boolean point) {
    String text = number.setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    return digits == 0 && point ? text + "." : text;
  }

  private String scientific(double magnitude, int digits) {
    BigDecimal rounded = significant(magnitude, digits + 1);
    return scientific(rounded, digits, exponent(rounded), alternate);
  }

  /** The number rounded to so many digits. */
  private static BigDecimal significant(double magnitude, int digits) {
    return new BigDecimal(magnitude).round(new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  private static int exponent(BigDecimal number) {
    return number.signum() == 0 ? 0 : number.precision() - number.scale() - 1;
  }

  private static String scientific(BigDecimal rounded, int digits, int exponent, boolean point) {
    String unscaled = rounded.unscaledValue().toString();
    StringBuilder text = new StringBuilder().append(unscaled.charAt(0));
    if (digits > 0 || point) {
      text.append('.');
    }
    // Exact numbers may have fewer digits than are asked for, or more, all of them 0.
    int given = Math.min(unscaled.length() - 1, digits);
    text.append(unscaled, 1, 1 + given).append("0".repeat(digits - given));
    int size = Math.abs(exponent);
    return text.append(exponent < 0 ? "e-" : "e+")
        .append(size < 10 ? "0" : "")
        .append(size)
        .toString();
  }

  private String general(double magnitude, int digits) {
    BigDecimal rounded = significant(magnitude, digits);
    int exponent = exponent(rounded);
    if (exponent >= -4 && exponent < digits) {
      String text = fixed(rounded, digits - 1 - exponent, alternate);
      return alternate ? text : withoutZeros(text);
    }
    String text = scientific(rounded, digits - 1, exponent, alternate);
    if (alternate) {
      return text;
    }
    int e = text.indexOf('e');
    return withoutZeros(text.substring(0, e)) + text.substring(e);
  }

  private static String withoutZeros(String text) {
    if (text.indexOf('.') < 0) {
      return text;
    }
    int last = text.length();
    while (text.charAt(last - 1) == '0') {
      last--;
    }
    return text.substring(0, text.charAt(last - 1) == '.' ? last - 1 : last);
  }

  // ---- both

  private String sign(boolean negative) {
    return negative ? "-" : plus ? "+" : space ? " " : "";
  }

  private String cased(String text) {
    return letter >= 'A' && letter <= 'Z' ? text.toUpperCase(Locale.ROOT) : text;
  }

  /** Adds prefix and digits, with spaces around or zeros between them up to the width. */
  private void put(ByteSink sink, String prefix, String digits, boolean zerosAllowed) {
    int missing = width - prefix.length() - digits.length();
    boolean inside = zeros && zerosAllowed && !left;
    if (!left && !inside) {
      sink.fill(' ', missing);
    }
    sink.append(prefix);
    if (inside) {
      sink.fill('0', missing);
    }
    sink.append(digits);
    if (left) {
      sink.fill(' ', missing);
    }
  }
}
