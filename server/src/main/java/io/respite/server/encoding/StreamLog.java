package io.respite.server.encoding;

import java.util.Iterator;
import java.util.function.Consumer;

/**
 * The entries of a stream in ascending order of their ids: {@link StreamNode}s in blocks, ordered
 * by their masters.
 *
 * <pre>
 *   blocks  [ n0 n1 n2 ... n127 ] , [ n128 n129 ... ] , ...
 * </pre>
 *
 * <p>Entries are added at the end and mostly trimmed at the beginning; neither moves more than one
 * block's references. Finding an id costs O(log n) for the node and a walk within it. A node is
 * dropped when the last of its entries is deleted.
 *
 * <p><b>Images.</b> {@link #fork} takes no time; see {@link Blocks}. A node that an image has too
 * is replaced by a successor before its first change, which shares the listpack until that is
 * written: {@link #editable} is the only way to a node that is about to change. Every method that
 * changes anything tells the log's owner before, so that nobody else has to think of it.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Nodes ascend: a node's master is not above its live ids, and these are below the next
 *       node's master.
 *   <li>Each node has at least one live entry; {@link #length} is the sum of the live ones.
 *   <li>Only the last node is added to.
 * </ol>
 */
public final class StreamLog {
  /** Most bytes that the fields and values of one entry may take with their encoding. */
  private static final long MAX_ENTRY_BYTES = Listpack.MAX_BYTES - 1024;

  private final Runnable beforeEdit;
  private final SortedBlocks<StreamId, StreamNode> nodes;
  private long length;
  private long packBytes;
  private StreamId first = StreamId.MIN;
  private long radixNodes = -1;
  private int copiedNodes;

  /** No entries, of no owner. */
  public StreamLog() {
    this(() -> {});
  }

  /**
   * No entries.
   *
   * @param beforeEdit is run before anything changes
   */
  public StreamLog(Runnable beforeEdit) {
    this.beforeEdit = beforeEdit;
    this.nodes = new SortedBlocks<>((node, id) -> node.master().compareTo(id));
  }

  private StreamLog(StreamLog other, Runnable beforeEdit) {
    this.beforeEdit = beforeEdit;
    this.nodes = other.nodes.fork();
    this.length = other.length;
    this.packBytes = other.packBytes;
    this.first = other.first;
    this.radixNodes = other.radixNodes;
  }

  /**
   * A log of its own with the same entries. It takes no time, however many there are: both share
   * what neither has changed. If it is not changed, it may be read by another thread while this one
   * is.
   *
   * @param runBeforeEdit is run before anything of it changes
   */
  public StreamLog fork(Runnable runBeforeEdit) {
    return new StreamLog(this, runBeforeEdit);
  }

  /** Number of entries. */
  public long length() {
    return length;
  }

  /** Number of nodes. */
  public int nodes() {
    return nodes.size();
  }

  /** How many nodes were copied since the log was made, because an image had them too. */
  int copiedNodes() {
    return copiedNodes;
  }

  /** How many blocks of references to nodes were copied, for the same reason. */
  int copiedBlocks() {
    return nodes.copiedBlocks();
  }

  /** The nodes, for cursors. */
  SortedBlocks<StreamId, StreamNode> directory() {
    return nodes;
  }

  /** Bytes of heap. */
  public long heapBytes() {
    return 72 + nodes.heapBytes() + 72L * nodes.size() + packBytes;
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
    beforeEdit.run();
    StreamNode node = nodes.last();
    if (node != null && isFull(node, bytes(pieces, from, pairs), maxBytes, maxEntries)) {
      if (node.edition() == nodes.edition()) {
        packBytes -= node.pack().capacity();
        node.pack().trim();
        packBytes += node.pack().capacity();
      }
      node = null;
    }
    if (node == null) {
      node = StreamNode.first(id, pieces, from, pairs, nodes.edition());
      addNode(node);
    } else {
      node = editable(node);
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
    StreamNode before = nodes.last();
    boolean behind =
        before == null || (last().compareTo(master) < 0 && before.master().compareTo(master) < 0);
    if (!behind) {
      throw new IllegalArgumentException("the node " + master + " of a stream is out of order");
    }
    beforeEdit.run();
    StreamNode node = new StreamNode(master, pack, nodes.edition());
    addNode(node);
    length += node.live();
    findFirst();
  }

  private void addNode(StreamNode node) {
    if (nodes.put(node.master(), node) != null) {
      throw new IllegalStateException("two nodes of a stream with the id " + node.master());
    }
    packBytes += node.pack().capacity();
    radixNodes = -1;
  }

  private void dropNode(StreamNode node) {
    nodes.remove(node.master());
    packBytes -= node.pack().capacity();
    radixNodes = -1;
  }

  /** The node, for who changes it: one that no image has. */
  private StreamNode editable(StreamNode node) {
    if (node.edition() == nodes.edition()) {
      return node;
    }
    StreamNode successor = node.successor(nodes.edition());
    nodes.replace(node.master(), successor);
    copiedNodes++;
    return successor;
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
    beforeEdit.run();
    int entry = cursor.entry();
    StreamNode node = cursor.node();
    if (node.live() == 1) {
      dropNode(node);
    } else {
      StreamNode own = editable(node);
      packBytes -= own.pack().capacity();
      own.mark(entry);
      own.countDeleted(1);
      packBytes += own.pack().capacity();
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
    beforeEdit.run();
    long removed = 0;
    while (length > keep && length > 0) {
      StreamNode node = nodes.first();
      long live = node.live();
      if (limit > 0 && removed + live > limit) {
        break;
      }
      int last = node.lastEntry();
      boolean whole = length - live >= keep && compare(node, last, below) < 0;
      if (whole) {
        dropNode(node);
        length -= live;
        removed += live;
        continue;
      }
      if (!wholeNodes) {
        removed += trimWithin(editable(node), length - keep, below);
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
    packBytes -= node.pack().capacity();
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
    packBytes += node.pack().capacity();
    return removed;
  }

  private static int compare(StreamNode node, int entry, StreamId id) {
    return id == null
        ? -1
        : StreamId.compare(node.millis(entry), node.sequence(entry), id.millis(), id.sequence());
  }

  /** Visits each node in order. The visitor must not change anything. */
  public void forEachNode(Consumer<StreamNode> visitor) {
    nodes.forEach(visitor);
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
    if (length == 0) {
      return 1;
    }
    // The places where the path to the current key parts, as numbers of bytes, shallow to deep.
    int[] places = new int[Long.BYTES * 2 + 1];
    int depth = 0;
    long count = 0;
    Iterator<StreamNode> following = nodes.iterator();
    StreamNode upcoming = following.next();
    while (upcoming != null) {
      StreamNode node = upcoming;
      upcoming = following.hasNext() ? following.next() : null;
      int shared = upcoming == null ? -1 : sharedBytes(node.master(), upcoming.master());
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
}
