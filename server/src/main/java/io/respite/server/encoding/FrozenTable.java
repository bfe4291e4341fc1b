package io.respite.server.encoding;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A {@link RecordTable} as it was at one moment, read piece by piece while the table goes on.
 *
 * <p>Freezing copies the directory and nothing else. From then on the table tells of every slot
 * that it is about to change, and the reference in it is kept here, because entries that are
 * replaced do not change; when many of a segment's have been, those of all its slots. A segment
 * that is split, merged or grown is replaced by others and keeps what it had. A segment that the
 * reader has passed is not kept any more, and once he says that he has {@link #shown} what was in
 * it, its records may be written over again. So nobody waits, and what is held twice is at most the
 * references; the entries that the table has dropped meanwhile stay until the image is released.
 *
 * <p>The methods are for the owner, except {@link #forEachWhile}, which takes the owner's right for
 * a few microseconds at a time.
 */
public final class FrozenTable {
  /** Segments that are copied at one go; 64 KB of references, some 20 µs. */
  private static final int AT_ONCE = 32;

  /** Slots of a segment that are kept one by one; beyond, it is cheaper to keep all 512. */
  private static final int ONE_BY_ONE = 32;

  private static final Object[] PASSED = {};

  /** What a slot that is kept takes beside its entry. */
  private static final int SLOT_BYTES = 8;

  private final RecordTable table;
  private final Cuts cuts;
  private final long size;
  private final long deadlines;
  private Segment[] directory;

  /**
   * What a segment held that is at this place of the directory, where that has been kept: {@link
   * Changed}, or all of its slots as an array. PASSED behind the reader.
   */
  private Object[] kept;

  /** The next place to be read, and the first whose entries may still be in the reader's hands. */
  private int at;

  private int inHands;

  FrozenTable(RecordTable table, Cuts cuts, Segment[] directory, long size, long deadlines) {
    this.table = table;
    this.cuts = cuts;
    this.directory = directory;
    this.size = size;
    this.deadlines = deadlines;
    this.kept = new Object[directory.length];
  }

  /** Number of entries at the time, those past their deadline included. */
  public long size() {
    return size;
  }

  /** Number of entries that had a deadline of their own. */
  public long withDeadline() {
    return deadlines;
  }

  /** The first slots of a segment that were changed, and what had been in them. */
  private static final class Changed {
    private short[] slots = new short[4];
    private Object[] entries = new Object[4];
    private int count;

    boolean has(int slot) {
      for (int i = 0; i < count; i++) {
        if (slots[i] == slot) {
          return true;
        }
      }
      return false;
    }

    boolean isFull() {
      return count == ONE_BY_ONE;
    }

    void keep(int slot, Object entry) {
      if (count == slots.length) {
        slots = Arrays.copyOf(slots, 2 * count);
        entries = Arrays.copyOf(entries, 2 * count);
      }
      slots[count] = (short) slot;
      entries[count++] = entry;
    }

    /** What the slots held before. */
    Object[] undone(Object[] now) {
      Object[] before = now.clone();
      for (int i = 0; i < count; i++) {
        before[slots[i]] = entries[i];
      }
      return before;
    }
  }

  /** The table is about to change this slot of this segment. */
  void changing(Segment segment, int slot) {
    int place = RecordTable.index(segment.prefix, directory.length);
    // A segment that is newer than the image is at no place of its directory.
    if (directory[place] != segment || kept[place] == PASSED) {
      return;
    }
    Object entry = segment.slots[slot];
    if (kept[place] instanceof Object[] all) {
      cuts.keeps(all[slot] == entry ? recordBytes(entry) : 0);
      return;
    }
    Changed changed = (Changed) kept[place];
    if (changed == null) {
      kept[place] = changed = new Changed();
    }
    if (changed.has(slot)) {
      return;
    }
    cuts.keeps(recordBytes(entry));
    if (changed.isFull()) {
      kept[place] = changed.undone(segment.slots);
      cuts.keeps((long) SLOT_BYTES * segment.slots.length);
    } else {
      changed.keep(slot, entry);
      cuts.keeps(SLOT_BYTES);
    }
  }

  private static long recordBytes(Object entry) {
    return entry instanceof byte[] record ? PackedEntry.heapBytes(record) : 0;
  }

  /**
   * Whether neither the image nor its reader needs the entries of this segment any more, which is
   * one of the table as it is now.
   */
  boolean isPast(Segment segment) {
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
    Object[] slots;
    if (kept[at] instanceof Object[] all) {
      slots = all;
    } else if (kept[at] instanceof Changed changed) {
      slots = changed.undone(segment.slots);
    } else {
      slots = segment.slots.clone();
    }
    kept[at] = PASSED;
    at += directory.length >>> segment.depth;
    return slots;
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
    for (int count = AT_ONCE; count == AT_ONCE; ) {
      count = 0;
      owner.take();
      try {
        if (!keeps) {
          shown();
        }
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

  /** Ends the image: the table tells of nothing any more, and nothing is kept. */
  public void release() {
    table.released(this);
    directory = new Segment[0];
    kept = new Object[0];
  }
}
