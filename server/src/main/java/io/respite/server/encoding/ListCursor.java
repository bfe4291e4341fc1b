package io.respite.server.encoding;

import java.util.Arrays;

/**
 * A place in a {@link Quicklist} or in a lone {@link Listpack}: it stands at one element and moves
 * to its neighbours. Good until the list is changed other than through the cursor.
 */
public final class ListCursor {
  /** The quicklist's nodes; null in a lone listpack. */
  private Blocks<QuicklistNode> nodes;

  /** Where in the quicklist the cursor stands. */
  int block;

  int index;

  /** The node's listpack; null in a plain node. */
  Listpack pack;

  byte[] plain;

  /** The entry in the listpack, 0 in a plain node; {@link Listpack#NONE} beyond the list's ends. */
  int position = Listpack.NONE;

  private final Window window = new Window();
  private byte[] wanted = new byte[0];
  private int wantedOffset;
  private int wantedLength;
  private boolean wantedIsLong;
  private long wantedLong;

  /** A cursor that stands nowhere yet. */
  public ListCursor() {}

  /**
   * Stands at an element of a lone listpack from now on.
   *
   * @param index from 0, or from -1 backwards
   * @return whether there is such an element
   */
  public boolean seek(Listpack list, long index) {
    nodes = null;
    plain = null;
    pack = list;
    position = nth(list, index);
    return position != Listpack.NONE;
  }

  /** The entry with this index, reached from the nearer end. */
  static int nth(Listpack list, long index) {
    int count = list.count();
    long from = index < 0 ? index + count : index;
    if (from < 0 || from >= count) {
      return Listpack.NONE;
    }
    return list.at((int) (from <= count / 2 ? from : from - count));
  }

  /** Moves to the next element; false when there is none. */
  public boolean next() {
    if (pack != null) {
      position = pack.next(position);
      if (position != Listpack.NONE) {
        return true;
      }
    } else {
      position = Listpack.NONE;
    }
    if (nodes == null) {
      return false;
    }
    if (index + 1 < nodes.count(block)) {
      enter(nodes, block, index + 1, true);
      return true;
    }
    if (block + 1 == nodes.blocks()) {
      return false;
    }
    enter(nodes, block + 1, 0, true);
    return true;
  }

  /** Moves to the element before; false when there is none. */
  public boolean previous() {
    if (pack != null) {
      position = pack.previous(position);
      if (position != Listpack.NONE) {
        return true;
      }
    } else {
      position = Listpack.NONE;
    }
    if (nodes == null) {
      return false;
    }
    if (index > 0) {
      enter(nodes, block, index - 1, false);
      return true;
    }
    if (block == 0) {
      return false;
    }
    enter(nodes, block - 1, nodes.count(block - 1) - 1, false);
    return true;
  }

  /**
   * Removes the element here from the lone listpack that was sought in, and moves on.
   *
   * @param backwards whether to move to the element before, else to the next
   * @return whether there is one
   */
  public boolean removeHere(boolean backwards) {
    position = backwards ? pack.deleteGoingBack(position) : pack.delete(position, 1);
    return position != Listpack.NONE;
  }

  /** Stands at the first or last element of a node. */
  void enter(Blocks<QuicklistNode> all, int newBlock, int newIndex, boolean atFirst) {
    QuicklistNode node = stand(all, newBlock, newIndex);
    if (node.isPlain()) {
      position = 0;
    } else {
      position = atFirst ? pack.first() : pack.last();
    }
  }

  /** Stands in a node, at no element yet. */
  QuicklistNode stand(Blocks<QuicklistNode> all, int newBlock, int newIndex) {
    nodes = all;
    block = newBlock;
    index = newIndex;
    QuicklistNode node = node();
    pack = node.isPlain() ? null : node.pack();
    plain = node.plain();
    return node;
  }

  QuicklistNode node() {
    return nodes.item(block, index);
  }

  /** The entry's position in the lone listpack that was sought in. */
  public int position() {
    return position;
  }

  /** The element here. The window is the cursor's own: see {@link Window}. */
  public Window window() {
    if (pack != null) {
      window.show(pack, position);
    } else {
      window.show(plain, 0, plain.length);
    }
    return window;
  }

  /** Sets what {@link #matches} compares with. The bytes are not copied. */
  public void want(byte[] bytes, int offset, int length) {
    wanted = bytes;
    wantedOffset = offset;
    wantedLength = length;
    wantedIsLong = Numbers.isLong(bytes, offset, length);
    wantedLong = wantedIsLong ? Numbers.parseLong(bytes, offset, length) : 0;
  }

  /** Whether the element here is the wanted one. */
  public boolean matches() {
    if (pack == null) {
      return Arrays.equals(
          plain, 0, plain.length, wanted, wantedOffset, wantedOffset + wantedLength);
    }
    if (pack.isLong(position)) {
      return wantedIsLong && pack.longAt(position) == wantedLong;
    }
    return !wantedIsLong && pack.equalsAt(position, wanted, wantedOffset, wantedLength);
  }
}
