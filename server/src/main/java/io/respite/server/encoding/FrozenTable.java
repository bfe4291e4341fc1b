package io.respite.server.encoding;

import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A {@link RecordTable} as it was at one moment, read piece by piece while the table goes on.
 *
 * <p>Freezing copies the directory and nothing else. From then on the table tells of every slot
 * that it is about to change, and the reference in it is kept here, because entries that are
 * replaced do not change; of a record that is to be written over, a copy is kept in the pages of
 * the cut. A segment that is split, merged or grown is replaced by others and keeps what it had. A
 * segment that the reader has passed is not kept any more, and once he says that he has {@link
 * #shown} what was in it, its records may be written over again. So nobody waits. What is held
 * twice is the directory, references, and those copies; entries that the table has dropped
 * meanwhile stay until the image is released.
 *
 * <p>The methods are for the owner, except {@link #forEachWhile}, which takes the owner's right for
 * a few microseconds at a time.
 */
public final class FrozenTable {
  /** Segments that are copied at one go; 64 KB of references, some 20 µs. */
  private static final int AT_ONCE = 32;

  /** So many slots that have to be restored are enough for one go: another 100 µs. */
  private static final int RESTORED_AT_ONCE = 1024;

  /** Stands for a segment behind the reader. */
  private static final int PASSED = -1;

  private final RecordTable table;
  private final Cuts cuts;
  private final ImagePages pages;
  private final long size;
  private final long deadlines;
  private Segment[] directory;

  private final KeptSlots slots;

  /**
   * What {@link #slots} keep of the segment that is at this place of the directory, as far as it
   * was changed; PASSED behind the reader.
   */
  private int[] kept;

  /** The next place to be read, and the first whose entries may still be in the reader's hands. */
  private int at;

  private int inHands;

  /** Slots that the last {@link #next} has restored. */
  private int restored;

  FrozenTable(RecordTable table, Cuts cuts, Segment[] directory, long size, long deadlines) {
    this.table = table;
    this.cuts = cuts;
    this.pages = cuts.pages();
    this.slots = new KeptSlots(pages);
    this.directory = directory;
    this.size = size;
    this.deadlines = deadlines;
    this.kept = new int[directory.length];
  }

  /** Number of entries at the time, those past their deadline included. */
  public long size() {
    return size;
  }

  /** Number of entries that had a deadline of their own. */
  public long withDeadline() {
    return deadlines;
  }

  /** The table is about to put something else into this slot of this segment. */
  void changing(Segment segment, int slot) {
    int unread = unread(segment);
    if (unread != KeptSlots.NONE && !slots.has(unread, slot)) {
      Object entry = segment.slots[slot];
      slots.keep(unread, slot, entry);
      cuts.keeps(
          KeptSlots.ITEM_BYTES
              + (entry instanceof byte[] record ? PackedEntry.heapBytes(record) : 0));
    }
  }

  /**
   * The table would like to write over the record in this slot of this segment; a copy is kept if
   * it is still to be shown.
   *
   * @return false if the record has to stay as it is
   */
  boolean writingOver(Segment segment, int slot) {
    if (isPast(segment)) {
      return true;
    }
    int unread = unread(segment);
    if (unread == KeptSlots.NONE) {
      return false; // the reader has it in his hands, or a segment that was split since
    }
    if (slots.has(unread, slot)) {
      return true;
    }
    byte[] record = (byte[]) segment.slots[slot];
    if (!slots.keepCopy(unread, slot, record)) {
      return false;
    }
    cuts.keeps(KeptSlots.ITEM_BYTES + record.length);
    return true;
  }

  /** What is kept of a segment that the reader has yet to come to; NONE for any other. */
  private int unread(Segment segment) {
    int place = RecordTable.index(segment.prefix, directory.length);
    // A segment that is newer than the image is at no place of its directory.
    if (directory[place] != segment || kept[place] == PASSED || pages.isClosed()) {
      return KeptSlots.NONE;
    }
    if (kept[place] == KeptSlots.NONE) {
      kept[place] = slots.begin(segment.slots.length);
    }
    return kept[place];
  }

  /**
   * Whether neither the image nor its reader needs the entries of this segment any more, which is
   * one of the table as it is now.
   */
  private boolean isPast(Segment segment) {
    int place = RecordTable.index(segment.prefix, directory.length);
    return place + Math.max(1, directory.length >>> segment.depth) <= inHands;
  }

  /** Says that the reader does not look any more at anything that {@link #next} has answered. */
  public void shown() {
    inHands = at;
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
    Object[] then = segment.slots.clone();
    restored = kept[at] == KeptSlots.NONE ? 0 : slots.restore(kept[at], then);
    kept[at] = PASSED;
    at += directory.length >>> segment.depth;
    return then;
  }

  /**
   * Visits all entries without the owner's right, and takes that now and then for a moment.
   *
   * @param visitor answers whether to go on; does not keep an entry, which may be written over soon
   */
  public void forEachWhile(Owner owner, Predicate<Object> visitor) {
    forEachWhile(owner, false, visitor);
  }

  /** The same for all entries. */
  public void forEach(Owner owner, Consumer<Object> visitor) {
    forEachWhile(
        owner,
        false,
        entry -> {
          visitor.accept(entry);
          return true;
        });
  }

  /** The same for a visitor that keeps the entries: they stay as they are until the release. */
  public void collect(Owner owner, Consumer<Object> visitor) {
    forEachWhile(
        owner,
        true,
        entry -> {
          visitor.accept(entry);
          return true;
        });
  }

  private void forEachWhile(Owner owner, boolean keeps, Predicate<Object> visitor) {
    Object[][] batch = new Object[AT_ONCE][];
    for (boolean more = true; more; ) {
      int count = 0;
      owner.take();
      try {
        if (!keeps) {
          shown();
        }
        for (int copies = 0; more && count < AT_ONCE && copies < RESTORED_AT_ONCE; ) {
          Object[] then = next();
          more = then != null;
          if (more) {
            batch[count++] = then;
            copies += restored;
          }
        }
      } finally {
        owner.pass();
      }
      for (int i = 0; i < count; i++) {
        Object[] then = batch[i];
        batch[i] = null; // while the visitor rests, the collector need not copy what he has seen
        for (Object entry : then) {
          if (entry != null && !visitor.test(entry)) {
            return;
          }
        }
      }
    }
  }

  /** Ends the image: the table tells of nothing any more, and nothing is kept. */
  public void release() {
    table.released(this);
    directory = new Segment[0];
    kept = new int[0];
  }
}
