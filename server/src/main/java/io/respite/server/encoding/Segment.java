package io.respite.server.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One piece of a {@link RecordTable}: the entries whose hashes begin with the same {@code depth}
 * bits.
 *
 * <pre>
 *   bucket    0        1        2     ...           1 to 64 buckets of eight slots
 *   tags   [tttttttt|tttttttt|tttttttt ...]         one byte of hash a slot, 0 = empty; eight are one long
 *   slots  [oooooooo|oooooooo|oooooooo ...]         byte[] records or Keyed entries
 *   reach  [   r    |   r    |   r     ...]         entries at home here lie at most r buckets further on
 * </pre>
 *
 * A look-up compares eight tags in one step and touches an entry only when its tag agrees, so a
 * miss costs one or two reads of a dense array and a hit one comparison of keys. Removing clears a
 * slot and leaves no tombstone: {@code reach} says how far to look. It is only lowered when a
 * segment is rebuilt or empty.
 *
 * <p><b>Reading without a lock</b> (a sequence lock): the owner makes {@code stamp} odd before it
 * changes the arrays and even after. A reader that saw the same even stamp before and after has
 * read one consistent state. A segment that was replaced keeps an odd stamp for ever.
 */
final class Segment {
  static final int BUCKET = 8;
  static final int MAX_BUCKETS = 64;

  /** Longest way from its home that a new entry is put, in buckets: two cache lines of tags. */
  static final int MAX_REACH = 15;

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle STAMP;

  static {
    try {
      STAMP = MethodHandles.lookup().findVarHandle(Segment.class, "stamp", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The leading bits of every hash in here, left-aligned, and how many of them count. */
  final long prefix;

  final int depth;

  private final int homeShift;
  private final int mask;

  /**
   * The tags, eight to a bucket, and after them the reach of each bucket: one array, so that a
   * look-up meets one header.
   */
  private final byte[] tags;

  private final int reaches;
  final Object[] slots;

  @SuppressWarnings("unused") // through STAMP
  private int stamp;

  int count;

  /** No entry in here is due before this moment; Long.MAX_VALUE when none has a deadline. */
  long earliest = Long.MAX_VALUE;

  Segment(long prefix, int depth, int buckets) {
    this.prefix = prefix;
    this.depth = depth;
    this.homeShift =
        Integer.numberOfLeadingZeros(buckets) - Integer.numberOfLeadingZeros(MAX_BUCKETS);
    this.mask = buckets - 1;
    this.tags = new byte[buckets * (BUCKET + 1)];
    this.reaches = buckets * BUCKET;
    this.slots = new Object[buckets * BUCKET];
  }

  int buckets() {
    return mask + 1;
  }

  int capacity() {
    return slots.length;
  }

  /** Bytes of heap, with its arrays and without the entries. */
  long heapBytes() {
    return 56 + 16 * 2 + slots.length * 5L + buckets();
  }

  void fill(int slot, byte tag, Object entry) {
    tags[slot] = tag;
    slots[slot] = entry;
  }

  /** Full enough to be split or grown: 7 of 8 slots. */
  boolean full() {
    return count >= slots.length - (slots.length >>> 3);
  }

  static byte tag(long hash) {
    int low = (int) hash & 0xFF;
    return (byte) (low == 0 ? 1 : low);
  }

  /**
   * An entry's home in units of the largest segment's buckets: the order in which scans walk a
   * segment.
   */
  static int position(long hash) {
    return (int) (hash >>> 8) & (MAX_BUCKETS - 1);
  }

  int home(long hash) {
    return position(hash) >>> homeShift;
  }

  /** The first position that belongs to a bucket. */
  int firstPosition(int bucket) {
    return bucket << homeShift;
  }

  /** The bucket in which entries of this position are at home. */
  int bucketOf(int position) {
    return position >>> homeShift;
  }

  /** The slot that holds the key, or -1. */
  int find(long hash, byte[] bytes, int offset, int length) {
    int bucket = home(hash);
    long pattern = (tag(hash) & 0xFFL) * ONES;
    for (int left = tags[reaches + bucket]; ; left--) {
      long difference = (long) WORDS.get(tags, bucket << 3) ^ pattern;
      long candidates = (difference - ONES) & ~difference & HIGHS;
      while (candidates != 0) {
        int slot = (bucket << 3) + (Long.numberOfTrailingZeros(candidates) >>> 3);
        if (matches(slots[slot], bytes, offset, length)) {
          return slot;
        }
        candidates &= candidates - 1;
      }
      if (left == 0) {
        return -1;
      }
      bucket = (bucket + 1) & mask;
    }
  }

  /** The slot that holds this very entry, or -1. The entry itself is not read. */
  int find(long hash, Object entry) {
    int bucket = home(hash);
    long pattern = (tag(hash) & 0xFFL) * ONES;
    for (int left = tags[reaches + bucket]; ; left--) {
      long difference = (long) WORDS.get(tags, bucket << 3) ^ pattern;
      long candidates = (difference - ONES) & ~difference & HIGHS;
      while (candidates != 0) {
        int slot = (bucket << 3) + (Long.numberOfTrailingZeros(candidates) >>> 3);
        if (slots[slot] == entry) {
          return slot;
        }
        candidates &= candidates - 1;
      }
      if (left == 0) {
        return -1;
      }
      bucket = (bucket + 1) & mask;
    }
  }

  /** Reads the tags at a hash's home; a number that means nothing. */
  int touchTags(long hash) {
    return tags[home(hash) << 3];
  }

  /** Reads the slots at a hash's home; a number that means nothing. */
  int touchSlots(long hash) {
    return slots[home(hash) << 3] == null ? 0 : 1;
  }

  /** Where the key's entry is most likely, by the tags at its home alone; any slot if it is not. */
  int likely(long hash) {
    int bucket = home(hash);
    long difference = (long) WORDS.get(tags, bucket << 3) ^ (tag(hash) & 0xFFL) * ONES;
    long candidates = (difference - ONES) & ~difference & HIGHS;
    return (bucket << 3) + ((Long.numberOfTrailingZeros(candidates) >>> 3) & (BUCKET - 1));
  }

  static boolean matches(Object entry, byte[] bytes, int offset, int length) {
    if (entry instanceof byte[] record) {
      return PackedEntry.hasKey(record, bytes, offset, length);
    }
    if (entry == null) {
      return false; // the tag test may name the neighbour of a true match, and that may be empty
    }
    byte[] key = ((Keyed) entry).key();
    return Arrays.equals(key, 0, key.length, bytes, offset, offset + length);
  }

  /**
   * A free slot near the key's home, or -1 when the segment has to grow. Widens the home's reach.
   */
  int free(long hash) {
    return free(hash, Math.min(mask, MAX_REACH));
  }

  private int free(long hash, int farthest) {
    int home = home(hash);
    int bucket = home;
    for (int distance = 0; distance <= farthest; distance++) {
      long word = (long) WORDS.get(tags, bucket << 3);
      long empty = (word - ONES) & ~word & HIGHS;
      if (empty != 0) {
        if (distance > tags[reaches + home]) {
          tags[reaches + home] = (byte) distance;
        }
        return (bucket << 3) + (Long.numberOfTrailingZeros(empty) >>> 3);
      }
      bucket = (bucket + 1) & mask;
    }
    return -1;
  }

  /**
   * Adds an entry whose key is not here, to a segment that nobody reads yet and that has room.
   * While a segment is being built, an entry may lie as far from its home as it must: growing again
   * is no way out then, and an entry must not be lost.
   */
  void add(long hash, Object entry) {
    int slot = free(hash, mask);
    if (slot < 0) {
      throw new IllegalStateException(
          "a segment of " + slots.length + " slots is built for more entries");
    }
    fill(slot, tag(hash), entry);
    count++;
  }

  /** Visits the slots in which entries at home in {@code bucket} may lie. */
  int reach(int bucket) {
    return tags[reaches + bucket];
  }

  int next(int bucket) {
    return (bucket + 1) & mask;
  }

  void forgetReach() {
    Arrays.fill(tags, reaches, tags.length, (byte) 0);
  }

  // ---- the sequence lock

  /** For readers: the stamp now. Odd means: being changed, or replaced. */
  int stampAcquire() {
    return (int) STAMP.getAcquire(this);
  }

  /** For readers: whether everything read since {@link #stampAcquire()} belonged to one state. */
  boolean unchangedSince(int seen) {
    VarHandle.loadLoadFence();
    return (int) STAMP.getOpaque(this) == seen;
  }

  /** For the owner: whether the segment is still part of the table, and not replaced by another. */
  boolean isLive() {
    return (stamp & 1) == 0;
  }

  /** For the owner: changes begin. */
  void open() {
    STAMP.setOpaque(this, (int) STAMP.get(this) | 1);
    VarHandle.storeStoreFence();
  }

  /** For the owner: changes end. */
  void close() {
    STAMP.setRelease(this, (int) STAMP.get(this) + 1);
  }
}
