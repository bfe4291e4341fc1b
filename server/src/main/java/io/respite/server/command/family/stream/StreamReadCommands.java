package io.respite.server.command.family.stream;

import static io.respite.server.command.CommandFlag.BLOCKING;
import static io.respite.server.command.CommandFlag.MOVABLEKEYS;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.command.Wait;
import io.respite.server.encoding.StreamCursor;
import io.respite.server.encoding.StreamId;
import io.respite.server.type.PendingEntry;
import io.respite.server.type.StreamConsumer;
import io.respite.server.type.StreamGroup;
import io.respite.server.type.StreamValue;
import java.util.List;
import java.util.Set;

/**
 * XREAD and XREADGROUP: what came to one or more streams after an id, now or when it comes.
 *
 * <p>XREADGROUP with {@code >} hands new entries to a consumer; with an id it repeats what that
 * consumer has not acknowledged.
 */
public final class StreamReadCommands {
  private StreamReadCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    return List.of(
        row("xread", -4)
            .flags(READONLY, BLOCKING, MOVABLEKEYS)
            .keys(streams(1))
            .complexity("O(log(N)+M) for each stream of N entries of which M are answered.")
            .summary("Answers what came to streams after an ID, and waits for it if told so.")
            .syntax("[COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...]")
            .handler(call -> new Reading(call, false).run()),
        row("xreadgroup", -7)
            .flags(WRITE, BLOCKING, MOVABLEKEYS)
            .keys(streams(4))
            .complexity("O(log(N)+M) for each stream of N entries of which M are answered.")
            .summary("Hands new entries of streams to a consumer of a group, or repeats old ones.")
            .syntax(
                "GROUP group consumer [COUNT count] [BLOCK milliseconds] [NOACK]"
                    + " STREAMS key [key ...] id [id ...]")
            .handler(call -> new Reading(call, true).run()));
  }

  private static Command row(String name, int arity) {
    return Command.named(name).arity(arity).group(CommandGroup.STREAM).since("5.0.0");
  }

  private static KeySpec streams(int from) {
    return new KeySpec(
        Set.of(KeySpec.Flag.RO, KeySpec.Flag.ACCESS), from, "STREAMS", -1, 1, 2, -1, 0);
  }

  /** One execution of either command. */
  private static final class Reading {
    private static final long NO_BLOCK = -1;

    private final Call call;
    private final boolean grouped;
    private long timeoutMillis = NO_BLOCK;
    private long count;
    private boolean noAck;
    private int groupAt;
    private int firstKey;
    private int streams;
    private StreamId[] after;
    private boolean idsDepend;

    Reading(Call call, boolean grouped) {
      this.call = call;
      this.grouped = grouped;
    }

    void run() {
      readOptions();
      readIds();
      if (grouped) {
        // What is handed out is journalled by effects; nothing else that happens here is.
        call.noEffect();
      }
      Reply reply = call.reply();
      int begin = reply.begin();
      int answered = 0;
      for (int i = 0; i < streams; i++) {
        StreamValue stream = call.value(firstKey + i, StreamValue.class);
        if (stream != null && (grouped ? readGroup(stream, i) : read(stream, i))) {
          answered++;
        }
      }
      if (answered > 0) {
        if (reply.protocol() == 3) {
          reply.finishMap(begin, answered);
        } else {
          reply.finishArray(begin, answered);
        }
      } else if (timeoutMillis == NO_BLOCK) {
        reply.nilArray();
      } else {
        waitForMore();
      }
    }

    // ---- the request

    private void readOptions() {
      for (int i = 1; i < call.count(); i++) {
        int more = call.count() - i - 1;
        if (more > 0 && call.is(i, "block")) {
          timeoutMillis = Parse.waitMillis(call, ++i);
        } else if (more > 0 && call.is(i, "count")) {
          count = Math.max(0, Parse.integer(call, ++i));
        } else if (more > 0 && call.is(i, "streams")) {
          firstKey = i + 1;
          break;
        } else if (more > 1 && call.is(i, "group")) {
          refuseUnlessGrouped("GROUP");
          groupAt = i + 1;
          i += 2;
        } else if (call.is(i, "noack")) {
          refuseUnlessGrouped("NOACK");
          noAck = true;
        } else {
          throw CommandError.syntax();
        }
      }
      if (firstKey == 0) {
        throw CommandError.syntax();
      }
      int named = call.count() - firstKey;
      if (named % 2 != 0) {
        throw new CommandError(
            "ERR Unbalanced '"
                + call.command().fullName()
                + "' list of streams: for each stream key "
                + (grouped ? "an ID or '>'" : "an ID, '+', or '$'")
                + " must be specified.");
      }
      if (grouped && groupAt == 0) {
        throw new CommandError("ERR Missing GROUP option for XREADGROUP");
      }
      streams = named / 2;
    }

    private void refuseUnlessGrouped(String option) {
      if (!grouped) {
        throw new CommandError(
            "ERR The "
                + option
                + " option is only supported by XREADGROUP. You called XREAD instead.");
      }
    }

    private void readIds() {
      after = new StreamId[streams];
      for (int i = 0; i < streams; i++) {
        int key = firstKey + i;
        int argument = key + streams;
        StreamValue stream = call.valueForWrite(key, StreamValue.class);
        if (grouped && StreamGroups.find(call, stream, groupAt) == null) {
          throw new CommandError(
              "NOGROUP No such key '"
                  + call.text(key)
                  + "' or consumer group '"
                  + call.text(groupAt)
                  + "' in XREADGROUP with GROUP option");
        }
        if (call.is(argument, "$") || call.is(argument, "+")) {
          after[i] = fromTheEnd(stream, call.text(argument));
          idsDepend = true;
        } else if (call.is(argument, ">")) {
          if (!grouped) {
            throw new CommandError(
                "ERR The > ID can be specified only when calling XREADGROUP using the GROUP"
                    + " <group> <consumer> option.");
          }
          after[i] = StreamId.MAX;
        } else {
          after[i] = StreamIds.parse(call, argument);
        }
      }
    }

    /** The id that {@code $} (only what comes) or {@code +} (the last entry) means here. */
    private StreamId fromTheEnd(StreamValue stream, String sign) {
      if (grouped) {
        throw new CommandError(
            "ERR The "
                + sign
                + " ID is meaningless in the context of XREADGROUP: you want to read the history"
                + " of this consumer by specifying a proper ID, or use the > ID to get new"
                + " messages. The "
                + sign
                + " ID would just return an empty result set.");
      }
      if (stream == null) {
        return StreamId.MIN;
      }
      if (sign.equals("+") && stream.length() > 0) {
        return stream.log().last().previous();
      }
      return stream.lastId();
    }

    // ---- the answer

    private boolean read(StreamValue stream, int i) {
      if (stream.length() == 0 || stream.log().last().compareTo(after[i]) <= 0) {
        return false;
      }
      writeKey(i);
      StreamReplies.range(call.reply(), stream.log(), after[i].next(), StreamId.MAX, false, count);
      return true;
    }

    private void writeKey(int i) {
      Arguments arguments = call.arguments();
      if (call.reply().protocol() == 2) {
        call.reply().array(2);
      }
      call.reply()
          .bulk(arguments.buffer(), arguments.offset(firstKey + i), arguments.length(firstKey + i));
    }

    private boolean readGroup(StreamValue stream, int i) {
      int key = firstKey + i;
      StreamGroup group = StreamGroups.find(call, stream, groupAt);
      boolean isNew = group.consumer(call.bytes(groupAt + 1)) == null;
      StreamConsumer consumer = StreamGroups.consumer(call, key, group, groupAt + 1);
      StreamEffects effects = new StreamEffects(call, key);
      if (isNew && noAck) {
        effects.consumerCreated(group, consumer.name());
      }
      // The largest id is the same as the sign for new entries: nothing can be behind it.
      boolean history = !after[i].equals(StreamId.MAX);
      boolean anything =
          history || (stream.length() > 0 && stream.log().last().compareTo(group.lastId()) > 0);
      if (anything) {
        writeKey(i);
        if (history) {
          repeat(stream, group, consumer, after[i]);
        } else {
          handOut(stream, group, consumer, effects);
        }
      }
      if (isNew && !effects.any()) {
        effects.consumerCreated(group, consumer.name());
      }
      return anything;
    }

    private void handOut(
        StreamValue stream, StreamGroup group, StreamConsumer consumer, StreamEffects effects) {
      Reply reply = call.reply();
      int begin = reply.begin();
      long written = 0;
      StreamCursor cursor =
          new StreamCursor(stream.log(), group.lastId().next(), StreamId.MAX, false);
      while ((count == 0 || written < count) && cursor.next()) {
        StreamId id = cursor.id();
        stream.advance(group, id);
        StreamReplies.entry(reply, cursor);
        written++;
        if (!noAck) {
          PendingEntry entry = group.deliver(id, consumer, call.now(), 1);
          consumer.activeTime(call.now());
          effects.claimed(group, entry);
        }
      }
      reply.finishArray(begin, written);
      effects.advanced(group);
    }

    /** What the consumer has not acknowledged behind an id; deleted entries have no fields. */
    private void repeat(
        StreamValue stream, StreamGroup group, StreamConsumer consumer, StreamId last) {
      Reply reply = call.reply();
      int begin = reply.begin();
      long written = 0;
      for (PendingEntry entry : consumer.pending().from(last, false)) {
        if (StreamReplies.single(reply, stream.log(), entry.id())) {
          group.deliver(entry.id(), consumer, call.now(), entry.deliveries() + 1);
        } else {
          reply.array(2);
          StreamReplies.id(reply, entry.id());
          reply.nilArray();
        }
        written++;
        if (written == count) {
          break;
        }
      }
      reply.finishArray(begin, written);
    }

    // ---- nothing yet

    private void waitForMore() {
      Wait wait =
          Wait.on(StreamValue.class)
              .keys(call, firstKey, streams)
              .timeoutMillis(timeoutMillis)
              .timeUp(Reply::nilArray);
      if (grouped) {
        wait.orGone();
      }
      if (idsDepend) {
        // Executed again, "what comes from now on" must still mean this moment.
        byte[][] words = call.arguments().toArrays();
        for (int i = 0; i < streams; i++) {
          words[firstKey + streams + i] = after[i].toBytes();
        }
        wait.request(Arguments.of(words));
      }
      call.block(wait);
    }
  }
}
