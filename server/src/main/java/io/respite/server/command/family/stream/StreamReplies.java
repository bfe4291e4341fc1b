package io.respite.server.command.family.stream;

import io.respite.server.command.Reply;
import io.respite.server.encoding.Listpack;
import io.respite.server.encoding.StreamCursor;
import io.respite.server.encoding.StreamId;
import io.respite.server.encoding.StreamLog;

/** Writes ids and entries straight from a stream's nodes. */
final class StreamReplies {
  private StreamReplies() {}

  static void id(Reply reply, StreamId id) {
    reply.streamId(id.millis(), id.sequence());
  }

  /** The entry that a cursor stands at: its id, and an array of its fields and values. */
  static void entry(Reply reply, StreamCursor cursor) {
    reply.array(2);
    reply.streamId(cursor.millis(), cursor.sequence());
    reply.array(2 * cursor.fields());
    for (long i = 0; i < cursor.fields(); i++) {
      cursor.nextField();
      piece(reply, cursor.pack(), cursor.field());
      piece(reply, cursor.pack(), cursor.value());
    }
  }

  private static void piece(Reply reply, Listpack pack, int position) {
    if (pack.isLong(position)) {
      reply.bulk(pack.longAt(position));
    } else {
      reply.bulk(pack.buffer(), pack.dataAt(position), pack.lengthAt(position));
    }
  }

  /**
   * An array with the entries of a range.
   *
   * @param count most entries to write, 0 for all
   */
  static void range(
      Reply reply, StreamLog log, StreamId start, StreamId end, boolean backwards, long count) {
    int begin = reply.begin();
    long written = 0;
    if (start.compareTo(end) <= 0) {
      StreamCursor cursor = new StreamCursor(log, start, end, backwards);
      while ((count == 0 || written < count) && cursor.next()) {
        entry(reply, cursor);
        written++;
      }
    }
    reply.finishArray(begin, written);
  }

  /** The entry with an id; whether there was one to write. */
  static boolean single(Reply reply, StreamLog log, StreamId id) {
    StreamCursor cursor = new StreamCursor(log, id, id, false);
    if (!cursor.next()) {
      return false;
    }
    entry(reply, cursor);
    return true;
  }
}
