package io.respite.jcache;

/**
 * What a cache has counted in this JVM since its statistics were switched on or cleared.
 *
 * @param hits reads that found an entry
 * @param misses reads that found none
 * @param puts entries put
 * @param removals entries removed by operations
 * @param evictions entries that had to make room
 * @param averageGetMicros average time of a read, in microseconds; 0 when there was none
 * @param averagePutMicros average time of a put
 * @param averageRemoveMicros average time of a removal
 * @param loadsWhileAway reads that the loader answered because the store could not be reached;
 *     neither hits nor misses
 * @param listenerTimeouts changes that waited in vain for other JVMs' synchronous listeners
 */
public record RespiteStatistics(
    long hits,
    long misses,
    long puts,
    long removals,
    long evictions,
    float averageGetMicros,
    float averagePutMicros,
    float averageRemoveMicros,
    long loadsWhileAway,
    long listenerTimeouts) {

  /** All reads. */
  public long gets() {
    return hits + misses;
  }

  /** The share of reads that found an entry, from 0 to 1; 0 when there was no read. */
  public double hitRatio() {
    return gets() == 0 ? 0 : (double) hits / gets();
  }
}
