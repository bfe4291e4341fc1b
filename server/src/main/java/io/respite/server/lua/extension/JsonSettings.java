package io.respite.server.lua.extension;

/** What a script can set of one {@code cjson} module; what is written here are the defaults. */
final class JsonSettings {
  /** What becomes of an infinite number, or of none, when it is to be encoded. */
  enum InvalidNumbers {
    /** An error. */
    REFUSED,
    /** {@code inf}, {@code -inf}, {@code nan}, which is not JSON. */
    WRITTEN,
    /** {@code null}. */
    NULL
  }

  /** Whether a table with too few elements for an array becomes an object, or an error. */
  boolean sparseConvert;

  /** An array has too few elements when its length is more than so many times their number. */
  int sparseRatio = 2;

  /** Up to this length, an array is never too sparse. */
  int sparseSafe = 10;

  /** Most tables inside each other that are encoded. */
  int encodeMaxDepth = 1000;

  /** Most arrays and objects inside each other that are decoded. */
  int decodeMaxDepth = 1000;

  /** Significant digits of encoded numbers, 1 to 14. */
  int numberPrecision = 14;

  /** What becomes of numbers that JSON does not have. */
  InvalidNumbers encodeInvalidNumbers = InvalidNumbers.REFUSED;

  /** Whether infinite, hexadecimal and other numbers that JSON does not have are decoded. */
  boolean decodeInvalidNumbers = true;

  /** Asked for by scripts; the buffer is one for all, and what is kept of it is bounded. */
  boolean keepBuffer = true;
}
