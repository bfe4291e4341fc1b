package io.respite.server.aof;

import static io.respite.server.aof.ValueCommands.word;

import io.respite.server.encoding.Numbers;
import io.respite.server.encoding.SortedBlocks;
import io.respite.server.encoding.StreamCursor;
import io.respite.server.encoding.StreamId;
import io.respite.server.type.PendingEntry;
import io.respite.server.type.StreamConsumer;
import io.respite.server.type.StreamGroup;
import io.respite.server.type.StreamValue;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * The commands that make a stream anew, with its history and its groups.
 *
 * <pre>
 *   XADD key id field value ...                            each entry
 *   XADD key MAXLEN 0 0-1 x y                              if there is none: an empty stream
 *   XGROUP CREATE key group last ENTRIESREAD n             each group
 *   XGROUP CREATECONSUMER key group consumer               each consumer that has nothing pending
 *   XCLAIM key group consumer 0 id ... TIME t RETRYCOUNT n FORCE JUSTID
 *   XTRIM key MINID = first, XDEL key id ...               see below
 *   XSETID key last ENTRIESADDED n MAXDELETEDID id
 * </pre>
 *
 * <p>XCLAIM takes no entry that is not in the stream, but a group may wait for one that has been
 * deleted since. Such an entry is added among the others, claimed, and removed again: by XTRIM
 * where it lies before the first one that is there, which leaves no trace in the history, else by
 * XDEL, which is how it must have gone the first time. XSETID comes last and sets the history
 * right.
 */
final class StreamCommands {
  private static final byte[] XADD = word("XADD");
  private static final byte[] MAXLEN = word("MAXLEN");
  private static final byte[] ZERO = word("0");
  private static final byte[] X = word("x");
  private static final byte[] Y = word("y");
  private static final byte[] XGROUP = word("XGROUP");
  private static final byte[] CREATE = word("CREATE");
  private static final byte[] ENTRIESREAD = word("ENTRIESREAD");
  private static final byte[] CREATECONSUMER = word("CREATECONSUMER");
  private static final byte[] XCLAIM = word("XCLAIM");
  private static final byte[] TIME = word("TIME");
  private static final byte[] RETRYCOUNT = word("RETRYCOUNT");
  private static final byte[] FORCE = word("FORCE");
  private static final byte[] JUSTID = word("JUSTID");
  private static final byte[] XTRIM = word("XTRIM");
  private static final byte[] MINID = word("MINID");
  private static final byte[] EXACTLY = word("=");
  private static final byte[] XDEL = word("XDEL");
  private static final byte[] XSETID = word("XSETID");
  private static final byte[] ENTRIESADDED = word("ENTRIESADDED");
  private static final byte[] MAXDELETEDID = word("MAXDELETEDID");

  /** An id that an entry may have, and that is below all others. */
  private static final StreamId SMALLEST = new StreamId(0, 1);

  private final byte[] key;
  private final StreamValue stream;
  private final Consumer<byte[][]> sink;

  /** Ids of entries that are pending, and not in the stream. */
  private final SortedBlocks<StreamId, StreamId> gone = new SortedBlocks<>(StreamId::compareTo);

  StreamCommands(byte[] key, StreamValue stream, Consumer<byte[][]> sink) {
    this.key = key;
    this.stream = stream;
    this.sink = sink;
  }

  private void emit(byte[]... words) {
    sink.accept(words);
  }

  void write() {
    for (StreamGroup group : stream.groups()) {
      for (PendingEntry entry : group.pending()) {
        StreamId id = entry.id();
        if (!stream.log().contains(id) && !id.isZero()) {
          gone.put(id, id);
        }
      }
    }
    entries();
    if (stream.length() == 0 && gone.isEmpty()) {
      emit(XADD, key, MAXLEN, ZERO, SMALLEST.toBytes(), X, Y);
    }
    stream.groups().forEach(this::group);
    removeGone();
    history();
  }

  private void entries() {
    Iterator<StreamId> others = gone.iterator();
    StreamId other = others.hasNext() ? others.next() : null;
    StreamCursor cursor = new StreamCursor(stream.log(), StreamId.MIN, StreamId.MAX, false);
    while (cursor.next()) {
      StreamId id = cursor.id();
      while (other != null && other.compareTo(id) < 0) {
        emit(XADD, key, other.toBytes(), X, Y);
        other = others.hasNext() ? others.next() : null;
      }
      byte[][] words = new byte[3 + 2 * Math.toIntExact(cursor.fields())][];
      words[0] = XADD;
      words[1] = key;
      words[2] = id.toBytes();
      for (int at = 3; at < words.length; at += 2) {
        cursor.nextField();
        words[at] = cursor.pack().bytesAt(cursor.field());
        words[at + 1] = cursor.pack().bytesAt(cursor.value());
      }
      emit(words);
    }
    while (other != null) {
      emit(XADD, key, other.toBytes(), X, Y);
      other = others.hasNext() ? others.next() : null;
    }
  }

  private void group(StreamGroup group) {
    byte[] read = Numbers.longBytes(group.entriesRead());
    emit(XGROUP, CREATE, key, group.name(), group.lastId().toBytes(), ENTRIESREAD, read);
    for (StreamConsumer consumer : group.consumers()) {
      if (consumer.pending().isEmpty()) {
        emit(XGROUP, CREATECONSUMER, key, group.name(), consumer.name());
      } else {
        pending(group, consumer);
      }
    }
  }

  /** Entries that were handed out together have the same time and number: one command for them. */
  private void pending(StreamGroup group, StreamConsumer consumer) {
    Batch batch = new Batch(sink, XCLAIM, key, group.name(), consumer.name(), ZERO);
    PendingEntry before = null;
    int count = 0;
    for (PendingEntry entry : consumer.pending()) {
      boolean alike =
          before != null
              && entry.deliveryTime() == before.deliveryTime()
              && entry.deliveries() == before.deliveries();
      if (!alike || count == Batch.ELEMENTS - 1) {
        claim(batch, before);
        count = 0;
      }
      batch.add(entry.id().toBytes());
      before = entry;
      count++;
    }
    claim(batch, before);
  }

  private static void claim(Batch batch, PendingEntry like) {
    if (like != null) {
      batch.flush(
          TIME,
          Numbers.longBytes(like.deliveryTime()),
          RETRYCOUNT,
          Numbers.longBytes(like.deliveries()),
          FORCE,
          JUSTID);
    }
  }

  private void removeGone() {
    if (gone.isEmpty()) {
      return;
    }
    if (stream.length() == 0) {
      emit(XTRIM, key, MAXLEN, EXACTLY, ZERO);
      return;
    }
    StreamId first = stream.log().first();
    if (gone.first().compareTo(first) < 0) {
      emit(XTRIM, key, MINID, EXACTLY, first.toBytes());
    }
    Batch batch = new Batch(sink, XDEL, key);
    for (StreamId id : gone.from(first, false)) {
      batch.add(id.toBytes());
    }
    batch.flush();
  }

  private void history() {
    StreamId last = stream.lastId();
    StreamId deleted = stream.maxDeletedId();
    byte[] added = Numbers.longBytes(stream.entriesAdded());
    boolean turnedBack = deleted.compareTo(last) > 0;
    byte[] end = (turnedBack ? deleted : last).toBytes();
    emit(XSETID, key, end, ENTRIESADDED, added, MAXDELETEDID, deleted.toBytes());
    if (turnedBack) {
      // Somebody set the last id back; both at once would be refused.
      emit(XSETID, key, last.toBytes());
    }
  }
}
