package io.respite.server.encoding;

/**
 * Goes through the live entries of a {@link StreamLog} between two ids, in either direction. The
 * log must not change meanwhile.
 *
 * <p>The ids of deleted entries are not relied on: XSETID may have turned the clock back behind
 * them.
 *
 * <p>{@link #next} moves to an entry; then {@link #nextField} moves through its fields, and {@link
 * #pack} with {@link #field} and {@link #value} tells where the bytes are.
 */
public final class StreamCursor {
  private final SortedBlocks<StreamId, StreamNode> nodes;
  private final StreamId start;
  private final StreamId end;
  private final boolean backwards;
  private int block;
  private int index;
  private StreamNode node;
  private Listpack pack;

  /** The entry to look at next, or NONE when the node is done. */
  private int upcoming = Listpack.NONE;

  private long masterFields;
  private int masterField;

  private int entry = Listpack.NONE;
  private long millis;
  private long sequence;
  private boolean sameFields;
  private long fields;

  /**
   * The first piece that was not read yet, and how many of the entry's own there are from it on.
   */
  private int at;

  private long unread;
  private int nextMasterField;
  private int field;
  private int value;

  /** Before the first entry of a range, both ends included; or behind its last, backwards. */
  public StreamCursor(StreamLog log, StreamId start, StreamId end, boolean backwards) {
    this.nodes = log.directory();
    this.start = start;
    this.end = end;
    this.backwards = backwards;
    long from = nodes.floor(backwards ? end : start);
    if (from != SortedBlocks.NOWHERE) {
      block = SortedBlocks.blockOf(from);
      index = SortedBlocks.indexOf(from);
    } else if (backwards) {
      block = -1;
    }
    open();
  }

  private void open() {
    if (block < 0 || block >= nodes.blocks()) {
      node = null;
      return;
    }
    node = nodes.item(block, index);
    pack = node.pack();
    masterFields = node.masterFields();
    masterField = node.masterField();
    upcoming = backwards ? node.lastEntry() : node.firstEntry();
    unread = 0;
    entry = Listpack.NONE;
  }

  /** Goes to the node that comes next in the cursor's direction. */
  private void step() {
    if (!backwards) {
      index++;
      if (index == nodes.count(block)) {
        block++;
        index = 0;
      }
    } else if (index > 0) {
      index--;
    } else if (--block >= 0) {
      index = nodes.count(block) - 1;
    }
  }

  /** Moves to the next entry; whether there is one. */
  public boolean next() {
    while (node != null) {
      if (!backwards && entry != Listpack.NONE) {
        upcoming = afterEntry();
      }
      if (upcoming == Listpack.NONE) {
        step();
        open();
        continue;
      }
      read(upcoming);
      if (backwards) {
        upcoming = node.entryBefore(entry);
      }
      if (node.isDeleted(entry)) {
        continue;
      }
      boolean beforeStart =
          StreamId.compare(millis, sequence, start.millis(), start.sequence()) < 0;
      boolean behindEnd = StreamId.compare(millis, sequence, end.millis(), end.sequence()) > 0;
      if (backwards ? beforeStart : behindEnd) {
        node = null;
        return false;
      }
      if (!beforeStart && !behindEnd) {
        return true;
      }
    }
    return false;
  }

  private void read(int position) {
    entry = position;
    long flags = pack.longAt(position);
    int p = pack.next(position);
    millis = node.master().millis() + pack.longAt(p);
    p = pack.next(p);
    sequence = node.master().sequence() + pack.longAt(p);
    p = pack.next(p);
    sameFields = (flags & StreamNode.SAME_FIELDS) != 0;
    if (sameFields) {
      fields = masterFields;
      unread = fields;
    } else {
      fields = pack.longAt(p);
      unread = 2 * fields;
      p = pack.next(p);
    }
    at = p;
    nextMasterField = masterField;
  }

  private int afterEntry() {
    for (; unread > 0; unread--) {
      at = pack.next(at);
    }
    return pack.next(at);
  }

  /** The node that the entry is in. */
  StreamNode node() {
    return node;
  }

  /** The entry's position in its node. */
  int entry() {
    return entry;
  }

  /** The entry's id. */
  public StreamId id() {
    return new StreamId(millis, sequence);
  }

  /** The first part of the entry's id. */
  public long millis() {
    return millis;
  }

  /** The second part of the entry's id. */
  public long sequence() {
    return sequence;
  }

  /** How many fields the entry has; as often {@link #nextField} may be called. */
  public long fields() {
    return fields;
  }

  /** Moves to the entry's next field. */
  public void nextField() {
    if (sameFields) {
      field = nextMasterField;
      nextMasterField = pack.next(nextMasterField);
    } else {
      field = at;
      at = pack.next(at);
      unread--;
    }
    value = at;
    at = pack.next(at);
    unread--;
  }

  /** The list that {@link #field} and {@link #value} are positions of. */
  public Listpack pack() {
    return pack;
  }

  /** Position of the field's name. */
  public int field() {
    return field;
  }

  /** Position of the field's value. */
  public int value() {
    return value;
  }
}
