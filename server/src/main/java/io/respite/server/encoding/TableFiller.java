package io.respite.server.encoding;

/**
 * Puts many records into a table, some at a time: a table that is larger than the processor's cache
 * makes each insertion wait for memory three times, one after the other (the segment, its tags, its
 * slots). Here all records of a batch take the first of these steps before any takes the second, so
 * that the processor waits for many at once.
 *
 * <p>What has been added is in the table only after {@link #flush}. The table must not be used in
 * between, except by this object.
 */
public final class TableFiller {
  /** Records of a batch: what one batch touches stays in the smallest cache until it is used. */
  private static final int BATCH = 64;

  private final RecordTable table;
  private final byte[][] records = new byte[BATCH][];
  private final long[] hashes = new long[BATCH];
  private final Segment[] segments = new Segment[BATCH];
  private int count;

  /**
   * What the touched memory added up to, kept so that the compiler cannot leave the reading out.
   */
  private int touched;

  /** Of a table, which may have entries. */
  public TableFiller(RecordTable table) {
    this.table = table;
  }

  /**
   * Takes a record over.
   *
   * @return null, or a record that an earlier call took and whose key is in the table already: it
   *     is not put there, and neither are those that came after it
   */
  public byte[] add(byte[] record) {
    records[count++] = record;
    return count == BATCH ? flush() : null;
  }

  /**
   * Puts all records into the table that were added.
   *
   * @return null, or the first one whose key is in the table already: it is not put there, and
   *     neither are those that came after it
   */
  public byte[] flush() {
    int n = count;
    count = 0;
    for (int i = 0; i < n; i++) {
      hashes[i] = table.hashOf(records[i]);
      segments[i] = table.segment(hashes[i]);
    }
    int sum = touched;
    for (int i = 0; i < n; i++) {
      sum += segments[i].touchTags(hashes[i]);
    }
    for (int i = 0; i < n; i++) {
      sum += segments[i].touchSlots(hashes[i]);
    }
    touched = sum;
    byte[] present = null;
    for (int i = 0; i < n; i++) {
      if (present == null && !table.insertIfAbsent(hashes[i], records[i])) {
        present = records[i];
      }
      records[i] = null;
      segments[i] = null;
    }
    return present;
  }
}
