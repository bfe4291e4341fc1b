package io.respite.server.type;

import io.respite.server.encoding.StreamId;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Consumers that share a stream: each entry is handed to one of them, and is pending until it is
 * acknowledged ("XGROUP CREATE", redis.io/docs).
 *
 * <p><b>Invariant:</b> an entry is pending in the group exactly if it is pending in one of its
 * consumers, and it is the same {@link PendingEntry}.
 */
public final class StreamGroup {
  /** The {@link #entriesRead()} that is not known. */
  public static final long UNKNOWN = -1;

  /** An id, the entry, and a node in each of two trees. */
  private static final long PENDING_BYTES = 32 + 40 + 2 * 40;

  private static final long CONSUMER_BYTES = 160;

  private final byte[] name;
  private final NavigableMap<StreamId, PendingEntry> pending = new TreeMap<>();
  private final NavigableMap<byte[], StreamConsumer> consumers =
      new TreeMap<>(Arrays::compareUnsigned);
  private StreamId lastId;
  private long entriesRead;

  StreamGroup(byte[] name, StreamId lastId, long entriesRead) {
    this.name = name;
    this.lastId = lastId;
    this.entriesRead = entriesRead;
  }

  /** The name; shared, not to be changed. */
  public byte[] name() {
    return name;
  }

  /** The last entry that was handed out. */
  public StreamId lastId() {
    return lastId;
  }

  /** Sets {@link #lastId()}. */
  public void lastId(StreamId id) {
    lastId = id;
  }

  /** How many entries of the stream's whole history were handed out, or {@link #UNKNOWN}. */
  public long entriesRead() {
    return entriesRead;
  }

  /** Sets {@link #entriesRead()}. */
  public void entriesRead(long entries) {
    entriesRead = entries;
  }

  // ---- consumers

  /** The consumers by name. */
  public Collection<StreamConsumer> consumers() {
    return Collections.unmodifiableCollection(consumers.values());
  }

  /** A consumer, or null. */
  public StreamConsumer consumer(byte[] consumerName) {
    return consumers.get(consumerName);
  }

  /** A new consumer; the name's array is taken over, and must be new to the group. */
  public StreamConsumer addConsumer(byte[] consumerName, long now) {
    StreamConsumer consumer = new StreamConsumer(consumerName, now);
    consumers.put(consumerName, consumer);
    return consumer;
  }

  /** Removes a consumer with all that is pending for it. */
  public void removeConsumer(StreamConsumer consumer) {
    consumer.pending().keySet().forEach(pending::remove);
    consumers.remove(consumer.name());
  }

  // ---- pending entries

  /** What is not acknowledged, by id; read only. */
  public NavigableMap<StreamId, PendingEntry> pending() {
    return Collections.unmodifiableNavigableMap(pending);
  }

  /** Hands an entry to a consumer, as if for the first time; takes it from whoever had it. */
  public PendingEntry deliver(StreamId id, StreamConsumer consumer, long now) {
    PendingEntry entry = new PendingEntry(id, consumer, now, 1);
    PendingEntry before = pending.put(id, entry);
    if (before != null) {
      before.consumer().remove(before);
    }
    consumer.add(entry);
    return entry;
  }

  /**
   * Adds a pending entry as it was elsewhere.
   *
   * @param consumer one of this group
   */
  public PendingEntry load(StreamId id, StreamConsumer consumer, long time, long deliveries) {
    PendingEntry entry = deliver(id, consumer, time);
    entry.deliveries(deliveries);
    return entry;
  }

  /** Gives a pending entry to a consumer. */
  public void assign(PendingEntry entry, StreamConsumer consumer) {
    if (entry.consumer() != consumer) {
      entry.consumer().remove(entry);
      entry.consumer(consumer);
      consumer.add(entry);
    }
  }

  /** Ends the wait for an entry; whether it was pending. */
  public boolean acknowledge(StreamId id) {
    PendingEntry entry = pending.remove(id);
    if (entry == null) {
      return false;
    }
    entry.consumer().remove(entry);
    return true;
  }

  long heapBytes() {
    return CONSUMER_BYTES
        + name.length
        + consumers.size() * CONSUMER_BYTES
        + pending.size() * PENDING_BYTES;
  }

  StreamGroup copy() {
    StreamGroup copy = new StreamGroup(name, lastId, entriesRead);
    for (StreamConsumer consumer : consumers.values()) {
      StreamConsumer other = copy.addConsumer(consumer.name(), consumer.seenTime());
      other.activeTime(consumer.activeTime());
      for (PendingEntry entry : consumer.pending().values()) {
        copy.load(entry.id(), other, entry.deliveryTime(), entry.deliveries());
      }
    }
    return copy;
  }
}
