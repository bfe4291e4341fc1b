package io.respite.server.lua.value;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Keeps count of the memory that Lua values take, and refuses more than a limit before it is taken.
 *
 * <p>What is allocated is added up; what is garbage nobody tells. So when the sum passes the limit,
 * whoever owns the values takes a census of those that can be reached, and the count goes on from
 * there. If more than seven eighths of the limit are in use even then, memory is at an end: a
 * census must be worth its cost.
 */
public final class Meter {
  private final long limit;
  private LongSupplier census = () -> Long.MAX_VALUE;
  private LongConsumer effort = bytes -> {};
  private long used;

  /** A meter with a limit in bytes. */
  public Meter(long limit) {
    this.limit = limit;
  }

  /** Sets who counts the bytes of all values that can be reached. */
  public void census(LongSupplier counter) {
    census = counter;
  }

  /** Sets who is told of bytes that were looked at for long. */
  public void effort(LongConsumer listener) {
    effort = listener;
  }

  /** Says that so many bytes are looked at. */
  void looksAt(long bytes) {
    effort.accept(bytes);
  }

  /** The limit in bytes. */
  public long limit() {
    return limit;
  }

  /** Bytes in use, garbage that has not been noticed included. */
  public long used() {
    return used;
  }

  /**
   * Says that so many bytes are about to be allocated.
   *
   * @throws LuaFault {@code not enough memory}, and nothing may be allocated
   */
  public void allocate(long bytes) {
    long wanted = used + bytes;
    if (wanted <= limit) {
      used = wanted;
    } else {
      allocateAfterCensus(bytes);
    }
  }

  private void allocateAfterCensus(long bytes) {
    if (bytes > limit) {
      throw new LuaFault("not enough memory");
    }
    long alive = census.getAsLong();
    used = Math.min(alive, limit);
    if (alive > limit / 8 * 7 - bytes) {
      throw new LuaFault("not enough memory");
    }
    used += bytes;
  }

  /** Takes a census now and answers the bytes in use. */
  public long collect() {
    used = Math.min(census.getAsLong(), limit);
    return used;
  }
}
