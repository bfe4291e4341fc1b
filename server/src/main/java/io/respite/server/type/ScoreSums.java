package io.respite.server.type;

import io.respite.server.encoding.PackedEntry;
import io.respite.server.encoding.RecordTable;
import io.respite.server.encoding.ScoredEntry;
import io.respite.server.encoding.SeededHash;

/**
 * Gathers the members of a union, an intersection or a difference with their scores, before they
 * are a sorted set.
 */
public final class ScoreSums {
  /** How scores of the same member are brought together. */
  public enum Aggregate {
    SUM,
    MIN,
    MAX;

    /** The one score for two; infinities of different sign add up to 0. */
    public double of(double a, double b) {
      return switch (this) {
        case SUM -> {
          double sum = a + b;
          yield Double.isNaN(sum) ? 0 : sum;
        }
        case MIN -> b < a ? b : a;
        case MAX -> b > a ? b : a;
      };
    }
  }

  private final SeededHash hasher;
  private final RecordTable members;

  /** Nothing so far. */
  public ScoreSums(SeededHash hasher) {
    this.hasher = hasher;
    this.members = new RecordTable(hasher);
  }

  /** Number of members. */
  public long size() {
    return members.size();
  }

  /** Adds a member, or brings its score together with the one that is there. */
  public void add(ScoredView member, double score, Aggregate aggregate) {
    if (members.locate(member.bytes, member.offset, member.length)) {
      byte[] old = (byte[]) members.located();
      members.replace(ScoredEntry.withScore(old, aggregate.of(ScoredEntry.score(old), score)));
      return;
    }
    members.insert(ScoredEntry.of(member.bytes, member.offset, member.length, score));
  }

  /** Removes a member if it is there. */
  public void remove(ScoredView member) {
    if (members.locate(member.bytes, member.offset, member.length)) {
      members.remove();
    }
  }

  /**
   * The sorted set of what was gathered; nothing may be gathered afterwards.
   *
   * @param compact whether a small one has the compact form, as one that is kept; one that is only
   *     answered shows scores as they are, -0 included
   */
  public SortedSetValue toSortedSet(EncodingLimits limits, boolean compact) {
    boolean small = compact && members.size() <= limits.sortedSetEntries();
    long longest = 0;
    if (small) {
      long[] most = {0};
      members.forEach(entry -> most[0] = Math.max(most[0], PackedEntry.keyLength((byte[]) entry)));
      longest = most[0];
    }
    return SortedSetValue.of(members, small && longest <= limits.sortedSetValue(), hasher, limits);
  }
}
