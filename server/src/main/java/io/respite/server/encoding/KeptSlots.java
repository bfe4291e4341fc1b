package io.respite.server.encoding;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What slots of a table's segments held when an image of the table was made, for those that have
 * been changed since: a copy of the record, the entry itself, or nothing.
 *
 * <p>It lies in the {@link ImagePages}, because a save is written beside requests: objects for each
 * segment that is touched would be copied by the collector, first among the young and then to the
 * old, and that is what clients would wait for. Only entries that are kept themselves are
 * references, in arrays of {@value #CHUNK}.
 *
 * <pre>
 *   segment   [last item: 4 | unused: 4 | which slots are kept: a bit each, in longs]
 *   item      [item before: 4 | slot: 4 | what: 4 | the record, if it is a copy]
 *   what      length of the copy, or -1 - number of the entry, or {@link #EMPTY}
 * </pre>
 *
 * Items and segments are named by their place among the pages plus one, 0 for none. By the table's
 * owner alone.
 */
final class KeptSlots {
  /** Stands for a segment of which nothing is kept. */
  static final int NONE = 0;

  /** What an item takes beside a copy. */
  static final int ITEM_BYTES = 12;

  private static final int EMPTY = Integer.MIN_VALUE;
  private static final int SLOT = 4;
  private static final int WHAT = 8;
  private static final int BITS = 8;
  private static final int CHUNK = 512;

  private final ImagePages pages;
  private final List<Object[]> entries = new ArrayList<>();
  private int count;

  KeptSlots(ImagePages pages) {
    this.pages = pages;
  }

  /** Begins a segment with so many slots; its name from now on. */
  int begin(int slots) {
    return 1 + pages.reserve(BITS + (slots + Long.SIZE - 1) / Long.SIZE * Long.BYTES);
  }

  /** Whether the slot is kept, so that what is in it now is newer than the image. */
  boolean has(int segment, int slot) {
    ByteBuffer page = pages.page(segment - 1);
    long word = page.getLong(ImagePages.offset(segment - 1) + BITS + word(slot));
    return (word >>> slot & 1) != 0;
  }

  private static int word(int slot) {
    return slot / Long.SIZE * Long.BYTES;
  }

  /** Keeps what a slot that is not kept yet held: an entry that does not change, or null. */
  void keep(int segment, int slot, Object entry) {
    int what = EMPTY;
    if (entry != null) {
      if (count % CHUNK == 0) {
        entries.add(new Object[CHUNK]);
      }
      entries.get(count / CHUNK)[count % CHUNK] = entry;
      what = -1 - count++;
    }
    add(pages.reserve(ITEM_BYTES), segment, slot, what);
  }

  /**
   * Keeps a copy of what a slot that is not kept yet held.
   *
   * @return false when there is no room for it among the pages
   */
  boolean keepCopy(int segment, int slot, byte[] record) {
    int place = pages.reserveCopy(ITEM_BYTES + record.length);
    if (place == ImagePages.NONE) {
      return false;
    }
    add(place, segment, slot, record.length);
    pages.page(place).put(ImagePages.offset(place) + ITEM_BYTES, record);
    return true;
  }

  private void add(int place, int segment, int slot, int what) {
    ByteBuffer head = pages.page(segment - 1);
    int headAt = ImagePages.offset(segment - 1);
    ByteBuffer page = pages.page(place);
    int at = ImagePages.offset(place);
    page.putInt(at, head.getInt(headAt));
    page.putInt(at + SLOT, slot);
    page.putInt(at + WHAT, what);
    head.putInt(headAt, place + 1);
    int word = headAt + BITS + word(slot);
    head.putLong(word, head.getLong(word) | 1L << slot);
  }

  /**
   * Puts what was kept of a segment back into a copy of its slots as they are now, and lets it go.
   *
   * @return how many slots that were
   */
  int restore(int segment, Object[] now) {
    int items = 0;
    int item = pages.page(segment - 1).getInt(ImagePages.offset(segment - 1));
    while (item != 0) {
      ByteBuffer page = pages.page(item - 1);
      int at = ImagePages.offset(item - 1);
      now[page.getInt(at + SLOT)] = entry(page, at);
      item = page.getInt(at);
      items++;
    }
    return items;
  }

  private Object entry(ByteBuffer page, int at) {
    int what = page.getInt(at + WHAT);
    if (what == EMPTY) {
      return null;
    }
    if (what >= 0) {
      byte[] record = new byte[what];
      page.get(at + ITEM_BYTES, record);
      return record;
    }
    int number = -1 - what;
    Object[] chunk = entries.get(number / CHUNK);
    Object entry = chunk[number % CHUNK];
    chunk[number % CHUNK] = null;
    return entry;
  }
}
