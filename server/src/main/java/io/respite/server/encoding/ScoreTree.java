package io.respite.server.encoding;

import java.util.Arrays;

/**
 * The order of a large sorted set: {@link ScoredEntry} records by score, and by member among equal
 * scores, with their ranks.
 *
 * <p>It is a counted B+ tree (Bayer and McCreight 1972; the counts are those of Knuth, volume 3,
 * 6.2.3). A leaf holds up to 64 records in order, and their scores beside them in one dense array,
 * so that a search reads a record only where scores are equal. An inner node holds for each child
 * its least entry, score and record, and how many entries are below it:
 *
 * <pre>
 *   inner   scores  [ 1.0 | 4.5 | 9.0 ]       least score of each child
 *           least   [  r  |  r  |  r  ]       and its record
 *           counts  [ 50  | 41  | 64  ]       entries below each child
 *           children   |     |     |
 *   leaf    scores  [1.0 1.0 2.5 ...] ⇄ [4.5 4.5 7.0 ...] ⇄ [9.0 ...]
 *           records [ r   r   r  ...]   [ r   r   r  ...]   [ r  ...]
 * </pre>
 *
 * Everything costs O(log n): a million entries are four levels. A full node splits in halves, but
 * one that is filled at its end, as by ascending scores, gives only its last entry away, so that it
 * stays full. A node emptied below a quarter is joined with a neighbour, or evened out with it. No
 * operation touches more than two nodes a level, so none pauses.
 *
 * <p><b>Invariants.</b> (1) Entries are in strictly ascending order of (score, member). (2) Every
 * leaf is at the same depth and is linked with its neighbours. (3) least and counts of an inner
 * node are exact. (4) No node but the root is empty, and an inner root has two children or more.
 *
 * <p>Scores are compared as numbers, so -0.0 and 0.0 are equal; not-a-number is never in the tree.
 */
public final class ScoreTree {
  private static final int CAPACITY = 64;
  private static final int FEW = CAPACITY / 4;

  /** Nodes that together hold no more than this are joined; the rest is room for the next ones. */
  private static final int JOINED = CAPACITY * 3 / 4;

  private Node root;
  private long leaves = 1;
  private long inners;

  /** An empty tree. */
  public ScoreTree() {
    root = new Leaf();
  }

  private abstract static class Node {
    int size;
    final double[] scores = new double[CAPACITY];
    final byte[][] records = new byte[CAPACITY][];

    /** How many entries are here and below. */
    abstract long count();

    /**
     * How many of this node's first entries are less than (score, member); {@code orEqual} counts
     * an equal one too. Scores decide first, without a look at a record; members are compared only
     * where scores are equal.
     */
    final int below(double score, byte[] member, int offset, int length, boolean orEqual) {
      int low = less(score);
      if (low == size || scores[low] != score) {
        return low;
      }
      return belowMember(low, atMost(score), member, offset, length, orEqual);
    }

    final int belowScore(double score, boolean orEqual) {
      return orEqual ? atMost(score) : less(score);
    }

    // Which half an entry is in is a toss-up, so that a branch would be foretold wrongly at every
    // other step: these two searches have none but their loop's, whose length depends on size
    // alone.

    private int less(double score) {
      int low = 0;
      int left = size;
      while (left > 0) {
        int half = (left + 1) >>> 1;
        low = scores[low + half - 1] < score ? low + half : low;
        left -= half;
      }
      return low;
    }

    private int atMost(double score) {
      int low = 0;
      int left = size;
      while (left > 0) {
        int half = (left + 1) >>> 1;
        low = scores[low + half - 1] <= score ? low + half : low;
        left -= half;
      }
      return low;
    }

    /** The same where the scores from {@code from} up to {@code to} are taken as equal. */
    final int belowMember(
        int from, int to, byte[] member, int offset, int length, boolean orEqual) {
      int low = from;
      int high = to;
      while (low < high) {
        int middle = (low + high) >>> 1;
        int order = ScoredEntry.compareMember(records[middle], member, offset, length);
        if (orEqual ? order <= 0 : order < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    void open(int at) {
      System.arraycopy(scores, at, scores, at + 1, size - at);
      System.arraycopy(records, at, records, at + 1, size - at);
      size++;
    }

    void close(int at) {
      size--;
      System.arraycopy(scores, at + 1, scores, at, size - at);
      System.arraycopy(records, at + 1, records, at, size - at);
      records[size] = null;
    }

    /** Moves the last {@code moved} entries to the start of the right neighbour. */
    void moveRight(Node right, int moved) {
      System.arraycopy(right.scores, 0, right.scores, moved, right.size);
      System.arraycopy(right.records, 0, right.records, moved, right.size);
      System.arraycopy(scores, size - moved, right.scores, 0, moved);
      System.arraycopy(records, size - moved, right.records, 0, moved);
      Arrays.fill(records, size - moved, size, null);
      size -= moved;
      right.size += moved;
    }

    /** Moves the first {@code moved} entries of the right neighbour to the end of this one. */
    void moveLeft(Node right, int moved) {
      System.arraycopy(right.scores, 0, scores, size, moved);
      System.arraycopy(right.records, 0, records, size, moved);
      int left = right.size - moved;
      System.arraycopy(right.scores, moved, right.scores, 0, left);
      System.arraycopy(right.records, moved, right.records, 0, left);
      Arrays.fill(right.records, left, right.size, null);
      right.size = left;
      size += moved;
    }
  }

  private static final class Leaf extends Node {
    Leaf previous;
    Leaf next;

    @Override
    long count() {
      return size;
    }

    void put(int at, double score, byte[] record) {
      open(at);
      scores[at] = score;
      records[at] = record;
    }

    /** Where this very record is, which has this score; -1 when it is not here. */
    int indexOf(double score, byte[] record) {
      // By identity, because equal scores are common and their records far away.
      for (int i = belowScore(score, false); i < size && scores[i] == score; i++) {
        if (records[i] == record) {
          return i;
        }
      }
      return -1;
    }

    /**
     * Puts a changed record in the place of the entry at {@code from}, and moves it to where it
     * belongs, if that is neither here nor there an end of this leaf; whether it is.
     */
    boolean move(int from, double score, byte[] changed) {
      if (from == 0 || score <= scores[0] || score >= scores[size - 1]) {
        return false;
      }
      int offset = PackedEntry.keyOffset(changed);
      int to = below(score, changed, offset, PackedEntry.keyLength(changed), false);
      if (to > from) {
        to--;
        System.arraycopy(scores, from + 1, scores, from, to - from);
        System.arraycopy(records, from + 1, records, from, to - from);
      } else {
        System.arraycopy(scores, to, scores, to + 1, from - to);
        System.arraycopy(records, to, records, to + 1, from - to);
      }
      scores[to] = score;
      records[to] = changed;
      return true;
    }

    /** A new and empty leaf after this one. */
    Leaf follow() {
      Leaf right = new Leaf();
      right.previous = this;
      right.next = next;
      if (next != null) {
        next.previous = right;
      }
      next = right;
      return right;
    }

    void unlink() {
      if (previous != null) {
        previous.next = next;
      }
      if (next != null) {
        next.previous = previous;
      }
    }
  }

  private static final class Inner extends Node {
    final Node[] children = new Node[CAPACITY];
    final long[] counts = new long[CAPACITY];

    @Override
    long count() {
      return countUpTo(size);
    }

    long countUpTo(int end) {
      long sum = 0;
      for (int i = 0; i < end; i++) {
        sum += counts[i];
      }
      return sum;
    }

    /** The child to which (score, member) belongs. */
    int childOf(double score, byte[] member, int offset, int length) {
      return Math.max(0, below(score, member, offset, length, true) - 1);
    }

    /** Writes down what is true of a child now. */
    void note(int at) {
      Node child = children[at];
      scores[at] = child.scores[0];
      records[at] = child.records[0];
      counts[at] = child.count();
    }

    void put(int at, Node child) {
      open(at);
      children[at] = child;
      note(at);
    }

    @Override
    void open(int at) {
      System.arraycopy(children, at, children, at + 1, size - at);
      System.arraycopy(counts, at, counts, at + 1, size - at);
      super.open(at);
    }

    @Override
    void close(int at) {
      System.arraycopy(children, at + 1, children, at, size - 1 - at);
      System.arraycopy(counts, at + 1, counts, at, size - 1 - at);
      children[size - 1] = null;
      super.close(at);
    }

    @Override
    void moveRight(Node right, int moved) {
      Inner other = (Inner) right;
      System.arraycopy(other.children, 0, other.children, moved, other.size);
      System.arraycopy(other.counts, 0, other.counts, moved, other.size);
      System.arraycopy(children, size - moved, other.children, 0, moved);
      System.arraycopy(counts, size - moved, other.counts, 0, moved);
      Arrays.fill(children, size - moved, size, null);
      super.moveRight(right, moved);
    }

    @Override
    void moveLeft(Node right, int moved) {
      Inner other = (Inner) right;
      System.arraycopy(other.children, 0, children, size, moved);
      System.arraycopy(other.counts, 0, counts, size, moved);
      int left = other.size - moved;
      System.arraycopy(other.children, moved, other.children, 0, left);
      System.arraycopy(other.counts, moved, other.counts, 0, left);
      Arrays.fill(other.children, left, other.size, null);
      super.moveLeft(right, moved);
    }
  }

  // ---- changing

  /** Adds a record whose (score, member) is not in the tree. */
  public void insert(byte[] record) {
    double score = ScoredEntry.score(record);
    int offset = PackedEntry.keyOffset(record);
    Node right = insert(root, record, score, offset, PackedEntry.keyLength(record));
    if (right != null) {
      Inner top = new Inner();
      inners++;
      top.put(0, root);
      top.put(1, right);
      root = top;
    }
  }

  /** Adds to a subtree; its new right neighbour when it had to split, else null. */
  private Node insert(Node node, byte[] record, double score, int offset, int length) {
    if (node instanceof Leaf leaf) {
      return insert(leaf, record, score, offset, length);
    }
    Inner inner = (Inner) node;
    int at = inner.childOf(score, record, offset, length);
    Node grown = insert(inner.children[at], record, score, offset, length);
    if (grown == null) {
      inner.counts[at]++;
      inner.scores[at] = inner.children[at].scores[0];
      inner.records[at] = inner.children[at].records[0];
      return null;
    }
    inner.note(at);
    if (inner.size < CAPACITY) {
      inner.put(at + 1, grown);
      return null;
    }
    Inner right = new Inner();
    inners++;
    split(inner, right, at + 1);
    if (at < inner.size) {
      inner.put(at + 1, grown);
    } else {
      right.put(at + 1 - inner.size, grown);
    }
    return right;
  }

  private Node insert(Leaf leaf, byte[] record, double score, int offset, int length) {
    int at = leaf.below(score, record, offset, length, false);
    if (leaf.size < CAPACITY) {
      leaf.put(at, score, record);
      return null;
    }
    Leaf right = leaf.follow();
    leaves++;
    split(leaf, right, at);
    if (at <= leaf.size) {
      leaf.put(at, score, record);
    } else {
      right.put(at - leaf.size, score, record);
    }
    return right;
  }

  /**
   * Moves the end of a full node to an empty one: half of it, or little when it grows at an end.
   */
  private static void split(Node node, Node right, int at) {
    if (at == CAPACITY) {
      node.moveRight(right, 1);
    } else if (at == 0) {
      node.moveRight(right, CAPACITY - 1);
    } else {
      node.moveRight(right, CAPACITY / 2);
    }
  }

  /** What has become of an entry that was to leave its place. */
  private enum Departure {
    MISSING,
    REMOVED,
    MOVED
  }

  /** Removes a record; whether this very one was in the tree. */
  public boolean remove(byte[] record) {
    return depart(record, null, 0) == Departure.REMOVED;
  }

  /**
   * Removes a record, unless {@code changed}, if not null, can have its place with another score,
   * or one in the same leaf.
   */
  private Departure depart(byte[] record, byte[] changed, double newScore) {
    int offset = PackedEntry.keyOffset(record);
    int length = PackedEntry.keyLength(record);
    double score = ScoredEntry.score(record);
    Departure done = depart(root, score, record, offset, length, changed, newScore);
    lowerRoot();
    return done;
  }

  private void lowerRoot() {
    while (root.size == 1 && root instanceof Inner top) {
      root = top.children[0];
      inners--;
    }
  }

  /** Removes the entry with this rank, which is there, and answers its record. */
  public byte[] take(long rank) {
    byte[] record = take(root, rank);
    lowerRoot();
    return record;
  }

  private byte[] take(Node node, long rank) {
    if (node instanceof Leaf leaf) {
      byte[] record = leaf.records[(int) rank];
      leaf.close((int) rank);
      return record;
    }
    Inner inner = (Inner) node;
    int at = 0;
    long left = rank;
    while (left >= inner.counts[at]) {
      left -= inner.counts[at++];
    }
    byte[] record = take(inner.children[at], left);
    lost(inner, at);
    return record;
  }

  private Departure depart(
      Node node,
      double score,
      byte[] record,
      int offset,
      int length,
      byte[] changed,
      double newScore) {
    if (node instanceof Leaf leaf) {
      return depart(leaf, score, record, changed, newScore);
    }
    Inner inner = (Inner) node;
    int at = inner.childOf(score, record, offset, length);
    Departure done = depart(inner.children[at], score, record, offset, length, changed, newScore);
    if (done == Departure.REMOVED) {
      lost(inner, at);
    }
    return done;
  }

  /** The child at {@code at} has one entry less. */
  private void lost(Inner inner, int at) {
    Node child = inner.children[at];
    if (child.size < FEW && inner.size > 1) {
      int left = at > 0 ? at - 1 : 0;
      join(inner, left);
    } else {
      inner.counts[at]--;
      inner.scores[at] = child.scores[0];
      inner.records[at] = child.records[0];
    }
  }

  private static Departure depart(
      Leaf leaf, double score, byte[] record, byte[] changed, double newScore) {
    int at = leaf.indexOf(score, record);
    if (at < 0) {
      return Departure.MISSING;
    }
    if (changed != null && leaf.move(at, newScore, changed)) {
      return Departure.MOVED;
    }
    leaf.close(at);
    return Departure.REMOVED;
  }

  /** Joins the children at {@code at} and after it, or evens them out. */
  private void join(Inner inner, int at) {
    Node left = inner.children[at];
    Node right = inner.children[at + 1];
    int total = left.size + right.size;
    if (total <= JOINED) {
      left.moveLeft(right, right.size);
      inner.close(at + 1);
      if (right instanceof Leaf leaf) {
        leaf.unlink();
        leaves--;
      } else {
        inners--;
      }
    } else {
      if (left.size < right.size) {
        left.moveLeft(right, right.size - total / 2);
      } else {
        left.moveRight(right, left.size - total / 2);
      }
      inner.note(at + 1);
    }
    inner.note(at);
  }

  /**
   * Gives an entry another score.
   *
   * @param old the record in the tree
   * @param changed the same member with the new score
   * @throws IllegalStateException when {@code old} is not in the tree
   */
  public void replace(byte[] old, byte[] changed) {
    double score = ScoredEntry.score(changed);
    if (!isMoved(depart(old, changed, score))) {
      insert(changed);
    }
  }

  /**
   * Gives an entry another score in its own record.
   *
   * @param record in the tree, and may be written over
   * @throws IllegalStateException when {@code record} is not in the tree
   */
  public void rescore(byte[] record, double score) {
    boolean moved = isMoved(depart(record, record, score));
    ScoredEntry.rewrite(record, score);
    if (!moved) {
      insert(record);
    }
  }

  /** Whether an entry is where it belongs, and not just gone from where it was. */
  private static boolean isMoved(Departure done) {
    if (done == Departure.MISSING) {
      throw new IllegalStateException("a member of the table is missing in the tree");
    }
    return done == Departure.MOVED;
  }

  // ---- ranks

  /** Number of entries. */
  public long size() {
    return root.count();
  }

  /** How many entries have a score below {@code score}, or at most {@code score}. */
  public long countBelow(double score, boolean orEqual) {
    Node node = root;
    long count = 0;
    while (node instanceof Inner inner) {
      int at = Math.max(0, inner.belowScore(score, orEqual) - 1);
      count += inner.countUpTo(at);
      node = inner.children[at];
    }
    return count + node.belowScore(score, orEqual);
  }

  /**
   * How many entries have a member less than this one, or equal to it, in a tree whose scores are
   * all the same.
   */
  public long countBelow(byte[] member, int offset, int length, boolean orEqual) {
    Node node = root;
    long count = 0;
    while (node instanceof Inner inner) {
      int at = Math.max(0, inner.belowMember(0, inner.size, member, offset, length, orEqual) - 1);
      count += inner.countUpTo(at);
      node = inner.children[at];
    }
    return count + node.belowMember(0, node.size, member, offset, length, orEqual);
  }

  /** How many entries come before this score and member. */
  public long rank(double score, byte[] member, int offset, int length) {
    Node node = root;
    long count = 0;
    while (node instanceof Inner inner) {
      int at = inner.childOf(score, member, offset, length);
      count += inner.countUpTo(at);
      node = inner.children[at];
    }
    return count + node.below(score, member, offset, length, false);
  }

  /** Goes through the entries one by one; good until the tree changes. */
  public static final class Cursor {
    private Leaf leaf;
    private int at;

    private Cursor(Leaf leaf, int at) {
      this.leaf = leaf;
      this.at = at;
    }

    /** The entry here, or null beyond either end. */
    public byte[] record() {
      return leaf == null ? null : leaf.records[at];
    }

    /** Goes to the next entry. */
    public void forward() {
      if (++at == leaf.size) {
        leaf = leaf.next;
        at = 0;
      }
    }

    /** Goes to the entry before. */
    public void back() {
      if (--at < 0) {
        leaf = leaf.previous;
        at = leaf == null ? 0 : leaf.size - 1;
      }
    }
  }

  /** A cursor at the entry with this rank, from 0; beyond the end for a rank that there is not. */
  public Cursor at(long rank) {
    if (rank < 0 || rank >= size()) {
      return new Cursor(null, 0);
    }
    Node node = root;
    long left = rank;
    while (node instanceof Inner inner) {
      int i = 0;
      while (left >= inner.counts[i]) {
        left -= inner.counts[i++];
      }
      node = inner.children[i];
    }
    return new Cursor((Leaf) node, (int) left);
  }

  /** Bytes of heap that the nodes take, the records not counted. */
  public long heapBytes() {
    // A node and its arrays: headers, and eight, four, four and eight bytes an entry.
    long scores = 16 + 8L * CAPACITY;
    long references = 16 + 4L * CAPACITY;
    return 32 + leaves * (32 + scores + references) + inners * (32 + 2 * scores + 2 * references);
  }

  /**
   * Checks the invariants at the head of this class, for tests.
   *
   * @throws IllegalStateException naming the first one that does not hold
   */
  void check() {
    long[] found = new long[2];
    Leaf first = check(root, depth(root), found);
    require(found[0] == leaves && found[1] == inners, "the number of nodes is known");
    require(!(root instanceof Inner) || root.size > 1, "an inner root has two children");
    long count = 0;
    byte[] before = null;
    Leaf last = null;
    for (Leaf leaf = first; leaf != null; leaf = leaf.next) {
      require(leaf.previous == last, "leaves are linked both ways");
      for (int i = 0; i < leaf.size; i++) {
        byte[] record = leaf.records[i];
        require(leaf.scores[i] == ScoredEntry.score(record), "a leaf knows the scores");
        require(before == null || order(before, record) < 0, "entries ascend");
        before = record;
        count++;
      }
      last = leaf;
    }
    require(count == size(), "counts are exact");
  }

  private static int order(byte[] a, byte[] b) {
    if (ScoredEntry.score(a) != ScoredEntry.score(b)) {
      return ScoredEntry.score(a) < ScoredEntry.score(b) ? -1 : 1;
    }
    return ScoredEntry.compareMember(a, b, PackedEntry.keyOffset(b), PackedEntry.keyLength(b));
  }

  private static int depth(Node node) {
    return node instanceof Inner inner ? 1 + depth(inner.children[0]) : 0;
  }

  private Leaf check(Node node, int depth, long[] found) {
    if (node instanceof Leaf leaf) {
      found[0]++;
      require(depth == 0, "leaves are at one depth");
      require(leaf.size > 0 || leaf == root, "no leaf is empty");
      return leaf;
    }
    found[1]++;
    Inner inner = (Inner) node;
    require(inner.size > 0, "no inner node is empty");
    Leaf first = null;
    for (int i = 0; i < inner.size; i++) {
      Node child = inner.children[i];
      require(inner.counts[i] == child.count(), "counts are exact");
      require(inner.records[i] == child.records[0], "least records are exact");
      require(inner.scores[i] == child.scores[0], "least scores are exact");
      Leaf leaf = check(child, depth - 1, found);
      first = i == 0 ? leaf : first;
    }
    return first;
  }

  private static void require(boolean holds, String invariant) {
    if (!holds) {
      throw new IllegalStateException("does not hold: " + invariant);
    }
  }
}
