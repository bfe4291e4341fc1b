package io.respite.server.rdb;

import io.respite.server.encoding.Listpack;

/**
 * Reads ziplists and zipmaps, the compact forms of Redis before 7.0.
 *
 * <pre>
 *   ziplist  u32le total | u32le offset of the last entry | u16le count | entry ... | 0xFF
 *   entry    length of the one before (1 byte, or 0xFE and u32le) | encoding | data
 *            00llllll, 01llllll l, 10000000 u32be   string
 *            0xC0 i16, 0xD0 i32, 0xE0 i64, 0xF0 i24, 0xFE i8, 0xF1 to 0xFD: 0 to 12
 *   zipmap   count (254: many) | { length key | length free value ... } | 0xFF
 *            length: 1 byte, or 0xFE and u32le
 * </pre>
 */
final class Ziplist {
  private static final int HEADER = 10;
  private static final int END = 0xFF;
  private static final int BIG = 0xFE;

  private final byte[] bytes;
  private int at;

  private Ziplist(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at;
  }

  /** The entries of a ziplist as a listpack. */
  static Listpack toListpack(byte[] bytes) {
    if (bytes.length < HEADER + 1) {
      throw new RdbFormatException("a ziplist of " + bytes.length + " bytes");
    }
    Ziplist reader = new Ziplist(bytes, 0);
    if (reader.number(4, false) != bytes.length || (bytes[bytes.length - 1] & 0xFF) != END) {
      throw new RdbFormatException("a ziplist that does not end where it says");
    }
    reader.at = HEADER;
    Listpack pack = new Listpack(bytes.length);
    while (reader.more()) {
      reader.entry(pack);
    }
    return pack;
  }

  /** The fields and values of a zipmap as a listpack. */
  static Listpack ofZipmap(byte[] bytes) {
    Ziplist reader = new Ziplist(bytes, 1);
    Listpack pack = new Listpack(bytes.length);
    while (reader.more()) {
      reader.string(pack, reader.size());
      int length = reader.size();
      int free = (int) reader.number(1, false);
      reader.string(pack, length);
      reader.skip(free);
    }
    if (reader.at != bytes.length - 1) {
      throw new RdbFormatException("a zipmap that does not end where it says");
    }
    return pack;
  }

  /** Whether another entry begins here; the end mark must be the last byte. */
  private boolean more() {
    if (at >= bytes.length) {
      throw new RdbFormatException("a compact list without an end");
    }
    boolean more = (bytes[at] & 0xFF) != END;
    if (!more && at != bytes.length - 1) {
      throw new RdbFormatException("a compact list that ends too early");
    }
    return more;
  }

  private void entry(Listpack pack) {
    if (number(1, false) == BIG) {
      skip(4);
    }
    int encoding = (int) number(1, false);
    switch (encoding >> 6) {
      case 0 -> string(pack, encoding & 0x3F);
      case 1 -> string(pack, (encoding & 0x3F) << 8 | (int) number(1, false));
      case 2 -> {
        int length = Integer.reverseBytes((int) number(4, true));
        string(pack, length);
      }
      default -> pack.append(integer(encoding));
    }
  }

  private long integer(int encoding) {
    return switch (encoding) {
      case 0xC0 -> number(2, true);
      case 0xD0 -> number(4, true);
      case 0xE0 -> number(8, true);
      case 0xF0 -> number(3, true);
      case 0xFE -> number(1, true);
      default -> {
        if (encoding < 0xF1 || encoding > 0xFD) {
          throw new RdbFormatException("unknown ziplist encoding " + encoding);
        }
        yield encoding - 0xF1;
      }
    };
  }

  /** A zipmap's length. */
  private int size() {
    int first = (int) number(1, false);
    if (first < BIG) {
      return first;
    }
    if (first == END) {
      throw new RdbFormatException("a zipmap that ends within a pair");
    }
    return (int) number(4, true);
  }

  private void string(Listpack pack, int length) {
    need(length);
    pack.append(bytes, at, length);
    at += length;
  }

  private void skip(int count) {
    need(count);
    at += count;
  }

  private void need(int count) {
    if (count < 0 || count > bytes.length - at) {
      throw new RdbFormatException("a compact list's entry that is longer than the list");
    }
  }

  private long number(int count, boolean signed) {
    need(count);
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes[at++] & 0xFFL) << (8 * i);
    }
    int unused = 64 - 8 * count;
    return signed ? value << unused >> unused : value;
  }
}
