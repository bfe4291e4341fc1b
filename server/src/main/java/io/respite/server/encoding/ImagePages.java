package io.respite.server.encoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies of records that the images of one cut have to show after they have been written over.
 *
 * <p>They lie in pages outside the heap, each copy behind its length, one after the other; nothing
 * is removed singly. So what is kept for a snapshot is no work for the collector, neither while it
 * is kept nor afterwards: the pages are given back to the system when the cut's images have ended.
 *
 * <pre>
 *   page   [length, 4 bytes | record | to a multiple of 8] [length | record | ] ...
 * </pre>
 *
 * <p>By the owner of what is captured, except {@link #free}. <b>Invariant:</b> once closed, nothing
 * is added and nothing read.
 */
final class ImagePages {
  /** What {@link #add} answers when a record has to be kept in another way. */
  static final int NONE = -1;

  private static final int PAGE_BYTES = 1 << 18;
  private static final int UNIT = 8;
  private static final int UNITS = PAGE_BYTES / UNIT;
  private static final int LENGTH_BYTES = Integer.BYTES;

  /** Longer records are kept as they are, so that hardly anything of a page is left over. */
  private static final int LARGEST_RECORD = PAGE_BYTES / 16;

  /** At most so much of what the heap may have. */
  private static final int SHARE_OF_HEAP = 4;

  private long mostPages =
      Math.min(
          Integer.MAX_VALUE / UNITS, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / PAGE_BYTES);
  private final List<ByteBuffer> pages = new ArrayList<>();
  private final OutsideMemory memory = new OutsideMemory();
  private int used = PAGE_BYTES;
  private boolean closed;

  /**
   * Copies a record.
   *
   * @return its place, for {@link #get}, from 0; or {@link #NONE} when it is too long, or there is
   *     no room, or nobody is to show it any more
   */
  int add(byte[] record) {
    int bytes = (LENGTH_BYTES + record.length + UNIT - 1) & -UNIT;
    if (closed || record.length > LARGEST_RECORD || (used + bytes > PAGE_BYTES && !turn())) {
      return NONE;
    }
    ByteBuffer page = pages.get(pages.size() - 1);
    page.putInt(used, record.length);
    page.put(used + LENGTH_BYTES, record);
    int place = (pages.size() - 1) * UNITS + used / UNIT;
    used += bytes;
    return place;
  }

  /** Begins a page; false when there can be none. */
  private boolean turn() {
    if (pages.size() >= mostPages) {
      return false;
    }
    try {
      pages.add(memory.allocate(PAGE_BYTES).order(ByteOrder.nativeOrder()));
    } catch (OutOfMemoryError full) {
      // Of the memory outside the heap, which is bounded for itself; asking again would take long.
      mostPages = pages.size();
      return false;
    }
    used = 0;
    return true;
  }

  /**
   * A record that was added, in an array of its own.
   *
   * @throws IllegalStateException when the pages are closed: their memory may be somebody else's
   */
  byte[] get(int place) {
    if (closed) {
      throw new IllegalStateException("an image is read after its cut's images have ended");
    }
    ByteBuffer page = pages.get(place / UNITS);
    int at = place % UNITS * UNIT;
    byte[] record = new byte[page.getInt(at)];
    page.get(at + LENGTH_BYTES, record);
    return record;
  }

  /** Bytes that the pages take. */
  long bytes() {
    return (long) pages.size() * PAGE_BYTES;
  }

  /** Says that no image of the cut is read any more; {@link #free} follows. */
  void close() {
    closed = true;
  }

  /**
   * Gives the memory back, after {@link #close}; without the owner's right, for it takes a while.
   */
  void free() {
    pages.clear();
    memory.free();
  }
}
