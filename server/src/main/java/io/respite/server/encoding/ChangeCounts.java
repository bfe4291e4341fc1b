package io.respite.server.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Counts how often entries of a table have been replaced or removed, in groups given by the
 * entries' hashes: who has remembered something about an entry, and the count of its group at that
 * time, sees from the count alone that it still holds, and reads neither the table nor the entry.
 *
 * <pre>
 *   hash  [ group: 16 bits ·· | ·························· ]
 *          └─┬──┘
 *   counts [ 4 | 0 | 17 | 2 | ··· ]     as many as the entries, rounded up, but no more than groups
 * </pre>
 *
 * <p>A count is odd while an entry of its group is being changed, so that what is remembered before
 * or while the entry changes never agrees with a later count (a sequence lock). When the array
 * grows, each part of a group goes on from the group's count; who reads the smaller one meanwhile
 * has begun before the change that it does not hold.
 *
 * <p><b>Who may call.</b> The table's owner changes, anybody reads.
 */
public final class ChangeCounts {
  /** Answered by nobody's count: what is remembered with it is never found to hold. */
  public static final int UNKNOWN = 1;

  private static final int GROUP_BITS = 16;
  private static final int SMALLEST = 16;
  private static final int LARGEST = 1 << GROUP_BITS;
  private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(int[].class);

  private volatile int[] counts;

  /** For a table with this many entries. */
  ChangeCounts(long entries) {
    this(entries, 0);
  }

  /** Counts that go on from an even number. */
  ChangeCounts(long entries, int from) {
    counts = new int[lengthFor(entries)];
    Arrays.fill(counts, from);
  }

  private static int lengthFor(long entries) {
    int length = SMALLEST;
    while (length < entries && length < LARGEST) {
      length *= 2;
    }
    return length;
  }

  /** The group of an entry with this hash, 16 bits. */
  static int group(long hash) {
    return (int) (hash >>> (Long.SIZE - GROUP_BITS));
  }

  /**
   * The leading bits name the place, so that a group's parts lie side by side in a larger array.
   */
  private static int place(int[] array, int group) {
    return group >>> (GROUP_BITS - Integer.numberOfTrailingZeros(array.length));
  }

  /**
   * How often entries of a group have changed, twice; {@link #UNKNOWN} while one of them is being
   * changed.
   *
   * @param group what {@link RecordTable#groupOf} answered
   */
  public int of(int group) {
    int[] array = counts;
    int count = (int) COUNT.getAcquire(array, place(array, group));
    return (count & 1) == 0 ? count : UNKNOWN;
  }

  /**
   * Whether no entry of a group has changed since {@link #of} answered this, and none is about to.
   */
  public boolean isStill(int group, int count) {
    int[] array = counts;
    return (int) COUNT.getAcquire(array, place(array, group)) == count && count != UNKNOWN;
  }

  /** An entry is about to change. */
  void begin(long hash) {
    int[] array = counts;
    int place = place(array, group(hash));
    COUNT.setOpaque(array, place, array[place] | 1);
    VarHandle.storeStoreFence();
  }

  /** It has changed; returns whether this was the last change that can be counted. */
  boolean end(long hash) {
    int[] array = counts;
    int place = place(array, group(hash));
    int next = array[place] + 1;
    COUNT.setRelease(array, place, next);
    return next == 0;
  }

  /** Makes room for a table that has grown. */
  void expect(long entries) {
    int[] array = counts;
    if (entries <= array.length || array.length == LARGEST) {
      return;
    }
    int[] larger = new int[array.length * 2];
    for (int i = 0; i < larger.length; i++) {
      larger[i] = array[i >>> 1];
    }
    counts = larger;
  }

  /** Bytes of heap. */
  long heapBytes() {
    return 16 + 16 + 4L * counts.length;
  }
}
