package io.respite.server.command.family.sortedset;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.command.Parse;
import io.respite.server.encoding.Numbers;
import io.respite.server.type.SortedSetValue;
import java.util.Arrays;

/**
 * A range of a sorted set as a request names it: by rank, by score or by member. In a given set
 * each becomes a range of ascending ranks, from {@link #from} up to but not including {@link #to}.
 */
final class Interval {
  /** By what a range is named. */
  enum Kind {
    RANK,
    SCORE,
    MEMBER
  }

  private final Kind kind;
  private final boolean reverse;
  private final long first;
  private final long last;
  private final Bound least;
  private final Bound most;

  /** One end of a range. */
  private static final class Bound {
    /** The score, if the range is one of scores. */
    private final double score;

    /** The member, if the range is one of members; null for the least or greatest of all. */
    private final byte[] member;

    /** Whether what equals the bound is left out. */
    private final boolean exclusive;

    /** For a null member: whether it stands for the greatest of all. */
    private final boolean greatest;

    Bound(double score, byte[] member, boolean exclusive, boolean greatest) {
      this.score = score;
      this.member = member;
      this.exclusive = exclusive;
      this.greatest = greatest;
    }

    long rank(SortedSetValue set, Kind kind, boolean asStart) {
      boolean orEqual = asStart == exclusive;
      if (kind == Kind.SCORE) {
        return set.countBelow(score, orEqual);
      }
      if (member == null) {
        return greatest ? set.size() : 0;
      }
      return set.countBelow(member, 0, member.length, orEqual);
    }
  }

  private Interval(Kind kind, boolean reverse, long first, long last, Bound least, Bound most) {
    this.kind = kind;
    this.reverse = reverse;
    this.first = first;
    this.last = last;
    this.least = least;
    this.most = most;
  }

  /**
   * The range named by two arguments.
   *
   * @param reverse for ranks: whether they count from the greatest; else whether the greater bound
   *     comes first
   * @throws CommandError when an argument is malformed
   */
  static Interval parse(Call call, Kind kind, int start, int end, boolean reverse) {
    if (kind == Kind.RANK) {
      return new Interval(
          kind, reverse, Parse.integer(call, start), Parse.integer(call, end), null, null);
    }
    int least = reverse ? end : start;
    int most = reverse ? start : end;
    return kind == Kind.SCORE
        ? new Interval(kind, reverse, 0, 0, score(call, least), score(call, most))
        : new Interval(kind, reverse, 0, 0, member(call, least), member(call, most));
  }

  private static Bound score(Call call, int i) {
    Arguments arguments = call.arguments();
    int offset = arguments.offset(i);
    int length = arguments.length(i);
    boolean exclusive = length > 0 && arguments.buffer()[offset] == '(';
    int skip = exclusive ? 1 : 0;
    double score = Numbers.parseBound(arguments.buffer(), offset + skip, length - skip);
    if (Double.isNaN(score)) {
      throw new CommandError("ERR min or max is not a float");
    }
    return new Bound(score, null, exclusive, false);
  }

  private static Bound member(Call call, int i) {
    Arguments arguments = call.arguments();
    int length = arguments.length(i);
    int head = length == 0 ? 0 : arguments.buffer()[arguments.offset(i)];
    if (length == 1 && (head == '-' || head == '+')) {
      return new Bound(0, null, false, head == '+');
    }
    if (head != '(' && head != '[') {
      throw new CommandError("ERR min or max not valid string range item");
    }
    byte[] text = call.bytes(i);
    return new Bound(0, Arrays.copyOfRange(text, 1, length), head == '(', false);
  }

  /** The first rank of the range in a set. */
  long from(SortedSetValue set) {
    if (kind != Kind.RANK) {
      return least.rank(set, kind, true);
    }
    long size = set.size();
    return reverse ? size - 1 - Math.min(fromEnd(last, size), size - 1) : start(size);
  }

  /** The rank after the last one of the range in a set; not above {@link #from} when empty. */
  long to(SortedSetValue set) {
    if (kind != Kind.RANK) {
      return most.rank(set, kind, false);
    }
    long size = set.size();
    return reverse ? size - start(size) : Math.min(fromEnd(last, size), size - 1) + 1;
  }

  private long start(long size) {
    return Math.max(0, fromEnd(first, size));
  }

  private static long fromEnd(long rank, long size) {
    return rank < 0 ? Math.max(-1, rank + size) : rank;
  }
}
