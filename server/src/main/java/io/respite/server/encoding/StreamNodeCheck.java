package io.respite.server.encoding;

/** Decides whether a list from outside is a stream's node; see {@link StreamNode}. */
final class StreamNodeCheck {
  private final StreamId master;
  private final Listpack pack;
  private int at;
  private long seenPieces;

  StreamNodeCheck(StreamId master, Listpack pack) {
    this.master = master;
    this.pack = pack;
    this.at = pack.first();
  }

  boolean passes() {
    long live = number();
    long deleted = number();
    long fields = number();
    // No live entry is no fault: trimming leaves a node of which all is deleted where it is.
    if (live < 0 || deleted < 0 || live + deleted < 1) {
      return false;
    }
    if (fields < 0 || !skip(fields) || number() != 0) {
      return false;
    }
    long marked = 0;
    long entries = 0;
    StreamId before = null;
    while (at != Listpack.NONE) {
      int entry = at;
      seenPieces = 0;
      long flags = number();
      if (flags < 0 || flags > (StreamNode.DELETED | StreamNode.SAME_FIELDS)) {
        return false;
      }
      long millis = number();
      long sequence = number();
      if (millis == BAD || sequence == BAD || entry == Listpack.NONE) {
        return false;
      }
      StreamId id = new StreamId(master.millis() + millis, master.sequence() + sequence);
      if ((flags & StreamNode.DELETED) == 0) {
        if (before == null ? id.compareTo(master) < 0 : id.compareTo(before) <= 0) {
          return false;
        }
        before = id;
      }
      long own = fields;
      if ((flags & StreamNode.SAME_FIELDS) == 0) {
        own = number();
        if (own < 0 || own > Integer.MAX_VALUE) {
          return false;
        }
        own *= 2;
      }
      if (!skip(own)) {
        return false;
      }
      long pieces = seenPieces;
      if (number() != pieces) {
        return false;
      }
      entries++;
      marked += flags & StreamNode.DELETED;
    }
    return marked == deleted && entries - marked == live;
  }

  /** What stands for a piece that is missing or no number; no delta and no counter has it. */
  private static final long BAD = Long.MIN_VALUE;

  private long number() {
    if (at == Listpack.NONE || !pack.isLong(at)) {
      return BAD;
    }
    long value = pack.longAt(at);
    at = pack.next(at);
    seenPieces++;
    return value;
  }

  private boolean skip(long pieces) {
    for (long i = 0; i < pieces; i++) {
      if (at == Listpack.NONE) {
        return false;
      }
      at = pack.next(at);
      seenPieces++;
    }
    return true;
  }
}
