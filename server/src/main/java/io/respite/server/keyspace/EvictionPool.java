package io.respite.server.keyspace;

import java.util.Arrays;

/**
 * The best candidates for eviction that have been met so far, best first: so that what one sample
 * saw and did not need is not forgotten by the next. Names them by copies of their keys, because
 * the entries themselves may be gone, and be large.
 */
final class EvictionPool {
  private static final int CAPACITY = 16;

  /** A key, or a field of the hash at a key. */
  static final class Candidate {
    private final Database database;
    private final byte[] key;
    private final byte[] field;
    private final long rank;

    /**
     * A candidate.
     *
     * @param field null when the key itself is meant
     * @param rank who has the least goes first
     */
    Candidate(Database database, byte[] key, byte[] field, long rank) {
      this.database = database;
      this.key = key;
      this.field = field;
      this.rank = rank;
    }

    Database database() {
      return database;
    }

    byte[] key() {
      return key;
    }

    byte[] field() {
      return field;
    }

    long rank() {
      return rank;
    }

    private boolean isSame(Candidate other) {
      return database == other.database
          && rank == other.rank
          && Arrays.equals(key, other.key)
          && Arrays.equals(field, other.field);
    }
  }

  private final Candidate[] candidates = new Candidate[CAPACITY];
  private int size;

  /** Whether a candidate of this rank would be taken. */
  boolean wants(long rank) {
    return size < CAPACITY || rank < candidates[size - 1].rank;
  }

  /** Adds a candidate; the worst one leaves when there are too many. */
  void add(Candidate candidate) {
    int at = size;
    while (at > 0 && candidates[at - 1].rank > candidate.rank) {
      at--;
    }
    for (int i = at - 1; i >= 0 && candidates[i].rank == candidate.rank; i--) {
      if (candidates[i].isSame(candidate)) {
        return;
      }
    }
    if (at == CAPACITY) {
      return;
    }
    int last = Math.min(size, CAPACITY - 1);
    System.arraycopy(candidates, at, candidates, at + 1, last - at);
    candidates[at] = candidate;
    size = last + 1;
  }

  /** Takes the best candidate out; null when there is none. */
  Candidate poll() {
    if (size == 0) {
      return null;
    }
    Candidate best = candidates[0];
    size--;
    System.arraycopy(candidates, 1, candidates, 0, size);
    candidates[size] = null;
    return best;
  }

  void clear() {
    Arrays.fill(candidates, null);
    size = 0;
  }
}
