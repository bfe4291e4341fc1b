package io.respite.server.command.family.stream;

import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.RO;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Help;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.encoding.Sorted;
import io.respite.server.encoding.StreamCursor;
import io.respite.server.encoding.StreamId;
import io.respite.server.type.PendingEntry;
import io.respite.server.type.StreamConsumer;
import io.respite.server.type.StreamGroup;
import io.respite.server.type.StreamValue;
import java.util.List;

/** XINFO: what a stream is made of. */
public final class StreamInfoCommands {
  private static final long DEFAULT_COUNT = 10;

  private StreamInfoCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    return List.of(
        Command.named("xinfo")
            .arity(-2)
            .group(CommandGroup.STREAM)
            .since("5.0.0")
            .complexity("Depends on subcommand.")
            .summary("A container for commands that tell about streams.")
            .subcommand(
                sub("stream", -3)
                    .summary("Tells what a stream is made of, with all its groups if told so.")
                    .syntax("key [FULL [COUNT count]]")
                    .changed("6.0.0", "Added the `FULL` modifier.")
                    .handler(StreamInfoCommands::stream))
            .subcommand(
                sub("groups", 3)
                    .summary("Tells of the groups of a stream.")
                    .syntax("key")
                    .changed("7.0.0", "Added the `entries-read` and `lag` fields")
                    .handler(StreamInfoCommands::groups))
            .subcommand(
                sub("consumers", 4)
                    .summary("Tells of the consumers in a group.")
                    .syntax("key group")
                    .tip("nondeterministic_output")
                    .changed("7.2.0", "Added the `inactive` field.")
                    .handler(StreamInfoCommands::consumers))
            .subcommand(Help.row("5.0.0")));
  }

  private static Command sub(String name, int arity) {
    return Command.named(name)
        .arity(arity)
        .since("5.0.0")
        .complexity("O(1)")
        .flags(READONLY)
        .keys(KeySpec.at(2, RO, ACCESS));
  }

  private static StreamValue require(Call call) {
    StreamValue stream = call.value(2, StreamValue.class);
    if (stream == null) {
      throw new CommandError("ERR no such key");
    }
    return stream;
  }

  private static void stream(Call call) {
    StreamValue stream = require(call);
    boolean full = call.count() > 3;
    long count = DEFAULT_COUNT;
    if (full) {
      boolean counted = call.count() == 6 && call.is(4, "count");
      if (!call.is(3, "full") || (call.count() > 4 && !counted)) {
        throw new CommandError(
            "ERR unknown subcommand or wrong number of arguments for '"
                + call.text(1)
                + "'. Try XINFO HELP.");
      }
      if (counted) {
        long given = Parse.integer(call, 5);
        count = given < 0 ? DEFAULT_COUNT : given;
      }
    }
    Reply reply = call.reply();
    reply.map(full ? 9 : 10);
    number(reply, "length", stream.length());
    number(reply, "radix-tree-keys", stream.log().nodes());
    number(reply, "radix-tree-nodes", stream.log().radixNodes());
    id(reply, "last-generated-id", stream.lastId());
    id(reply, "max-deleted-entry-id", stream.maxDeletedId());
    number(reply, "entries-added", stream.entriesAdded());
    id(reply, "recorded-first-entry-id", stream.log().first());
    if (full) {
      reply.bulk("entries");
      StreamReplies.range(reply, stream.log(), StreamId.MIN, StreamId.MAX, false, count);
      reply.bulk("groups");
      reply.array(stream.groups().size());
      for (StreamGroup group : stream.groups()) {
        wholeGroup(reply, stream, group, count);
      }
    } else {
      number(reply, "groups", stream.groups().size());
      reply.bulk("first-entry");
      edge(reply, stream, false);
      reply.bulk("last-entry");
      edge(reply, stream, true);
    }
  }

  private static void number(Reply reply, String name, long value) {
    reply.bulk(name);
    reply.integer(value);
  }

  private static void id(Reply reply, String name, StreamId id) {
    reply.bulk(name);
    StreamReplies.id(reply, id);
  }

  private static void edge(Reply reply, StreamValue stream, boolean last) {
    StreamCursor cursor = new StreamCursor(stream.log(), StreamId.MIN, StreamId.MAX, last);
    if (cursor.next()) {
      StreamReplies.entry(reply, cursor);
    } else {
      reply.nil();
    }
  }

  private static void wholeGroup(Reply reply, StreamValue stream, StreamGroup group, long count) {
    reply.map(7);
    reply.bulk("name");
    reply.bulk(group.name());
    id(reply, "last-delivered-id", group.lastId());
    counter(reply, "entries-read", group.entriesRead(), StreamGroup.UNKNOWN);
    counter(reply, "lag", stream.lag(group), StreamValue.UNKNOWN_LAG);
    number(reply, "pel-count", group.pending().size());
    reply.bulk("pending");
    pending(reply, group.pending(), count, true);
    reply.bulk("consumers");
    reply.array(group.consumers().size());
    for (StreamConsumer consumer : group.consumers()) {
      reply.map(5);
      reply.bulk("name");
      reply.bulk(consumer.name());
      number(reply, "seen-time", consumer.seenTime());
      number(reply, "active-time", consumer.activeTime());
      number(reply, "pel-count", consumer.pending().size());
      reply.bulk("pending");
      pending(reply, consumer.pending(), count, false);
    }
  }

  private static void counter(Reply reply, String name, long value, long unknown) {
    reply.bulk(name);
    if (value == unknown) {
      reply.nil();
    } else {
      reply.integer(value);
    }
  }

  private static void pending(
      Reply reply, Sorted<StreamId, PendingEntry> entries, long count, boolean withConsumer) {
    long shown = count == 0 ? entries.size() : Math.min(count, entries.size());
    reply.array(shown);
    for (PendingEntry entry : entries) {
      if (shown-- == 0) {
        break;
      }
      reply.array(withConsumer ? 4 : 3);
      StreamReplies.id(reply, entry.id());
      if (withConsumer) {
        reply.bulk(entry.consumer().name());
      }
      reply.integer(entry.deliveryTime());
      reply.integer(entry.deliveries());
    }
  }

  private static void groups(Call call) {
    StreamValue stream = require(call);
    Reply reply = call.reply();
    reply.array(stream.groups().size());
    for (StreamGroup group : stream.groups()) {
      reply.map(6);
      reply.bulk("name");
      reply.bulk(group.name());
      number(reply, "consumers", group.consumers().size());
      number(reply, "pending", group.pending().size());
      id(reply, "last-delivered-id", group.lastId());
      counter(reply, "entries-read", group.entriesRead(), StreamGroup.UNKNOWN);
      counter(reply, "lag", stream.lag(group), StreamValue.UNKNOWN_LAG);
    }
  }

  private static void consumers(Call call) {
    StreamGroup group = StreamGroupCommands.requireGroup(call, require(call));
    Reply reply = call.reply();
    reply.array(group.consumers().size());
    for (StreamConsumer consumer : group.consumers()) {
      reply.map(4);
      reply.bulk("name");
      reply.bulk(consumer.name());
      number(reply, "pending", consumer.pending().size());
      number(reply, "idle", Math.max(0, call.now() - consumer.seenTime()));
      number(
          reply,
          "inactive",
          consumer.activeTime() == StreamConsumer.NEVER
              ? StreamConsumer.NEVER
              : Math.max(0, call.now() - consumer.activeTime()));
    }
  }
}
