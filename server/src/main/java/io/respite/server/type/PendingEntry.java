package io.respite.server.type;

import io.respite.server.encoding.StreamId;

/** An entry that a group has handed to one of its consumers and that is not acknowledged yet. */
public final class PendingEntry {
  private final StreamId id;
  private StreamConsumer consumer;
  private long deliveryTime;
  private long deliveries;

  PendingEntry(StreamId id, StreamConsumer consumer, long deliveryTime, long deliveries) {
    this.id = id;
    this.consumer = consumer;
    this.deliveryTime = deliveryTime;
    this.deliveries = deliveries;
  }

  /** Which entry. */
  public StreamId id() {
    return id;
  }

  /** Who has it. */
  public StreamConsumer consumer() {
    return consumer;
  }

  void consumer(StreamConsumer owner) {
    consumer = owner;
  }

  /** When it was handed out last, milliseconds since 1970. */
  public long deliveryTime() {
    return deliveryTime;
  }

  /** Sets {@link #deliveryTime()}. */
  public void deliveryTime(long millis) {
    deliveryTime = millis;
  }

  /** How often it was handed out. */
  public long deliveries() {
    return deliveries;
  }

  /** Sets {@link #deliveries()}. */
  public void deliveries(long times) {
    deliveries = times;
  }
}
