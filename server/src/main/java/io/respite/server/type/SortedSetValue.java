package io.respite.server.type;

import io.respite.server.encoding.FrozenTable;
import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.Numbers;
import io.respite.server.encoding.PackedEntry;
import io.respite.server.encoding.RecordTable;
import io.respite.server.encoding.ScoreTree;
import io.respite.server.encoding.ScoredEntry;
import io.respite.server.encoding.SeededHash;
import io.respite.server.environment.RandomSource;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A sorted set: members, each with a score, in the order of scores and of members among equal ones.
 *
 * <p>A small one is a {@link CompactSortedSet}. When it outgrows the {@link EncodingLimits} it
 * becomes a table, which knows each member's score, and a tree, which knows the order. Both hold
 * the same records, one {@link ScoredEntry} a member. It keeps that form.
 *
 * <p>Every range, by rank, score or member, is a range of ranks here: the {@code countBelow}
 * methods turn a bound into the rank where it falls, so that counting a range costs no walk and an
 * offset into it no more than the walk's start.
 */
public final class SortedSetValue extends Capturable implements ScoredMembers {
  /** A rule of {@link #add}: members that are there stay as they are. */
  public static final int ONLY_NEW = 1;

  /** A rule of {@link #add}: members that are not there are not added. */
  public static final int ONLY_OLD = 2;

  /** A rule of {@link #add}: a score is changed to a greater one only. */
  public static final int ONLY_GREATER = 4;

  /** A rule of {@link #add}: a score is changed to a lower one only. */
  public static final int ONLY_LESS = 8;

  /** A rule of {@link #add}: the number is added to the score that is there. */
  public static final int INCREMENT = 16;

  /** What {@link #add} did. */
  public enum Outcome {
    /** The member is new. */
    ADDED,
    /** The member has another score now. */
    CHANGED,
    /** The member had that score. */
    SAME,
    /** A rule forbade it. */
    REFUSED,
    /** The sum would be no number; nothing was changed. */
    NOT_A_NUMBER
  }

  private final SeededHash hasher;
  private final EncodingLimits limits;
  private final ScoredView view = new ScoredView();

  /** The compact form; null once there is a table. */
  private CompactSortedSet compact;

  private RecordTable table;
  private ScoreTree tree;

  /** What an image of the large form has: the table alone, because order can be made again. */
  private FrozenTable frozen;

  private double score;

  /** An empty sorted set. */
  public SortedSetValue(SeededHash hasher, EncodingLimits limits) {
    super(limits.cuts());
    this.hasher = hasher;
    this.limits = limits;
    this.compact = new CompactSortedSet();
  }

  /** An empty sorted set that is to have so many members, in the form that it will have then. */
  public static SortedSetValue sized(SeededHash hasher, EncodingLimits limits, long members) {
    SortedSetValue set = new SortedSetValue(hasher, limits);
    if (members > limits.sortedSetEntries()) {
      set.grow();
    }
    return set;
  }

  /** Number of members. */
  public long size() {
    if (compact != null) {
      return compact.size();
    }
    return table != null ? table.size() : frozen.size();
  }

  /** Whether it has the compact form. */
  public boolean isCompact() {
    return compact != null;
  }

  /** The compact form's bytes, which files and replicas hold as they are; null without one. */
  public Listpack listpack() {
    return compact == null ? null : compact.list();
  }

  private void grow() {
    table = new RecordTable(hasher);
    tree = new ScoreTree();
    for (int at = compact.first(); at != Listpack.NONE; at = compact.next(at)) {
      compact.show(at, view);
      byte[] record = ScoredEntry.of(view.bytes, view.offset, view.length, view.score);
      table.put(record);
      tree.insert(record);
    }
    compact = null;
  }

  // ---- one member

  @Override
  public double scoreOf(byte[] member, int offset, int length) {
    if (compact != null) {
      int at = compact.locate(member, offset, length);
      return at == Listpack.NONE ? Double.NaN : compact.scoreAt(at);
    }
    Object found = table.get(member, offset, length);
    return found == null ? Double.NaN : ScoredEntry.score((byte[]) found);
  }

  /** Gives a member this score, adding it if it is new. */
  public void put(byte[] member, int offset, int length, double newScore) {
    add(member, offset, length, newScore, 0);
  }

  /**
   * Adds a member or changes its score, by rules.
   *
   * @param number the score, or with {@link #INCREMENT} what is added to it; not NaN
   * @param rules any of the rules, or'ed
   */
  public Outcome add(byte[] member, int offset, int length, double number, int rules) {
    edit();
    if (compact != null) {
      int at = compact.locate(member, offset, length);
      if (at == Listpack.NONE) {
        if ((rules & ONLY_OLD) != 0) {
          return Outcome.REFUSED;
        }
        score = number;
        addCompact(member, offset, length, number);
        return Outcome.ADDED;
      }
      Outcome outcome = decide(compact.scoreAt(at), number, rules);
      if (outcome == Outcome.CHANGED) {
        compact.delete(at);
        compact.insert(member, offset, length, score);
      }
      return outcome;
    }
    if (!table.locate(member, offset, length)) {
      if ((rules & ONLY_OLD) != 0) {
        return Outcome.REFUSED;
      }
      score = number;
      byte[] record = ScoredEntry.of(member, offset, length, number);
      table.insert(record);
      tree.insert(record);
      return Outcome.ADDED;
    }
    byte[] old = (byte[]) table.located();
    Outcome outcome = decide(ScoredEntry.score(old), number, rules);
    if (outcome == Outcome.CHANGED) {
      if (table.isRewritable()) {
        tree.rescore(old, score);
      } else {
        byte[] record = ScoredEntry.withScore(old, score);
        table.replace(record);
        tree.replace(old, record);
      }
    }
    return outcome;
  }

  private void addCompact(byte[] member, int offset, int length, double number) {
    boolean small =
        length <= limits.sortedSetValue()
            && compact.size() + 1 <= limits.sortedSetEntries()
            && compact.fits(length);
    if (small) {
      compact.insert(member, offset, length, number);
      return;
    }
    grow();
    byte[] record = ScoredEntry.of(member, offset, length, number);
    table.put(record);
    tree.insert(record);
  }

  private Outcome decide(double old, double number, int rules) {
    if ((rules & ONLY_NEW) != 0) {
      return Outcome.REFUSED;
    }
    double wanted = (rules & INCREMENT) != 0 ? old + number : number;
    if (Double.isNaN(wanted)) {
      return Outcome.NOT_A_NUMBER;
    }
    if (((rules & ONLY_GREATER) != 0 && wanted <= old)
        || ((rules & ONLY_LESS) != 0 && wanted >= old)) {
      return Outcome.REFUSED;
    }
    score = wanted;
    return wanted == old ? Outcome.SAME : Outcome.CHANGED;
  }

  /** The score that the last {@link #add} left, when it refused nothing. */
  public double lastScore() {
    return score;
  }

  /** Removes a member; whether there was one. */
  public boolean remove(byte[] member, int offset, int length) {
    edit();
    if (compact != null) {
      int at = compact.locate(member, offset, length);
      if (at != Listpack.NONE) {
        compact.delete(at);
      }
      return at != Listpack.NONE;
    }
    if (!table.locate(member, offset, length)) {
      return false;
    }
    byte[] record = (byte[]) table.located();
    table.remove();
    tree.remove(record);
    return true;
  }

  // ---- ranks

  /** How many members come before this one, or -1 when it is no member. */
  public long rank(byte[] member, int offset, int length) {
    if (compact != null) {
      int at = compact.locate(member, offset, length);
      if (at == Listpack.NONE) {
        return -1;
      }
      score = compact.scoreAt(at);
      return compact.rank(at);
    }
    Object found = table.get(member, offset, length);
    if (found == null) {
      return -1;
    }
    score = ScoredEntry.score((byte[]) found);
    return tree.rank(score, member, offset, length);
  }

  /** How many members have a score below {@code bound}, or at most {@code bound}. */
  public long countBelow(double bound, boolean orEqual) {
    return compact != null ? compact.countBelow(bound, orEqual) : tree.countBelow(bound, orEqual);
  }

  /**
   * How many members are less than this one, or equal to it, in a sorted set whose scores are all
   * the same. Where they are not, the answer is some rank.
   */
  public long countBelow(byte[] member, int offset, int length, boolean orEqual) {
    return compact != null
        ? compact.countBelow(member, offset, length, orEqual)
        : tree.countBelow(member, offset, length, orEqual);
  }

  /**
   * Visits members by rank until the visitor has enough; the visitor must not change the set.
   *
   * @param from the first rank
   * @param count how many at most
   * @param backwards whether ranks descend
   * @param visitor answers whether to go on; the view is shared
   */
  public void walk(long from, long count, boolean backwards, Predicate<ScoredView> visitor) {
    if (from < 0 || from >= size() || count <= 0) {
      return;
    }
    long left = count;
    if (compact != null) {
      int at = compact.at(from);
      while (at != Listpack.NONE && left-- > 0) {
        compact.show(at, view);
        if (!visitor.test(view)) {
          return;
        }
        at = backwards ? compact.previous(at) : compact.next(at);
      }
      return;
    }
    if (frozen != null) {
      throw new IllegalStateException("an image has no ranks");
    }
    ScoreTree.Cursor cursor = tree.at(from);
    for (byte[] record = cursor.record(); record != null && left-- > 0; record = cursor.record()) {
      if (!visitor.test(show(record))) {
        return;
      }
      if (backwards) {
        cursor.back();
      } else {
        cursor.forward();
      }
    }
  }

  /** Visits members by rank; the visitor must not change the set. See {@link #walk}. */
  public void forEach(long from, long count, boolean backwards, Consumer<ScoredView> visitor) {
    walk(
        from,
        count,
        backwards,
        member -> {
          visitor.accept(member);
          return true;
        });
  }

  /** The member with this rank, or null when there is none; the view is shared. */
  public ScoredView at(long rank) {
    if (rank < 0 || rank >= size()) {
      return null;
    }
    if (compact != null) {
      compact.show(compact.at(rank), view);
      return view;
    }
    return show(tree.at(rank).record());
  }

  private ScoredView show(byte[] record) {
    view.show(
        record,
        PackedEntry.keyOffset(record),
        PackedEntry.keyLength(record),
        ScoredEntry.score(record));
    return view;
  }

  /**
   * Removes members by rank.
   *
   * @param from the first rank
   * @param count how many at most
   * @return how many there were
   */
  public long removeRange(long from, long count) {
    edit();
    long removed = Math.max(0, Math.min(count, size() - from));
    for (long i = 0; i < removed; i++) {
      if (compact != null) {
        compact.delete(compact.at(from));
      } else {
        byte[] record = tree.take(from);
        table.remove(record, PackedEntry.keyOffset(record), PackedEntry.keyLength(record));
      }
    }
    return removed;
  }

  // ---- all members

  @Override
  public void whileScored(Predicate<ScoredView> visitor) {
    if (frozen != null) {
      frozen.forEachWhile(cuts().owner(), entry -> visitor.test(show((byte[]) entry)));
    } else {
      walk(0, size(), false, visitor);
    }
  }

  /**
   * Visits all members, those with the greatest score first: what files hold. An image is put in
   * order for that, which takes an array of its members.
   */
  public void forEachDescending(Consumer<ScoredView> visitor) {
    if (frozen == null) {
      forEach(size() - 1, size(), true, visitor);
      return;
    }
    byte[][] members = new byte[(int) Math.min(frozen.size(), Integer.MAX_VALUE - 64)][];
    int[] count = {0};
    frozen.collect(cuts().owner(), entry -> members[count[0]++] = (byte[]) entry);
    Arrays.sort(members, ScoredEntry::compareDescending);
    for (byte[] member : members) {
      visitor.accept(show(member));
    }
  }

  /**
   * One step of a scan over all members; see {@link RecordTable#scan}. A compact set is visited
   * whole.
   */
  public long scan(long cursor, long count, Consumer<ScoredView> visitor) {
    if (compact != null) {
      forEachScored(visitor);
      return 0;
    }
    return table.scan(cursor, count, entry -> visitor.accept(show((byte[]) entry)));
  }

  /** A member chosen at random; null when there is none. The view is shared. */
  public ScoredView random(RandomSource random) {
    return size() == 0 ? null : at(random.nextLong(size()));
  }

  /** Takes over members and scores of a table of {@link ScoredEntry} records, and the table. */
  static SortedSetValue of(
      RecordTable members, boolean compact, SeededHash hasher, EncodingLimits limits) {
    SortedSetValue set = new SortedSetValue(hasher, limits);
    if (compact) {
      members.forEach(
          entry -> {
            ScoredView member = set.show((byte[]) entry);
            set.put(member.bytes, member.offset, member.length, member.score);
          });
      return set;
    }
    set.compact = null;
    set.table = members;
    set.tree = new ScoreTree();
    members.forEach(entry -> set.tree.insert((byte[]) entry));
    return set;
  }

  // ---- a value like any other

  @Override
  public long elements() {
    return size();
  }

  @Override
  public int typeNumber() {
    return 3;
  }

  @Override
  public String typeName() {
    return "zset";
  }

  @Override
  public String encoding() {
    return compact != null ? "listpack" : "skiplist";
  }

  @Override
  public void digest(ValueDigest digest) {
    forEachScored(
        member -> {
          ValueDigest pair = new ValueDigest();
          pair.mix(member.member());
          pair.mix(Numbers.digits17(member.score));
          digest.add(pair);
        });
  }

  @Override
  public long heapBytes() {
    return 104
        + (compact != null
            ? compact.heapBytes()
            : table.recordBytes() + table.overheadBytes() + tree.heapBytes());
  }

  @Override
  public SortedSetValue copy() {
    SortedSetValue copy = new SortedSetValue(hasher, limits);
    if (compact != null) {
      copy.compact = compact.copy();
      return copy;
    }
    copy.compact = null;
    copy.table = new RecordTable(hasher);
    copy.tree = new ScoreTree();
    forEachScored(
        member -> {
          byte[] record = ScoredEntry.of(member.bytes, member.offset, member.length, member.score);
          copy.table.put(record);
          copy.tree.insert(record);
        });
    return copy;
  }

  @Override
  Value freeze() {
    SortedSetValue image = new SortedSetValue(hasher, limits);
    if (compact != null) {
      image.compact = compact.freeze();
    } else {
      image.compact = null;
      image.frozen = table.freeze(cuts());
    }
    return image;
  }

  @Override
  public boolean shownOnce() {
    return frozen != null;
  }

  @Override
  public void release() {
    if (frozen != null) {
      frozen.release();
    }
  }
}
