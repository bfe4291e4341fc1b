package io.respite.server.encoding;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Counts the cuts: the moments whose state is captured while changes go on. One instance is shared
 * by all values of an engine.
 *
 * <p>Whatever can be captured remembers the last cut that it knows of. Before it is changed it
 * compares that with {@link #last()}; when there has been a cut since, it captures itself first.
 * What is made anew begins with the last cut, before which it was not there. So a cut costs nothing
 * by itself, and a change costs one comparison.
 */
public final class Cuts {
  private final Owner owner;
  private int last;
  private long keptBytes;
  private ImagePages pages = new ImagePages();

  /** Checksums of images that have been made and not been shown; null unless images are checked. */
  private Map<Object, String> sums;

  /**
   * No cut yet.
   *
   * @param owner whose turn it is to be to change anything, or to capture it
   */
  public Cuts(Owner owner) {
    this.owner = owner;
  }

  /** The number of the last cut; 0 before the first. */
  public int last() {
    return last;
  }

  /** Makes a cut; what was captured for the one before must have been taken by then. */
  public void cut() {
    last++;
    keptBytes = 0;
    pages = new ImagePages();
  }

  /** Where the images of the last cut keep what is written over. */
  ImagePages pages() {
    return pages;
  }

  /**
   * Says that no image of the last cut is read any more.
   *
   * @return gives back what was kept for them; to be run without the owner's right
   */
  public Runnable ended() {
    pages.close();
    return pages::free;
  }

  /**
   * Says that so many bytes of heap stay because an image of a table shows them: entries that the
   * table has replaced or dropped, and the references to them.
   */
  void keeps(long bytes) {
    keptBytes += bytes;
  }

  /**
   * Bytes of heap that have stayed for images of tables since the last cut, about; what is shared
   * with lists, streams and edited strings until they copy it is not counted. By the owner.
   */
  public long keptBytes() {
    return keptBytes;
  }

  /** Whose turn it is to be. */
  public Owner owner() {
    return owner;
  }

  /**
   * Sets whether a checksum is made of each image when it is made, and compared when it is shown:
   * for tests and for the suspicious. It takes as long as writing the images.
   */
  public void checks(boolean on) {
    sums = on ? Collections.synchronizedMap(new IdentityHashMap<>()) : null;
  }

  /** Remembers the checksum of an image, if checksums are made. */
  public void made(Object image, Function<Object, String> checksum) {
    if (sums != null) {
      sums.put(image, checksum.apply(image));
    }
  }

  /**
   * Compares an image with what it was when it was made, if there is a checksum of it.
   *
   * @throws IllegalStateException when it is another
   */
  public void shown(Object image, Function<Object, String> checksum) {
    Map<Object, String> known = sums;
    String sum = known == null ? null : known.remove(image);
    if (sum != null && !sum.equals(checksum.apply(image))) {
      throw new IllegalStateException("what a snapshot had captured was changed: " + image);
    }
  }
}
