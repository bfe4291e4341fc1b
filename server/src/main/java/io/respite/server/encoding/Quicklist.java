package io.respite.server.encoding;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A long list: a sequence of nodes, each a {@link Listpack} of bounded size, as Redis keeps it.
 * Pushing, popping and editing touch one node, however long the list is.
 *
 * <pre>
 *   blocks   [ 40 nodes | 31,000 elements ] ⇄ [ 128 nodes | 99,010 elements ] ⇄ ...
 *   nodes      listpack, listpack, plain, compressed, ...      up to 128 in a block
 *   elements   in a listpack, or one alone in a plain node
 * </pre>
 *
 * <p><b>Reaching a position.</b> Each block knows how many elements it holds, and each node too, so
 * a position is reached by passing over blocks from the nearer end, then over nodes, then over the
 * entries of one node from its nearer end. In a list of ten million short elements that is some
 * fifty blocks, sixty nodes and two hundred entries; where Redis passes over all nodes, this list
 * passes over one 128th of them.
 *
 * <p><b>How full a node gets</b> is the fill: a positive one is the number of elements in a node,
 * which is bounded by 8 KB besides; -1 to -5 are 4, 8, 16, 32 and 64 KB. An element that is larger
 * than that by itself becomes a plain node. An insertion into a full node splits it there, and
 * neighbours that fit into one node are merged afterwards.
 *
 * <p><b>Compression.</b> With a depth of d above 0, all nodes but d at each end are kept
 * compressed. Readers decompress for themselves; writers decompress the node, and it is compressed
 * again before the operation ends.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>No node and no block is empty, and a block's numbers are those of its nodes.
 *   <li>A node exceeds the fill only by holding one element.
 *   <li>Compressed nodes have at least {@code depth} nodes on both sides.
 * </ol>
 */
public final class Quicklist {
  /** Most bytes of a node whose fill is a number of elements. */
  private static final int SAFE_BYTES = 8192;

  /** Upper bound of what an entry takes in a listpack beyond its bytes. */
  private static final int ENTRY_OVERHEAD = 8;

  private static final int LEAST_FILL = -5;
  private static final int MOST_FILL = (1 << 15) - 1;
  private static final int NODES = 128;
  private static final int SAMPLED_BLOCKS = 4;

  /** Some neighbouring nodes. */
  static final class Block {
    Block previous;
    Block next;
    QuicklistNode[] nodes = new QuicklistNode[2];
    int count;
    long elements;

    void insert(int at, QuicklistNode node) {
      if (count == nodes.length) {
        nodes = Arrays.copyOf(nodes, Math.min(NODES, count * 2));
      }
      System.arraycopy(nodes, at, nodes, at + 1, count - at);
      nodes[at] = node;
      count++;
      elements += node.count;
    }

    void remove(int at) {
      elements -= nodes[at].count;
      count--;
      System.arraycopy(nodes, at + 1, nodes, at, count - at);
      nodes[count] = null;
    }
  }

  private final int fill;
  private final int depth;
  private Block first;
  private Block last;
  private long size;
  private int nodes;

  // Where insertNode() put the last node, or locate() found one.
  private Block place;
  private int placeIndex;

  /**
   * An empty list.
   *
   * @param fill elements of a node if positive, else -1 to -5 for 4 to 64 KB; other numbers are
   *     taken as the nearest of these
   * @param depth nodes at each end that are not compressed, 0 for no compression
   */
  public Quicklist(long fill, long depth) {
    this.fill = clamp(fill);
    this.depth = (int) Math.max(0, Math.min(depth, Integer.MAX_VALUE / 4));
  }

  /** A list with the entries of a listpack, which is taken over as its node. */
  public static Quicklist of(Listpack pack, long fill, long depth) {
    Quicklist list = new Quicklist(fill, depth);
    if (pack.count() > 0) {
      list.insertNode(null, 0, QuicklistNode.of(pack));
    }
    return list;
  }

  private static int clamp(long fill) {
    return (int) Math.max(LEAST_FILL, Math.min(fill, MOST_FILL));
  }

  private static int maxBytes(int fill) {
    return fill >= 0 ? SAFE_BYTES : 2048 << -fill;
  }

  /** The most bytes that a node of this fill may have. */
  public static int nodeBytes(long fill) {
    return maxBytes(clamp(fill));
  }

  /** The most elements that a node of this fill may have; Integer.MAX_VALUE for a fill of bytes. */
  public static int nodeElements(long fill) {
    return fill < 0 ? Integer.MAX_VALUE : Math.max(1, clamp(fill));
  }

  /** Whether a listpack of so many bytes and elements is more than one node of this fill. */
  public static boolean exceedsNode(long fill, long bytes, long elements) {
    return bytes > nodeBytes(fill) || elements > nodeElements(fill);
  }

  private boolean isLarge(int length) {
    return length > maxBytes(fill);
  }

  private boolean allows(QuicklistNode node, int length) {
    return !node.isPlain()
        && !isLarge(length)
        && !exceedsNode(fill, (long) node.byteSize() + length + ENTRY_OVERHEAD, node.count + 1L);
  }

  /** Number of elements. */
  public long size() {
    return size;
  }

  /** Number of nodes. */
  public int nodeCount() {
    return nodes;
  }

  /** The only node's listpack, or null when there are several nodes or the node is a plain one. */
  public Listpack onlyListpack() {
    if (nodes != 1 || first.nodes[0].isPlain()) {
      return null;
    }
    return first.nodes[0].open();
  }

  /** Visits the nodes in order: their listpacks, or the plain elements as a {@code byte[]}. */
  public void forEachNode(Consumer<Object> visitor) {
    for (Block b = first; b != null; b = b.next) {
      for (int i = 0; i < b.count; i++) {
        QuicklistNode node = b.nodes[i];
        visitor.accept(node.isPlain() ? node.plain() : node.pack());
      }
    }
  }

  /** Adds a listpack within the fill, which is taken over, as the last node. */
  public void appendNode(Listpack pack) {
    insertNode(last, last == null ? 0 : last.count, QuicklistNode.of(pack));
    settle(null);
  }

  // ---- at the ends

  /** Adds an element before the first. */
  public void addFirst(byte[] source, int offset, int length) {
    if (size > 0 && allows(first.nodes[0], length)) {
      Listpack pack = first.nodes[0].open();
      pack.insert(pack.first(), source, offset, length);
      grown(first, 0);
    } else {
      insertNode(first, 0, node(source, offset, length));
      settle(null);
    }
  }

  /** Adds an element after the last. */
  public void addLast(byte[] source, int offset, int length) {
    if (size > 0 && allows(last.nodes[last.count - 1], length)) {
      last.nodes[last.count - 1].open().append(source, offset, length);
      grown(last, last.count - 1);
    } else {
      insertNode(last, size == 0 ? 0 : last.count, node(source, offset, length));
      settle(null);
    }
  }

  private QuicklistNode node(byte[] source, int offset, int length) {
    if (isLarge(length)) {
      return QuicklistNode.plain(Arrays.copyOfRange(source, offset, offset + length));
    }
    Listpack pack = new Listpack(length + 2 * ENTRY_OVERHEAD);
    pack.append(source, offset, length);
    return QuicklistNode.of(pack);
  }

  private void grown(Block block, int index) {
    changed(block, block.nodes[index], 1);
  }

  private void changed(Block block, QuicklistNode node, int more) {
    node.count += more;
    block.elements += more;
    size += more;
  }

  /** Shows the first element; the list must not be empty. */
  public void showFirst(Window window) {
    QuicklistNode node = first.nodes[0];
    if (node.isPlain()) {
      window.show(node.plain(), 0, node.plain().length);
    } else {
      Listpack pack = node.pack();
      window.show(pack, pack.first());
    }
  }

  /** Shows the last element; the list must not be empty. */
  public void showLast(Window window) {
    QuicklistNode node = last.nodes[last.count - 1];
    if (node.isPlain()) {
      window.show(node.plain(), 0, node.plain().length);
    } else {
      Listpack pack = node.pack();
      window.show(pack, pack.last());
    }
  }

  /** Removes the first element; the list must not be empty. */
  public void removeFirst() {
    QuicklistNode node = first.nodes[0];
    if (node.count == 1) {
      removeNode(first, 0);
      settle(null);
    } else {
      Listpack pack = node.open();
      pack.delete(pack.first(), 1);
      changed(first, node, -1);
    }
  }

  /** Removes the last element; the list must not be empty. */
  public void removeLast() {
    QuicklistNode node = last.nodes[last.count - 1];
    if (node.count == 1) {
      removeNode(last, last.count - 1);
      settle(null);
    } else {
      Listpack pack = node.open();
      pack.delete(pack.last(), 1);
      changed(last, node, -1);
    }
  }

  // ---- anywhere

  /**
   * Lets a cursor stand at an element.
   *
   * @param index from 0, or from -1 backwards
   * @return whether there is such an element
   */
  public boolean seek(ListCursor cursor, long index) {
    long from = index < 0 ? index + size : index;
    if (from < 0 || from >= size) {
      cursor.position = Listpack.NONE;
      return false;
    }
    int inNode = locate(from);
    QuicklistNode node = cursor.stand(place, placeIndex);
    cursor.position = node.isPlain() ? 0 : ListCursor.nth(cursor.pack, inNode);
    return true;
  }

  /** Finds the node that holds the element with this index; answers the index in the node. */
  private int locate(long index) {
    long from = index;
    Block b;
    if (index < size / 2) {
      for (b = first; from >= b.elements; b = b.next) {
        from -= b.elements;
      }
    } else {
      long back = size - 1 - index;
      for (b = last; back >= b.elements; b = b.previous) {
        back -= b.elements;
      }
      from = b.elements - 1 - back;
    }
    int i = 0;
    while (from >= b.nodes[i].count) {
      from -= b.nodes[i++].count;
    }
    place = b;
    placeIndex = i;
    return (int) from;
  }

  /** Adds an element before or after the one at which the cursor stands, which then ends. */
  public void insert(ListCursor at, boolean after, byte[] source, int offset, int length) {
    Block block = at.block;
    int index = at.index;
    QuicklistNode node = at.node();
    if (allows(node, length)) {
      Listpack pack = node.open();
      pack.insert(after ? pack.next(at.position) : at.position, source, offset, length);
      grown(block, index);
      settle(node);
      return;
    }
    boolean atEdge =
        node.isPlain()
            || (after ? at.pack.next(at.position) : at.pack.previous(at.position)) == Listpack.NONE;
    if (!atEdge) {
      split(at, after);
      insertNode(place, placeIndex, node(source, offset, length));
      mergeAroundPlace();
      return;
    }
    place = block;
    placeIndex = index;
    if (step(after) && allows(place.nodes[placeIndex], length)) {
      QuicklistNode neighbour = place.nodes[placeIndex];
      Listpack pack = neighbour.open();
      pack.insert(after ? pack.first() : Listpack.NONE, source, offset, length);
      grown(place, placeIndex);
      settle(neighbour);
    } else {
      QuicklistNode added = node(source, offset, length);
      insertNode(block, after ? index + 1 : index, added);
      settle(added);
    }
  }

  /** Moves the remembered place to the next node or the one before; false when there is none. */
  private boolean step(boolean onward) {
    boolean here = onward ? placeIndex + 1 < place.count : placeIndex > 0;
    Block there = here ? place : onward ? place.next : place.previous;
    if (there == null) {
      return false;
    }
    placeIndex = onward ? (here ? placeIndex + 1 : 0) : (here ? placeIndex : there.count) - 1;
    place = there;
    return true;
  }

  /**
   * Splits the cursor's node before or after the cursor's element; the second half becomes the next
   * node.
   */
  private void split(ListCursor at, boolean after) {
    QuicklistNode node = at.node();
    Listpack pack = node.open();
    int from = after ? pack.next(at.position) : at.position;
    int moved = 0;
    for (int p = from; p != Listpack.NONE; p = pack.next(p)) {
      moved++;
    }
    QuicklistNode second = QuicklistNode.of(pack.cut(from, moved));
    changed(at.block, node, -moved);
    insertNode(at.block, at.index + 1, second);
  }

  /**
   * Merges neighbours that fit into one node, in the five nodes around the last one inserted, which
   * lies between the halves of a split one; compresses what has to be.
   */
  private void mergeAroundPlace() {
    if (step(false)) {
      step(false);
    }
    for (int pairs = 0; pairs < 4; pairs++) {
      Block block = place;
      int index = placeIndex;
      if (!step(true)) {
        break;
      }
      QuicklistNode node = block.nodes[index];
      QuicklistNode next = place.nodes[placeIndex];
      if (fitTogether(node, next)) {
        node.open().appendAll(next.pack());
        changed(block, node, next.count);
        removeNode(place, placeIndex);
        place = block;
        placeIndex = index;
      } else {
        settleOne(node);
      }
    }
    settle(place.nodes[placeIndex]);
  }

  private boolean fitTogether(QuicklistNode a, QuicklistNode b) {
    return !a.isPlain()
        && !b.isPlain()
        && !exceedsNode(fill, (long) a.byteSize() + b.byteSize(), (long) a.count + b.count);
  }

  /** Puts another element in the place of the one with this index, from 0, which must be there. */
  public void set(long index, byte[] source, int offset, int length) {
    ListCursor at = new ListCursor();
    seek(at, index);
    QuicklistNode node = at.node();
    if (node.isPlain() && isLarge(length)) {
      at.block.nodes[at.index] = node(source, offset, length);
      return;
    }
    if (!node.isPlain() && !isLarge(length)) {
      int next = at.pack.next(at.position);
      int old = (next == Listpack.NONE ? node.byteSize() - 1 : next) - at.position;
      long bytes = (long) node.byteSize() - old + length + ENTRY_OVERHEAD;
      if (node.count == 1 || !exceedsNode(fill, bytes, node.count)) {
        node.open().replace(at.position, source, offset, length);
        settle(node);
        return;
      }
    }
    insert(at, true, source, offset, length);
    removeRange(index, 1);
  }

  /**
   * Removes the element at which a cursor stands; the cursor moves on. When all is done, {@link
   * #settle()} must follow.
   *
   * @param backwards whether the cursor moves to the element before, else to the next
   * @return whether there is one; if not, the cursor ends
   */
  public boolean remove(ListCursor at, boolean backwards) {
    QuicklistNode node = at.node();
    Block block = at.block;
    int index = at.index;
    if (node.count == 1) {
      removeNode(block, index);
      return backwards ? standBefore(at, block, index) : standFrom(at, block, index);
    }
    Listpack pack = node.open();
    at.pack = pack;
    int before = pack.previous(at.position);
    int next = pack.delete(at.position, 1);
    changed(block, node, -1);
    at.position = backwards ? before : next;
    if (at.position != Listpack.NONE) {
      return true;
    }
    return backwards ? standBefore(at, block, index) : standFrom(at, block, index + 1);
  }

  private static boolean standBefore(ListCursor at, Block block, int index) {
    Block there = index > 0 ? block : block.previous;
    if (there == null) {
      at.position = Listpack.NONE;
      return false;
    }
    at.enter(there, index > 0 ? index - 1 : there.count - 1, false);
    return true;
  }

  private static boolean standFrom(ListCursor at, Block block, int index) {
    boolean here = index < block.count;
    Block there = here ? block : block.next;
    if (there == null) {
      at.position = Listpack.NONE;
      return false;
    }
    at.enter(there, here ? index : 0, true);
    return true;
  }

  /** Removes up to {@code count} elements from the one with index {@code from}, from 0, on. */
  public void removeRange(long from, long count) {
    if (count <= 0 || from >= size) {
      return;
    }
    long left = Math.min(count, size - from);
    int offset = locate(from);
    Block b = place;
    int i = placeIndex;
    while (left > 0) {
      if (i == b.count) {
        b = b.next;
        i = 0;
      }
      if (offset == 0 && i == 0 && left >= b.elements) {
        left -= b.elements;
        size -= b.elements;
        nodes -= b.count;
        unlink(b);
        i = b.count;
        continue;
      }
      QuicklistNode node = b.nodes[i];
      if (offset == 0 && left >= node.count) {
        left -= node.count;
        removeNode(b, i);
        continue;
      }
      int removed = (int) Math.min(left, node.count - offset);
      Listpack pack = node.open();
      pack.delete(ListCursor.nth(pack, offset), removed);
      changed(b, node, -removed);
      settleOne(node);
      left -= removed;
      offset = 0;
      i++;
    }
    settle(null);
  }

  // ---- nodes in blocks

  private void insertNode(Block block, int index, QuicklistNode node) {
    Block b = block;
    int i = index;
    if (b == null) {
      b = link(null, null);
    } else if (b.count == NODES) {
      if (i == NODES) {
        b = link(b, b.next);
        i = 0;
      } else if (i == 0) {
        b = link(b.previous, b);
      } else {
        Block upper = link(b, b.next);
        while (b.count > NODES / 2) {
          QuicklistNode moved = b.nodes[b.count - 1];
          b.remove(b.count - 1);
          upper.insert(0, moved);
        }
        if (i > b.count) {
          i -= b.count;
          b = upper;
        }
      }
    }
    b.insert(i, node);
    nodes++;
    size += node.count;
    place = b;
    placeIndex = i;
  }

  private Block link(Block previous, Block next) {
    Block b = new Block();
    b.previous = previous;
    b.next = next;
    if (previous == null) {
      first = b;
    } else {
      previous.next = b;
    }
    if (next == null) {
      last = b;
    } else {
      next.previous = b;
    }
    return b;
  }

  /** Takes a block out; the block itself still knows its old neighbours. */
  private void unlink(Block b) {
    if (b.previous == null) {
      first = b.next;
    } else {
      b.previous.next = b.next;
    }
    if (b.next == null) {
      last = b.previous;
    } else {
      b.next.previous = b.previous;
    }
  }

  /**
   * Removes a node. The nodes after it in its block move down by one, and the next block's nodes
   * may come after them; nothing before it moves.
   */
  private void removeNode(Block b, int index) {
    size -= b.nodes[index].count;
    nodes--;
    b.remove(index);
    if (b.count == 0) {
      unlink(b);
      return;
    }
    Block next = b.next;
    if (next != null && b.count + next.count <= NODES / 2) {
      for (int i = 0; i < next.count; i++) {
        b.insert(b.count, next.nodes[i]);
      }
      unlink(next);
    }
  }

  // ---- compression

  /** Compresses and decompresses so that invariant 3 holds and all other nodes are compressed. */
  public void settle() {
    if (depth == 0) {
      return;
    }
    for (Block b = first; b != null; b = b.next) {
      for (int i = 0; i < b.count; i++) {
        b.nodes[i].compress();
      }
    }
    settle(null);
  }

  /**
   * Ends an operation: compresses a node that was opened, unless it lies near an end, and looks at
   * the nodes that came near an end or are not near it any more.
   *
   * @param opened may be null
   */
  private void settle(QuicklistNode opened) {
    if (depth == 0 || first == null) {
      return;
    }
    if (opened != null) {
      settleOne(opened);
    }
    settleEnd(true);
    settleEnd(false);
  }

  private void settleOne(QuicklistNode node) {
    if (depth > 0 && !nearEnd(node, true) && !nearEnd(node, false)) {
      node.compress();
    }
  }

  private boolean nearEnd(QuicklistNode node, boolean fromFirst) {
    Block b = fromFirst ? first : last;
    for (int left = depth; b != null && left > 0; b = fromFirst ? b.next : b.previous) {
      for (int i = 0; i < b.count && left > 0; i++, left--) {
        if (b.nodes[fromFirst ? i : b.count - 1 - i] == node) {
          return true;
        }
      }
    }
    return false;
  }

  /** Opens the nodes near an end, and compresses the two that an insertion may have moved away. */
  private void settleEnd(boolean fromFirst) {
    Block b = fromFirst ? first : last;
    int distance = 0;
    for (; b != null && distance < depth + 2; b = fromFirst ? b.next : b.previous) {
      for (int i = 0; i < b.count && distance < depth + 2; i++, distance++) {
        QuicklistNode node = b.nodes[fromFirst ? i : b.count - 1 - i];
        if (distance < depth) {
          node.decompress();
        } else if (distance < nodes - depth) {
          node.compress();
        }
      }
    }
  }

  // ---- the whole

  /** A list of its own with the same elements, nodes and settings. */
  public Quicklist copy() {
    Quicklist copy = new Quicklist(fill, depth);
    for (Block b = first; b != null; b = b.next) {
      for (int i = 0; i < b.count; i++) {
        copy.insertNode(copy.last, copy.last == null ? 0 : copy.last.count, b.nodes[i].copy());
      }
    }
    return copy;
  }

  /** Bytes of heap that the list takes; estimated from the first nodes when there are many. */
  public long heapBytes() {
    long bytes = 0;
    int sampled = 0;
    int blocks = 0;
    for (Block b = first; b != null && blocks < SAMPLED_BLOCKS; b = b.next) {
      blocks++;
      bytes += 48 + 16 + 4L * b.nodes.length;
      for (int i = 0; i < b.count; i++) {
        bytes += b.nodes[i].heapBytes();
        sampled++;
      }
    }
    return 56 + (sampled == 0 ? 0 : Math.round((double) bytes * nodes / sampled));
  }
}
