package io.respite.server.type;

import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.Pieces;
import io.respite.server.encoding.StreamCursor;
import io.respite.server.encoding.StreamId;
import io.respite.server.encoding.StreamLog;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A log of entries with rising ids, and the groups that read it ("Redis streams", redis.io/docs).
 *
 * <p>Beside the entries it remembers its history, by which a group's lag is computed without
 * counting: how many entries were ever added, and the largest id that was ever deleted from the
 * middle. Invariants: no entry is above {@link #lastId()}; {@link #entriesAdded()} is at least the
 * number of entries, unless somebody said otherwise by XSETID on an empty stream.
 */
public final class StreamValue implements Value {
  /** The {@link #lag} that nobody knows. */
  public static final long UNKNOWN_LAG = Long.MIN_VALUE;

  private final EncodingLimits limits;
  private final StreamLog log;
  private final NavigableMap<byte[], StreamGroup> groups = new TreeMap<>(Arrays::compareUnsigned);
  private StreamId lastId = StreamId.MIN;
  private StreamId maxDeletedId = StreamId.MIN;
  private long entriesAdded;

  /** An empty stream. */
  public StreamValue(EncodingLimits limits) {
    this(limits, new StreamLog());
  }

  private StreamValue(EncodingLimits limits, StreamLog log) {
    this.limits = limits;
    this.log = log;
  }

  /** The entries. Changing them is for the methods here. */
  public StreamLog log() {
    return log;
  }

  /** Number of entries. */
  public long length() {
    return log.length();
  }

  /** The largest id that was ever given out. */
  public StreamId lastId() {
    return lastId;
  }

  /** Sets {@link #lastId()}. */
  public void lastId(StreamId id) {
    lastId = id;
  }

  /** The largest id that was ever deleted by name; {@link StreamId#MIN} for none. */
  public StreamId maxDeletedId() {
    return maxDeletedId;
  }

  /** Sets {@link #maxDeletedId()}. */
  public void maxDeletedId(StreamId id) {
    maxDeletedId = id;
  }

  /** How many entries were ever added. */
  public long entriesAdded() {
    return entriesAdded;
  }

  /** Sets {@link #entriesAdded()}. */
  public void entriesAdded(long entries) {
    entriesAdded = entries;
  }

  // ---- entries

  /**
   * Adds an entry.
   *
   * @param id above {@link #lastId()}
   * @param pieces where its fields and values are, in turn, from {@code from} on; together not more
   *     than {@link StreamLog#fits}
   * @param pairs number of fields
   */
  public void append(StreamId id, Pieces pieces, int from, int pairs) {
    log.append(id, pieces, from, pairs, limits.streamNodeBytes(), limits.streamNodeEntries());
    lastId = id;
    entriesAdded++;
  }

  /** Adds a node as it was elsewhere; see {@link StreamLog#load}. */
  public void load(StreamId master, Listpack pack) {
    log.load(master, pack);
  }

  /** Deletes an entry; whether there was one. */
  public boolean delete(StreamId id) {
    if (!log.remove(id)) {
      return false;
    }
    if (id.compareTo(maxDeletedId) > 0) {
      maxDeletedId = id;
    }
    return true;
  }

  // ---- groups

  /** The groups by name. */
  public Collection<StreamGroup> groups() {
    return Collections.unmodifiableCollection(groups.values());
  }

  /** A group, or null. */
  public StreamGroup group(byte[] name) {
    return groups.get(name);
  }

  /** A new group; the name's array is taken over, and must be new to the stream. */
  public StreamGroup addGroup(byte[] name, StreamId last, long entriesRead) {
    StreamGroup group = new StreamGroup(name, last, entriesRead);
    groups.put(name, group);
    return group;
  }

  /** Removes a group; whether there was one. */
  public boolean removeGroup(byte[] name) {
    return groups.remove(name) != null;
  }

  /**
   * Says that a group hands out the entry with an id, and keeps its counter true where it can: one
   * more, unless something behind the id was deleted, which makes the counter a guess.
   *
   * @param id above the group's last one
   */
  public void advance(StreamGroup group, StreamId id) {
    boolean counts =
        group.entriesRead() != StreamGroup.UNKNOWN && group.entriesRead() < Long.MAX_VALUE;
    if (counts && !deletedSince(id)) {
      group.entriesRead(group.entriesRead() + 1);
    } else if (entriesAdded != 0) {
      group.entriesRead(entriesUpTo(id));
    }
    group.lastId(id);
  }

  /** Whether an entry was deleted by name between the first one and the end, at or behind an id. */
  private boolean deletedSince(StreamId id) {
    return log.length() > 0
        && !maxDeletedId.isZero()
        && log.first().compareTo(maxDeletedId) <= 0
        && id.compareTo(maxDeletedId) <= 0;
  }

  /**
   * How many entries of the whole history are up to an id, that one included, where that follows
   * from what is known; else {@link StreamGroup#UNKNOWN}.
   */
  public long entriesUpTo(StreamId id) {
    if (entriesAdded == 0) {
      return 0;
    }
    int toLast = id.compareTo(lastId);
    if (toLast == 0 || (log.length() == 0 && toLast < 0)) {
      return entriesAdded;
    }
    if (toLast > 0) {
      return StreamGroup.UNKNOWN;
    }
    if (maxDeletedId.isZero() || maxDeletedId.compareTo(log.first()) < 0) {
      int toFirst = id.compareTo(log.first());
      if (toFirst < 0) {
        return entriesAdded - log.length();
      }
      if (toFirst == 0) {
        return entriesAdded - log.length() + 1;
      }
    }
    return StreamGroup.UNKNOWN;
  }

  /**
   * How many entries a group has yet to hand out; {@link StreamGroup#UNKNOWN} when nobody knows.
   */
  public long lag(StreamGroup group) {
    if (entriesAdded == 0) {
      return 0;
    }
    if (group.entriesRead() != StreamGroup.UNKNOWN && !deletedSince(group.lastId())) {
      return entriesAdded - group.entriesRead();
    }
    long read = entriesUpTo(group.lastId());
    return read == StreamGroup.UNKNOWN ? UNKNOWN_LAG : entriesAdded - read;
  }

  // ---- a value's duties

  @Override
  public String typeName() {
    return "stream";
  }

  @Override
  public String encoding() {
    return "stream";
  }

  @Override
  public long heapBytes() {
    long bytes = 160 + log.heapBytes();
    for (StreamGroup group : groups.values()) {
      bytes += group.heapBytes();
    }
    return bytes;
  }

  @Override
  public long elements() {
    long elements = log.length();
    for (StreamGroup group : groups.values()) {
      elements += 1 + group.pending().size() + group.consumers().size();
    }
    return elements;
  }

  @Override
  public int typeNumber() {
    return 6;
  }

  @Override
  public void digest(ValueDigest digest) {
    StreamCursor cursor = new StreamCursor(log, StreamId.MIN, StreamId.MAX, false);
    while (cursor.next()) {
      String id =
          Long.toUnsignedString(cursor.millis()) + "." + Long.toUnsignedString(cursor.sequence());
      digest.mix(id.getBytes(StandardCharsets.US_ASCII));
      for (long i = 0; i < cursor.fields(); i++) {
        cursor.nextField();
        digest.mix(cursor.pack().bytesAt(cursor.field()));
        digest.mix(cursor.pack().bytesAt(cursor.value()));
      }
    }
  }

  @Override
  public StreamValue copy() {
    StreamValue copy = new StreamValue(limits, log.copy());
    copy.lastId = lastId;
    copy.maxDeletedId = maxDeletedId;
    copy.entriesAdded = entriesAdded;
    for (StreamGroup group : groups.values()) {
      copy.groups.put(group.name(), group.copy());
    }
    return copy;
  }
}
