package io.respite.server.encoding;

/**
 * Which spelling of a floating point number the bytes have, by the grammar of C's {@code strtod}.
 *
 * <pre>
 *   number      = [ sign ] ( decimal | hexadecimal | "inf" | "infinity" )
 *   decimal     = digits with at most one point, at least one digit [ "e" [ sign ] digits ]
 *   hexadecimal = "0x" the same in base sixteen                     [ "p" [ sign ] digits ]
 * </pre>
 *
 * Letters may have either case. The whole of the bytes must be the number; not-a-number is no
 * number here.
 */
enum FloatSyntax {
  DECIMAL,
  HEXADECIMAL,
  INFINITE,
  NONE;

  static FloatSyntax of(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int at = offset;
    if (at < end && isSign(bytes[at])) {
      at++;
    }
    if (isWord(bytes, at, end, "inf") || isWord(bytes, at, end, "infinity")) {
      return INFINITE;
    }
    boolean hexadecimal = end - at > 2 && bytes[at] == '0' && (bytes[at + 1] | 0x20) == 'x';
    int radix = hexadecimal ? 16 : 10;
    if (hexadecimal) {
      at += 2;
    }
    int digits = 0;
    boolean point = false;
    while (at < end) {
      if (Character.digit(bytes[at], radix) >= 0) {
        digits++;
      } else if (bytes[at] == '.' && !point) {
        point = true;
      } else {
        break;
      }
      at++;
    }
    if (digits == 0) {
      return NONE;
    }
    FloatSyntax result = hexadecimal ? HEXADECIMAL : DECIMAL;
    if (at == end) {
      return result;
    }
    return isExponent(bytes, at, end, hexadecimal ? 'p' : 'e') ? result : NONE;
  }

  /** Whether the digits before the exponent are not all zero. */
  static boolean hasNonZeroDigit(byte[] bytes, int offset, int length, FloatSyntax syntax) {
    int radix = syntax == HEXADECIMAL ? 16 : 10;
    for (int i = offset; i < offset + length; i++) {
      int letter = bytes[i] | 0x20;
      if (letter == (radix == 16 ? 'p' : 'e')) {
        return false;
      }
      if (Character.digit(bytes[i], radix) > 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean isExponent(byte[] bytes, int from, int end, char letter) {
    int at = from;
    if ((bytes[at] | 0x20) != letter) {
      return false;
    }
    at++;
    if (at < end && isSign(bytes[at])) {
      at++;
    }
    if (at == end) {
      return false;
    }
    for (; at < end; at++) {
      if (bytes[at] < '0' || bytes[at] > '9') {
        return false;
      }
    }
    return true;
  }

  private static boolean isSign(byte b) {
    return b == '+' || b == '-';
  }

  private static boolean isWord(byte[] bytes, int at, int end, String word) {
    if (end - at != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if ((bytes[at + i] | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
