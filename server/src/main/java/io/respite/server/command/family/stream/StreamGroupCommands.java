package io.respite.server.command.family.stream;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.INSERT;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.Help;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.encoding.StreamId;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.StreamConsumer;
import io.respite.server.type.StreamGroup;
import io.respite.server.type.StreamValue;
import java.util.List;

/** XGROUP: making, moving and removing groups and consumers. */
public final class StreamGroupCommands {
  private StreamGroupCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    return List.of(
        Command.named("xgroup")
            .arity(-2)
            .group(CommandGroup.STREAM)
            .since("5.0.0")
            .complexity("Depends on subcommand.")
            .summary("A container for commands on the groups of streams.")
            .subcommand(
                sub("create", -5, "5.0.0", INSERT)
                    .flags(DENYOOM)
                    .summary("Makes a group.")
                    .syntax(
                        "key group <id | new-id='$'> [MKSTREAM] [ENTRIESREAD entries-read:integer]")
                    .changed("7.0.0", "Added the `entries_read` named argument.")
                    .handler(StreamGroupCommands::create))
            .subcommand(
                sub("setid", -5, "5.0.0", UPDATE)
                    .summary("Sets the last entry that a group has handed out.")
                    .syntax("key group <id | new-id='$'> [ENTRIESREAD entries-read:integer]")
                    .changed("7.0.0", "Added the optional `entries_read` argument.")
                    .handler(StreamGroupCommands::setid))
            .subcommand(
                sub("destroy", 4, "5.0.0", DELETE)
                    .complexity("O(N) where N is the number of pending entries.")
                    .summary("Removes a group with all that is pending.")
                    .syntax("key group")
                    .handler(StreamGroupCommands::destroy))
            .subcommand(
                sub("createconsumer", 5, "6.2.0", INSERT)
                    .flags(DENYOOM)
                    .summary("Makes a consumer in a group.")
                    .syntax("key group consumer")
                    .handler(StreamGroupCommands::createconsumer))
            .subcommand(
                sub("delconsumer", 5, "5.0.0", DELETE)
                    .summary("Removes a consumer with all that is pending for it.")
                    .syntax("key group consumer")
                    .handler(StreamGroupCommands::delconsumer))
            .subcommand(Help.row("5.0.0")));
  }

  private static Command sub(String name, int arity, String since, KeySpec.Flag flag) {
    return Command.named(name)
        .arity(arity)
        .since(since)
        .complexity("O(1)")
        .flags(WRITE)
        .keys(KeySpec.at(2, RW, flag));
  }

  /** What follows the id. */
  private record Options(boolean makeStream, long entriesRead) {
    static Options read(Call call, boolean create) {
      boolean makeStream = false;
      long entriesRead = StreamGroup.UNKNOWN;
      for (int i = 5; i < call.count(); i++) {
        if (create && call.is(i, "mkstream")) {
          makeStream = true;
        } else if (call.is(i, "entriesread") && i + 1 < call.count()) {
          entriesRead = Parse.integer(call, ++i);
          if (entriesRead < StreamGroup.UNKNOWN) {
            throw new CommandError("ERR value for ENTRIESREAD must be positive or -1");
          }
        } else {
          throw new CommandError(
              "ERR unknown subcommand or wrong number of arguments for '"
                  + call.text(1)
                  + "'. Try XGROUP HELP.");
        }
      }
      return new Options(makeStream, entriesRead);
    }
  }

  private static StreamValue stream(Call call) {
    StreamValue stream = call.valueForWrite(2, StreamValue.class);
    if (stream == null) {
      throw new CommandError(
          "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want"
              + " to use the MKSTREAM option to create an empty stream automatically.");
    }
    return stream;
  }

  private static StreamGroup group(Call call) {
    return requireGroup(call, stream(call));
  }

  /** The group in argument 3 of the stream at key 2. */
  static StreamGroup requireGroup(Call call, StreamValue stream) {
    StreamGroup group = StreamGroups.find(call, stream, 3);
    if (group == null) {
      throw new CommandError(
          "NOGROUP No such consumer group '"
              + call.text(3)
              + "' for key name '"
              + call.text(2)
              + "'");
    }
    return group;
  }

  private static StreamId id(Call call, StreamValue stream, boolean orEnd) {
    if (!call.is(4, "$")) {
      // The ends of a range are no ids, but SETID has always taken them.
      boolean end = call.is(4, "-") || call.is(4, "+");
      return orEnd && end ? StreamIds.end(call, 4) : StreamIds.parse(call, 4);
    }
    return stream == null ? StreamId.MIN : stream.lastId();
  }

  private static void create(Call call) {
    Options options = Options.read(call, true);
    StreamValue stream =
        options.makeStream() ? call.valueForWrite(2, StreamValue.class) : stream(call);
    StreamId last = id(call, stream, false);
    if (stream == null) {
      stream = new StreamValue(call.keyspace().limits());
      call.put(2, stream);
    } else if (StreamGroups.find(call, stream, 3) != null) {
      throw new CommandError("BUSYGROUP Consumer Group name already exists");
    }
    stream.addGroup(call.bytes(3), last, options.entriesRead());
    call.modified(2, KeyEvent.XGROUP_CREATE);
    call.reply().ok();
  }

  private static void setid(Call call) {
    Options options = Options.read(call, false);
    StreamValue stream = stream(call);
    StreamGroup group = requireGroup(call, stream);
    group.lastId(id(call, stream, true));
    group.entriesRead(options.entriesRead());
    call.modified(2, KeyEvent.XGROUP_SETID);
    call.reply().ok();
  }

  private static void destroy(Call call) {
    boolean removed = stream(call).removeGroup(call.bytes(3));
    if (removed) {
      call.modified(2, KeyEvent.XGROUP_DESTROY);
    }
    call.reply().integer(removed ? 1 : 0);
  }

  private static void createconsumer(Call call) {
    StreamGroup group = group(call);
    boolean isNew = group.consumer(call.bytes(4)) == null;
    if (isNew) {
      group.addConsumer(call.bytes(4), call.now());
      call.modified(2, KeyEvent.XGROUP_CREATECONSUMER);
    }
    call.reply().integer(isNew ? 1 : 0);
  }

  private static void delconsumer(Call call) {
    StreamGroup group = group(call);
    StreamConsumer consumer = group.consumer(call.bytes(4));
    long pending = 0;
    if (consumer != null) {
      pending = consumer.pending().size();
      group.removeConsumer(consumer);
      call.modified(2, KeyEvent.XGROUP_DELCONSUMER);
    }
    call.reply().integer(pending);
  }
}
