package io.respite.server.type;

import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.Numbers;
import java.util.Arrays;

/**
 * The compact form of a small sorted set: one {@link Listpack}, laid out as Redis lays it out.
 *
 * <pre>
 *   member score | member score | ...      by score, and by member among equal scores
 * </pre>
 *
 * A score that is a whole number is a listpack integer, so that -0 becomes 0; any other is its
 * shortest text.
 */
final class CompactSortedSet {
  private static final double MAX_WHOLE = 0x1p62;

  private final Listpack list;

  CompactSortedSet() {
    this(new Listpack());
  }

  private CompactSortedSet(Listpack list) {
    this.list = list;
  }

  Listpack list() {
    return list;
  }

  CompactSortedSet copy() {
    return new CompactSortedSet(list.copy());
  }

  /** An image, which shares the list's bytes until the list changes. */
  CompactSortedSet freeze() {
    return new CompactSortedSet(list.frozen());
  }

  int size() {
    return list.count() / 2;
  }

  int heapBytes() {
    return 16 + 24 + ((16 + list.capacity() + 7) & ~7);
  }

  /** Whether one more member of this length keeps the list within its bounds. */
  boolean fits(int length) {
    return list.fits(length + 64L);
  }

  /** The position of the member, or {@link Listpack#NONE}. */
  int locate(byte[] member, int offset, int length) {
    return list.find(list.first(), member, offset, length, 2);
  }

  /** The position of the member with this rank, from 0. */
  int at(long rank) {
    return list.at((int) rank * 2);
  }

  int first() {
    return list.first();
  }

  int next(int at) {
    return list.next(list.next(at));
  }

  int previous(int at) {
    int score = list.previous(at);
    return score == Listpack.NONE ? score : list.previous(score);
  }

  double scoreAt(int at) {
    int score = list.next(at);
    return list.isLong(score)
        ? list.longAt(score)
        : Numbers.parseDouble(list.buffer(), list.dataAt(score), list.lengthAt(score));
  }

  void show(int at, ScoredView view) {
    if (list.isLong(at)) {
      byte[] digits = Numbers.longBytes(list.longAt(at));
      view.show(digits, 0, digits.length, scoreAt(at));
    } else {
      view.show(list.buffer(), list.dataAt(at), list.lengthAt(at), scoreAt(at));
    }
  }

  private int compareMember(int at, byte[] member, int offset, int length) {
    if (list.isLong(at)) {
      byte[] digits = Numbers.longBytes(list.longAt(at));
      return Arrays.compareUnsigned(digits, 0, digits.length, member, offset, offset + length);
    }
    int from = list.dataAt(at);
    return Arrays.compareUnsigned(
        list.buffer(), from, from + list.lengthAt(at), member, offset, offset + length);
  }

  /** Adds a member that is not here. */
  void insert(byte[] member, int offset, int length, double score) {
    int at = list.first();
    while (at != Listpack.NONE) {
      double other = scoreAt(at);
      if (other > score || (other == score && compareMember(at, member, offset, length) > 0)) {
        break;
      }
      at = next(at);
    }
    if (at == Listpack.NONE) {
      list.append(member, offset, length);
      if (isWhole(score)) {
        list.append((long) score);
      } else {
        byte[] text = Numbers.doubleBytes(score);
        list.append(text, 0, text.length);
      }
      return;
    }
    // Inserted last to first, each before the same place.
    if (isWhole(score)) {
      list.insert(at, (long) score);
    } else {
      byte[] text = Numbers.doubleBytes(score);
      list.insert(at, text, 0, text.length);
    }
    list.insert(at, member, offset, length);
  }

  private static boolean isWhole(double score) {
    return Math.abs(score) <= MAX_WHOLE && score == (long) score;
  }

  void delete(int at) {
    list.delete(at, 2);
  }

  /** How many members have a score below {@code score}, or at most {@code score}. */
  long countBelow(double score, boolean orEqual) {
    long count = 0;
    for (int at = list.first(); at != Listpack.NONE; at = next(at)) {
      double own = scoreAt(at);
      if (orEqual ? own > score : own >= score) {
        break;
      }
      count++;
    }
    return count;
  }

  /** How many members are less than this one, or equal to it, when all scores are the same. */
  long countBelow(byte[] member, int offset, int length, boolean orEqual) {
    long count = 0;
    for (int at = list.first(); at != Listpack.NONE; at = next(at)) {
      int order = compareMember(at, member, offset, length);
      if (orEqual ? order > 0 : order >= 0) {
        break;
      }
      count++;
    }
    return count;
  }

  /** How many members come before the one at this position. */
  long rank(int position) {
    long rank = 0;
    for (int at = list.first(); at != position; at = next(at)) {
      rank++;
    }
    return rank;
  }
}
