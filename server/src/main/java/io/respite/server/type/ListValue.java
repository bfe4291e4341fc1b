package io.respite.server.type;

import io.respite.server.encoding.ListCursor;
import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.Quicklist;
import io.respite.server.encoding.Window;
import java.util.function.Consumer;

/**
 * A list: elements in order, reached from both ends and by position.
 *
 * <p>A list is one {@link Listpack} while that stays within what one node of a {@link Quicklist}
 * may hold, and a quicklist beyond; a quicklist that has shrunk to one node of less than half of
 * that becomes a listpack again, so that a list at the limit does not go back and forth. Who adds
 * elements announces them by {@link #expect}; who has removed some ends with {@link #shrunk}.
 *
 * <p>An image or a copy takes no time: it shares the listpack, or the nodes of the quicklist, until
 * they are changed here. Every method that changes anything begins with {@link #edit}.
 *
 * <p>Indexes are counted from 0 for the first element, or from -1 for the last backwards.
 */
public final class ListValue extends Capturable {
  /** A listpack's own bytes, without entries. */
  private static final int EMPTY_LISTPACK = 7;

  private final EncodingLimits limits;

  /** The compact form; null in the large one. */
  private Listpack compact;

  /** The large form; null in the compact one. */
  private Quicklist large;

  /** An empty list. */
  public ListValue(EncodingLimits limits) {
    super(limits.cuts());
    this.limits = limits;
    this.compact = new Listpack(EMPTY_LISTPACK);
  }

  /** Number of elements. */
  public long size() {
    return compact != null ? compact.count() : large.size();
  }

  /**
   * Takes the large form if the compact one cannot hold what is about to be added.
   *
   * @param bytes of all the elements together, 0 or more
   * @param elements how many, 0 or more
   */
  public void expect(long bytes, long elements) {
    edit();
    if (compact != null
        && Quicklist.exceedsNode(
            limits.listFill(), compact.byteSize() + bytes, compact.count() + elements)) {
      large = Quicklist.of(compact, limits.listFill(), limits.listCompressDepth());
      compact = null;
    }
  }

  /** Takes the compact form if the list has become small enough for it. */
  public void shrunk() {
    if (large == null || large.nodeCount() > 1) {
      return;
    }
    edit();
    int bytes = Quicklist.nodeBytes(limits.listFill()) / 2;
    Listpack only = large.takeOnlyListpack(bytes, Quicklist.nodeElements(limits.listFill()) / 2);
    if (only != null) {
      compact = only;
      large = null;
    }
  }

  /** Number of nodes; 1 in the compact form. */
  public int nodeCount() {
    return compact != null ? 1 : large.nodeCount();
  }

  /** Visits the nodes in order: listpacks, or large elements as a {@code byte[]}. */
  public void forEachNode(Consumer<Object> visitor) {
    if (compact != null) {
      visitor.accept(compact);
    } else {
      large.forEachNode(visitor);
    }
  }

  /** Adds all elements of a listpack behind the last; it is taken over as a node if it can be. */
  public void appendNode(Listpack pack) {
    edit();
    if (pack.count() == 0) {
      return;
    }
    long fill = limits.listFill();
    if (Quicklist.exceedsNode(fill, pack.byteSize(), pack.count())) {
      // A node from elsewhere, where nodes are larger.
      for (int at = pack.first(); at != Listpack.NONE; at = pack.next(at)) {
        byte[] element = pack.bytesAt(at);
        expect(element.length, 1);
        push(false, element, 0, element.length);
      }
    } else if (size() == 0) {
      compact = pack;
      large = null;
    } else {
      if (compact != null) {
        large = Quicklist.of(compact, fill, limits.listCompressDepth());
        compact = null;
      }
      large.appendNode(pack);
    }
  }

  /** Adds an element that has been {@link #expect expected} before the first or after the last. */
  public void push(boolean atFirst, byte[] source, int offset, int length) {
    edit();
    if (compact != null) {
      if (atFirst) {
        compact.insert(compact.first(), source, offset, length);
      } else {
        compact.append(source, offset, length);
      }
    } else if (atFirst) {
      large.addFirst(source, offset, length);
    } else {
      large.addLast(source, offset, length);
    }
  }

  /** Shows the first or last element of a list that is not empty. */
  public void showEnd(boolean first, Window window) {
    if (compact != null) {
      window.show(compact, first ? compact.first() : compact.last());
    } else if (first) {
      large.showFirst(window);
    } else {
      large.showLast(window);
    }
  }

  /** Removes the first or last element of a list that is not empty. */
  public void removeEnd(boolean first) {
    edit();
    if (compact != null) {
      compact.delete(first ? compact.first() : compact.last(), 1);
    } else if (first) {
      large.removeFirst();
    } else {
      large.removeLast();
    }
    shrunk();
  }

  /** Lets a cursor stand at the element with this index; false when there is none. */
  public boolean seek(ListCursor cursor, long index) {
    return compact != null ? cursor.seek(compact, index) : large.seek(cursor, index);
  }

  /**
   * Adds an element that has been expected before or after a cursor's, and ends the cursor. It must
   * have been sought after {@link #expect}.
   */
  public void insert(ListCursor at, boolean after, byte[] source, int offset, int length) {
    edit();
    if (compact == null) {
      large.insert(at, after, source, offset, length);
    } else {
      int place = after ? compact.next(at.position()) : at.position();
      compact.insert(place, source, offset, length);
    }
  }

  /** Puts an element in the place of the one with this index, from 0, which must be there. */
  public void set(long index, byte[] source, int offset, int length) {
    edit();
    expect(length, 1);
    if (compact != null) {
      compact.replace(compact.at((int) index), source, offset, length);
    } else {
      large.set(index, source, offset, length);
    }
    shrunk();
  }

  /**
   * Removes the elements that are equal to some bytes.
   *
   * @param most how many at most, at least 1
   * @param backwards whether to begin at the last element, else at the first
   * @return how many there were
   */
  public long removeEqual(byte[] wanted, int offset, int length, long most, boolean backwards) {
    edit();
    ListCursor c = new ListCursor();
    c.want(wanted, offset, length);
    boolean more = seek(c, backwards ? -1 : 0);
    long removed = 0;
    while (more && removed < most) {
      if (c.matches()) {
        more = compact != null ? c.removeHere(backwards) : large.remove(c, backwards);
        removed++;
      } else {
        more = backwards ? c.previous() : c.next();
      }
    }
    if (large != null && removed > 0) {
      large.settle();
    }
    shrunk();
    return removed;
  }

  /** Removes up to {@code count} elements from the index {@code from}, from 0, on. */
  public void removeRange(long from, long count) {
    edit();
    if (compact == null) {
      large.removeRange(from, count);
    } else if (count > 0 && from < compact.count()) {
      compact.delete(compact.at((int) from), (int) Math.min(count, Integer.MAX_VALUE));
    }
    shrunk();
  }

  @Override
  public String typeName() {
    return "list";
  }

  @Override
  public String encoding() {
    return compact != null ? "listpack" : "quicklist";
  }

  @Override
  public long heapBytes() {
    return 24 + (compact != null ? 24 + ((16L + compact.capacity() + 7) & ~7L) : large.heapBytes());
  }

  @Override
  public long elements() {
    return size();
  }

  @Override
  public int typeNumber() {
    return 1;
  }

  @Override
  public void digest(ValueDigest digest) {
    ListCursor c = new ListCursor();
    for (boolean more = seek(c, 0); more; more = c.next()) {
      digest.mix(c.window().copy());
    }
  }

  @Override
  public ListValue copy() {
    ListValue copy = new ListValue(limits);
    copy.compact = compact == null ? null : compact.frozen();
    copy.large = large == null ? null : large.copy();
    return copy;
  }

  @Override
  Value freeze() {
    return copy();
  }
}
