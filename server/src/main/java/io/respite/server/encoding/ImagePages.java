package io.respite.server.encoding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Room for what the images of one cut have to show after it has been changed.
 *
 * <p>It lies in pages outside the heap, one piece after the other; nothing is given back singly. So
 * what is kept for a snapshot is no work for the collector, neither while it is kept nor
 * afterwards: the pages are given back to the system when the cut's images have ended.
 *
 * <p>A place is a number from 0, in units of eight bytes; a piece never lies across two pages, and
 * is all zero at first.
 *
 * <p>By the owner of what is captured, except {@link #free}. <b>Invariant:</b> once closed, nothing
 * is reserved and nothing read.
 */
final class ImagePages {
  /** What {@link #reserveCopy} answers when a record has to be kept in another way. */
  static final int NONE = -1;

  private static final int PAGE_BYTES = 1 << 18;
  private static final int UNIT = 8;
  private static final int UNITS = PAGE_BYTES / UNIT;

  /** As many as places can name: 16 GB. */
  private static final int MOST_PAGES = Integer.MAX_VALUE / UNITS;

  /** Longer records are kept as they are, so that hardly anything of a page is left over. */
  private static final int LARGEST_COPY = PAGE_BYTES / 16;

  /** Copies are made as long as the pages are at most so much of what the heap may have. */
  private static final int SHARE_OF_HEAP = 4;

  private final List<ByteBuffer> pages = new ArrayList<>();
  private final OutsideMemory memory = new OutsideMemory();
  private final long mostForCopies;
  private int used = PAGE_BYTES;
  private boolean outsideIsFull;
  private boolean closed;

  ImagePages() {
    this(Math.min(MOST_PAGES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / PAGE_BYTES));
  }

  /** With so many pages at most, as far as copies are concerned. */
  ImagePages(long mostForCopies) {
    this.mostForCopies = mostForCopies;
  }

  /**
   * Room for a copy.
   *
   * @return its place; or {@link #NONE} when it is too long, or there is no room, or nobody is to
   *     show it any more
   */
  int reserveCopy(int bytes) {
    boolean fits = used + bytes <= PAGE_BYTES;
    return closed
            || bytes > LARGEST_COPY
            || (!fits && (outsideIsFull || pages.size() >= mostForCopies))
        ? NONE
        : reserve(bytes);
  }

  /**
   * Room for what has to be kept in any case, at most a 16th of a page; on the heap if there is no
   * other.
   *
   * @return its place
   * @throws IllegalStateException when the pages are closed
   */
  int reserve(int bytes) {
    int rounded = (bytes + UNIT - 1) & -UNIT;
    if (used + rounded > PAGE_BYTES) {
      turn();
    }
    int place = (pages.size() - 1) * UNITS + used / UNIT;
    used += rounded;
    return place;
  }

  /** Begins a page. */
  private void turn() {
    ensureOpen();
    if (pages.size() == MOST_PAGES) {
      throw new IllegalStateException("a snapshot that keeps more than " + MOST_PAGES + " pages");
    }
    pages.add(newPage().order(ByteOrder.nativeOrder()));
    used = 0;
  }

  private ByteBuffer newPage() {
    if (!outsideIsFull) {
      try {
        return memory.allocate(PAGE_BYTES);
      } catch (OutOfMemoryError full) {
        // Of the memory outside the heap, which is bounded for itself; asking again takes long.
        outsideIsFull = true;
      }
    }
    return ByteBuffer.allocate(PAGE_BYTES);
  }

  /**
   * The page in which a place lies, at {@link #offset}.
   *
   * @throws IllegalStateException when the pages are closed: their memory may be somebody else's
   */
  ByteBuffer page(int place) {
    ensureOpen();
    return pages.get(place / UNITS);
  }

  /** Where a place lies in its page, in bytes. */
  static int offset(int place) {
    return place % UNITS * UNIT;
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("an image is used after its cut's images have ended");
    }
  }

  /** Bytes that the pages take. */
  long bytes() {
    return (long) pages.size() * PAGE_BYTES;
  }

  /** Whether no image of the cut is read any more. */
  boolean isClosed() {
    return closed;
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
