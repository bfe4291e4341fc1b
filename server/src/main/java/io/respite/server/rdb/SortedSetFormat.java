package io.respite.server.rdb;

import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.Numbers;
import io.respite.server.type.SortedSetValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Sorted sets.
 *
 * <pre>
 *   3    count, { member, score in decimal }        before 4.0
 *   5    count, { member, score as f64le }          greatest first, so that loading is cheap
 *   12   one ziplist: member score ...              before 7.0
 *   17   one listpack: member score ...
 * </pre>
 */
final class SortedSetFormat extends ObjectFormat<SortedSetValue> {
  private static final int DECIMAL = 3;
  private static final int BINARY = 5;
  private static final int ZIPLIST = 12;
  private static final int LISTPACK = 17;

  @Override
  Class<SortedSetValue> values() {
    return SortedSetValue.class;
  }

  @Override
  boolean reads(int form) {
    return form == DECIMAL || form == BINARY || form == ZIPLIST || form == LISTPACK;
  }

  @Override
  int form(SortedSetValue set) {
    return set.isCompact() ? LISTPACK : BINARY;
  }

  @Override
  void save(SortedSetValue set, RdbOutput out) {
    if (set.isCompact()) {
      Packs.write(set.listpack(), out);
      return;
    }
    out.writeLength(set.size());
    set.forEachDescending(
        member -> {
          out.writeString(member.bytes(), member.offset(), member.length());
          out.writeDouble(member.score());
        });
  }

  @Override
  SortedSetValue load(int form, RdbInput in, ObjectFormats.Surroundings surroundings) {
    SortedSetValue set = new SortedSetValue(surroundings.hasher(), surroundings.limits());
    if (form == ZIPLIST) {
      pack(set, Packs.readZiplist(in));
    } else if (form == LISTPACK) {
      pack(set, Packs.readListpack(in));
    } else {
      long count = in.readCount(2);
      List<byte[]> negativeZeros = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        byte[] member = in.readString();
        double score = form == BINARY ? in.readDouble() : in.readDecimal();
        put(set, member, score);
        if (score == 0 && 1 / score < 0) {
          negativeZeros.add(member);
        }
      }
      if (!set.isCompact()) {
        // The compact form, which it may have had on the way, does not know the sign of a zero.
        for (byte[] member : negativeZeros) {
          set.remove(member, 0, member.length);
          set.put(member, 0, member.length, -0.0);
        }
      }
    }
    if (set.size() == 0) {
      throw new EmptyValueException("a sorted set without members");
    }
    return set;
  }

  private static void pack(SortedSetValue set, Listpack pack) {
    if (pack.count() % 2 != 0) {
      throw new RdbFormatException("a sorted set with " + pack.count() + " entries");
    }
    for (int at = pack.first(); at != Listpack.NONE; ) {
      byte[] member = pack.bytesAt(at);
      at = pack.next(at);
      double score = pack.isLong(at) ? pack.longAt(at) : Numbers.parseDouble(pack.bytesAt(at));
      at = pack.next(at);
      put(set, member, score);
    }
  }

  private static void put(SortedSetValue set, byte[] member, double score) {
    if (Double.isNaN(score)) {
      throw new RdbFormatException("a score that is no number");
    }
    long before = set.size();
    set.put(member, 0, member.length, score);
    if (set.size() == before) {
      throw new RdbFormatException("a member that a sorted set has twice");
    }
  }
}
