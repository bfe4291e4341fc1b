package io.respite.server.type;

import io.respite.server.encoding.StreamId;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A member of a stream's group, and what was handed to it. */
public final class StreamConsumer {
  /** The {@link #activeTime()} of a consumer that never got anything. */
  public static final long NEVER = -1;

  private final byte[] name;
  private final NavigableMap<StreamId, PendingEntry> pending = new TreeMap<>();
  private long seenTime;
  private long activeTime = NEVER;

  StreamConsumer(byte[] name, long seenTime) {
    this.name = name;
    this.seenTime = seenTime;
  }

  /** The name; shared, not to be changed. */
  public byte[] name() {
    return name;
  }

  /** When it last asked for anything, milliseconds since 1970. */
  public long seenTime() {
    return seenTime;
  }

  /** Sets {@link #seenTime()}. */
  public void seenTime(long millis) {
    seenTime = millis;
  }

  /** When it last got anything, milliseconds since 1970, or {@link #NEVER}. */
  public long activeTime() {
    return activeTime;
  }

  /** Sets {@link #activeTime()}. */
  public void activeTime(long millis) {
    activeTime = millis;
  }

  /** What it has not acknowledged, by id; read only. */
  public NavigableMap<StreamId, PendingEntry> pending() {
    return Collections.unmodifiableNavigableMap(pending);
  }

  void add(PendingEntry entry) {
    pending.put(entry.id(), entry);
  }

  void remove(PendingEntry entry) {
    pending.remove(entry.id());
  }
}
