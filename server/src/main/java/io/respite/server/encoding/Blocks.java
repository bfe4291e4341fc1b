package io.respite.server.encoding;

import java.util.Arrays;

/**
 * A sequence of items in blocks of up to {@value #BLOCK}, of which images can be taken without a
 * pause: an image shares everything, and what is changed afterwards is copied first.
 *
 * <pre>
 *   blocks   [ . . | b0 | b1 | b2 | ... | bk | . ]        the directory, used from head on
 *                    |
 *                    [ item, item, ... ]  count, weight   up to 128
 * </pre>
 *
 * <p>An item is reached by its place: the number of its block, and its index in the block. Adding
 * and removing moves at most one block's references and, if a block comes or goes, the shorter part
 * of the directory.
 *
 * <p><b>Images.</b> A fork costs the same however many items there are: both sequences go on with
 * the same directory and the same blocks, and each gets an {@link #edition} of its own. A block may
 * be written by the sequence whose edition it was made in; another one copies it before, which is
 * 128 references. The directory, one reference for each block, is copied once, before the first
 * change after a fork. So an image that nobody changes may be read by another thread.
 *
 * <p>Items that can be changed themselves need the same care from their owner: they remember the
 * edition they were made in, and are replaced by a copy when it is not the sequence's.
 *
 * <p>Invariants: no block is empty; a block's weight is the sum of its items' {@link #weightOf}; no
 * two neighbours fit into half a block after one of them has lost an item.
 *
 * @param <E> what the items are
 */
abstract class Blocks<E> {
  /** Most items in a block. */
  static final int BLOCK = 128;

  private static final int SMALLEST = 2;
  private static final Block[] NONE = {};

  /** Some neighbouring items. */
  private static final class Block {
    Object[] items;
    int count;
    long weight;
    final Object edition;

    Block(Object[] items, Object edition) {
      this.items = items;
      this.edition = edition;
    }

    void insert(int at, Object item) {
      if (count == items.length) {
        items = Arrays.copyOf(items, Math.min(BLOCK, count * 2));
      }
      System.arraycopy(items, at, items, at + 1, count - at);
      items[at] = item;
      count++;
    }

    void remove(int at) {
      count--;
      System.arraycopy(items, at + 1, items, at, count - at);
      items[count] = null;
    }
  }

  private Block[] blocks = NONE;
  private int head;
  private int used;
  private long size;

  /** Null while the sequence was never forked and is no fork. */
  private Object edition;

  private boolean directoryShared;
  private int copiedBlocks;

  // Where insert() put the last item.
  private int placedBlock;
  private int placedIndex;

  /** No items. */
  Blocks() {}

  /** A fork of another sequence, which goes on as well; both share what neither changes. */
  Blocks(Blocks<E> other) {
    other.directoryShared = other.blocks.length > 0;
    other.edition = new Object();
    blocks = other.blocks;
    head = other.head;
    used = other.used;
    size = other.size;
    directoryShared = other.directoryShared;
    edition = new Object();
  }

  /** What an item counts in the weight of its block. */
  abstract long weightOf(E item);

  /**
   * What is made for this sequence between two forks has the same edition; compared by identity,
   * may be null.
   */
  public final Object edition() {
    return edition;
  }

  /** Number of items. */
  final long items() {
    return size;
  }

  /** Number of blocks. */
  final int blocks() {
    return used;
  }

  /** How many blocks were copied since the sequence was made, because an image had them too. */
  final int copiedBlocks() {
    return copiedBlocks;
  }

  /** Number of items in a block. */
  final int count(int block) {
    return blocks[head + block].count;
  }

  /** Sum of the items' weights in a block. */
  final long weight(int block) {
    return blocks[head + block].weight;
  }

  @SuppressWarnings("unchecked") // the items of a block are what insert() and set() were given
  final E item(int block, int index) {
    return (E) blocks[head + block].items[index];
  }

  /** The block of the item that was inserted last. */
  final int placedBlock() {
    return placedBlock;
  }

  /** The index in its block of the item that was inserted last. */
  final int placedIndex() {
    return placedIndex;
  }

  /** Bytes of heap of directory and blocks, without the items; from the first blocks if many. */
  final long frameBytes() {
    int sampled = Math.min(used, 8);
    long bytes = 0;
    for (int b = 0; b < sampled; b++) {
      bytes += 32 + 16 + 4L * blocks[head + b].items.length;
    }
    return 48
        + 16
        + 4L * blocks.length
        + (sampled == 0 ? 0 : Math.round((double) bytes * used / sampled));
  }

  // ---- changes

  private void ownDirectory() {
    if (directoryShared) {
      blocks = Arrays.copyOfRange(blocks, head, head + used + 1);
      head = 0;
      directoryShared = false;
    }
  }

  private Block own(int block) {
    ownDirectory();
    Block b = blocks[head + block];
    if (b.edition != edition) {
      Block copy = new Block(b.items.clone(), edition);
      copy.count = b.count;
      copy.weight = b.weight;
      blocks[head + block] = copy;
      copiedBlocks++;
      return copy;
    }
    return b;
  }

  /** Puts an item in the place of another of the same weight. */
  final void set(int block, int index, E item) {
    own(block).items[index] = item;
  }

  /** Says that an item weighs more, or less, than before. */
  final void reweigh(int block, long more) {
    own(block).weight += more;
  }

  /**
   * Adds an item.
   *
   * @param block the block before whose item {@code index} it is added, or behind its last; may be
   *     {@link #blocks} with index 0
   */
  final void insert(int block, int index, E item) {
    int b = block;
    int i = index;
    if (b == used && used > 0) {
      b--;
      i = count(b);
    }
    if (used == 0) {
      b = 0;
      link(0);
    } else if (count(b) == BLOCK) {
      if (i == BLOCK) {
        b++;
        i = 0;
        link(b);
      } else if (i == 0) {
        link(b);
      } else {
        split(b);
        int left = count(b);
        if (i > left) {
          b++;
          i -= left;
        }
      }
    }
    Block target = own(b);
    target.insert(i, item);
    target.weight += weightOf(item);
    size++;
    placedBlock = b;
    placedIndex = i;
  }

  /** Moves the second half of a block into a new one behind it. */
  private void split(int block) {
    link(block + 1);
    Block lower = own(block);
    Block upper = blocks[head + block + 1];
    int from = lower.count / 2;
    upper.items = Arrays.copyOfRange(lower.items, from, from + BLOCK);
    upper.count = lower.count - from;
    Arrays.fill(lower.items, from, lower.count, null);
    lower.count = from;
    weigh(upper);
    lower.weight -= upper.weight;
  }

  @SuppressWarnings("unchecked") // the items of a block are what insert() and set() were given
  private void weigh(Block b) {
    b.weight = 0;
    for (int i = 0; i < b.count; i++) {
      b.weight += weightOf((E) b.items[i]);
    }
  }

  /** Makes an empty block with this number. */
  private void link(int block) {
    ownDirectory();
    if (head > 0 && block < used / 2) {
      System.arraycopy(blocks, head, blocks, head - 1, block);
      head--;
    } else {
      if (head + used == blocks.length) {
        boolean slide = head > used;
        Block[] target = slide ? blocks : new Block[Math.max(1, used * 2)];
        // A directory that grows leaves some room in front as well, for who adds there.
        int newHead = slide || used < SMALLEST ? 0 : used / 4;
        System.arraycopy(blocks, head, target, newHead, used);
        if (slide) {
          Arrays.fill(blocks, used, head + used, null);
        }
        blocks = target;
        head = newHead;
      }
      System.arraycopy(blocks, head + block, blocks, head + block + 1, used - block);
    }
    used++;
    blocks[head + block] = new Block(new Object[SMALLEST], edition);
  }

  /**
   * Removes an item. Those behind it in its block move down by one, and the next block's may come
   * after them; a block without items is taken out, and the next one has its number then.
   */
  final void remove(int block, int index) {
    if (count(block) == 1) {
      removeBlock(block);
      return;
    }
    Block b = own(block);
    b.weight -= weightOf(item(block, index));
    b.remove(index);
    size--;
    if (block + 1 < used && b.count + count(block + 1) <= BLOCK / 2) {
      Block next = blocks[head + block + 1];
      for (int i = 0; i < next.count; i++) {
        b.insert(b.count, next.items[i]);
      }
      b.weight += next.weight;
      unlink(block + 1);
    }
  }

  /** Removes all items of a block. */
  final void removeBlock(int block) {
    ownDirectory();
    size -= count(block);
    unlink(block);
  }

  private void unlink(int block) {
    if (block < used / 2) {
      System.arraycopy(blocks, head, blocks, head + 1, block);
      blocks[head++] = null;
    } else {
      System.arraycopy(blocks, head + block + 1, blocks, head + block, used - block - 1);
      blocks[head + used - 1] = null;
    }
    used--;
    if (used == 0) {
      head = 0;
    }
    if (used < blocks.length / 8 && blocks.length > 64) {
      blocks = Arrays.copyOfRange(blocks, head, head + blocks.length / 4);
      head = 0;
    }
  }
}
