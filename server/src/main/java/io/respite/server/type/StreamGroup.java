package io.respite.server.type;

import io.respite.server.encoding.Sorted;
import io.respite.server.encoding.SortedBlocks;
import io.respite.server.encoding.StreamId;
import java.util.Arrays;
import java.util.Collection;

/**
 * Consumers that share a stream: each entry is handed to one of them, and is pending until it is
 * acknowledged ("XGROUP CREATE", redis.io/docs).
 *
 * <p><b>Images.</b> What callers hold is a handle, which stays the same as long as the group is
 * there. What is known of the group lies in a state, and the states of a stream's groups lie in
 * {@link SortedBlocks}, of which an image is taken without looking at any of them. A state that an
 * image has too is replaced by a successor before its first change, and so are the states of the
 * group's consumers, one by one: what a handle's methods change they reach by {@link #edit}, which
 * begins with the stream's own.
 *
 * <p><b>Invariant:</b> an entry is pending in the group exactly if it is pending in one of its
 * consumers, and it is the same {@link PendingEntry}.
 */
public final class StreamGroup {
  /** The {@link #entriesRead()} that is not known. */
  public static final long UNKNOWN = -1;

  /** Bytes of heap of one without consumers and pending entries. */
  private static final long HEAP_BYTES = 24 + 48 + 2 * 64 + 32;

  /** What is known of a group; written only in the edition of the stream's groups. */
  static final class State {
    private final byte[] name;
    private final StreamGroup handle;
    private final Object edition;
    private final SortedBlocks<StreamId, PendingEntry> pending;
    private final SortedBlocks<byte[], StreamConsumer.State> consumers;
    private StreamId lastId;
    private long entriesRead;

    private State(byte[] name, StreamGroup handle, Object edition) {
      this.name = name;
      this.handle = handle;
      this.edition = edition;
      this.pending = PendingEntry.none();
      this.consumers =
          new SortedBlocks<>((consumer, key) -> Arrays.compareUnsigned(consumer.name(), key));
    }

    private State(State before, Object edition) {
      this.name = before.name;
      this.handle = before.handle;
      this.edition = edition;
      this.pending = before.pending.fork();
      this.consumers = before.consumers.fork();
      this.lastId = before.lastId;
      this.entriesRead = before.entriesRead;
    }

    byte[] name() {
      return name;
    }

    Object edition() {
      return edition;
    }

    /** Stands for this state in the live stream. */
    StreamGroup handle() {
      return handle;
    }

    /** Shows this state, and nothing that comes after it. */
    StreamGroup view() {
      return new StreamGroup(this);
    }

    State successor(Object newEdition) {
      return new State(this, newEdition);
    }
  }

  /** Null in an image. */
  private final StreamValue stream;

  private State state;

  StreamGroup(StreamValue stream, byte[] name, StreamId lastId, long entriesRead, Object edition) {
    this.stream = stream;
    this.state = new State(name, this, edition);
    this.state.lastId = lastId;
    this.state.entriesRead = entriesRead;
  }

  private StreamGroup(State state) {
    this.stream = null;
    this.state = state;
  }

  State state() {
    return state;
  }

  /** Must come before any change. */
  private State edit() {
    if (stream == null) {
      throw new IllegalStateException("the image of a group is not to be changed");
    }
    state = stream.current(state);
    return state;
  }

  /** The state that a consumer may change from now on. */
  StreamConsumer.State current(StreamConsumer.State consumer) {
    SortedBlocks<byte[], StreamConsumer.State> all = edit().consumers;
    if (consumer.edition() == all.edition()) {
      return consumer;
    }
    StreamConsumer.State successor = consumer.successor(all.edition());
    all.replace(consumer.name(), successor);
    return successor;
  }

  /** The name; shared, not to be changed. */
  public byte[] name() {
    return state.name;
  }

  /** The last entry that was handed out. */
  public StreamId lastId() {
    return state.lastId;
  }

  /** Sets {@link #lastId()}. */
  public void lastId(StreamId id) {
    edit().lastId = id;
  }

  /** How many entries of the stream's whole history were handed out, or {@link #UNKNOWN}. */
  public long entriesRead() {
    return state.entriesRead;
  }

  /** Sets {@link #entriesRead()}. */
  public void entriesRead(long entries) {
    edit().entriesRead = entries;
  }

  // ---- consumers

  /** The consumers by name. */
  public Collection<StreamConsumer> consumers() {
    return new Handles<>(
        state.consumers,
        stream == null ? StreamConsumer.State::view : StreamConsumer.State::handle);
  }

  /** A consumer, or null. */
  public StreamConsumer consumer(byte[] consumerName) {
    StreamConsumer.State found = state.consumers.get(consumerName);
    return found == null ? null : stream == null ? found.view() : found.handle();
  }

  /** A new consumer; the name's array is taken over, and must be new to the group. */
  public StreamConsumer addConsumer(byte[] consumerName, long now) {
    SortedBlocks<byte[], StreamConsumer.State> all = edit().consumers;
    StreamConsumer consumer = new StreamConsumer(this, consumerName, now, all.edition());
    all.put(consumerName, consumer.state());
    return consumer;
  }

  /** Removes a consumer with all that is pending for it. */
  public void removeConsumer(StreamConsumer consumer) {
    State own = edit();
    for (PendingEntry entry : consumer.pending()) {
      own.pending.remove(entry.id());
    }
    own.consumers.remove(consumer.name());
  }

  // ---- pending entries

  /** What is not acknowledged, by id. */
  public Sorted<StreamId, PendingEntry> pending() {
    return state.pending;
  }

  /**
   * Hands an entry to a consumer; takes it from whoever had it.
   *
   * @param consumer one of this group
   * @param time milliseconds since 1970
   * @param deliveries how often it was handed out by then
   */
  public PendingEntry deliver(StreamId id, StreamConsumer consumer, long time, long deliveries) {
    PendingEntry entry = new PendingEntry(id, consumer, time, deliveries);
    PendingEntry before = edit().pending.put(id, entry);
    if (before != null && before.consumer() != consumer) {
      before.consumer().remove(id);
    }
    consumer.add(id, entry);
    return entry;
  }

  /** Ends the wait for an entry; whether it was pending. */
  public boolean acknowledge(StreamId id) {
    PendingEntry entry = edit().pending.remove(id);
    if (entry == null) {
      return false;
    }
    entry.consumer().remove(id);
    return true;
  }

  long heapBytes() {
    // Each entry has its place twice: among the group's, and among its consumer's.
    return HEAP_BYTES
        + state.name.length
        + state.consumers.heapBytes()
        + state.consumers.size() * StreamConsumer.HEAP_BYTES
        + 2 * state.pending.heapBytes()
        + state.pending.size() * PendingEntry.HEAP_BYTES;
  }

  /** A group of another stream with the same content. */
  void copyTo(StreamValue other) {
    StreamGroup copy = other.addGroup(state.name, state.lastId, state.entriesRead);
    for (StreamConsumer consumer : consumers()) {
      StreamConsumer its = copy.addConsumer(consumer.name(), consumer.seenTime());
      its.activeTime(consumer.activeTime());
      for (PendingEntry entry : consumer.pending()) {
        copy.deliver(entry.id(), its, entry.deliveryTime(), entry.deliveries());
      }
    }
  }
}
