package io.respite.server.encoding;

import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A {@link RecordTable} as it was at one moment, read piece by piece while the table goes on.
 *
 * <p>Freezing copies the directory and nothing else. From then on the table tells of every segment
 * that it is about to change, and what is in it is kept here: some 450 references, because entries
 * themselves are immutable. A segment that is split, merged or grown is replaced by others and
 * keeps what it had. A segment that the reader has passed is not kept any more. So nobody waits,
 * and what is held twice is at most the references; the entries that the table has dropped
 * meanwhile stay until the image is released.
 *
 * <p>The methods are for the owner, except {@link #forEachWhile}, which takes the owner's right for
 * a few microseconds at a time.
 */
public final class FrozenTable {
  /** Segments that are copied at one go; 64 KB of references, some 20 µs. */
  private static final int AT_ONCE = 32;

  private static final Object[] PASSED = {};

  private final RecordTable table;
  private final long size;
  private final long deadlines;
  private Segment[] directory;

  /** What a place of the directory held, where that has been kept; PASSED behind the reader. */
  private Object[][] kept;

  private int at;

  FrozenTable(RecordTable table, Segment[] directory, long size, long deadlines) {
    this.table = table;
    this.directory = directory;
    this.size = size;
    this.deadlines = deadlines;
    this.kept = new Object[directory.length][];
  }

  /** Number of entries at the time, those past their deadline included. */
  public long size() {
    return size;
  }

  /** Number of entries that had a deadline of their own. */
  public long withDeadline() {
    return deadlines;
  }

  /** The table is about to change this segment. */
  void changing(Segment segment) {
    int place = RecordTable.index(segment.prefix, directory.length);
    // A segment that is newer than the image is at no place of its directory.
    if (kept[place] == null && directory[place] == segment) {
      kept[place] = segment.slots.clone();
    }
  }

  /**
   * Goes on to the next segment.
   *
   * @return what was in it, with gaps; belongs to the caller. Null at the end
   */
  public Object[] next() {
    if (at >= directory.length) {
      return null;
    }
    Segment segment = directory[at];
    Object[] slots = kept[at] != null ? kept[at] : segment.slots.clone();
    kept[at] = PASSED;
    at += directory.length >>> segment.depth;
    return slots;
  }

  /**
   * Visits all entries without the owner's right, and takes that now and then for a moment.
   *
   * @param visitor answers whether to go on
   */
  public void forEachWhile(Owner owner, Predicate<Object> visitor) {
    Object[][] batch = new Object[AT_ONCE][];
    for (int count = AT_ONCE; count == AT_ONCE; ) {
      count = 0;
      owner.take();
      try {
        for (Object[] slots; count < AT_ONCE && (slots = next()) != null; count++) {
          batch[count] = slots;
        }
      } finally {
        owner.pass();
      }
      for (int i = 0; i < count; i++) {
        for (Object entry : batch[i]) {
          if (entry != null && !visitor.test(entry)) {
            return;
          }
        }
      }
    }
  }

  /** The same for all entries. */
  public void forEach(Owner owner, Consumer<Object> visitor) {
    forEachWhile(
        owner,
        entry -> {
          visitor.accept(entry);
          return true;
        });
  }

  /** Ends the image: the table tells of nothing any more, and nothing is kept. */
  public void release() {
    table.released(this);
    directory = new Segment[0];
    kept = new Object[0][];
  }
}
