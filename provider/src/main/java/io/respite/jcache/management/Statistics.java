package io.respite.jcache.management;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.cache.management.CacheStatisticsMXBean;

/**
 * The statistics of one cache in this JVM, and the MXBean that shows them.
 *
 * <p>While they are off, nothing is counted and no clock is read. Counters never go back except by
 * {@link #clear}; a reader that comes while operations run sees each counter exactly and their sum
 * approximately.
 */
public final class Statistics implements CacheStatisticsMXBean {
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder puts = new LongAdder();
  private final LongAdder removals = new LongAdder();
  private final LongAdder evictions = new LongAdder();
  private final LongAdder loadsWhileAway = new LongAdder();
  private final LongAdder listenerTimeouts = new LongAdder();
  private final LongAdder getNanos = new LongAdder();
  private final LongAdder putNanos = new LongAdder();
  private final LongAdder removeNanos = new LongAdder();
  private volatile boolean enabled;

  /** Switches counting on or off. */
  public void enable(boolean on) {
    enabled = on;
  }

  /** Whether operations are counted. */
  public boolean isEnabled() {
    return enabled;
  }

  /** When an operation began, for the methods below; means nothing while statistics are off. */
  public static long begin() {
    return System.nanoTime();
  }

  /** Counts reads that began at {@code begin}. */
  public void gets(long hitCount, long missCount, long begin) {
    hits.add(hitCount);
    misses.add(missCount);
    getNanos.add(System.nanoTime() - begin);
  }

  /** Counts writes that began at {@code begin}. */
  public void puts(long count, long begin) {
    puts.add(count);
    putNanos.add(System.nanoTime() - begin);
  }

  /** Counts removals that began at {@code begin}. */
  public void removals(long count, long begin) {
    removals.add(count);
    removeNanos.add(System.nanoTime() - begin);
  }

  /** Counts an entry that had to make room. */
  public void eviction() {
    if (enabled) {
      evictions.increment();
    }
  }

  /** Counts a read that the loader answered because the store could not be reached. */
  public void loadWhileAway() {
    if (enabled) {
      loadsWhileAway.increment();
    }
  }

  /** Reads that the loader answered because the store could not be reached. */
  public long loadsWhileAway() {
    return loadsWhileAway.sum();
  }

  /** Counts a change that waited in vain for other JVMs' synchronous listeners. */
  public void listenerTimeout() {
    if (enabled) {
      listenerTimeouts.increment();
    }
  }

  /** Changes that waited in vain for other JVMs' synchronous listeners. */
  public long listenerTimeouts() {
    return listenerTimeouts.sum();
  }

  @Override
  public void clear() {
    listenerTimeouts.reset();
    loadsWhileAway.reset();
    hits.reset();
    misses.reset();
    puts.reset();
    removals.reset();
    evictions.reset();
    getNanos.reset();
    putNanos.reset();
    removeNanos.reset();
  }

  @Override
  public long getCacheHits() {
    return hits.sum();
  }

  @Override
  public float getCacheHitPercentage() {
    return percentage(getCacheHits(), getCacheGets());
  }

  @Override
  public long getCacheMisses() {
    return misses.sum();
  }

  @Override
  public float getCacheMissPercentage() {
    return percentage(getCacheMisses(), getCacheGets());
  }

  @Override
  public long getCacheGets() {
    return hits.sum() + misses.sum();
  }

  @Override
  public long getCachePuts() {
    return puts.sum();
  }

  @Override
  public long getCacheRemovals() {
    return removals.sum();
  }

  @Override
  public long getCacheEvictions() {
    return evictions.sum();
  }

  @Override
  public float getAverageGetTime() {
    return averageMicros(getNanos.sum(), getCacheGets());
  }

  @Override
  public float getAveragePutTime() {
    return averageMicros(putNanos.sum(), getCachePuts());
  }

  @Override
  public float getAverageRemoveTime() {
    return averageMicros(removeNanos.sum(), getCacheRemovals());
  }

  private static float percentage(long part, long whole) {
    return whole == 0 ? 0 : 100f * part / whole;
  }

  private static float averageMicros(long nanos, long count) {
    return count == 0 ? 0 : (float) nanos / count / TimeUnit.MICROSECONDS.toNanos(1);
  }
}
