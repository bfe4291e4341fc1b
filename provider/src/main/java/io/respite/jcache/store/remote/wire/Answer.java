package io.respite.jcache.store.remote.wire;

import java.nio.ByteBuffer;

/**
 * Takes a reply while it is read, without a copy in between.
 *
 * <p>A reply comes as its elements in their order, however they are nested: the number of elements
 * of each array, map or set, and the texts and numbers in it. An error is no element; whoever reads
 * it tells the request.
 *
 * @param <T> what it becomes
 */
public abstract class Answer<T> {

  /** A reply begins. What has been taken before belonged to one that was never finished. */
  public abstract void begin();

  /**
   * An array, a set or a map of so many elements, of which a map has two for each entry.
   *
   * @param count 0 or more; what has not come yet may never come
   */
  public void multi(int count) {
    // Most need not know.
  }

  /**
   * A text.
   *
   * @param bytes what remains in it is the text, which is there for the time of this call; null
   *     where there is nothing
   */
  public abstract void set(ByteBuffer bytes);

  /** A whole number. */
  public abstract void set(long number);

  /** What the reply has become. */
  public abstract T value();
}
