package io.respite.server.rdb;

import io.respite.server.encoding.Listpack;
import io.respite.server.type.HashValue;

/**
 * Hashes.
 *
 * <pre>
 *   4    count, { field value }
 *   9    one zipmap                       before 2.6
 *   13   one ziplist                      before 7.0
 *   16   one listpack: field value ...
 *   24   first deadline, count, { deadline field value }, deadlines as distance to the first plus 1
 *   25   first deadline, one listpack: field value deadline ...
 *   22   Valkey's: count, { field value deadline as i64le, -1 for none }
 * </pre>
 */
final class HashFormat extends ObjectFormat<HashValue> {
  private static final int PAIRS = 4;
  private static final int ZIPMAP = 9;
  private static final int ZIPLIST = 13;
  private static final int LISTPACK = 16;
  private static final int WITH_DEADLINES = 24;
  private static final int LISTPACK_WITH_DEADLINES = 25;

  @Override
  Class<HashValue> values() {
    return HashValue.class;
  }

  @Override
  boolean reads(int form) {
    return form == PAIRS
        || form == ZIPMAP
        || form == ZIPLIST
        || form == LISTPACK
        || form == WITH_DEADLINES
        || form == LISTPACK_WITH_DEADLINES
        || form == ObjectFormats.VALKEY_HASH;
  }

  @Override
  int form(HashValue hash) {
    if (hash.withDeadline() == 0) {
      return hash.listpack() != null && !hash.listpackHasDeadlines() ? LISTPACK : PAIRS;
    }
    return hash.listpack() != null ? LISTPACK_WITH_DEADLINES : WITH_DEADLINES;
  }

  @Override
  int version(HashValue hash) {
    return hash.withDeadline() == 0 ? COMMON_VERSION : FIELD_DEADLINE_VERSION;
  }

  @Override
  void save(HashValue hash, RdbOutput out) {
    int form = form(hash);
    long first = form >= WITH_DEADLINES ? hash.firstDeadline() : 0;
    if (form >= WITH_DEADLINES) {
      out.writeLittleEndian(first, 8);
    }
    if (form == LISTPACK || form == LISTPACK_WITH_DEADLINES) {
      Packs.write(hash.listpack(), out);
      return;
    }
    out.writeLength(hash.size());
    hash.forEach(
        field -> {
          if (form == WITH_DEADLINES) {
            out.writeLength(field.expireAt() == 0 ? 0 : field.expireAt() - first + 1);
          }
          out.writeString(field.nameBytes(), field.nameOffset(), field.nameLength());
          out.writeString(field.valueBytes(), field.valueOffset(), field.valueLength());
        });
  }

  @Override
  HashValue load(int form, RdbInput in, ObjectFormats.Surroundings surroundings) {
    HashValue hash = new HashValue(surroundings.hasher(), surroundings.limits());
    switch (form) {
      case PAIRS -> pairs(hash, in);
      case ZIPMAP -> pack(hash, Ziplist.ofZipmap(in.readString()), 2);
      case ZIPLIST -> pack(hash, Packs.readZiplist(in), 2);
      case LISTPACK -> pack(hash, Packs.readListpack(in), 2);
      case WITH_DEADLINES -> deadlines(hash, in);
      case ObjectFormats.VALKEY_HASH -> valkey(hash, in);
      default -> {
        in.readLittleEndian(8);
        pack(hash, Packs.readListpack(in), 3);
      }
    }
    if (hash.size() == 0) {
      throw new EmptyValueException("a hash without fields");
    }
    return hash;
  }

  private static void pairs(HashValue hash, RdbInput in) {
    long count = in.readCount(2);
    for (long i = 0; i < count; i++) {
      byte[] field = in.readString();
      put(hash, field, in.readString(), 0);
    }
  }

  private static void deadlines(HashValue hash, RdbInput in) {
    long first = in.readLittleEndian(8);
    long count = in.readCount(3);
    for (long i = 0; i < count; i++) {
      long distance = in.readLength();
      long deadline = distance == 0 ? 0 : first + distance - 1;
      byte[] field = in.readString();
      put(hash, field, in.readString(), deadline);
    }
  }

  private static void valkey(HashValue hash, RdbInput in) {
    long count = in.readCount(10);
    for (long i = 0; i < count; i++) {
      byte[] field = in.readString();
      byte[] value = in.readString();
      long deadline = in.readLittleEndian(8);
      put(hash, field, value, deadline == -1 ? 0 : deadline);
    }
  }

  private static void pack(HashValue hash, Listpack pack, int stride) {
    if (pack.count() % stride != 0) {
      throw new RdbFormatException("a hash with " + pack.count() + " entries");
    }
    for (int at = pack.first(); at != Listpack.NONE; ) {
      byte[] field = pack.bytesAt(at);
      at = pack.next(at);
      byte[] value = pack.bytesAt(at);
      at = pack.next(at);
      long deadline = 0;
      if (stride == 3) {
        if (!pack.isLong(at)) {
          throw new RdbFormatException("a field's deadline that is no number");
        }
        deadline = pack.longAt(at);
        at = pack.next(at);
      }
      put(hash, field, value, deadline);
    }
  }

  private static void put(HashValue hash, byte[] field, byte[] value, long deadline) {
    if (deadline < 0) {
      throw new RdbFormatException("a field's deadline of " + deadline);
    }
    if (!hash.put(field, 0, field.length, value, 0, value.length, deadline)) {
      throw new RdbFormatException("a field that a hash has twice");
    }
  }
}
