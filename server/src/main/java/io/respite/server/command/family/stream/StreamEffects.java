package io.respite.server.command.family.stream;

import io.respite.server.command.Call;
import io.respite.server.command.Words;
import io.respite.server.encoding.StreamId;
import io.respite.server.type.PendingEntry;
import io.respite.server.type.StreamGroup;

/**
 * What commands on groups leave in the journal: requests that say who has which entry since when,
 * so that no other machine has to decide it again.
 */
final class StreamEffects {
  private static final byte[] XCLAIM = Words.of("XCLAIM");
  private static final byte[] XGROUP = Words.of("XGROUP");
  private static final byte[] SETID = Words.of("SETID");
  private static final byte[] CREATECONSUMER = Words.of("CREATECONSUMER");
  private static final byte[] ENTRIESREAD = Words.of("ENTRIESREAD");
  private static final byte[] ZERO = Words.of(0);
  private static final byte[] TIME = Words.of("TIME");
  private static final byte[] RETRYCOUNT = Words.of("RETRYCOUNT");
  private static final byte[] FORCE = Words.of("FORCE");
  private static final byte[] JUSTID = Words.of("JUSTID");
  private static final byte[] LASTID = Words.of("LASTID");

  private final Call call;
  private final int keyArgument;
  private final byte[] key;
  private final boolean active;
  private boolean any;

  /** The effects of a call on the stream at the key in argument {@code key}. */
  StreamEffects(Call call, int key) {
    this.call = call;
    this.keyArgument = key;
    this.active = call.keyspace().effects().active();
    this.key = active ? call.bytes(key) : null;
    call.noEffect();
  }

  /** Whether anything was left. */
  boolean any() {
    return any;
  }

  /**
   * A pending entry is now as it says, or gone if the entry is not in the stream any more. To be
   * called when that is done: what the stream takes is counted here.
   */
  void claimed(StreamGroup group, PendingEntry entry) {
    call.changed(keyArgument);
    any = true;
    if (active) {
      call.effect(
          XCLAIM,
          key,
          group.name(),
          entry.consumer().name(),
          ZERO,
          entry.id().toBytes(),
          TIME,
          Words.of(entry.deliveryTime()),
          RETRYCOUNT,
          Words.of(entry.deliveries()),
          FORCE,
          JUSTID,
          LASTID,
          group.lastId().toBytes());
    }
  }

  /** A group has read up to its last id. */
  void advanced(StreamGroup group) {
    call.changed(keyArgument);
    any = true;
    if (active) {
      StreamId last = group.lastId();
      call.effect(
          XGROUP,
          SETID,
          key,
          group.name(),
          last.toBytes(),
          ENTRIESREAD,
          Words.of(group.entriesRead()));
    }
  }

  /** A group has a new consumer. */
  void consumerCreated(StreamGroup group, byte[] consumer) {
    call.changed(keyArgument);
    any = true;
    if (active) {
      call.effect(XGROUP, CREATECONSUMER, key, group.name(), consumer);
    }
  }
}
