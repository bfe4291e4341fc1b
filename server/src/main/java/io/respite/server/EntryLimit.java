package io.respite.server;

import io.respite.server.encoding.PackedEntry;
import io.respite.server.encoding.RecordTable;
import io.respite.server.encoding.TableSampler;
import io.respite.server.environment.RandomSource;

/**
 * Keeps a hash below a number of entries or bytes, by the entries' own use.
 *
 * <p>Each entry carries 24 bits. Time is counted in writes, not in seconds, so that a busy hash
 * tells uses of the same second apart:
 *
 * <pre>
 *   LRU   [ writes at the last use, modulo 2^24            ]
 *   LFU   [ epoch of the last use, 16 ][ log of uses, 8    ]   an epoch is ten times as many writes as there are entries
 * </pre>
 *
 * The counter of LFU grows with a probability that halves about every ten steps (as Redis's does)
 * and is halved for every epoch that passed, so that yesterday's favourites leave. The victim is
 * the worst of a sample of neighbours in the table. Reads update the bits without a lock; a lost
 * update is one use not counted.
 */
final class EntryLimit {
  private static final int SAMPLE = 16;
  private static final int MASK = 0xFFFFFF;
  private static final int INITIAL_COUNT = 5;

  private final long maxEntries;
  private final long maxBytes;
  private final Eviction policy;
  private final RandomSource random;
  private final Object[] sample = new Object[SAMPLE];
  private long writes;
  private int epoch;
  private long epochEnd;
  private long noise;

  /** A limit; 0 means none. */
  EntryLimit(long maxEntries, long maxBytes, Eviction policy, RandomSource random) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
    this.policy = policy;
    this.random = random;
    this.noise = random.nextLong() | 1;
  }

  /** The bits of an entry that is being written; the engine is held. */
  int written(int bits, boolean isNew, long size) {
    writes++;
    if (writes >= epochEnd) {
      epoch = (epoch + 1) & 0xFFFF;
      epochEnd = writes + Math.max(16, size * 10);
    }
    return isNew ? fresh() : used(bits);
  }

  private int fresh() {
    return switch (policy) {
      case LRU -> (int) writes & MASK;
      case LFU -> (epoch << 8) | INITIAL_COUNT;
      case RANDOM -> 0;
    };
  }

  /** The bits of an entry that was read; from any thread. */
  int used(int bits) {
    return switch (policy) {
      case LRU -> (int) writes & MASK;
      case LFU -> {
        int count = count(bits);
        int above = Math.max(0, count - INITIAL_COUNT);
        if (count < 255 && (nextNoise() & 0x7FFFFFFF) < 0x7FFFFFFF / (above * 10L + 1)) {
          count++;
        }
        yield (epoch << 8) | count;
      }
      case RANDOM -> bits;
    };
  }

  /** Chance for readers that hold nothing: a race repeats a number, which does no harm. */
  private long nextNoise() {
    long n = noise;
    n ^= n << 13;
    n ^= n >>> 7;
    n ^= n << 17;
    noise = n;
    return n;
  }

  private int count(int bits) {
    int elapsed = (epoch - (bits >>> 8)) & 0xFFFF;
    return elapsed > 7 ? 0 : (bits & 0xFF) >> elapsed;
  }

  boolean exceeded(RecordTable table) {
    return (maxEntries > 0 && table.size() > maxEntries)
        || (maxBytes > 0 && table.recordBytes() + table.size() * RecordTable.SLOT_BYTES > maxBytes);
  }

  /**
   * The entry to go, or null when none is found; {@code keep} is the one just written and stays if
   * another is there.
   */
  byte[] victim(RecordTable table, byte[] keep) {
    int found = TableSampler.sample(table, random, sample);
    byte[] worst = null;
    long worstScore = Long.MIN_VALUE;
    for (int i = 0; i < found; i++) {
      byte[] candidate = (byte[]) sample[i];
      sample[i] = null;
      if (candidate == keep) {
        continue;
      }
      long score = score(PackedEntry.access(candidate));
      if (score > worstScore) {
        worst = candidate;
        worstScore = score;
      }
    }
    if (worst == null) {
      worst = (byte[]) table.random(random);
    }
    return worst;
  }

  private long score(int bits) {
    return switch (policy) {
      case LRU -> ((int) writes - bits) & MASK;
      case LFU -> 256L - count(bits);
      case RANDOM -> nextNoise() >>> 1;
    };
  }
}
