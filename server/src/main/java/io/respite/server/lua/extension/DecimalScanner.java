package io.respite.server.lua.extension;

/**
 * Reads the number at the start of a text, as C's {@code strtod} does, in place and in one pass.
 *
 * <pre>
 *   number = [sign] ( digits [exponent] | '0x' hex [binary exponent] | 'inf' ['inity'] | 'nan' ['(' word ')'] )
 * </pre>
 *
 * A number of up to 15 digits whose power of ten is at most 22 is the quotient or the product of
 * two doubles that are exact, and so rounded once. All others are rounded by {@link
 * Double#parseDouble}, with at most {@value #MOST_DIGITS} digits and a last one that says whether
 * anything came behind: no double needs more than 767 to be told from its neighbours.
 */
final class DecimalScanner {
  private static final int MOST_DIGITS = 800;
  private static final long EXACT = 1L << 53;
  private static final int MOST_EXPONENT = 1_000_000;
  private static final double[] POWERS = new double[23];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private double value;
  private long exponent;

  /** The number read last. */
  double value() {
    return value;
  }

  /** Whether a text has a word at a place, in letters of either case; the word in small ones. */
  static boolean startsWith(byte[] text, int at, int to, String word) {
    if (to - at < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if ((text[at + i] | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads a number.
   *
   * @return the place behind it; {@code from} if there is none
   */
  int scan(byte[] text, int from, int to) {
    int i = from;
    boolean negative = false;
    if (i < to && (text[i] == '-' || text[i] == '+')) {
      negative = text[i] == '-';
      i++;
    }
    if (i == to) {
      return from;
    }
    int after;
    byte first = text[i];
    if (first == '0' && isHex(text, i, to)) {
      after = scanHex(text, i + 2, to);
    } else if ((first >= '0' && first <= '9') || first == '.') {
      after = scanDecimal(text, i, to);
    } else {
      after = scanWord(text, i, to);
    }
    if (after == i) {
      return from;
    }
    if (negative) {
      // The sign of what is no number is seen when it is written.
      value = Double.isNaN(value) ? Double.longBitsToDouble(0xfff8L << 48) : -value;
    }
    return after;
  }

  private int scanWord(byte[] text, int from, int to) {
    if (startsWith(text, from, to, "inf")) {
      value = Double.POSITIVE_INFINITY;
      return startsWith(text, from, to, "infinity") ? from + 8 : from + 3;
    } else if (startsWith(text, from, to, "nan")) {
      value = Double.NaN;
      int i = from + 3;
      if (i < to && text[i] == '(') {
        do {
          i++;
        } while (i < to && isWordByte(text[i]));
        return i < to && text[i] == ')' ? i + 1 : from + 3;
      }
      return i;
    }
    return from;
  }

  private static boolean isWordByte(byte b) {
    return (b >= '0' && b <= '9') || ((b | 0x20) >= 'a' && (b | 0x20) <= 'z') || b == '_';
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  // ---- decimal

  private int scanDecimal(byte[] text, int from, int to) {
    long mantissa = 0;
    int i = from;
    int digits = 0;
    int significant = 0;
    int point = -1;
    for (; i < to; i++) {
      byte b = text[i];
      if (isDigit(b)) {
        digits++;
        if (mantissa != 0 || b != '0') {
          significant++;
          if (significant <= 18) {
            mantissa = mantissa * 10 + (b - '0');
          }
        }
      } else if (b == '.' && point < 0) {
        point = i;
      } else {
        break;
      }
    }
    if (digits == 0) {
      return from;
    }
    int digitsEnd = i;
    int fraction = point < 0 ? 0 : digitsEnd - point - 1;
    exponent = 0;
    int after = scanExponent(text, i, to, 'e');
    if (mantissa == 0) {
      value = 0;
      return after;
    }
    long scale = exponent - fraction;
    if (significant <= 18 && mantissa < EXACT && scale >= -22 && scale <= 22) {
      value = scale < 0 ? mantissa / POWERS[(int) -scale] : mantissa * POWERS[(int) scale];
    } else {
      value = round(text, from, digitsEnd, significant, scale);
    }
    return after;
  }

  /** Reads an exponent into the field; a letter without digits behind it is none. */
  private int scanExponent(byte[] text, int from, int to, char letter) {
    if (from >= to || (text[from] | 0x20) != letter) {
      return from;
    }
    int i = from + 1;
    boolean negative = false;
    if (i < to && (text[i] == '-' || text[i] == '+')) {
      negative = text[i] == '-';
      i++;
    }
    if (i >= to || !isDigit(text[i])) {
      return from;
    }
    long number = 0;
    for (; i < to && isDigit(text[i]); i++) {
      // A text cannot have so many digits that a larger exponent could be made up for.
      number = Math.min(number * 10 + (text[i] - '0'), 100_000_000_000L);
    }
    exponent = negative ? -number : number;
    return i;
  }

  private static double round(byte[] text, int from, int to, int significant, long scale) {
    StringBuilder digits = new StringBuilder(Math.min(significant, MOST_DIGITS) + 16);
    boolean more = false;
    for (int i = from; i < to; i++) {
      byte b = text[i];
      if (b == '.' || (b == '0' && digits.length() == 0)) {
        continue;
      }
      if (digits.length() < MOST_DIGITS) {
        digits.append((char) b);
      } else if (b != '0') {
        more = true;
        break;
      }
    }
    long left = scale + significant - digits.length();
    if (more) {
      digits.append('1');
      left--;
    }
    digits.append('e').append(Math.max(-MOST_EXPONENT, Math.min(MOST_EXPONENT, left)));
    return Double.parseDouble(digits.toString());
  }

  // ---- hexadecimal

  private static boolean isHex(byte[] text, int i, int to) {
    if (i + 2 >= to || (text[i + 1] | 0x20) != 'x') {
      return false;
    }
    return hexDigit(text[i + 2]) >= 0
        || (text[i + 2] == '.' && i + 3 < to && hexDigit(text[i + 3]) >= 0);
  }

  private static int hexDigit(byte b) {
    return b < 0 ? -1 : Character.digit(b, 16);
  }

  private int scanHex(byte[] text, int from, int to) {
    // The first 60 bits; the lowest also says whether anything came behind, for the rounding.
    long mantissa = 0;
    long scale = 0;
    int point = -1;
    int i = from;
    for (; i < to; i++) {
      byte b = text[i];
      int digit = hexDigit(b);
      if (digit >= 0) {
        if (mantissa >>> 56 == 0) {
          mantissa = mantissa << 4 | digit;
          scale -= point < 0 ? 0 : 4;
        } else {
          mantissa |= digit == 0 ? 0 : 1;
          scale += point < 0 ? 4 : 0;
        }
      } else if (b == '.' && point < 0) {
        point = i;
      } else {
        break;
      }
    }
    exponent = 0;
    int after = scanExponent(text, i, to, 'p');
    value = scaled(mantissa, exponent + scale);
    return after;
  }

  /** mantissa times 2^power, rounded once. */
  private static double scaled(long mantissa, long power) {
    if (mantissa == 0) {
      return 0;
    }
    long rest = mantissa;
    long exponent2 = power;
    // What has fewer than 53 bits in the end loses them here, so that the last step is exact.
    long lost = -1074 - exponent2;
    int bits = 64 - Long.numberOfLeadingZeros(rest);
    if (lost > 0 && bits - lost < 53) {
      if (lost > bits + 1) {
        return 0;
      }
      int shift = (int) lost;
      long half = 1L << (shift - 1);
      long tail = rest & ((half << 1) - 1);
      rest = shift > 63 ? 0 : rest >>> shift;
      if (tail > half || (tail == half && (rest & 1) != 0)) {
        rest++;
      }
      exponent2 = -1074;
    }
    return Math.scalb((double) rest, (int) Math.max(-5000, Math.min(5000, exponent2)));
  }
}
