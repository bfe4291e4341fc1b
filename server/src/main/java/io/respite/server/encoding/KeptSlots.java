package io.respite.server.encoding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What slots of one segment held when an image was made, for those that have been changed since:
 * the entry itself, nothing, or the place of a copy in {@link ImagePages}.
 *
 * <p>A few are kept in a list that is searched, many in an array with a number for each slot of the
 * segment, which has no references that the collector would have to follow.
 */
final class KeptSlots {
  /** Kept in a list up to so many: 768 bytes, where an array for a segment takes 2 KB. */
  private static final int FEW = 128;

  private static final int NOT_KEPT = 0;
  private static final int EMPTY = Integer.MIN_VALUE;

  private final int size;

  /** The slots, in the order in which they were kept; null once there is a number for each. */
  private short[] slots;

  /** For each of {@link #slots}, or for each slot: 1 + place of a copy, or -1 - index of entry. */
  private int[] what;

  private int count;
  private List<Object> entries;

  /** Nothing is kept yet of a segment with so many slots. */
  KeptSlots(int size) {
    this.size = size;
    this.slots = new short[4];
    this.what = new int[4];
  }

  /** Whether the slot is kept, so that what is in it now is newer than the image. */
  boolean has(int slot) {
    if (slots == null) {
      return what[slot] != NOT_KEPT;
    }
    for (int i = 0; i < count; i++) {
      if (slots[i] == slot) {
        return true;
      }
    }
    return false;
  }

  /** Keeps what a slot that is not kept yet held: an entry that does not change, or null. */
  void keep(int slot, Object entry) {
    if (entry == null) {
      add(slot, EMPTY);
      return;
    }
    if (entries == null) {
      entries = new ArrayList<>(4);
    }
    entries.add(entry);
    add(slot, -entries.size());
  }

  /** Keeps the copy of what a slot that is not kept yet held. */
  void keepCopy(int slot, int place) {
    add(slot, place + 1);
  }

  private void add(int slot, int number) {
    if (slots == null) {
      what[slot] = number;
      return;
    }
    if (count == FEW) {
      int[] each = new int[size];
      for (int i = 0; i < count; i++) {
        each[slots[i]] = what[i];
      }
      each[slot] = number;
      what = each;
      slots = null;
      return;
    }
    if (count == slots.length) {
      slots = Arrays.copyOf(slots, 2 * count);
      what = Arrays.copyOf(what, 2 * count);
    }
    slots[count] = (short) slot;
    what[count++] = number;
  }

  /** Puts what was kept back into a copy of the segment's slots as they are now. */
  void restore(Object[] now, ImagePages pages) {
    if (slots == null) {
      for (int i = 0; i < size; i++) {
        if (what[i] != NOT_KEPT) {
          now[i] = entry(what[i], pages);
        }
      }
    } else {
      for (int i = 0; i < count; i++) {
        now[slots[i]] = entry(what[i], pages);
      }
    }
  }

  private Object entry(int number, ImagePages pages) {
    if (number > 0) {
      return pages.get(number - 1);
    }
    return number == EMPTY ? null : entries.get(-1 - number);
  }
}
