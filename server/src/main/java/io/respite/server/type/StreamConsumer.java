package io.respite.server.type;

import io.respite.server.encoding.Sorted;
import io.respite.server.encoding.SortedBlocks;
import io.respite.server.encoding.StreamId;

/**
 * A member of a stream's group, and what was handed to it. What is known of it lies in a state that
 * images share; see {@link StreamGroup}.
 */
public final class StreamConsumer {
  /** The {@link #activeTime()} of a consumer that never got anything. */
  public static final long NEVER = -1;

  /** Bytes of heap of one without pending entries, its name's array included. */
  static final long HEAP_BYTES = 24 + 48 + 64 + 32;

  /** What is known of a consumer; written only in the edition of the group's consumers. */
  static final class State {
    private final byte[] name;
    private final StreamConsumer handle;
    private final Object edition;
    private final SortedBlocks<StreamId, PendingEntry> pending;
    private long seenTime;
    private long activeTime = NEVER;

    private State(byte[] name, StreamConsumer handle, Object edition) {
      this.name = name;
      this.handle = handle;
      this.edition = edition;
      this.pending = PendingEntry.none();
    }

    private State(State before, Object edition) {
      this.name = before.name;
      this.handle = before.handle;
      this.edition = edition;
      this.pending = before.pending.fork();
      this.seenTime = before.seenTime;
      this.activeTime = before.activeTime;
    }

    byte[] name() {
      return name;
    }

    Object edition() {
      return edition;
    }

    /** Stands for this state in the live stream. */
    StreamConsumer handle() {
      return handle;
    }

    /** Shows this state, and nothing that comes after it. */
    StreamConsumer view() {
      return new StreamConsumer(this);
    }

    State successor(Object newEdition) {
      return new State(this, newEdition);
    }
  }

  /** Null in an image. */
  private final StreamGroup group;

  private State state;

  StreamConsumer(StreamGroup group, byte[] name, long seenTime, Object edition) {
    this.group = group;
    this.state = new State(name, this, edition);
    this.state.seenTime = seenTime;
  }

  private StreamConsumer(State state) {
    this.group = null;
    this.state = state;
  }

  State state() {
    return state;
  }

  /** Must come before any change. */
  private State edit() {
    if (group == null) {
      throw new IllegalStateException("the image of a consumer is not to be changed");
    }
    state = group.current(state);
    return state;
  }

  /** The name; shared, not to be changed. */
  public byte[] name() {
    return state.name;
  }

  /** When it last asked for anything, milliseconds since 1970. */
  public long seenTime() {
    return state.seenTime;
  }

  /** Sets {@link #seenTime()}. */
  public void seenTime(long millis) {
    edit().seenTime = millis;
  }

  /** When it last got anything, milliseconds since 1970, or {@link #NEVER}. */
  public long activeTime() {
    return state.activeTime;
  }

  /** Sets {@link #activeTime()}. */
  public void activeTime(long millis) {
    edit().activeTime = millis;
  }

  /** What it has not acknowledged, by id. */
  public Sorted<StreamId, PendingEntry> pending() {
    return state.pending;
  }

  void add(StreamId id, PendingEntry entry) {
    edit().pending.put(id, entry);
  }

  void remove(StreamId id) {
    edit().pending.remove(id);
  }
}
