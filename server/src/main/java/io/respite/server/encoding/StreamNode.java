package io.respite.server.encoding;

/**
 * Up to some hundred consecutive entries of a stream in one {@link Listpack}, byte for byte as
 * Redis lays them out.
 *
 * <pre>
 *   node   = master | entry ...
 *   master = live entries | deleted entries | number of fields | field ... | 0
 *   entry  = flags | millis - master's | sequence - master's
 *            | number of fields | field | value ...     without SAME_FIELDS
 *            | value ...                                with SAME_FIELDS: the fields are the master's
 *            | pieces of this entry before this one
 * </pre>
 *
 * <p>The master has the id and the field names of the first entry the node ever had. Live entries
 * follow in ascending order. A deleted entry stays where it is with a flag; a node whose last entry
 * is deleted is dropped by its owner. The number at the end of an entry, and the 0 at the end of
 * the master, let one walk backwards.
 */
public final class StreamNode {
  static final long DELETED = 1;
  static final long SAME_FIELDS = 2;

  /** Flags and the two parts of the id. */
  private static final int ENTRY_HEAD = 3;

  /** Most bytes one piece takes beyond its own: encoding and back length. */
  private static final int PIECE_OVERHEAD = 10;

  private final StreamId master;
  private final Listpack pack;

  /** The edition of the log's nodes that this one was made in; see {@link Blocks}. */
  private final Object edition;

  /** A node around a list that is one. */
  StreamNode(StreamId master, Listpack pack, Object edition) {
    this.master = master;
    this.pack = pack;
    this.edition = edition;
  }

  /** A node without entries, for one with this id and these fields (pieces 0, 2, 4 ... on). */
  static StreamNode first(StreamId id, Pieces pieces, int first, int pairs, Object edition) {
    Listpack pack = new Listpack();
    long bytes = 0;
    for (int i = 0; i < pairs; i++) {
      bytes += pieces.length(first + 2 * i) + PIECE_OVERHEAD;
    }
    pack.reserve((int) (bytes + 4 * PIECE_OVERHEAD));
    pack.append(0);
    pack.append(0);
    pack.append(pairs);
    for (int i = 0; i < pairs; i++) {
      int field = first + 2 * i;
      pack.append(pieces.buffer(), pieces.offset(field), pieces.length(field));
    }
    pack.append(0);
    return new StreamNode(id, pack, edition);
  }

  /** The id of the first entry the node ever had; what the other ids count from. */
  public StreamId master() {
    return master;
  }

  /** The bytes; not to be changed. */
  public Listpack pack() {
    return pack;
  }

  /** Entries that are not deleted. */
  public long live() {
    return pack.longAt(pack.first());
  }

  /** Entries that are deleted and still take room. */
  public long deleted() {
    return pack.longAt(pack.next(pack.first()));
  }

  /** Number of the master's fields. */
  long masterFields() {
    return pack.longAt(masterCount());
  }

  private int masterCount() {
    return pack.next(pack.next(pack.first()));
  }

  /** Position of the first of the master's fields. */
  int masterField() {
    return pack.next(masterCount());
  }

  /** Position of the first entry, or {@link Listpack#NONE}. */
  int firstEntry() {
    int p = masterCount();
    long fields = pack.longAt(p);
    p = pack.next(p);
    for (long i = 0; i < fields; i++) {
      p = pack.next(p);
    }
    return pack.next(p);
  }

  /** Adds an entry whose id is above all others. */
  void append(StreamId id, Pieces pieces, int first, int pairs) {
    boolean same = hasMasterFields(pieces, first, pairs);
    long bytes = 0;
    for (int i = 0; i < 2 * pairs; i++) {
      bytes += pieces.length(first + i) + PIECE_OVERHEAD;
    }
    pack.reserve((int) (bytes + 6 * PIECE_OVERHEAD));
    pack.append(same ? SAME_FIELDS : 0);
    pack.append(id.millis() - master.millis());
    pack.append(id.sequence() - master.sequence());
    if (!same) {
      pack.append(pairs);
    }
    for (int i = 0; i < pairs; i++) {
      int field = first + 2 * i;
      if (!same) {
        pack.append(pieces.buffer(), pieces.offset(field), pieces.length(field));
      }
      pack.append(pieces.buffer(), pieces.offset(field + 1), pieces.length(field + 1));
    }
    pack.append(ENTRY_HEAD + (same ? pairs : 1 + 2L * pairs));
    pack.replace(pack.first(), live() + 1);
  }

  private boolean hasMasterFields(Pieces pieces, int first, int pairs) {
    int p = masterCount();
    if (pack.longAt(p) != pairs) {
      return false;
    }
    for (int i = 0; i < pairs; i++) {
      p = pack.next(p);
      int field = first + 2 * i;
      if (!pack.equalsAt(p, pieces.buffer(), pieces.offset(field), pieces.length(field))) {
        return false;
      }
    }
    return true;
  }

  /** The id's first part of the entry at a position. */
  long millis(int entry) {
    return master.millis() + pack.longAt(pack.next(entry));
  }

  /** The id's second part of the entry at a position. */
  long sequence(int entry) {
    return master.sequence() + pack.longAt(pack.next(pack.next(entry)));
  }

  boolean isDeleted(int entry) {
    return (pack.longAt(entry) & DELETED) != 0;
  }

  /** The entry after the one at a position, deleted ones included, or {@link Listpack#NONE}. */
  int entryAfter(int entry) {
    int p = pack.next(pack.next(pack.next(entry)));
    long pieces;
    if ((pack.longAt(entry) & SAME_FIELDS) != 0) {
      pieces = masterFields();
    } else {
      pieces = 2 * pack.longAt(p);
      p = pack.next(p);
    }
    for (long i = 0; i < pieces; i++) {
      p = pack.next(p);
    }
    return pack.next(p);
  }

  /** The entry before the one at a position, deleted ones included, or {@link Listpack#NONE}. */
  int entryBefore(int entry) {
    return entryEndingAt(pack.previous(entry));
  }

  /** The last entry, deleted ones included, or {@link Listpack#NONE}. */
  int lastEntry() {
    return entryEndingAt(pack.last());
  }

  private int entryEndingAt(int end) {
    long pieces = pack.longAt(end);
    if (pieces == 0) {
      return Listpack.NONE;
    }
    int p = end;
    for (long i = 0; i < pieces; i++) {
      p = pack.previous(p);
    }
    return p;
  }

  /** Marks a live entry as deleted; the counters follow by {@link #countDeleted}. */
  void mark(int entry) {
    // The flags stay in one byte, so no position moves.
    pack.replace(entry, pack.longAt(entry) | DELETED);
  }

  /** Moves {@code entries} from the live ones to the deleted ones. Positions may move. */
  void countDeleted(long entries) {
    long left = live() - entries;
    long gone = deleted() + entries;
    pack.replace(pack.first(), left);
    pack.replace(pack.next(pack.first()), gone);
  }

  /**
   * Whether a list is a node in every detail: counters that agree with the entries, ids that rise,
   * pieces that add up. Never reads out of bounds.
   *
   * @param pack a valid list
   */
  public static boolean isValid(StreamId master, Listpack pack) {
    return new StreamNodeCheck(master, pack).passes();
  }

  /** In which edition of the log's nodes this one was made. */
  Object edition() {
    return edition;
  }

  /**
   * A node with the same content, to be changed instead of this one, which images have too. It
   * shares the list until that is written.
   */
  StreamNode successor(Object newEdition) {
    return new StreamNode(master, pack.frozen(), newEdition);
  }
}
