package io.respite.server.encoding;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A long list: a sequence of nodes, each a {@link Listpack} of bounded size, as Redis keeps it.
 * Pushing, popping and editing touch one node, however long the list is.
 *
 * <pre>
 *   blocks   [ 40 nodes | 31,000 elements ] , [ 128 nodes | 99,010 elements ] , ...
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
 * <p><b>Images.</b> {@link #copy} takes no time; see {@link Blocks}. A node that an image has too
 * is replaced by a successor before its first change, which shares the listpack until that is
 * written: {@link #editable} is the only way to a node that is about to change.
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

  /** The nodes in blocks whose weight is their number of elements. */
  private static final class Nodes extends Blocks<QuicklistNode> {
    Nodes() {}

    Nodes(Nodes other) {
      super(other);
    }

    @Override
    long weightOf(QuicklistNode node) {
      return node.count;
    }
  }

  private final int fill;
  private final int depth;
  private final Nodes nodes;
  private long size;

  /** Bytes of heap that the nodes take: what each has been counted for, added up. */
  private long nodeBytes;

  private int copiedNodes;

  // The place where insertNode() put the last node, or locate() found one.
  private int placeBlock;
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
    this.nodes = new Nodes();
  }

  private Quicklist(Quicklist other) {
    fill = other.fill;
    depth = other.depth;
    nodes = new Nodes(other.nodes);
    size = other.size;
    nodeBytes = other.nodeBytes;
  }

  /** A list with the entries of a listpack, which is taken over as its node. */
  public static Quicklist of(Listpack pack, long fill, long depth) {
    Quicklist list = new Quicklist(fill, depth);
    if (pack.count() > 0) {
      list.insertNode(0, 0, QuicklistNode.of(pack));
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
    return (int) nodes.items();
  }

  /** How many nodes were copied since the list was made, because an image had them too. */
  int copiedNodes() {
    return copiedNodes;
  }

  /** How many blocks of references to nodes were copied, for the same reason. */
  int copiedBlocks() {
    return nodes.copiedBlocks();
  }

  /**
   * Gives up the only node's listpack if it is not larger than this; the list must not be used any
   * more then.
   *
   * @return null when there are several nodes, or the node is a plain one or larger; an empty
   *     listpack when there is no node
   */
  public Listpack takeOnlyListpack(int maxBytes, int maxElements) {
    if (size == 0) {
      return new Listpack();
    }
    if (nodes.items() != 1) {
      return null;
    }
    QuicklistNode node = nodes.item(0, 0);
    boolean small = !node.isPlain() && node.byteSize() <= maxBytes && node.count <= maxElements;
    return small ? editable(0, 0).open() : null;
  }

  /** Visits the nodes in order: their listpacks, or the plain elements as a {@code byte[]}. */
  public void forEachNode(Consumer<Object> visitor) {
    for (int b = 0; b < nodes.blocks(); b++) {
      for (int i = 0; i < nodes.count(b); i++) {
        QuicklistNode node = nodes.item(b, i);
        visitor.accept(node.isPlain() ? node.plain() : node.pack());
      }
    }
  }

  /** Adds a listpack within the fill, which is taken over, as the last node. */
  public void appendNode(Listpack pack) {
    insertNode(nodes.blocks(), 0, QuicklistNode.of(pack));
    settleEnds();
  }

  // ---- at the ends

  private int lastBlock() {
    return nodes.blocks() - 1;
  }

  private int lastIndex(int block) {
    return nodes.count(block) - 1;
  }

  private QuicklistNode end(boolean atFirst) {
    int block = atFirst ? 0 : lastBlock();
    return nodes.item(block, atFirst ? 0 : lastIndex(block));
  }

  private QuicklistNode editableEnd(boolean atFirst) {
    int block = atFirst ? 0 : lastBlock();
    return editable(block, atFirst ? 0 : lastIndex(block));
  }

  /** Adds an element before the first. */
  public void addFirst(byte[] source, int offset, int length) {
    if (size > 0 && allows(end(true), length)) {
      QuicklistNode node = editableEnd(true);
      node.open().prepend(source, offset, length);
      changed(0, node, 1);
    } else {
      insertNode(0, 0, endNode(true, source, offset, length));
      settleEnds();
    }
  }

  /** Adds an element after the last. */
  public void addLast(byte[] source, int offset, int length) {
    if (size > 0 && allows(end(false), length)) {
      QuicklistNode node = editableEnd(false);
      node.open().append(source, offset, length);
      changed(lastBlock(), node, 1);
    } else {
      insertNode(nodes.blocks(), 0, endNode(false, source, offset, length));
      settleEnds();
    }
  }

  /**
   * A node for an element at an end of the list. Beside one that is full it will be full, too: it
   * has the room from the start, so that a list that grows copies no element a second time.
   */
  private QuicklistNode endNode(boolean atFirst, byte[] source, int offset, int length) {
    QuicklistNode beside = size == 0 ? null : end(atFirst);
    if (beside == null || beside.count == 1) {
      return node(source, offset, length, 0);
    }
    int most = maxBytes(fill);
    int room = beside.byteSize() > most / 2 ? most : beside.byteSize();
    return node(source, offset, length, room);
  }

  private QuicklistNode node(byte[] source, int offset, int length) {
    return node(source, offset, length, 0);
  }

  /** A node of one element, with room for at least so many bytes. */
  private QuicklistNode node(byte[] source, int offset, int length, int room) {
    if (isLarge(length)) {
      return QuicklistNode.plain(Arrays.copyOfRange(source, offset, offset + length));
    }
    Listpack pack = new Listpack(Math.max(room, length + 2 * ENTRY_OVERHEAD));
    pack.append(source, offset, length);
    return QuicklistNode.of(pack);
  }

  /** The node at a place, for who changes it: one that no image has. */
  private QuicklistNode editable(int block, int index) {
    QuicklistNode node = nodes.item(block, index);
    if (node.edition() != nodes.edition()) {
      node = node.successor(nodes.edition());
      nodes.set(block, index, node);
      copiedNodes++;
    }
    return node;
  }

  /** Counts elements that an {@link #editable} node has more, or less, than before. */
  private void changed(int block, QuicklistNode node, int more) {
    node.count += more;
    recount(node);
    nodes.reweigh(block, more);
    size += more;
  }

  /** Says that an {@link #editable} node may be larger or smaller than it was. */
  private void recount(QuicklistNode node) {
    int bytes = node.heapBytes();
    nodeBytes += bytes - node.countedBytes;
    node.countedBytes = bytes;
  }

  /** Shows the first element; the list must not be empty. */
  public void showFirst(Window window) {
    showEnd(true, window);
  }

  /** Shows the last element; the list must not be empty. */
  public void showLast(Window window) {
    showEnd(false, window);
  }

  private void showEnd(boolean atFirst, Window window) {
    QuicklistNode node = end(atFirst);
    if (node.isPlain()) {
      window.show(node.plain(), 0, node.plain().length);
    } else {
      Listpack pack = node.pack();
      window.show(pack, atFirst ? pack.first() : pack.last());
    }
  }

  /** Removes the first element; the list must not be empty. */
  public void removeFirst() {
    removeEnd(true);
  }

  /** Removes the last element; the list must not be empty. */
  public void removeLast() {
    removeEnd(false);
  }

  private void removeEnd(boolean atFirst) {
    int block = atFirst ? 0 : lastBlock();
    if (end(atFirst).count == 1) {
      removeNode(block, atFirst ? 0 : lastIndex(block));
      settleEnds();
    } else {
      QuicklistNode node = editableEnd(atFirst);
      Listpack pack = node.open();
      if (atFirst) {
        pack.deleteFirst();
      } else {
        pack.delete(pack.last(), 1);
      }
      changed(block, node, -1);
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
    QuicklistNode node = cursor.stand(nodes, placeBlock, placeIndex);
    cursor.position = node.isPlain() ? 0 : ListCursor.nth(cursor.pack, inNode);
    return true;
  }

  /** Finds the node that holds the element with this index; answers the index in the node. */
  private int locate(long index) {
    long from = index;
    int b;
    if (index < size / 2) {
      for (b = 0; from >= nodes.weight(b); b++) {
        from -= nodes.weight(b);
      }
    } else {
      long back = size - 1 - index;
      for (b = lastBlock(); back >= nodes.weight(b); b--) {
        back -= nodes.weight(b);
      }
      from = nodes.weight(b) - 1 - back;
    }
    int i = 0;
    while (from >= nodes.item(b, i).count) {
      from -= nodes.item(b, i++).count;
    }
    placeBlock = b;
    placeIndex = i;
    return (int) from;
  }

  /** Adds an element before or after the one at which the cursor stands, which then ends. */
  public void insert(ListCursor at, boolean after, byte[] source, int offset, int length) {
    int block = at.block;
    int index = at.index;
    if (allows(nodes.item(block, index), length)) {
      QuicklistNode node = editable(block, index);
      Listpack pack = node.open();
      pack.insert(after ? pack.next(at.position) : at.position, source, offset, length);
      changed(block, node, 1);
      settle(block, index);
      return;
    }
    boolean atEdge =
        at.pack == null
            || (after ? at.pack.next(at.position) : at.pack.previous(at.position)) == Listpack.NONE;
    if (!atEdge) {
      split(at, after);
      insertNode(placeBlock, placeIndex, node(source, offset, length));
      mergeAroundPlace();
      return;
    }
    placeBlock = block;
    placeIndex = index;
    if (step(after) && allows(nodes.item(placeBlock, placeIndex), length)) {
      QuicklistNode neighbour = editable(placeBlock, placeIndex);
      Listpack pack = neighbour.open();
      pack.insert(after ? pack.first() : Listpack.NONE, source, offset, length);
      changed(placeBlock, neighbour, 1);
    } else {
      insertNode(block, after ? index + 1 : index, node(source, offset, length));
    }
    settle(placeBlock, placeIndex);
  }

  /** Moves the remembered place to the next node or the one before; false when there is none. */
  private boolean step(boolean onward) {
    if (onward) {
      boolean here = placeIndex + 1 < nodes.count(placeBlock);
      if (!here && placeBlock == lastBlock()) {
        return false;
      }
      placeBlock += here ? 0 : 1;
      placeIndex = here ? placeIndex + 1 : 0;
    } else {
      if (placeIndex == 0 && placeBlock == 0) {
        return false;
      }
      placeBlock -= placeIndex > 0 ? 0 : 1;
      placeIndex = placeIndex > 0 ? placeIndex - 1 : lastIndex(placeBlock);
    }
    return true;
  }

  /**
   * Splits the cursor's node before or after the cursor's element; the second half becomes the next
   * node.
   */
  private void split(ListCursor at, boolean after) {
    QuicklistNode node = editable(at.block, at.index);
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
      int block = placeBlock;
      int index = placeIndex;
      if (!step(true)) {
        break;
      }
      QuicklistNode next = nodes.item(placeBlock, placeIndex);
      if (fitTogether(nodes.item(block, index), next)) {
        QuicklistNode node = editable(block, index);
        node.open().appendAll(next.pack());
        changed(block, node, next.count);
        removeNode(placeBlock, placeIndex);
        placeBlock = block;
        placeIndex = index;
      } else {
        settleOne(block, index);
      }
    }
    settle(placeBlock, placeIndex);
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
      QuicklistNode other = node(source, offset, length);
      other.edition(nodes.edition());
      nodeBytes -= node.countedBytes;
      recount(other);
      nodes.set(at.block, at.index, other);
      return;
    }
    if (!node.isPlain() && !isLarge(length)) {
      int next = at.pack.next(at.position);
      int old = (next == Listpack.NONE ? node.byteSize() - 1 : next) - at.position;
      long bytes = (long) node.byteSize() - old + length + ENTRY_OVERHEAD;
      if (node.count == 1 || !exceedsNode(fill, bytes, node.count)) {
        QuicklistNode edited = editable(at.block, at.index);
        edited.open().replace(at.position, source, offset, length);
        recount(edited);
        settle(at.block, at.index);
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
    int block = at.block;
    int index = at.index;
    if (at.node().count == 1) {
      removeNode(block, index);
      return backwards ? standBefore(at, block, index) : standFrom(at, block, index);
    }
    QuicklistNode node = editable(block, index);
    Listpack pack = node.open();
    at.pack = pack;
    at.position = backwards ? pack.deleteGoingBack(at.position) : pack.delete(at.position, 1);
    changed(block, node, -1);
    if (at.position != Listpack.NONE) {
      return true;
    }
    return backwards ? standBefore(at, block, index) : standFrom(at, block, index + 1);
  }

  private boolean standBefore(ListCursor at, int block, int index) {
    int there = index > 0 ? block : block - 1;
    if (there < 0) {
      at.position = Listpack.NONE;
      return false;
    }
    at.enter(nodes, there, index > 0 ? index - 1 : lastIndex(there), false);
    return true;
  }

  /** Stands at a place, or, if that is behind a block's last node, at the first of the next one. */
  private boolean standFrom(ListCursor at, int block, int index) {
    boolean here = block < nodes.blocks() && index < nodes.count(block);
    int there = here ? block : block + 1;
    if (there >= nodes.blocks()) {
      at.position = Listpack.NONE;
      return false;
    }
    at.enter(nodes, there, here ? index : 0, true);
    return true;
  }

  /** Removes up to {@code count} elements from the one with index {@code from}, from 0, on. */
  public void removeRange(long from, long count) {
    if (count <= 0 || from >= size) {
      return;
    }
    long left = Math.min(count, size - from);
    int offset = locate(from);
    int b = placeBlock;
    int i = placeIndex;
    while (left > 0) {
      if (i == nodes.count(b)) {
        b++;
        i = 0;
      }
      if (offset == 0 && i == 0 && left >= nodes.weight(b)) {
        left -= nodes.weight(b);
        size -= nodes.weight(b);
        for (int n = 0; n < nodes.count(b); n++) {
          nodeBytes -= nodes.item(b, n).countedBytes;
        }
        nodes.removeBlock(b);
        continue;
      }
      QuicklistNode node = nodes.item(b, i);
      if (offset == 0 && left >= node.count) {
        left -= node.count;
        removeNode(b, i);
        continue;
      }
      node = editable(b, i);
      int removed = (int) Math.min(left, node.count - offset);
      Listpack pack = node.open();
      pack.delete(ListCursor.nth(pack, offset), removed);
      changed(b, node, -removed);
      settleOne(b, i);
      left -= removed;
      offset = 0;
      i++;
    }
    settleEnds();
  }

  private void insertNode(int block, int index, QuicklistNode node) {
    node.edition(nodes.edition());
    nodes.insert(block, index, node);
    size += node.count;
    recount(node);
    placeBlock = nodes.placedBlock();
    placeIndex = nodes.placedIndex();
  }

  private void removeNode(int block, int index) {
    size -= nodes.item(block, index).count;
    nodeBytes -= nodes.item(block, index).countedBytes;
    nodes.remove(block, index);
  }

  // ---- compression

  /** Compresses and decompresses so that invariant 3 holds and all other nodes are compressed. */
  public void settle() {
    if (depth == 0) {
      return;
    }
    for (int b = 0; b < nodes.blocks(); b++) {
      for (int i = 0; i < nodes.count(b); i++) {
        settleOne(b, i);
      }
    }
    settleEnds();
  }

  /** Ends an operation that opened a node: compresses it, unless it lies near an end. */
  private void settle(int block, int index) {
    if (depth > 0) {
      settleOne(block, index);
      settleEnds();
    }
  }

  private void settleOne(int block, int index) {
    if (depth > 0 && !nearEnd(block, index)) {
      compress(block, index);
    }
  }

  private void compress(int block, int index) {
    if (nodes.item(block, index).isCompressible()) {
      QuicklistNode node = editable(block, index);
      node.compress();
      recount(node);
    }
  }

  private boolean nearEnd(int block, int index) {
    long before = index;
    for (int b = block - 1; b >= 0 && before < depth; b--) {
      before += nodes.count(b);
    }
    long behind = (long) lastIndex(block) - index;
    for (int b = block + 1; b < nodes.blocks() && behind < depth; b++) {
      behind += nodes.count(b);
    }
    return before < depth || behind < depth;
  }

  /**
   * Looks at the nodes that came near an end or are not near it any more: opens the former, and
   * compresses the two that an insertion may have moved away.
   */
  private void settleEnds() {
    if (depth > 0 && size > 0) {
      settleEnd(true);
      settleEnd(false);
    }
  }

  private void settleEnd(boolean fromFirst) {
    int distance = 0;
    for (int k = 0; k < nodes.blocks() && distance < depth + 2; k++) {
      int b = fromFirst ? k : lastBlock() - k;
      int count = nodes.count(b);
      for (int n = 0; n < count && distance < depth + 2; n++, distance++) {
        int i = fromFirst ? n : count - 1 - n;
        if (distance < depth) {
          if (nodes.item(b, i).isCompressed()) {
            QuicklistNode node = editable(b, i);
            node.decompress();
            recount(node);
          }
        } else if (distance < nodes.items() - depth) {
          compress(b, i);
        }
      }
    }
  }

  // ---- the whole

  /**
   * A list of its own with the same elements, nodes and settings. It takes no time, however long
   * the list is: both share what neither has changed. If it is not changed, it may be read by
   * another thread while this one is.
   */
  public Quicklist copy() {
    return new Quicklist(this);
  }

  /** Bytes of heap that the list takes. */
  public long heapBytes() {
    return 56 + nodes.frameBytes() + nodeBytes;
  }
}
