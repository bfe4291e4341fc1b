package io.respite.server.rdb;

import io.respite.server.encoding.StreamId;
import io.respite.server.type.StreamConsumer;
import io.respite.server.type.StreamGroup;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The pending entries of a group as a file has them: first all of the group, then, by their ids
 * alone, those of each consumer. Each must find exactly one owner.
 */
final class Unowned {
  private static final int ID_BYTES = 16;

  /** An id, a time and a count of deliveries. */
  private static final int LEAST_BYTES = ID_BYTES + 8 + 1;

  private record Delivery(long time, long count) {}

  private final Map<StreamId, Delivery> entries = new HashMap<>();

  /** Reads the group's entries. */
  Unowned(RdbInput in) {
    long count = in.readCount(LEAST_BYTES);
    for (long i = 0; i < count; i++) {
      ByteBuffer id = ByteBuffer.wrap(in.readBytes(ID_BYTES));
      StreamId key = new StreamId(id.getLong(), id.getLong());
      long time = in.readLittleEndian(8);
      if (entries.put(key, new Delivery(time, in.readLength())) != null) {
        throw new RdbFormatException("an entry that is pending twice");
      }
    }
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  void give(StreamId id, StreamGroup group, StreamConsumer consumer) {
    Delivery delivery = entries.remove(id);
    if (delivery == null) {
      throw new RdbFormatException("a consumer's pending entry that its group does not have");
    }
    group.deliver(id, consumer, delivery.time, delivery.count);
  }
}
