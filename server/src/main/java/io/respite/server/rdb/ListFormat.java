package io.respite.server.rdb;

import io.respite.server.encoding.Listpack;
import io.respite.server.type.ListValue;

/**
 * Lists.
 *
 * <pre>
 *   1    count, elements             before 3.2
 *   10   one ziplist                 before 3.2
 *   14   count, ziplists             before 7.0
 *   18   count, { 1 element | 2 listpack }
 * </pre>
 */
final class ListFormat extends ObjectFormat<ListValue> {
  private static final int ELEMENTS = 1;
  private static final int ZIPLIST = 10;
  private static final int ZIPLISTS = 14;
  private static final int NODES = 18;
  private static final int PLAIN = 1;
  private static final int PACKED = 2;

  @Override
  Class<ListValue> values() {
    return ListValue.class;
  }

  @Override
  boolean reads(int form) {
    return form == ELEMENTS || form == ZIPLIST || form == ZIPLISTS || form == NODES;
  }

  @Override
  int form(ListValue value) {
    return NODES;
  }

  @Override
  void save(ListValue value, RdbOutput out) {
    out.writeLength(value.nodeCount());
    value.forEachNode(
        node -> {
          if (node instanceof Listpack pack) {
            out.writeLength(PACKED);
            Packs.write(pack, out);
          } else {
            out.writeLength(PLAIN);
            out.writeString((byte[]) node);
          }
        });
  }

  @Override
  ListValue load(int form, RdbInput in, ObjectFormats.Surroundings surroundings) {
    ListValue list = new ListValue(surroundings.limits());
    if (form == ZIPLIST) {
      list.appendNode(Packs.readZiplist(in));
    } else {
      long count = in.readCount(1);
      for (long i = 0; i < count; i++) {
        node(form, in, list);
      }
    }
    if (list.size() == 0) {
      throw new EmptyValueException("a list without elements");
    }
    list.shrunk();
    return list;
  }

  private static void node(int form, RdbInput in, ListValue list) {
    if (form == ELEMENTS) {
      element(in.readString(), list);
    } else if (form == ZIPLISTS) {
      list.appendNode(Packs.readZiplist(in));
    } else {
      long container = in.readLength();
      if (container == PLAIN) {
        element(in.readString(), list);
      } else if (container == PACKED) {
        list.appendNode(Packs.readListpack(in));
      } else {
        throw new RdbFormatException("a list's node of unknown kind " + container);
      }
    }
  }

  private static void element(byte[] bytes, ListValue list) {
    list.expect(bytes.length, 1);
    list.push(false, bytes, 0, bytes.length);
  }
}
