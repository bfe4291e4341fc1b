package io.respite.server.rdb;

import io.respite.server.encoding.Listpack;

/** Compact forms that are one string in a file: listpacks, and what came before them. */
final class Packs {
  private Packs() {}

  /** A listpack, checked in every detail. */
  static Listpack readListpack(RdbInput in) {
    byte[] bytes = in.readString();
    if (!Listpack.isValid(bytes, 0, bytes.length)) {
      throw new RdbFormatException("a listpack of " + bytes.length + " bytes that do not add up");
    }
    return Listpack.copyOf(bytes, 0, bytes.length);
  }

  /** A ziplist, the form before listpacks, as a listpack with the same entries. */
  static Listpack readZiplist(RdbInput in) {
    return Ziplist.toListpack(in.readString());
  }

  static void write(Listpack pack, RdbOutput out) {
    out.writeString(pack.buffer(), pack.offset(), pack.byteSize());
  }
}
