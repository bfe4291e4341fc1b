package io.respite.server.type;

import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.Numbers;
import java.util.function.Consumer;

/**
 * The compact form of a small hash: one {@link Listpack}, laid out as Redis lays it out.
 *
 * <pre>
 *   listpack    field value | field value | ...
 *   listpackex  field value deadline | field value deadline | ...
 * </pre>
 *
 * In the second form, which a hash takes with its first field deadline and keeps, entries lie in
 * the order of their deadlines; those without one (deadline 0) follow at the end.
 */
final class CompactHash {
  private Listpack list;
  private int stride;
  private int withDeadline;

  CompactHash() {
    this(new Listpack(), 2, 0);
  }

  private CompactHash(Listpack list, int stride, int withDeadline) {
    this.list = list;
    this.stride = stride;
    this.withDeadline = withDeadline;
  }

  CompactHash copy() {
    return new CompactHash(list.copy(), stride, withDeadline);
  }

  /** An image, which shares the list's bytes until the list changes. */
  CompactHash freeze() {
    return new CompactHash(list.frozen(), stride, withDeadline);
  }

  int size() {
    return list.count() / stride;
  }

  int withDeadline() {
    return withDeadline;
  }

  boolean hasDeadlines() {
    return stride == 3;
  }

  Listpack listpack() {
    return list;
  }

  int heapBytes() {
    return 24 + 24 + ((16 + list.capacity() + 7) & ~7);
  }

  /** Whether one more field of these lengths keeps the list within its bounds. */
  boolean fits(int fieldLength, int valueLength) {
    return list.fits((long) fieldLength + valueLength + 32);
  }

  private int locate(byte[] field, int offset, int length) {
    return list.find(list.first(), field, offset, length, stride);
  }

  boolean find(byte[] field, int offset, int length, FieldView view) {
    int at = locate(field, offset, length);
    if (at == Listpack.NONE) {
      return false;
    }
    show(at, view);
    return true;
  }

  private void show(int at, FieldView view) {
    int value = list.next(at);
    byte[] bytes = list.buffer();
    if (list.isLong(at)) {
      view.nameBytes = Numbers.longBytes(list.longAt(at));
      view.nameOffset = 0;
      view.nameLength = view.nameBytes.length;
    } else {
      view.nameBytes = bytes;
      view.nameOffset = list.dataAt(at);
      view.nameLength = list.lengthAt(at);
    }
    if (list.isLong(value)) {
      view.valueBytes = Numbers.longBytes(list.longAt(value));
      view.valueOffset = 0;
      view.valueLength = view.valueBytes.length;
    } else {
      view.valueBytes = bytes;
      view.valueOffset = list.dataAt(value);
      view.valueLength = list.lengthAt(value);
    }
    view.expireAt = stride == 3 ? list.longAt(list.next(value)) : 0;
    view.packed = false;
  }

  /** Sets a field; whether it is new. */
  boolean put(
      byte[] field,
      int fieldOffset,
      int fieldLength,
      byte[] value,
      int valueOffset,
      int valueLength,
      long expireAt) {
    if (expireAt != 0) {
      takeDeadlines();
    }
    int at = locate(field, fieldOffset, fieldLength);
    if (at == Listpack.NONE) {
      add(field, fieldOffset, fieldLength, value, valueOffset, valueLength, expireAt);
      return true;
    }
    int old = list.next(at);
    if (stride == 2 || list.longAt(list.next(old)) == expireAt) {
      list.replace(old, value, valueOffset, valueLength);
    } else {
      delete(at);
      add(field, fieldOffset, fieldLength, value, valueOffset, valueLength, expireAt);
    }
    return false;
  }

  private void add(
      byte[] field,
      int fieldOffset,
      int fieldLength,
      byte[] value,
      int valueOffset,
      int valueLength,
      long expireAt) {
    int place = expireAt == 0 ? Listpack.NONE : firstLaterThan(expireAt);
    if (place == Listpack.NONE) {
      list.append(field, fieldOffset, fieldLength);
      list.append(value, valueOffset, valueLength);
      if (stride == 3) {
        list.append(expireAt);
      }
    } else {
      // Inserted last to first, each before the same place.
      list.insert(place, expireAt);
      list.insert(place, value, valueOffset, valueLength);
      list.insert(place, field, fieldOffset, fieldLength);
    }
    if (expireAt != 0) {
      withDeadline++;
    }
  }

  private int firstLaterThan(long expireAt) {
    for (int at = list.first(); at != Listpack.NONE; ) {
      int deadline = list.next(list.next(at));
      long other = list.longAt(deadline);
      if (other == 0 || other > expireAt) {
        return at;
      }
      at = list.next(deadline);
    }
    return Listpack.NONE;
  }

  /** Gives a field another deadline; false when there is no such field. */
  boolean expireAt(byte[] field, int offset, int length, long expireAt) {
    int at = locate(field, offset, length);
    if (at == Listpack.NONE) {
      return false;
    }
    if (stride == 2) {
      if (expireAt == 0) {
        return true;
      }
      takeDeadlines();
      at = locate(field, offset, length);
    }
    byte[] value = list.bytesAt(list.next(at));
    delete(at);
    add(field, offset, length, value, 0, value.length, expireAt);
    return true;
  }

  private void takeDeadlines() {
    if (stride == 3) {
      return;
    }
    Listpack wider = new Listpack(list.byteSize() + list.count());
    for (int at = list.first(); at != Listpack.NONE; at = list.next(at)) {
      wider.append(list, at);
      at = list.next(at);
      wider.append(list, at);
      wider.append(0);
    }
    list = wider;
    stride = 3;
  }

  private void delete(int at) {
    if (stride == 3 && list.longAt(list.next(list.next(at))) != 0) {
      withDeadline--;
    }
    list.delete(at, stride);
  }

  boolean remove(byte[] field, int offset, int length) {
    int at = locate(field, offset, length);
    if (at == Listpack.NONE) {
      return false;
    }
    delete(at);
    return true;
  }

  void forEach(FieldView view, Consumer<FieldView> visitor) {
    for (int at = list.first(); at != Listpack.NONE; at = after(at)) {
      show(at, view);
      visitor.accept(view);
    }
  }

  private int after(int at) {
    int next = list.next(list.next(at));
    return stride == 3 ? list.next(next) : next;
  }

  /** Shows the field with this index, from 0. */
  void showNth(int index, FieldView view) {
    show(list.at(index * stride), view);
  }

  /**
   * Removes the fields that are due; the rest is in order.
   *
   * @return the first deadline left, Long.MAX_VALUE for none
   */
  long sweep(long now, FieldView view, Consumer<FieldView> removed) {
    if (stride == 2) {
      return Long.MAX_VALUE;
    }
    int at = list.first();
    while (at != Listpack.NONE) {
      show(at, view);
      if (view.expireAt == 0) {
        return Long.MAX_VALUE;
      }
      if (view.expireAt > now) {
        return view.expireAt;
      }
      removed.accept(view);
      withDeadline--;
      at = list.delete(at, stride);
    }
    return Long.MAX_VALUE;
  }
}
