package io.respite.server.rdb;

import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.StreamId;
import io.respite.server.type.PendingEntry;
import io.respite.server.type.StreamConsumer;
import io.respite.server.type.StreamGroup;
import io.respite.server.type.StreamValue;
import java.nio.ByteBuffer;

/**
 * Streams: their nodes as they are, their history, and their groups.
 *
 * <pre>
 *   count, { 16 bytes of the node's id as a string, listpack }
 *   length, last id
 *   19, 21   first id, largest deleted id, entries added
 *   count, group ...
 *     name, last id
 *     19, 21   entries read
 *     count, pending { id as 16 bytes, delivery time u64le, deliveries }
 *     count, consumer ...
 *       name, seen time u64le
 *       21       active time u64le
 *       count, pending { id as 16 bytes }
 *
 *   15   before 7.0      19   7.0: what is written      21   since 7.2
 * </pre>
 */
final class StreamFormat extends ObjectFormat<StreamValue> {
  private static final int FIRST = 15;
  private static final int SECOND = 19;
  private static final int THIRD = 21;
  private static final int ID_BYTES = 16;

  @Override
  Class<StreamValue> values() {
    return StreamValue.class;
  }

  @Override
  boolean reads(int form) {
    return form == FIRST || form == SECOND || form == THIRD;
  }

  @Override
  int form(StreamValue stream) {
    return SECOND;
  }

  // ---- writing

  @Override
  void save(StreamValue stream, RdbOutput out) {
    out.writeLength(stream.log().nodes());
    stream
        .log()
        .forEachNode(
            node -> {
              out.writeString(idBytes(node.master()));
              Packs.write(node.pack(), out);
            });
    out.writeLength(stream.length());
    writeId(stream.lastId(), out);
    writeId(stream.log().first(), out);
    writeId(stream.maxDeletedId(), out);
    out.writeLength(stream.entriesAdded());
    out.writeLength(stream.groups().size());
    stream.groups().forEach(group -> save(group, out));
  }

  private static void save(StreamGroup group, RdbOutput out) {
    out.writeString(group.name());
    writeId(group.lastId(), out);
    out.writeLength(group.entriesRead());
    out.writeLength(group.pending().size());
    for (PendingEntry entry : group.pending()) {
      out.writeBytes(idBytes(entry.id()), 0, ID_BYTES);
      out.writeLittleEndian(entry.deliveryTime(), 8);
      out.writeLength(entry.deliveries());
    }
    out.writeLength(group.consumers().size());
    for (StreamConsumer consumer : group.consumers()) {
      out.writeString(consumer.name());
      out.writeLittleEndian(consumer.seenTime(), 8);
      out.writeLength(consumer.pending().size());
      consumer.pending().forEach(entry -> out.writeBytes(idBytes(entry.id()), 0, ID_BYTES));
    }
  }

  private static void writeId(StreamId id, RdbOutput out) {
    out.writeLength(id.millis());
    out.writeLength(id.sequence());
  }

  private static byte[] idBytes(StreamId id) {
    return ByteBuffer.allocate(ID_BYTES).putLong(id.millis()).putLong(id.sequence()).array();
  }

  // ---- reading

  @Override
  StreamValue load(int form, RdbInput in, ObjectFormats.Surroundings surroundings) {
    StreamValue stream = new StreamValue(surroundings.limits());
    long nodes = in.readCount(2);
    for (long i = 0; i < nodes; i++) {
      StreamId master = id(in.readString());
      Listpack pack = Packs.readListpack(in);
      try {
        stream.load(master, pack);
      } catch (IllegalArgumentException malformed) {
        throw new RdbFormatException(malformed.getMessage(), malformed);
      }
    }
    long length = in.readLength();
    StreamId last = readId(in);
    if (length != stream.length() || last.compareTo(stream.log().last()) < 0) {
      throw new RdbFormatException("a stream whose length or last id is not that of its entries");
    }
    stream.lastId(last);
    if (form == FIRST) {
      stream.entriesAdded(length);
    } else {
      readId(in);
      stream.maxDeletedId(readId(in));
      stream.entriesAdded(in.readLength());
    }
    long groups = in.readCount(4);
    for (long i = 0; i < groups; i++) {
      group(form, in, stream);
    }
    return stream;
  }

  private static void group(int form, RdbInput in, StreamValue stream) {
    byte[] name = in.readString();
    StreamId last = readId(in);
    long read = form == FIRST ? stream.entriesUpTo(last) : in.readLength();
    if (stream.group(name) != null) {
      throw new RdbFormatException("a group that a stream has twice");
    }
    StreamGroup group = stream.addGroup(name, last, read);
    Unowned unowned = new Unowned(in);
    long consumers = in.readCount(9);
    for (long i = 0; i < consumers; i++) {
      consumer(form, in, group, unowned);
    }
    if (!unowned.isEmpty()) {
      throw new RdbFormatException("a pending entry that no consumer has");
    }
  }

  private static void consumer(int form, RdbInput in, StreamGroup group, Unowned unowned) {
    byte[] name = in.readString();
    if (group.consumer(name) != null) {
      throw new RdbFormatException("a consumer that a group has twice");
    }
    long seen = in.readLittleEndian(8);
    StreamConsumer consumer = group.addConsumer(name, seen);
    // Who wrote no active time knew of one only.
    consumer.activeTime(form == THIRD ? in.readLittleEndian(8) : seen);
    long pending = in.readCount(ID_BYTES);
    for (long i = 0; i < pending; i++) {
      unowned.give(id(in.readBytes(ID_BYTES)), group, consumer);
    }
  }

  private static StreamId readId(RdbInput in) {
    long millis = in.readLength();
    return new StreamId(millis, in.readLength());
  }

  private static StreamId id(byte[] bytes) {
    if (bytes.length != ID_BYTES) {
      throw new RdbFormatException("an entry's id of " + bytes.length + " bytes");
    }
    ByteBuffer numbers = ByteBuffer.wrap(bytes);
    return new StreamId(numbers.getLong(), numbers.getLong());
  }
}
