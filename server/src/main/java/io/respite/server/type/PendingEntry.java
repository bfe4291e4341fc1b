package io.respite.server.type;

import io.respite.server.encoding.SortedBlocks;
import io.respite.server.encoding.StreamId;

/**
 * An entry that a group has handed to one of its consumers and that is not acknowledged yet. It
 * never changes, so that images may share it: who hands it out again makes a new one by {@link
 * StreamGroup#deliver}.
 */
public final class PendingEntry {
  /** Bytes of heap of one. */
  static final long HEAP_BYTES = 48;

  private final long millis;
  private final long sequence;
  private final long deliveryTime;
  private final long deliveries;
  private final StreamConsumer consumer;

  PendingEntry(StreamId id, StreamConsumer consumer, long deliveryTime, long deliveries) {
    this.millis = id.millis();
    this.sequence = id.sequence();
    this.consumer = consumer;
    this.deliveryTime = deliveryTime;
    this.deliveries = deliveries;
  }

  /** No entries, in the order of their ids. */
  static SortedBlocks<StreamId, PendingEntry> none() {
    return new SortedBlocks<>(
        (entry, id) -> StreamId.compare(entry.millis, entry.sequence, id.millis(), id.sequence()));
  }

  /** Which entry. */
  public StreamId id() {
    return new StreamId(millis, sequence);
  }

  /** Who has it; in an image only the name of that one may be asked for. */
  public StreamConsumer consumer() {
    return consumer;
  }

  /** When it was handed out last, milliseconds since 1970. */
  public long deliveryTime() {
    return deliveryTime;
  }

  /** How often it was handed out. */
  public long deliveries() {
    return deliveries;
  }
}
