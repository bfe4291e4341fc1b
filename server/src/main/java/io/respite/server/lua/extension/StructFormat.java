package io.respite.server.lua.extension;

import io.respite.server.lua.value.LuaString;

/**
 * Goes through a format of {@code struct}, option by option, and keeps what the options before have
 * set: the order of bytes and the alignment.
 *
 * <pre>
 *   {@code >  <}     big and little endian from here on (little is the default)
 *   !n        align to at most n bytes, a power of 2; 8 without n (1 is the default)
 *   x         a byte of padding
 *   b B       a signed, an unsigned byte        h H   2 bytes
 *   l L T     8 bytes                           in In n bytes; 4 without n
 *   f d       a float, a double
 *   cn        n bytes of a string; 1 without n. c0 packs all of it, and unpacks as many as the
 *             number unpacked before says
 *   s         a string with a byte of zero behind it
 * </pre>
 */
final class StructFormat {
  private static final int LARGEST_INTEGER = 32;
  private static final int DEFAULT_ALIGNMENT = 8;

  private final LuaString text;
  private int at;
  private boolean bigEndian;
  private int alignment = 1;
  private int option;
  private int size;

  /** The beginning of a format, which ends at a byte of zero if it has one. */
  StructFormat(LuaString text) {
    this.text = text;
  }

  private int peek() {
    return at < text.length() ? text.at(at) : 0;
  }

  /**
   * Goes to the next option.
   *
   * @return false at the end
   * @throws Refusal when its number is too large
   */
  boolean next() {
    option = peek();
    if (option == 0) {
      return false;
    }
    at++;
    size =
        switch (option) {
          case 'b', 'B', 'x' -> 1;
          case 'h', 'H' -> 2;
          case 'f' -> 4;
          case 'l', 'L', 'T', 'd' -> 8;
          case 'c' -> number(1);
          case 'i', 'I' -> integerSize();
          default -> 0;
        };
    return true;
  }

  private int integerSize() {
    int wanted = number(4);
    if (wanted > LARGEST_INTEGER) {
      throw new Refusal("integral size " + wanted + " is larger than limit of " + LARGEST_INTEGER);
    }
    return wanted;
  }

  private int number(int otherwise) {
    if (peek() < '0' || peek() > '9') {
      return otherwise;
    }
    long number = 0;
    do {
      number = number * 10 + (peek() - '0');
      if (number > Integer.MAX_VALUE) {
        throw new Refusal("integral size overflow");
      }
      at++;
    } while (peek() >= '0' && peek() <= '9');
    return (int) number;
  }

  /** The letter of the option. */
  int option() {
    return option;
  }

  /** Bytes that the option stands for; 0 when the data say it, and for those that set something. */
  int size() {
    return size;
  }

  /** Whether numbers have their highest byte first. */
  boolean bigEndian() {
    return bigEndian;
  }

  /** Bytes of padding before the option at a position in the data. */
  int padding(long position) {
    if (size == 0 || option == 'c') {
      return 0;
    }
    // For sizes that are no power of 2 the formula makes little sense, but always the same.
    int unit = Math.min(size, alignment);
    return (int) (unit - (position & (unit - 1))) & (unit - 1);
  }

  /**
   * Does what an option that stands for no bytes sets.
   *
   * @return false when there is no such option
   * @throws Refusal when the alignment is no power of 2
   */
  boolean control() {
    switch (option) {
      case ' ' -> {}
      case '>' -> bigEndian = true;
      case '<' -> bigEndian = false;
      case '!' -> alignment = powerOfTwo();
      default -> {
        return false;
      }
    }
    return true;
  }

  private int powerOfTwo() {
    int wanted = number(DEFAULT_ALIGNMENT);
    if (Integer.bitCount(wanted) != 1) {
      throw new Refusal("alignment " + wanted + " is not a power of 2");
    }
    return wanted;
  }

  /** Whether the option is a letter or a digit. */
  boolean isAlphanumeric() {
    return (option >= '0' && option <= '9') || ((option | 0x20) >= 'a' && (option | 0x20) <= 'z');
  }
}
