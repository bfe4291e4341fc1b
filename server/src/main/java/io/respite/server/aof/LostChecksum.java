package io.respite.server.aof;

import io.respite.server.aof.AofFileException.Kind;

/**
 * Looks for a checksum's line among bytes that are taken for something else: at the distance from
 * the last checksum that it names itself.
 */
final class LostChecksum {
  private static final int HEAD = 3 + 8 + 1;

  /** The bytes of the line so far: its head and its count. */
  private final byte[] line = new byte[AofChecksum.LONGEST_LINE];

  private final long item;
  private int length;
  private long passed;

  /** In the item at this place of the file, so many bytes behind the last checksum. */
  LostChecksum(long uncovered, long item) {
    this.passed = uncovered;
    this.item = item;
  }

  void search(byte[] bytes, int from, int to) throws AofFileException {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '#') {
        length = 0;
        line[length++] = bytes[i];
      } else if (length > 0) {
        take(bytes[i], passed + i - from);
      }
    }
    passed += to - from;
  }

  private void take(byte b, long place) throws AofFileException {
    line[length++] = b;
    boolean fits =
        switch (length) {
          case 2 -> b == 'C';
          case 3, HEAD -> b == ':';
          default -> length < HEAD ? isHex(b) : isDigit(b) || b == '\r';
        };
    if (!fits || length == line.length) {
      length = 0;
    } else if (b == '\r') {
      if (length > HEAD + 1 && place - (length - 1) == count()) {
        throw new AofFileException(
            Kind.CHECKSUM,
            item,
            "a damaged record: its checksum lies " + count() + " bytes behind the last one");
      }
      length = 0;
    }
  }

  private long count() {
    long count = 0;
    for (int i = HEAD; i < length - 1; i++) {
      count = count * 10 + (line[i] - '0');
    }
    return count;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isHex(byte b) {
    return isDigit(b) || (b >= 'a' && b <= 'f');
  }
}
