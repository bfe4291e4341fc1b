package io.respite.server.rdb;

import io.respite.server.encoding.Intset;
import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.Window;
import io.respite.server.type.SetValue;

/**
 * Sets.
 *
 * <pre>
 *   2    count, members
 *   11   one intset
 *   20   one listpack       since 7.2: read, and written as 2, which 7.0 reads too
 * </pre>
 */
final class SetFormat extends ObjectFormat<SetValue> {
  private static final int MEMBERS = 2;
  private static final int INTSET = 11;
  private static final int LISTPACK = 20;

  @Override
  Class<SetValue> values() {
    return SetValue.class;
  }

  @Override
  boolean reads(int form) {
    return form == MEMBERS || form == INTSET || form == LISTPACK;
  }

  @Override
  int form(SetValue set) {
    return set.intset() != null ? INTSET : MEMBERS;
  }

  @Override
  void save(SetValue set, RdbOutput out) {
    if (set.intset() != null) {
      out.writeString(set.intset().toByteArray());
      return;
    }
    out.writeLength(set.size());
    set.forEach(
        new Window(), member -> out.writeString(member.bytes(), member.offset(), member.length()));
  }

  @Override
  SetValue load(int form, RdbInput in, ObjectFormats.Surroundings surroundings) {
    SetValue set = new SetValue(surroundings.hasher(), surroundings.limits());
    Window member = new Window();
    switch (form) {
      case MEMBERS -> {
        long count = in.readCount(1);
        for (long i = 0; i < count; i++) {
          byte[] bytes = in.readString();
          member.show(bytes, 0, bytes.length);
          add(set, member);
        }
      }
      case INTSET -> {
        byte[] bytes = in.readString();
        if (!Intset.isValid(bytes, 0, bytes.length)) {
          throw new RdbFormatException(
              "an intset of " + bytes.length + " bytes that do not add up");
        }
        Intset integers = Intset.copyOf(bytes, 0, bytes.length);
        for (int i = 0; i < integers.count(); i++) {
          member.show(integers.at(i));
          add(set, member);
        }
      }
      default -> {
        Listpack pack = Packs.readListpack(in);
        for (int at = pack.first(); at != Listpack.NONE; at = pack.next(at)) {
          byte[] bytes = pack.bytesAt(at);
          member.show(bytes, 0, bytes.length);
          add(set, member);
        }
      }
    }
    if (set.size() == 0) {
      throw new EmptyValueException("a set without members");
    }
    return set;
  }

  private static void add(SetValue set, Window member) {
    if (!set.add(member)) {
      throw new RdbFormatException("a member that a set has twice");
    }
  }
}
