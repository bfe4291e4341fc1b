package io.respite.server.command.family.stream;

import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.encoding.Sorted;
import io.respite.server.encoding.StreamId;
import io.respite.server.type.PendingEntry;
import io.respite.server.type.StreamConsumer;
import io.respite.server.type.StreamGroup;
import io.respite.server.type.StreamValue;
import java.util.ArrayList;
import java.util.List;

/** What was handed out and not acknowledged: XACK, XPENDING, XCLAIM, XAUTOCLAIM. */
public final class StreamPendingCommands {
  private static final long DEFAULT_AUTOCLAIM = 100;

  /** Pending entries that XAUTOCLAIM looks at for each one that it may claim. */
  private static final long ATTEMPTS = 10;

  /** Most entries that XAUTOCLAIM may be told to claim. */
  private static final long MAX_AUTOCLAIM = Long.MAX_VALUE / 16;

  private StreamPendingCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    return List.of(
        row("xack", -4, "5.0.0", "O(log(N)) for each ID where N entries are pending.")
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, UPDATE))
            .summary("Acknowledges entries; answers how many were pending in the group.")
            .syntax("key group id [id ...]")
            .handler(StreamPendingCommands::xack),
        row("xpending", -3, "5.0.0", "O(log(N)+M) where N entries are pending and M are looked at.")
            .flags(READONLY)
            .keys(KeySpec.at(1, RO, ACCESS))
            .summary("Tells what was handed out and is not acknowledged.")
            .syntax(
                "key group [<[IDLE min-idle-time:integer] start:string end:string count"
                    + " [consumer]>]")
            .tip("nondeterministic_output")
            .changed("6.2.0", "Added the `IDLE` option and exclusive range intervals.")
            .handler(StreamPendingCommands::xpending),
        row("xclaim", -6, "5.0.0", "O(log(N)) for each ID where N entries are pending.")
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, UPDATE))
            .summary("Gives pending entries to a consumer.")
            .syntax(
                "key group consumer min-idle-time id [id ...] [IDLE milliseconds]"
                    + " [TIME unix-time-milliseconds] [RETRYCOUNT count] [FORCE] [JUSTID]"
                    + " [LASTID lastid]")
            .tip("nondeterministic_output")
            .handler(call -> new Claim(call).run()),
        row("xautoclaim", -6, "6.2.0", "O(1) if COUNT is small.")
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, DELETE))
            .summary("Gives entries that were pending for long to a consumer, in steps.")
            .syntax("key group consumer min-idle-time start:string [COUNT count] [JUSTID]")
            .tip("nondeterministic_output")
            .changed("7.0.0", "Added an element to the reply array, with deleted entries.")
            .handler(StreamPendingCommands::xautoclaim));
  }

  private static Command row(String name, int arity, String since, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.STREAM)
        .since(since)
        .complexity(complexity);
  }

  private static void xack(Call call) {
    StreamValue stream = call.valueForWrite(1, StreamValue.class);
    StreamGroup group = StreamGroups.find(call, stream, 2);
    if (group == null) {
      call.reply().integer(0);
      return;
    }
    for (int i = 3; i < call.count(); i++) {
      StreamIds.parse(call, i);
    }
    long acknowledged = 0;
    for (int i = 3; i < call.count(); i++) {
      if (group.acknowledge(StreamIds.parse(call, i))) {
        acknowledged++;
      }
    }
    if (acknowledged > 0) {
      call.changed(1);
    }
    call.reply().integer(acknowledged);
  }

  // ---- XPENDING

  private static void xpending(Call call) {
    int words = call.count();
    if (words != 3 && (words < 6 || words > 9)) {
      throw CommandError.syntax();
    }
    if (words == 3) {
      StreamGroup all = StreamGroups.require(call, call.value(1, StreamValue.class));
      summarize(call.reply(), all);
      return;
    }
    int at = 3;
    long minIdle = 0;
    if (call.is(3, "idle")) {
      minIdle = Parse.integer(call, 4);
      if (words < 8) {
        throw CommandError.syntax();
      }
      at = 5;
    }
    // What comes behind the consumer is not looked at, as in the real server.
    long count = Math.max(0, Parse.integer(call, at + 2));
    StreamId start = StreamIds.start(call, at);
    StreamId end = StreamIds.end(call, at + 1);
    StreamGroup group = StreamGroups.require(call, call.value(1, StreamValue.class));
    Sorted<StreamId, PendingEntry> pending = group.pending();
    if (at + 3 < words) {
      StreamConsumer consumer = group.consumer(call.bytes(at + 3));
      if (consumer == null) {
        call.reply().array(0);
        return;
      }
      pending = consumer.pending();
    }
    list(call, pending, start, end, count, minIdle);
  }

  private static void summarize(Reply reply, StreamGroup group) {
    Sorted<StreamId, PendingEntry> pending = group.pending();
    reply.array(4);
    reply.integer(pending.size());
    if (pending.isEmpty()) {
      reply.nil();
      reply.nil();
      reply.nilArray();
      return;
    }
    StreamReplies.id(reply, pending.first().id());
    StreamReplies.id(reply, pending.last().id());
    int begin = reply.begin();
    long consumers = 0;
    for (StreamConsumer consumer : group.consumers()) {
      if (!consumer.pending().isEmpty()) {
        reply.array(2);
        reply.bulk(consumer.name());
        reply.bulk(consumer.pending().size());
        consumers++;
      }
    }
    reply.finishArray(begin, consumers);
  }

  private static void list(
      Call call,
      Sorted<StreamId, PendingEntry> pending,
      StreamId start,
      StreamId end,
      long count,
      long minIdle) {
    Reply reply = call.reply();
    int begin = reply.begin();
    long written = 0;
    for (PendingEntry entry : pending.from(start, true)) {
      if (written == count || entry.id().compareTo(end) > 0) {
        break;
      }
      long idle = call.now() - entry.deliveryTime();
      if (minIdle != 0 && idle < minIdle) {
        continue;
      }
      reply.array(4);
      StreamReplies.id(reply, entry.id());
      reply.bulk(entry.consumer().name());
      reply.integer(Math.max(0, idle));
      reply.integer(entry.deliveries());
      written++;
    }
    reply.finishArray(begin, written);
  }

  // ---- XCLAIM

  /** One execution of XCLAIM. */
  private static final class Claim {
    private static final long NOT_GIVEN = -1;
    private static final int FIRST_ID = 5;

    private final Call call;
    private final List<StreamId> ids = new ArrayList<>();
    private boolean force;
    private boolean justId;
    private long time = NOT_GIVEN;
    private long deliveries = NOT_GIVEN;
    private StreamId lastId = StreamId.MIN;

    Claim(Call call) {
      this.call = call;
    }

    void run() {
      StreamValue stream = call.valueForWrite(1, StreamValue.class);
      StreamGroup group = StreamGroups.require(call, stream);
      long minIdle = StreamGroups.minIdle(call, 4, "XCLAIM");
      int at = FIRST_ID;
      for (; at < call.count(); at++) {
        StreamId id = StreamIds.parseOrNull(call, at);
        if (id == null) {
          break;
        }
        ids.add(id);
      }
      readOptions(at);
      claim(stream, group, minIdle);
    }

    private void readOptions(int first) {
      for (int i = first; i < call.count(); i++) {
        boolean more = i + 1 < call.count();
        if (call.is(i, "force")) {
          force = true;
        } else if (call.is(i, "justid")) {
          justId = true;
        } else if (more && call.is(i, "idle")) {
          time = call.now() - number(++i, "IDLE");
        } else if (more && call.is(i, "time")) {
          time = number(++i, "TIME");
        } else if (more && call.is(i, "retrycount")) {
          deliveries = number(++i, "RETRYCOUNT");
        } else if (more && call.is(i, "lastid")) {
          lastId = StreamIds.parse(call, ++i);
        } else {
          throw new CommandError("ERR Unrecognized XCLAIM option '" + call.quoted(i) + "'");
        }
      }
    }

    private long number(int i, String option) {
      return Parse.integer(
          call,
          i,
          Long.MIN_VALUE,
          Long.MAX_VALUE,
          () -> new CommandError("ERR Invalid " + option + " option argument for XCLAIM"));
    }

    private void claim(StreamValue stream, StreamGroup group, long minIdle) {
      boolean moved = lastId.compareTo(group.lastId()) > 0;
      if (moved) {
        group.lastId(lastId);
      }
      boolean isNew = group.consumer(call.bytes(3)) == null;
      StreamConsumer consumer = StreamGroups.consumer(call, 1, group, 3);
      StreamEffects effects = new StreamEffects(call, 1);
      // A moment that cannot be, from a client whose clock differs, say, means now.
      long deliveryTime = time < 0 || time > call.now() ? call.now() : time;
      Reply reply = call.reply();
      int begin = reply.begin();
      long claimed = 0;
      for (StreamId id : ids) {
        PendingEntry entry = group.pending().get(id);
        if (!stream.log().contains(id)) {
          forget(group, entry, effects);
          continue;
        }
        long before = 0;
        if (entry == null) {
          if (!force) {
            continue;
          }
          before = 1;
        } else {
          if (minIdle > 0 && call.now() - entry.deliveryTime() < minIdle) {
            continue;
          }
          before = entry.deliveries();
        }
        long times = deliveries >= 0 ? deliveries : justId ? before : before + 1;
        entry = group.deliver(id, consumer, deliveryTime, times);
        consumer.activeTime(call.now());
        write(reply, stream, id, justId);
        claimed++;
        effects.claimed(group, entry);
      }
      reply.finishArray(begin, claimed);
      if (isNew && !effects.any()) {
        effects.consumerCreated(group, consumer.name());
      }
      if (moved && claimed == 0) {
        effects.advanced(group);
      }
    }
  }

  /** Ends the wait for an entry that is not in the stream any more. */
  private static void forget(StreamGroup group, PendingEntry entry, StreamEffects effects) {
    if (entry != null) {
      group.acknowledge(entry.id());
      effects.claimed(group, entry);
    }
  }

  private static void write(Reply reply, StreamValue stream, StreamId id, boolean justId) {
    if (justId) {
      StreamReplies.id(reply, id);
    } else {
      StreamReplies.single(reply, stream.log(), id);
    }
  }

  // ---- XAUTOCLAIM

  private static void xautoclaim(Call call) {
    final long minIdle = StreamGroups.minIdle(call, 4, "XAUTOCLAIM");
    final StreamId start = StreamIds.start(call, 5);
    long count = DEFAULT_AUTOCLAIM;
    boolean justId = false;
    for (int i = 6; i < call.count(); i++) {
      if (call.is(i, "count") && i + 1 < call.count()) {
        count =
            Parse.integer(
                call, ++i, 1, MAX_AUTOCLAIM, () -> new CommandError("ERR COUNT must be > 0"));
      } else if (call.is(i, "justid")) {
        justId = true;
      } else {
        throw CommandError.syntax();
      }
    }
    StreamValue stream = call.valueForWrite(1, StreamValue.class);
    StreamGroup group = StreamGroups.require(call, stream);
    boolean isNew = group.consumer(call.bytes(3)) == null;
    StreamConsumer consumer = StreamGroups.consumer(call, 1, group, 3);
    StreamEffects effects = new StreamEffects(call, 1);
    List<PendingEntry> taken = new ArrayList<>();
    List<PendingEntry> deleted = new ArrayList<>();
    StreamId next = StreamId.MIN;
    long attempts = count > Long.MAX_VALUE / ATTEMPTS ? Long.MAX_VALUE : count * ATTEMPTS;
    for (PendingEntry entry : group.pending().from(start, true)) {
      if (attempts-- == 0 || taken.size() + deleted.size() == count) {
        next = entry.id();
        break;
      }
      if (!stream.log().contains(entry.id())) {
        deleted.add(entry);
      } else if (minIdle == 0 || call.now() - entry.deliveryTime() >= minIdle) {
        taken.add(entry);
      }
    }
    Reply reply = call.reply();
    reply.array(3);
    StreamReplies.id(reply, next);
    reply.array(taken.size());
    for (PendingEntry entry : taken) {
      long deliveries = justId ? entry.deliveries() : entry.deliveries() + 1;
      PendingEntry claimed = group.deliver(entry.id(), consumer, call.now(), deliveries);
      consumer.activeTime(call.now());
      write(reply, stream, claimed.id(), justId);
      effects.claimed(group, claimed);
    }
    reply.array(deleted.size());
    for (PendingEntry entry : deleted) {
      forget(group, entry, effects);
      StreamReplies.id(reply, entry.id());
    }
    if (isNew && !effects.any()) {
      effects.consumerCreated(group, consumer.name());
    }
  }
}
