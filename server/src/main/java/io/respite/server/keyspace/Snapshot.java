package io.respite.server.keyspace;

import io.respite.server.encoding.FrozenTable;
import io.respite.server.encoding.RecordTable;
import io.respite.server.type.HashValue;
import io.respite.server.type.Value;

/**
 * All databases as they were at one moment, the cut, read by a thread of its own while everybody
 * else goes on.
 *
 * <p>The cut itself copies one directory a database. Afterwards nobody waits for the reader: tables
 * keep what they are about to change ({@link FrozenTable}), values freeze themselves before their
 * first change ({@link Value#atCut}), and small strings never change at all. The reader takes the
 * baton for slices of some ten microseconds, in which it collects references, and does all its
 * work, such as encoding and writing, between them.
 *
 * <p>{@link #visit} must be called once, by any one thread, and goes through all the data even when
 * the visitor fails: what is kept for the reader is given back on the way.
 */
public final class Snapshot {
  /** Entries, and values among them, that one slice collects at most. */
  private static final int ENTRIES_AT_ONCE = 16 * RecordTable.LARGEST_SEGMENT;

  private static final int VALUES_AT_ONCE = 96;

  /** Who is shown the data. */
  public interface Visitor {
    /** What follows is in this database, which has so many keys, so many of them with deadlines. */
    void database(int number, long keys, long deadlines);

    /** A small string, one record with its key; see {@code PackedEntry}. */
    void string(byte[] record);

    /**
     * Any other key.
     *
     * @param entry its key, deadline and access bits; what it holds now is somebody else's business
     * @param image what it held at the cut, good during the call
     */
    void value(KeyEntry entry, Value image);
  }

  private final Keyspace keyspace;
  private final Baton baton;
  private final FrozenTable[] tables;
  private final Slice slice = new Slice();
  private final long keys;
  private final boolean fieldDeadlines;
  private boolean fieldDeadlineSeen;
  private volatile long visited;

  /** Makes the cut; by who holds the baton. */
  Snapshot(Keyspace keyspace) {
    this.keyspace = keyspace;
    this.baton = keyspace.baton();
    this.tables = new FrozenTable[keyspace.size()];
    this.keys = keyspace.keys();
    this.fieldDeadlines = keyspace.limits().fieldDeadlines();
    keyspace.limits().cuts().cut();
    keyspace.limits().fieldDeadlines(false);
    for (int i = 0; i < tables.length; i++) {
      tables[i] = keyspace.database(i).freeze();
    }
  }

  /** Number of keys at the cut, dead ones included. */
  public long keys() {
    return keys;
  }

  /** Keys visited so far; any thread may ask. */
  public long visited() {
    return visited;
  }

  /**
   * Bytes of heap that stay for the snapshot's sake, or did before it ended; good until the next
   * cut. By who holds the baton. See {@link io.respite.server.encoding.Cuts#keptBytes}.
   */
  public long keptBytes() {
    return keyspace.limits().cuts().keptBytes();
  }

  /**
   * Whether there may be a hash with a field that has a deadline; false is certain. It is known
   * from the last snapshot and from what was written since.
   */
  public boolean mayHaveFieldDeadlines() {
    return fieldDeadlines;
  }

  /** Shows everything to a visitor. What that throws is thrown on, when all has been given back. */
  public void visit(Visitor visitor) {
    Visitor shown = visitor;
    RuntimeException failure = null;
    for (int i = 0; i < tables.length; i++) {
      try {
        walk(i, shown);
      } catch (RuntimeException failed) {
        failure = failed;
        shown = null;
      }
    }
    end(failure == null);
    if (failure != null) {
      throw failure;
    }
  }

  private void end(boolean complete) {
    Runnable free;
    baton.take();
    try {
      if (fieldDeadlineSeen || (fieldDeadlines && !complete)) {
        keyspace.limits().fieldDeadlines(true);
      }
      free = keyspace.limits().cuts().ended();
      keyspace.ended(this);
    } finally {
      baton.pass();
    }
    free.run();
  }

  /** What one slice has collected: records, and entries with their images beside them. */
  private static final class Slice {
    final Object[] entries = new Object[ENTRIES_AT_ONCE];
    final Value[] images = new Value[ENTRIES_AT_ONCE];
    int count;

    /** The segment that is being looked at, and how far. */
    Object[] slots = {};

    int at;
  }

  /**
   * Goes through a database's table, to its end whatever happens.
   *
   * @param visitor null to give everything back only
   */
  private void walk(int number, Visitor visitor) {
    FrozenTable table = tables[number];
    RuntimeException failure = null;
    boolean first = true;
    for (boolean more = true; more; first = false) {
      baton.take();
      try {
        more = collect(table, slice);
      } finally {
        baton.pass();
      }
      if (visitor != null && failure == null) {
        try {
          if (first && table.size() > 0) {
            visitor.database(number, table.size(), table.withDeadline());
          }
          show(slice, visitor);
        } catch (RuntimeException failed) {
          failure = failed;
        }
      }
      baton.take();
      try {
        release(slice);
        if (slice.at == slice.slots.length) {
          table.shown(); // not before: until then records must not be written over
        }
        if (!more) {
          table.release();
        }
      } finally {
        baton.pass();
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Fills a slice; whether there is more. */
  private static boolean collect(FrozenTable table, Slice slice) {
    int values = 0;
    while (true) {
      while (slice.at < slice.slots.length) {
        if (values == VALUES_AT_ONCE) {
          return true;
        }
        Object entry = slice.slots[slice.at++];
        if (entry instanceof KeyEntry keyed) {
          slice.images[slice.count] = keyed.value().atCut();
          slice.entries[slice.count++] = entry;
          values++;
        } else if (entry != null) {
          slice.entries[slice.count++] = entry;
        }
      }
      if (slice.count > slice.entries.length - RecordTable.LARGEST_SEGMENT) {
        return true;
      }
      Object[] next = table.next();
      if (next == null) {
        return false;
      }
      slice.slots = next;
      slice.at = 0;
    }
  }

  private static void release(Slice slice) {
    for (int i = 0; i < slice.count; i++) {
      if (slice.images[i] != null) {
        slice.images[i].release();
        slice.images[i] = null;
      }
      slice.entries[i] = null;
    }
    slice.count = 0;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the reader writes
  private void show(Slice slice, Visitor visitor) {
    for (int i = 0; i < slice.count; i++) {
      if (slice.entries[i] instanceof byte[] record) {
        visitor.string(record);
      } else {
        Value image = slice.images[i];
        image.check();
        if (image instanceof HashValue hash && hash.withDeadline() > 0) {
          fieldDeadlineSeen = true;
        }
        visitor.value((KeyEntry) slice.entries[i], image);
      }
    }
    visited += slice.count;
  }
}
