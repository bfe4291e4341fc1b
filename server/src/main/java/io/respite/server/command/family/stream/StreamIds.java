package io.respite.server.command.family.stream;

import io.respite.server.command.Arguments;
import io.respite.server.command.Call;
import io.respite.server.command.CommandError;
import io.respite.server.encoding.StreamId;
import java.util.ArrayList;
import java.util.List;

/** Reads arguments as ids and ends of ranges, with the errors that clients know. */
final class StreamIds {
  private StreamIds() {}

  /** The error for an argument that had to be an id. */
  static CommandError invalid() {
    return new CommandError("ERR Invalid stream ID specified as stream command argument");
  }

  /** Argument {@code i} as an id, whose sequence is 0 when it has none; null when it is no id. */
  static StreamId parseOrNull(Call call, int i) {
    Arguments arguments = call.arguments();
    return StreamId.parse(arguments.buffer(), arguments.offset(i), arguments.length(i), 0);
  }

  /** Argument {@code i} as an id, whose sequence is 0 when it has none. */
  static StreamId parse(Call call, int i) {
    StreamId id = parseOrNull(call, i);
    if (id == null) {
      throw invalid();
    }
    return id;
  }

  /** The arguments from {@code first} to {@code last} as ids. */
  static List<StreamId> parseAll(Call call, int first, int last) {
    List<StreamId> ids = new ArrayList<>(last - first + 1);
    for (int i = first; i <= last; i++) {
      ids.add(parse(call, i));
    }
    return ids;
  }

  /** Argument {@code i} as the first id of a range: {@code -}, an id, or {@code (id} without it. */
  static StreamId start(Call call, int i) {
    StreamId id = end(call, i, 0);
    if (!isExclusive(call, i)) {
      return id;
    }
    StreamId next = id.next();
    if (next == null) {
      throw new CommandError("ERR invalid start ID for the interval");
    }
    return next;
  }

  /** Argument {@code i} as the last id of a range: {@code +}, an id, or {@code (id} without it. */
  static StreamId end(Call call, int i) {
    StreamId id = end(call, i, -1);
    if (!isExclusive(call, i)) {
      return id;
    }
    StreamId previous = id.previous();
    if (previous == null) {
      throw new CommandError("ERR invalid end ID for the interval");
    }
    return previous;
  }

  private static StreamId end(Call call, int i, long missing) {
    if (call.is(i, "-")) {
      return StreamId.MIN;
    }
    if (call.is(i, "+")) {
      return StreamId.MAX;
    }
    Arguments arguments = call.arguments();
    int skipped = isExclusive(call, i) ? 1 : 0;
    StreamId id =
        StreamId.parse(
            arguments.buffer(),
            arguments.offset(i) + skipped,
            arguments.length(i) - skipped,
            missing);
    if (id == null) {
      throw invalid();
    }
    return id;
  }

  private static boolean isExclusive(Call call, int i) {
    Arguments arguments = call.arguments();
    return arguments.length(i) > 1 && arguments.buffer()[arguments.offset(i)] == '(';
  }
}
