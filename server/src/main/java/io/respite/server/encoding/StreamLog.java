package io.respite.server.encoding;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The entries of a stream in ascending order of their ids: a directory of {@link StreamNode}s,
 * which is searched by halving.
 *
 * <pre>
 *   nodes  [ . . . | n0 | n1 | n2 | ... | nk | . . ]
 *                    ^head                 ^head + size
 * </pre>
 *
 * <p>Entries are added at the end and mostly trimmed at the beginning. Both move nothing but the
 * ends of the directory: amortized O(1). Finding an id costs O(log n) for the node and a walk
 * within it. Dropping a node in the middle, which takes the deletion of each of its entries, moves
 * the references behind it.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Nodes ascend: all live ids of a node are below the live ones of the next.
 *   <li>Each node has at least one live entry; {@link #length} is the sum of the live ones.
 *   <li>Only the last node is added to.
 * </ol>
 */
public final class StreamLog {
  /** Most bytes that the fields and values of one entry may take with their encoding. */
  private static final long MAX_ENTRY_BYTES = Listpack.MAX_BYTES - 1024;

  private static final int INITIAL = 4;

  private StreamNode[] nodes = new StreamNode[INITIAL];
  private int head;
  private int size;
  private long length;
  private long packBytes;
  private StreamId first = StreamId.MIN;
  private long radixNodes = -1;

  /** No entries. */
  public StreamLog() {}

  /** Number of entries. */
  public long length() {
    return length;
  }

  /** Number of nodes. */
  public int nodes() {
    return size;
  }

  /** The node with this index, from 0 to {@link #nodes()}. */
  public StreamNode node(int index) {
    return nodes[head + index];
  }

  /** Bytes of heap. */
  public long heapBytes() {
    return 80 + 4L * nodes.length + 72L * size + packBytes;
  }

  /** The id of the first entry; {@link StreamId#MIN} when there is none. */
  public StreamId first() {
    return first;
  }

  /** The id of the last entry; {@link StreamId#MIN} when there is none. */
  public StreamId last() {
    StreamCursor cursor = new StreamCursor(this, StreamId.MIN, StreamId.MAX, true);
    return cursor.next() ? cursor.id() : StreamId.MIN;
  }

  /** Whether an entry of this many pieces and bytes can be stored at all. */
  public static boolean fits(long pieces, long bytes) {
    return bytes + 10 * pieces <= MAX_ENTRY_BYTES;
  }

  /**
   * Adds an entry at the end.
   *
   * @param id above all ids that are or ever were in here
   * @param pieces where its fields and values are, in turn, from {@code from} on
   * @param pairs number of fields
   * @param maxBytes bytes from which on a node is full, 0 for no limit
   * @param maxEntries entries, deleted ones included, with which a node is full, 0 for no limit
   */
  public void append(
      StreamId id, Pieces pieces, int from, int pairs, long maxBytes, long maxEntries) {
    StreamNode node = size == 0 ? null : nodes[head + size - 1];
    if (node != null && isFull(node, bytes(pieces, from, pairs), maxBytes, maxEntries)) {
      packBytes -= node.pack().capacity();
      node.pack().trim();
      packBytes += node.pack().capacity();
      node = null;
    }
    if (node == null) {
      node = StreamNode.first(id, pieces, from, pairs);
      addNode(node);
    }
    packBytes -= node.pack().capacity();
    node.append(id, pieces, from, pairs);
    packBytes += node.pack().capacity();
    if (length++ == 0) {
      first = id;
    }
  }

  private static long bytes(Pieces pieces, int from, int pairs) {
    long bytes = 0;
    for (int i = from; i < from + 2 * pairs; i++) {
      bytes += pieces.length(i);
    }
    return bytes;
  }

  private static boolean isFull(StreamNode node, long more, long maxBytes, long maxEntries) {
    long most = maxBytes == 0 || maxBytes > MAX_ENTRY_BYTES ? MAX_ENTRY_BYTES : maxBytes;
    if (node.pack().byteSize() + more >= most) {
      return true;
    }
    return maxEntries > 0 && node.live() + node.deleted() >= maxEntries;
  }

  /**
   * Adds a node from outside behind the others.
   *
   * @throws IllegalArgumentException when it is no node, or its ids are not above all others
   */
  public void load(StreamId master, Listpack pack) {
    if (!StreamNode.isValid(master, pack)) {
      throw new IllegalArgumentException("the node " + master + " of a stream does not add up");
    }
    if (size > 0 && last().compareTo(master) >= 0) {
      throw new IllegalArgumentException("the node " + master + " of a stream is out of order");
    }
    StreamNode node = new StreamNode(master, pack);
    addNode(node);
    length += node.live();
    findFirst();
  }

  private void addNode(StreamNode node) {
    if (head + size == nodes.length) {
      StreamNode[] target =
          size > nodes.length / 2 ? new StreamNode[nodes.length * 2] : new StreamNode[nodes.length];
      System.arraycopy(nodes, head, target, 0, size);
      nodes = target;
      head = 0;
    }
    nodes[head + size++] = node;
    packBytes += node.pack().capacity();
    radixNodes = -1;
  }

  private void dropNode(int index) {
    packBytes -= nodes[head + index].pack().capacity();
    if (index == 0) {
      nodes[head++] = null;
    } else {
      System.arraycopy(nodes, head + index + 1, nodes, head + index, size - index - 1);
      nodes[head + size - 1] = null;
    }
    size--;
    if (size < nodes.length / 8 && nodes.length > 64) {
      nodes = Arrays.copyOfRange(nodes, head, head + nodes.length / 4);
      head = 0;
    }
    radixNodes = -1;
  }

  /** Index of the last node whose master is not above an id; -1 when there is none. */
  int nodeFor(StreamId id) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (nodes[head + middle].master().compareTo(id) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** Whether there is an entry with this id. */
  public boolean contains(StreamId id) {
    return new StreamCursor(this, id, id, false).next();
  }

  /** Removes an entry; whether there was one. */
  public boolean remove(StreamId id) {
    StreamCursor cursor = new StreamCursor(this, id, id, false);
    if (!cursor.next()) {
      return false;
    }
    int index = cursor.nodeIndex();
    int entry = cursor.entry();
    StreamNode node = node(index);
    if (node.live() == 1) {
      dropNode(index);
    } else {
      node.mark(entry);
      node.countDeleted(1);
    }
    length--;
    if (id.equals(first)) {
      findFirst();
    }
    return true;
  }

  private void findFirst() {
    StreamCursor cursor = new StreamCursor(this, StreamId.MIN, StreamId.MAX, false);
    first = cursor.next() ? cursor.id() : StreamId.MIN;
  }

  /**
   * Removes the first entries.
   *
   * @param keep how many entries are left at least
   * @param below only entries with smaller ids are removed; null for all
   * @param wholeNodes whether to remove no more than whole nodes
   * @param limit most entries to remove by whole nodes, 0 for no limit
   * @return how many were removed
   */
  public long trim(long keep, StreamId below, boolean wholeNodes, long limit) {
    long removed = 0;
    while (length > keep && size > 0) {
      StreamNode node = nodes[head];
      long live = node.live();
      if (limit > 0 && removed + live > limit) {
        break;
      }
      int last = node.lastEntry();
      boolean whole = length - live >= keep && compare(node, last, below) < 0;
      if (whole) {
        dropNode(0);
        length -= live;
        removed += live;
        continue;
      }
      if (!wholeNodes) {
        removed += trimWithin(node, length - keep, below);
      }
      break;
    }
    if (removed > 0) {
      findFirst();
    }
    return removed;
  }

  private long trimWithin(StreamNode node, long most, StreamId below) {
    long removed = 0;
    for (int p = node.firstEntry(); p != Listpack.NONE; p = node.entryAfter(p)) {
      if (removed == most || compare(node, p, below) >= 0) {
        break;
      }
      if (!node.isDeleted(p)) {
        node.mark(p);
        removed++;
      }
    }
    if (removed > 0) {
      node.countDeleted(removed);
      length -= removed;
    }
    return removed;
  }

  private static int compare(StreamNode node, int entry, StreamId id) {
    return id == null
        ? -1
        : StreamId.compare(node.millis(entry), node.sequence(entry), id.millis(), id.sequence());
  }

  /** Visits each node in order. The visitor must not change anything. */
  public void forEachNode(Consumer<StreamNode> visitor) {
    for (int i = 0; i < size; i++) {
      visitor.accept(nodes[head + i]);
    }
  }

  /**
   * How many nodes a compressed radix tree has that finds the nodes here by the 16 bytes of their
   * masters: what XINFO tells. A path that does not branch is one node, so there is one for each
   * key's end, each place where keys part, and each stretch of bytes between those. Counted anew
   * when nodes came or went.
   */
  public long radixNodes() {
    if (radixNodes < 0) {
      radixNodes = countRadixNodes();
    }
    return radixNodes;
  }

  private long countRadixNodes() {
    if (size == 0) {
      return 1;
    }
    // The places where the path to the current key parts, as numbers of bytes, shallow to deep.
    int[] places = new int[Long.BYTES * 2 + 1];
    int depth = 0;
    long count = 0;
    for (int i = 0; i < size; i++) {
      int shared = i + 1 < size ? sharedBytes(node(i).master(), node(i + 1).master()) : -1;
      // The key's end, with the stretch before it.
      int end = 2 * Long.BYTES;
      int parent = Math.max(shared, depth == 0 ? -1 : places[depth - 1]);
      count += 1 + stretch(parent, end);
      while (depth > 0 && places[depth - 1] > shared) {
        int place = places[--depth];
        int above = Math.max(shared, depth == 0 ? -1 : places[depth - 1]);
        count += 1 + stretch(above, place);
      }
      if (shared >= 0 && (depth == 0 || places[depth - 1] < shared)) {
        places[depth++] = shared;
      }
    }
    return count;
  }

  /** Whether there are bytes between a place where keys part (-1 for the top) and what follows. */
  private static int stretch(int parent, int place) {
    return place - parent - 1 > 0 ? 1 : 0;
  }

  private static int sharedBytes(StreamId a, StreamId b) {
    long difference = a.millis() ^ b.millis();
    return difference != 0
        ? Long.numberOfLeadingZeros(difference) / Byte.SIZE
        : Long.BYTES + Long.numberOfLeadingZeros(a.sequence() ^ b.sequence()) / Byte.SIZE;
  }

  /** A log of its own with the same entries. */
  public StreamLog copy() {
    StreamLog copy = new StreamLog();
    copy.nodes = new StreamNode[Math.max(INITIAL, size)];
    for (int i = 0; i < size; i++) {
      copy.nodes[i] = nodes[head + i].copy();
      copy.packBytes += copy.nodes[i].pack().capacity();
    }
    copy.size = size;
    copy.length = length;
    copy.first = first;
    return copy;
  }
}
