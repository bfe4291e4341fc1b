package io.respite.server.type;

import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.Pieces;
import io.respite.server.encoding.SortedBlocks;
import io.respite.server.encoding.StreamCursor;
import io.respite.server.encoding.StreamId;
import io.respite.server.encoding.StreamLog;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/**
 * A log of entries with rising ids, and the groups that read it ("Redis streams", redis.io/docs).
 *
 * <p>Beside the entries it remembers its history, by which a group's lag is computed without
 * counting: how many entries were ever added, and the largest id that was ever deleted from the
 * middle. Invariants: no entry is above {@link #lastId()}; {@link #entriesAdded()} is at least the
 * number of entries, unless somebody said otherwise by XSETID on an empty stream.
 *
 * <p>An image takes no time: the log and the groups share what is not changed. The log and the
 * groups' handles call {@link #edit} themselves before they change anything.
 */
public final class StreamValue extends Capturable {
  /** Groups that are looked at to tell how much memory all of them take. */
  private static final int SAMPLED_GROUPS = 16;

  /** The {@link #lag} that nobody knows. */
  public static final long UNKNOWN_LAG = Long.MIN_VALUE;

  private final EncodingLimits limits;
  private final StreamLog log;
  private final SortedBlocks<byte[], StreamGroup.State> groups;
  private final boolean isImage;
  private StreamId lastId = StreamId.MIN;
  private StreamId maxDeletedId = StreamId.MIN;
  private long entriesAdded;

  /** An empty stream. */
  public StreamValue(EncodingLimits limits) {
    super(limits.cuts());
    this.limits = limits;
    this.log = new StreamLog(this::edit);
    this.groups = new SortedBlocks<>((group, name) -> Arrays.compareUnsigned(group.name(), name));
    this.isImage = false;
  }

  /** The entries and the history of another stream, and as its image its groups as well. */
  private StreamValue(StreamValue other, boolean isImage) {
    super(other.limits.cuts());
    this.limits = other.limits;
    this.isImage = isImage;
    if (isImage) {
      this.log =
          other.log.fork(
              () -> {
                throw new IllegalStateException("the image of a stream is not to be changed");
              });
      this.groups = other.groups.fork();
    } else {
      this.log = other.log.fork(this::edit);
      this.groups = new SortedBlocks<>((group, name) -> Arrays.compareUnsigned(group.name(), name));
    }
    this.lastId = other.lastId;
    this.maxDeletedId = other.maxDeletedId;
    this.entriesAdded = other.entriesAdded;
  }

  /** The entries, for readers. */
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
    edit();
    lastId = id;
  }

  /** The largest id that was ever deleted by name; {@link StreamId#MIN} for none. */
  public StreamId maxDeletedId() {
    return maxDeletedId;
  }

  /** Sets {@link #maxDeletedId()}. */
  public void maxDeletedId(StreamId id) {
    edit();
    maxDeletedId = id;
  }

  /** How many entries were ever added. */
  public long entriesAdded() {
    return entriesAdded;
  }

  /** Sets {@link #entriesAdded()}. */
  public void entriesAdded(long entries) {
    edit();
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

  /** Removes the first entries; see {@link StreamLog#trim}. */
  public long trim(long keep, StreamId below, boolean wholeNodes, long limit) {
    return log.trim(keep, below, wholeNodes, limit);
  }

  // ---- groups

  /** The groups by name. */
  public Collection<StreamGroup> groups() {
    return new Handles<>(groups, isImage ? StreamGroup.State::view : StreamGroup.State::handle);
  }

  /** A group, or null. */
  public StreamGroup group(byte[] name) {
    StreamGroup.State found = groups.get(name);
    return found == null ? null : isImage ? found.view() : found.handle();
  }

  /** A new group; the name's array is taken over, and must be new to the stream. */
  public StreamGroup addGroup(byte[] name, StreamId last, long entriesRead) {
    edit();
    StreamGroup group = new StreamGroup(this, name, last, entriesRead, groups.edition());
    groups.put(name, group.state());
    return group;
  }

  /** Removes a group; whether there was one. */
  public boolean removeGroup(byte[] name) {
    edit();
    return groups.remove(name) != null;
  }

  /** The state that a group may change from now on. */
  StreamGroup.State current(StreamGroup.State group) {
    edit();
    if (group.edition() == groups.edition()) {
      return group;
    }
    StreamGroup.State successor = group.successor(groups.edition());
    groups.replace(group.name(), successor);
    return successor;
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
    long bytes = 0;
    int sampled = 0;
    var all = groups();
    for (StreamGroup group : all) {
      if (sampled == SAMPLED_GROUPS) {
        break;
      }
      bytes += group.heapBytes();
      sampled++;
    }
    long inGroups = sampled == 0 ? 0 : Math.round((double) bytes * all.size() / sampled);
    return 160 + log.heapBytes() + inGroups;
  }

  @Override
  public long elements() {
    long elements = log.length();
    for (StreamGroup group : groups()) {
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
    StreamValue copy = new StreamValue(this, false);
    groups().forEach(group -> group.copyTo(copy));
    return copy;
  }

  @Override
  Value freeze() {
    return new StreamValue(this, true);
  }
}
