package io.respite.server.command.family.stream;

import static io.respite.server.command.CommandFlag.DENYOOM;
import static io.respite.server.command.CommandFlag.FAST;
import static io.respite.server.command.CommandFlag.READONLY;
import static io.respite.server.command.CommandFlag.WRITE;
import static io.respite.server.command.KeySpec.Flag.ACCESS;
import static io.respite.server.command.KeySpec.Flag.DELETE;
import static io.respite.server.command.KeySpec.Flag.RO;
import static io.respite.server.command.KeySpec.Flag.RW;
import static io.respite.server.command.KeySpec.Flag.UPDATE;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.Command;
import io.respite.server.command.CommandError;
import io.respite.server.command.CommandGroup;
import io.respite.server.command.KeySpec;
import io.respite.server.command.Parse;
import io.respite.server.command.Reply;
import io.respite.server.encoding.StreamId;
import io.respite.server.encoding.StreamLog;
import io.respite.server.keyspace.KeyEvent;
import io.respite.server.type.StreamValue;
import java.util.ArrayList;
import java.util.List;

/**
 * Streams without their groups: XADD, XRANGE and their relatives. Reading several streams at once
 * is in {@link StreamReadCommands}, groups are in {@link StreamGroupCommands} and {@link
 * StreamPendingCommands}.
 */
public final class StreamCommands {
  private StreamCommands() {}

  /** The rows. */
  public static List<Command> rows() {
    KeySpec read = KeySpec.at(1, RO, ACCESS);
    String rangeCost = "O(log(N)+M) where N is the stream's length and M that of the answer.";
    return List.of(
        row("xadd", -5, "O(1), and O(N) for N entries that are trimmed.")
            .flags(WRITE, DENYOOM, FAST)
            .keys(KeySpec.at(1, RW, UPDATE))
            .summary("Adds an entry to the end of a stream, which is made if there is none.")
            .syntax(
                "key [NOMKSTREAM] [<MAXLEN | MINID> [equal='=' | approximately='~'] threshold"
                    + " [LIMIT count]] <auto-id='*' | id> field value [field value ...]")
            .tip("nondeterministic_output")
            .changed("6.2.0", "Added the `NOMKSTREAM` option, `MINID` trimming and `LIMIT`.")
            .changed("7.0.0", "Added support for the `<ms>-*` explicit ID form.")
            .handler(StreamCommands::xadd),
        row("xlen", 2, "O(1)")
            .flags(READONLY, FAST)
            .keys(KeySpec.at(1, RO))
            .summary("Answers the number of entries in a stream.")
            .syntax("key")
            .handler(StreamCommands::xlen),
        row("xrange", -4, rangeCost)
            .flags(READONLY)
            .keys(read)
            .summary("Answers the entries between two IDs.")
            .syntax("key start:string end:string [COUNT count]")
            .changed("6.2.0", "Added exclusive ranges.")
            .handler(call -> range(call, false)),
        row("xrevrange", -4, rangeCost)
            .flags(READONLY)
            .keys(read)
            .summary("Answers the entries between two IDs, the last one first.")
            .syntax("key end:string start:string [COUNT count]")
            .changed("6.2.0", "Added exclusive ranges.")
            .handler(call -> range(call, true)),
        row("xdel", -3, "O(1) for each ID, whatever the stream's length.")
            .flags(WRITE, FAST)
            .keys(KeySpec.at(1, RW, DELETE))
            .summary("Deletes entries; the stream stays, even without any.")
            .syntax("key id [id ...]")
            .handler(StreamCommands::xdel),
        row("xtrim", -4, "O(N) where N is the number of entries removed, many at a time.")
            .flags(WRITE)
            .keys(KeySpec.at(1, RW, DELETE))
            .summary("Removes the first entries of a stream.")
            .syntax("key <MAXLEN | MINID> [equal='=' | approximately='~'] threshold [LIMIT count]")
            .tip("nondeterministic_output")
            .changed("6.2.0", "Added `MINID` trimming and `LIMIT`.")
            .handler(StreamCommands::xtrim),
        row("xsetid", -3, "O(1)")
            .flags(WRITE, DENYOOM, FAST)
            .keys(KeySpec.at(1, RW, UPDATE))
            .summary("Sets what a stream remembers of its history; for replication.")
            .syntax(
                "key last-id [ENTRIESADDED entries-added:integer] [MAXDELETEDID max-deleted-id]")
            .changed("7.0.0", "Added the `entries_added` and `max_deleted_entry_id` arguments.")
            .handler(StreamCommands::xsetid));
  }

  private static Command row(String name, int arity, String complexity) {
    return Command.named(name)
        .arity(arity)
        .group(CommandGroup.STREAM)
        .since("5.0.0")
        .complexity(complexity);
  }

  private static void xadd(Call call) {
    TrimOptions options = TrimOptions.ofAdd(call);
    int idAt = options.end();
    boolean auto = idAt < call.count() && call.is(idAt, "*");
    boolean autoSequence = !auto && idAt < call.count() && isAutoSequence(call, idAt);
    StreamId given = null;
    if (!auto && idAt < call.count()) {
      given = autoSequence ? momentOf(call, idAt) : StreamIds.parse(call, idAt);
    }
    options.check(call, true);
    int first = idAt + 1;
    int pieces = call.count() - first;
    if (pieces < 2 || pieces % 2 == 1) {
      throw CommandError.arity(call.command().fullName());
    }
    if (given != null && !autoSequence && given.isZero()) {
      throw new CommandError("ERR The ID specified in XADD must be greater than 0-0");
    }
    StreamValue stream = call.valueForWrite(1, StreamValue.class);
    if (stream == null && options.noMakeStream()) {
      call.reply().nil();
      return;
    }
    StreamId last = stream == null ? StreamId.MIN : stream.lastId();
    if (last.equals(StreamId.MAX)) {
      throw new CommandError(
          "ERR The stream has exhausted the last possible ID, unable to add more items");
    }
    StreamId id = given;
    if (auto) {
      id = nextId(last, call.now());
    } else if (autoSequence) {
      id = nextOfMoment(last, given.millis());
    }
    if (id == null || id.compareTo(last) <= 0) {
      throw new CommandError(
          "ERR The ID specified in XADD is equal or smaller than the target stream top item");
    }
    checkFits(call, first);
    if (stream == null) {
      stream = new StreamValue(call.keyspace().limits());
      call.put(1, stream);
    }
    stream.append(id, call.arguments(), first, pieces / 2);
    StreamReplies.id(call.reply(), id);
    call.modified(1, KeyEvent.XADD);
    if (options.trims() && options.apply(stream) > 0) {
      call.modified(1, KeyEvent.XTRIM);
    }
    if ((auto || autoSequence || options.approximate()) && call.keyspace().effects().active()) {
      leaveEffect(call, options, stream, id);
    }
  }

  private static boolean isAutoSequence(Call call, int i) {
    Arguments arguments = call.arguments();
    int length = arguments.length(i);
    int at = arguments.offset(i) + length;
    byte[] buffer = arguments.buffer();
    return length > 2 && buffer[at - 1] == '*' && buffer[at - 2] == '-';
  }

  /** The first part of an id that ends in {@code -*}. */
  private static StreamId momentOf(Call call, int i) {
    Arguments arguments = call.arguments();
    int digits = arguments.length(i) - 2;
    if (!StreamId.isUnsigned(arguments.buffer(), arguments.offset(i), digits)) {
      throw StreamIds.invalid();
    }
    return new StreamId(StreamId.unsigned(arguments.buffer(), arguments.offset(i), digits), 0);
  }

  private static StreamId nextId(StreamId last, long now) {
    return Long.compareUnsigned(now, last.millis()) > 0 ? new StreamId(now, 0) : last.next();
  }

  /** The next id of a moment; null when there is none. */
  private static StreamId nextOfMoment(StreamId last, long millis) {
    if (millis != last.millis()) {
      return new StreamId(millis, 0);
    }
    return last.sequence() == -1 ? null : last.next();
  }

  private static void checkFits(Call call, int first) {
    long bytes = 0;
    for (int i = first; i < call.count(); i++) {
      bytes += call.arguments().length(i);
    }
    if (!StreamLog.fits(call.count() - first, bytes)) {
      throw new CommandError("ERR Elements are too large to be stored");
    }
  }

  /** The request with the id that was given out, and with an exact trim. */
  private static void leaveEffect(Call call, TrimOptions options, StreamValue stream, StreamId id) {
    List<byte[]> words = new ArrayList<>();
    words.add(call.bytes(0));
    words.add(call.bytes(1));
    if (options.trims()) {
      options.exactly(stream, words);
    }
    words.add(id.toBytes());
    for (int i = options.end() + 1; i < call.count(); i++) {
      words.add(call.bytes(i));
    }
    call.effect(words.toArray(new byte[0][]));
  }

  private static void xlen(Call call) {
    StreamValue stream = call.value(1, StreamValue.class);
    call.reply().integer(stream == null ? 0 : stream.length());
  }

  private static void range(Call call, boolean backwards) {
    StreamId start = StreamIds.start(call, backwards ? 3 : 2);
    StreamId end = StreamIds.end(call, backwards ? 2 : 3);
    long count = -1;
    for (int i = 4; i < call.count(); i++) {
      if (!call.is(i, "count") || i + 1 == call.count()) {
        throw CommandError.syntax();
      }
      count = Math.max(0, Parse.integer(call, ++i));
    }
    StreamValue stream = call.value(1, StreamValue.class);
    Reply reply = call.reply();
    if (stream == null) {
      reply.array(0);
    } else if (count == 0) {
      reply.nilArray();
    } else {
      StreamReplies.range(reply, stream.log(), start, end, backwards, Math.max(0, count));
    }
  }

  private static void xdel(Call call) {
    StreamValue stream = call.valueForWrite(1, StreamValue.class);
    if (stream == null) {
      call.reply().integer(0);
      return;
    }
    List<StreamId> ids = StreamIds.parseAll(call, 2, call.count() - 1);
    long deleted = 0;
    for (StreamId id : ids) {
      if (stream.delete(id)) {
        deleted++;
      }
    }
    if (deleted > 0) {
      call.modified(1, KeyEvent.XDEL);
    }
    call.reply().integer(deleted);
  }

  private static void xtrim(Call call) {
    TrimOptions options = TrimOptions.ofTrim(call);
    StreamValue stream = call.valueForWrite(1, StreamValue.class);
    long removed = stream == null ? 0 : options.apply(stream);
    if (removed > 0) {
      call.modified(1, KeyEvent.XTRIM);
      if (options.approximate()) {
        List<byte[]> words = new ArrayList<>(List.of(call.bytes(0), call.bytes(1)));
        options.exactly(stream, words);
        call.effect(words.toArray(new byte[0][]));
      }
    }
    call.reply().integer(removed);
  }

  private static void xsetid(Call call) {
    StreamId last = StreamIds.parse(call, 2);
    long entriesAdded = -1;
    StreamId maxDeleted = StreamId.MIN;
    for (int i = 3; i < call.count(); i += 2) {
      if (i + 1 == call.count()) {
        throw CommandError.syntax();
      }
      if (call.is(i, "entriesadded")) {
        entriesAdded = Parse.integer(call, i + 1);
        if (entriesAdded < 0) {
          throw new CommandError("ERR entries_added must be positive");
        }
      } else if (call.is(i, "maxdeletedid")) {
        maxDeleted = StreamIds.parse(call, i + 1);
        if (last.compareTo(maxDeleted) < 0) {
          throw new CommandError(
              "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
        }
      } else {
        throw CommandError.syntax();
      }
    }
    StreamValue stream = call.valueForWrite(1, StreamValue.class);
    if (stream == null) {
      throw new CommandError("ERR no such key");
    }
    if (stream.length() > 0) {
      if (last.compareTo(stream.log().last()) < 0) {
        throw new CommandError(
            "ERR The ID specified in XSETID is smaller than the target stream top item");
      }
      if (entriesAdded != -1 && stream.length() > entriesAdded) {
        throw new CommandError(
            "ERR The entries_added specified in XSETID is smaller than the target stream length");
      }
    }
    stream.lastId(last);
    if (entriesAdded != -1) {
      stream.entriesAdded(entriesAdded);
    }
    if (!maxDeleted.isZero()) {
      stream.maxDeletedId(maxDeleted);
    }
    call.modified(1, KeyEvent.XSETID);
    call.reply().ok();
  }
}
